"""A party that is refused and asks again at once is told at a bounded pace."""

import asyncio

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from api.process import caches, refusals
from api.process.context import Context
from api.process.refusals import Refusals
from catalog import Identity, authenticate
from tests.http.conftest import Caller, MakeSettings, accepted, refused, serving

FEW = 3


async def test_refusals_of_one_party_are_told_one_after_another() -> None:
    told, party = Refusals(), [asyncio.Event() for _ in range(FEW)]

    async def tell(number: int) -> None:
        await told.wait("loud")
        party[number].set()

    waiting = [asyncio.create_task(tell(number)) for number in range(FEW)]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await told.wait("quiet")
    assert not party[-1].is_set()
    await asyncio.gather(*waiting)
    assert not told._waiting


async def test_a_refused_party_holds_no_place_while_it_waits_and_delays_nobody(
    make_settings: MakeSettings,
    brand: Caller,
    supplier: Caller,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refusals, "REFUSALS_PER_SECOND_MAX", 0.01)
    async with serving(make_settings(requests_in_flight_max=8)) as (app, client):
        context: Context = app.state.context
        assert all(context.in_flight.enter("party grocer") for _ in range(2))
        loud = Caller(client, brand.key)
        refused(await loud.get("/v1/programmes"), 503, "overloaded")
        many = [asyncio.create_task(loud.get("/v1/programmes")) for _ in range(FEW)]
        done, waiting = await asyncio.wait(many, return_when=asyncio.FIRST_COMPLETED)
        assert len(done) == 1
        accepted(await Caller(client, supplier.key).get("/v1/offers"), 200)
        assert context.in_flight.count == 2
        assert not any(each.done() for each in waiting)
        for each in waiting:
            each.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_many_requests_with_one_key_look_it_up_once(
    make_settings: MakeSettings, brand: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def noted(connection: AsyncConnection, text: str) -> Identity:
        asked.append(text)
        return await authenticate(connection, text)

    monkeypatch.setattr(caches, "authenticate", noted)
    async with serving(make_settings()) as (_, client):
        caller = Caller(client, brand.key)
        answers: list[httpx2.Response] = await asyncio.gather(
            *(caller.get("/v1/programmes") for _ in range(20))
        )
        assert {answer.status_code for answer in answers} == {200}
        assert asked == [brand.key]
