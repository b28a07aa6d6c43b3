"""The counters of today on an overview that stands open: they move, and end with the session."""

import asyncio
from typing import Any

import httpx2
import pytest
from litestar import Litestar
from sqlalchemy import text

from api.console import live
from api.events.live import STREAMS_MAX
from api.events.record import record_events
from ledger import Database
from tests.http.conftest import PROGRAMME, Caller, MakeSettings, accepted, serving, stock
from tests.http.console.visitors import Visitor, sign_in
from tests.http.streams import PATIENCE_SECONDS, Stream

PATH = "/console/live"
_SEEN_LONG_AGO = text("UPDATE api.session SET seen_at = seen_at - interval '1 hour'")
_COUNT_SEEN_NOW = text(
    "SELECT count(*) FROM api.session WHERE seen_at > clock_timestamp() - interval '50 minutes'"
)


def stream_of(app: Litestar, visitor: Visitor, query: str = "") -> Stream:
    held = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    return Stream(app, PATH, {"cookie": held}, query)


async def number(stream: Stream, wanted: int) -> str:
    """The next piece with this number. There may be pieces before it: each use is an event."""
    for _ in range(6):
        (message,) = await stream.messages(1)
        assert message.keys() == {"data"}, message
        if f">{wanted}</a>" in message["data"]:
            return message["data"]
    raise AssertionError(f"the number {wanted} never came")


async def ended(stream: Stream) -> list[dict[str, str]]:
    """What a stream that ends has said at last."""
    found = await stream.messages(1)
    await asyncio.wait_for(stream.task, PATIENCE_SECONDS)
    return found


async def use_one(brand: Caller, supplier: Caller, member: str, offer_id: int) -> None:
    right = {"member": member, "offer_id": offer_id}
    made = accepted(await brand.post(f"{PROGRAMME}/rights", right))
    coupon = accepted(await brand.get(f"{PROGRAMME}/coupons/{made['coupon']}"), 200)
    accepted(await supplier.post("/v1/coupons/use", {"code": coupon["code"], "store": "s1"}))


async def test_a_use_moves_the_counters_until_the_session_is_over(
    database: Database,
    make_settings: MakeSettings,
    http: httpx2.AsyncClient,
    brand: Caller,
    supplier: Caller,
    *,
    member: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(live, "PIECE_SECONDS_MIN", 0.05)
    offer_id = await stock(supplier, brand)
    async with serving(make_settings()) as (app, client):
        context: Any = app.state.context
        marketer = await sign_in(client, database, "grocer", "marketer")
        manager = await sign_in(client, database, "cinema", "manager")
        page = await marketer.open("/console")
        assert f'hx-sse:connect="{PATH}?programme=grocer"' in page.text
        assert f'hx-sse:connect="{PATH}"' in (await manager.open("/console")).text
        of_brand = stream_of(app, marketer, "programme=grocer")
        of_supplier = stream_of(app, manager)
        assert "0 used" in await number(of_brand, 0)
        await number(of_supplier, 0)
        async with database.transaction() as connection:
            await connection.execute(_SEEN_LONG_AGO)
        await use_one(brand, supplier, member, offer_id)
        await record_events(database)
        piece = await number(of_brand, 1)
        assert "1 used" in piece
        async with database.transaction() as connection:
            # A page that only stands open is no use of the session.
            assert (await connection.execute(_COUNT_SEEN_NOW)).scalar_one() == 0
        assert piece in " ".join((await marketer.open("/console")).text.split())
        assert "Yesterday 0" in await number(of_supplier, 1)
        # As for the interface's own streams, a party has so many; a page without one still stands.
        more = [stream_of(app, marketer, "programme=grocer") for _ in range(STREAMS_MAX - 1)]
        assert {await each.begun() for each in more} == {200}
        assert await ended(stream_of(app, marketer)) == [{"event": "end", "data": "over"}]
        for each in more:
            await each.leave()
        foreign = stream_of(app, manager, "programme=grocer")
        assert await foreign.begun() == 200
        await marketer.open("/console/account")
        await marketer.submit("/console/sign-out")
        await use_one(brand, supplier, member, offer_id)
        await record_events(database)
        assert await ended(of_brand) == [{"event": "end", "data": "over"}]
        assert await ended(stream_of(app, Visitor(client))) == [{"event": "end", "data": "over"}]
        await number(of_supplier, 2)
        context.live.end()
        await asyncio.wait_for(of_supplier.task, PATIENCE_SECONDS)
        await asyncio.wait_for(foreign.task, PATIENCE_SECONDS)
        assert b"data" not in foreign.unread()
        assert context.live.streams == 0
