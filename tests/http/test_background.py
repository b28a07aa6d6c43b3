"""The work beside the requests: it survives errors, stops when told, and wakes those who wait."""

import asyncio
import time

import pytest

from api.process.bell import Bell
from api.process.context import Context, open_context
from api.process.deliveries import Deliveries
from api.worker import loops, supervise
from ledger import ACTING_FOR, NOBODY, Database, Ledger
from ledger.asks import Issue
from ledger.audit import Head
from ledger.audit.seal import read_heads
from ledger.book import create_programme
from ledger.decide.wallet import lane_of
from tests.http.conftest import MakeSettings


async def test_a_loop_goes_on_after_trouble_and_stops_when_told(
    make_settings: MakeSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[float] = []
    enough, rung = asyncio.Event(), asyncio.Event()

    async def troubled(_: Database) -> int:
        calls.append(time.monotonic())
        if enough.is_set():
            rung.set()
        if len(calls) == 1:
            raise ConnectionRefusedError
        if len(calls) == 2:
            message = "a defect"
            raise ValueError(message)
        enough.set()
        return 0

    monkeypatch.setattr(loops, "rate_pending", troubled)
    async with open_context(make_settings()) as context:
        stop = asyncio.Event()
        task = asyncio.create_task(loops.run_worker(context, stop))
        async with asyncio.timeout(20):
            await enough.wait()
            context.uses.ring()
            await rung.wait()
            stop.set()
            await task
    assert calls[1] - calls[0] >= supervise.TROUBLE_SECONDS_MIN * 0.9


async def test_the_worker_seals_every_book(make_settings: MakeSettings, database: Database) -> None:
    async with database.transaction() as connection:
        programme = await create_programme(
            connection, code="tea", party_id=1, name="Tea", time_zone="UTC"
        )
    await Ledger(database).submit(programme, [Issue(key="i", member="ann", points=5)])
    async with open_context(make_settings()) as context:
        stop = asyncio.Event()
        task = asyncio.create_task(loops.run_worker(context, stop))
        heads: list[Head] = []
        async with asyncio.timeout(20):
            while not heads:
                await asyncio.sleep(0.02)
                async with database.transaction() as connection:
                    heads = await read_heads(connection, programme)
            stop.set()
            await task
    assert [(head.book, head.lane, head.seq) for head in heads] == [
        ("tea", lane_of("ann", programme.lanes), 1)
    ]


async def test_who_waits_for_a_missing_coupon_does_not_wait(database: Database) -> None:
    deliveries = Deliveries(database, Bell())
    began = time.monotonic()
    await deliveries.wait(1, 1, 30)
    assert time.monotonic() - began < 10
    await deliveries.close()


async def test_waiting_ends_with_its_time_and_leaves_nothing_behind(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliveries = Deliveries(database, Bell())
    looks = 0

    async def still_held() -> None:
        nonlocal looks
        looks += 1

    monkeypatch.setattr(deliveries, "_settle", still_held)
    await asyncio.gather(*(deliveries.wait(1, coupon, 0.3) for coupon in range(100)))
    assert 1 <= looks <= 7
    assert not deliveries._waiting
    looker = deliveries._looker
    assert looker is not None
    async with asyncio.timeout(5):
        await looker


async def test_looking_for_deliveries_is_nobodys_work_in_particular(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else all who wait would wait for the connections of the party that came first."""
    deliveries = Deliveries(database, Bell())
    worked_for: list[str] = []

    async def look() -> None:
        worked_for.append(ACTING_FOR.get())

    monkeypatch.setattr(deliveries, "_settle", look)
    ACTING_FOR.set("party 1")
    await deliveries.wait(1, 1, 0.2)
    await deliveries.close()
    assert set(worked_for) == {NOBODY}


async def test_a_bell_wakes_all_who_wait() -> None:
    bell = Bell()
    waiting = [asyncio.create_task(bell.wait(30)) for _ in range(3)]
    await asyncio.sleep(0)
    bell.ring()
    async with asyncio.timeout(5):
        await asyncio.gather(*waiting)


async def test_the_context_closes_what_it_opened(make_settings: MakeSettings) -> None:
    async with open_context(make_settings()) as context:
        assert isinstance(context, Context)
        async with context.database.transaction():
            pass
    assert context.database.engine.pool.status().count("Connections in pool: 0")
