"""Parties in turn: who is served next, who rests, and that no flood keeps another party waiting.

What is counted here is how many others were served before. A time is only compared with another
that the same test has taken up.
"""

import asyncio
import time
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import text

from ledger import ACTING_FOR, NOBODY, Database, Ledger, LongWork, turns
from ledger.asks import Issue
from ledger.book import Programme, create_programme
from ledger.turns import Turns
from ledger.write.lanes import TRANSACTIONS_MAX, TRANSACTIONS_PER_PARTY
from tests.races.waiting import until_waiting

STEP_SECONDS = 0.03
STUCK_SECONDS = 60
"""Without turns, the one who is not to wait waits for ever."""


async def rounds(count: int = 20) -> None:
    """Let the event loop do what it can do now."""
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_party_with_one_request_waits_for_one_of_each_other_party() -> None:
    places, served = Turns(1), list[str]()

    async def ask(party: str) -> None:
        async with places.turn(party):
            served.append(party)
            await asyncio.sleep(0)

    await asyncio.gather(*(ask(party) for party in ["a"] * 50 + ["b"] * 50 + ["c"]))
    assert served.index("c") <= 3
    assert served[:6] in (["a", "a", "b", "c", "a", "b"], ["a", "b", "c", "a", "b", "a"])
    assert len(served) == 101


async def test_a_party_has_a_share_and_the_process_itself_has_none() -> None:
    places = Turns(4, 2)
    for _ in range(2):
        await places.enter("a")
    third = asyncio.create_task(places.enter("a"))
    await rounds()
    assert not third.done()
    await places.enter("b")
    await places.enter(NOBODY)
    places.leave("b")
    await places.enter(NOBODY)
    await rounds()
    assert not third.done()
    places.leave("a")
    await third


async def test_who_gives_up_leaves_no_place_behind() -> None:
    places = Turns(1)
    await places.enter("a")
    waiting = [asyncio.create_task(places.enter("b")) for _ in range(3)]
    await rounds()
    waiting[0].cancel()
    await rounds()
    places.leave("a")
    # It has been served, and is cancelled before it hears of it.
    waiting[1].cancel()
    await asyncio.wait(waiting)
    assert not waiting[2].cancelled()
    places.leave("b")
    assert not places.are_others_here("nobody else")


async def test_long_work_rests_while_others_are_at_the_database(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "RESTS_PER_PORTION_MAX", 1e9)
    connections = Turns(4)
    work = LongWork(connections)
    await connections.enter("a")
    async with work.turn("a") as portions:
        await asyncio.wait_for(portions.rest(), STUCK_SECONDS)
        await connections.enter("b")
        resting = asyncio.create_task(portions.rest())
        await asyncio.sleep(0.05)
        assert not resting.done(), "b is at work"
        connections.leave("b")
        await asyncio.wait_for(resting, STUCK_SECONDS)


async def test_long_work_does_not_rest_for_those_who_wait_for_long_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for rest in ("RESTS_PER_PORTION_MIN", "RESTS_PER_PORTION_MAX", "ABOUT_SECONDS"):
        monkeypatch.setattr(turns, rest, 1e9)
    connections = Turns(4)
    work = LongWork(connections)

    async def wait_in_line() -> None:
        async with work.turn("b"):
            pass

    await connections.enter("b")
    async with work.turn("a") as portions:
        waiting = asyncio.create_task(wait_in_line())
        await rounds()
        await asyncio.wait_for(portions.rest(), STUCK_SECONDS)
    await waiting


async def test_long_steps_are_done_one_at_a_time_and_parties_in_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "RESTS_PER_PORTION_MAX", 1e9)
    connections = Turns(4)
    work, done = LongWork(connections), list[str]()
    await connections.enter("till")

    async def read(party: str) -> None:
        await work.step(party)
        done.append(party)

    asked = [asyncio.create_task(read(party)) for party in "aaaab"]
    await rounds()
    assert done == ["a"], "the till is at work"
    connections.leave("till")
    await asyncio.wait_for(asyncio.gather(*asked), STUCK_SECONDS)
    assert done.index("b") <= 2
    assert len(done) == 5


async def test_after_a_long_step_the_loop_rests_for_as_long_as_it_took(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(turns, "ABOUT_SECONDS", 1e9)
    connections = Turns(4)
    work, began = LongWork(connections), list[float]()
    await connections.enter("till")
    connections.leave("till")

    async def read() -> None:
        await work.step("a")
        began.append(time.perf_counter())
        while time.perf_counter() - began[-1] < STEP_SECONDS:
            pass

    await asyncio.wait_for(asyncio.gather(read(), read()), STUCK_SECONDS)
    assert began[1] - began[0] >= 2 * STEP_SECONDS, "the till was about"


async def test_one_partys_transactions_leave_connections_for_the_others(database: Database) -> None:
    released = asyncio.Event()

    async def hold(party: str) -> None:
        ACTING_FOR.set(party)
        async with database.transaction() as connection:
            await connection.execute(text("SELECT 1"))
            await released.wait()

    flood = [asyncio.create_task(hold("loud")) for _ in range(60)]
    await rounds()
    ACTING_FOR.set("quiet")
    async with asyncio.timeout(5), database.transaction() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    released.set()
    await asyncio.gather(*flood)


async def test_who_has_a_connection_does_not_wait_for_a_second(database: Database) -> None:
    async def nest(depth: int) -> None:
        async with asyncio.timeout(STUCK_SECONDS), database.transaction():
            if depth:
                await nest(depth - 1)

    ACTING_FOR.set("loud")
    await asyncio.gather(*(nest(1) for _ in range(8)))


async def test_one_partys_books_leave_transactions_for_the_others(
    database: Database, programme: Programme
) -> None:
    async def book_of(party_id: int, code: str) -> Programme:
        async with database.transaction() as connection:
            return await create_programme(
                connection, code=code, party_id=party_id, name=code, time_zone="UTC", lanes=4
            )

    loud = [await book_of(7, f"loud-{number}") for number in range(TRANSACTIONS_MAX)]
    ledger = Ledger(database)
    for each in loud:
        await ledger.submit(each, [Issue(key="first", member="m", points=1)])
    async with AsyncExitStack() as stack:
        blocker = await stack.enter_async_context(database.transaction())
        await blocker.execute(
            text("SELECT FROM ledger.lane WHERE book_id = ANY(:books) FOR UPDATE"),
            {"books": [each.book_id for each in loud]},
        )
        flood = [
            asyncio.create_task(ledger.submit(each, [Issue(key="next", member="m", points=1)]))
            for each in loud
        ]
        await until_waiting(database, TRANSACTIONS_PER_PARTY)
        quiet = ledger.submit(programme, [Issue(key="only", member="m", points=1)])
        (answer,) = await asyncio.wait_for(quiet, 5)
        assert answer.accepted
        assert not any(each.done() for each in flood)
    await asyncio.gather(*flood)


async def test_who_is_given_up_in_its_own_line_does_not_blame_the_connections(
    database: Database,
) -> None:
    async def give_up(party: str) -> None:
        ACTING_FOR.set(party)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2), database.transaction() as connection:
                await connection.execute(text("SELECT pg_sleep(60)"))
        database.given_up()

    async with AsyncExitStack() as held:
        for _ in range(20):
            await database._connections.enter("loud")
            held.callback(database._connections.leave, "loud")
            if not database._connections._has_room("loud"):
                break
        await asyncio.create_task(give_up("loud"))
        assert not database._distrusted_at
        await asyncio.create_task(give_up("quiet"))
    assert database._distrusted_at
