"""Events go into the log once, with numbers that have no gaps, in an order that makes sense."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import text

from api.events.catalogue import TYPES
from api.events.endpoints import (
    ENDPOINTS_MAX,
    TooManyWebhookEndpoints,
    Wanted,
    add_webhook_endpoint,
)
from api.events.live import STREAMS_MAX, Live, TooManyStreams
from api.events.notice import KEY_DAYS, tell_of_ending_keys
from api.events.read import list_events
from api.events.record import record_events
from catalog import create_key
from ledger import NO_BOOK, Database, Event, outbox, read_clock, service_url, tell
from tests.api.events.dying import Death, dying_before
from tests.api.events.world import LOOPBACK, add_operator, now_of, told

TELLERS, EACH = 8, 12


async def test_numbers_have_no_gaps_and_follow_what_they_depend_on(database: Database) -> None:
    party_id, other_id = await add_operator(database), await add_operator(database, "other")

    async def teller(place: int) -> None:
        for number in range(EACH):
            await told(database, party_id, place * 1000 + number)
            if number % 4 == 0:
                await told(database, other_id, number)
            if number % 5 == 0:  # what is rolled back is never told
                with pytest.raises(ZeroDivisionError):
                    await failing()

    async def failing() -> None:
        async with database.transaction() as connection:
            event = Event(party_id, "period.closed", {"month": "never"})
            await tell(connection, NO_BOOK, [event])
            _ = 1 / 0

    async def recorder(ended: asyncio.Event) -> None:
        while not ended.is_set():
            await record_events(database, limit=7)
            await asyncio.sleep(0)

    ended = asyncio.Event()
    recorders = [asyncio.create_task(recorder(ended)) for _ in range(3)]
    await asyncio.gather(*(teller(place) for place in range(TELLERS)))
    ended.set()
    await asyncio.gather(*recorders)
    while await record_events(database):
        pass

    async with database.transaction() as connection:
        events = await list_events(connection, party_id, limit=1000)
        others = await list_events(connection, other_id, limit=1000)
        assert await outbox.pending(connection, ["event"]) == 0
    assert [each.sequence for each in events] == list(range(1, TELLERS * EACH + 1))
    assert [each.sequence for each in others] == list(range(1, len(others) + 1))
    assert len({each.event_id for each in events}) == TELLERS * EACH
    months = [int(each.data["month"].removeprefix("m-")) for each in events]
    for place in range(TELLERS):
        mine = [month for month in months if month // 1000 == place]
        assert mine == [place * 1000 + number for number in range(EACH)]


async def test_a_worker_that_dies_anywhere_loses_no_event_and_tells_none_twice(
    database: Database,
) -> None:
    party_id = await add_operator(database)
    deaths, number = 0, 0
    while deaths == number:
        number += 1
        await told(database, party_id, number)
        with dying_before(database, number):
            try:
                await record_events(database)
            except Death:
                deaths += 1
    assert deaths >= 8, "before every statement of a round"
    while await record_events(database):
        pass
    async with database.transaction() as connection:
        events = await list_events(connection, party_id, limit=99)
        assert await outbox.pending(connection, ["event"]) == 0
    assert [(each.sequence, each.data["month"]) for each in events] == [
        (place, f"m-{place}") for place in range(1, number + 1)
    ]


async def test_who_began_first_and_waited_is_told_of_after_who_it_waited_for(
    database: Database,
) -> None:
    """Though a transaction's time is that of its begin, and the rounds are short."""
    party_id = await add_operator(database)

    def month(name: str) -> list[Event]:
        return [Event(party_id, "period.closed", {"month": name})]

    async with database.transaction() as waiting:
        await read_clock(waiting)
        async with database.transaction() as other:
            await tell(other, NO_BOOK, month("first"))
        await tell(waiting, NO_BOOK, month("depends on it"))
    while await record_events(database, limit=1):
        pass
    async with database.transaction() as connection:
        events = await list_events(connection, party_id, limit=9)
    assert [each.data["month"] for each in events] == ["first", "depends on it"]


async def test_only_one_worker_records_at_a_time(database: Database) -> None:
    party_id = await add_operator(database)
    await told(database, party_id, 1)
    async with database.transaction() as connection:
        taken = "SELECT pg_advisory_xact_lock(hashtextextended('api.event', 0))"
        await connection.execute(text(taken))
        assert await record_events(database) == 0
    assert await record_events(database) == 1


async def test_an_event_that_is_not_in_the_catalogue_waits_for_a_person(
    database: Database,
) -> None:
    party_id = await add_operator(database)
    async with database.transaction() as connection:
        await tell(connection, NO_BOOK, [Event(party_id, "nobody.knows", {})])
    await told(database, party_id, 1)
    assert await record_events(database) == 2
    assert await record_events(database) == 0
    async with database.transaction() as connection:
        assert [each.type for each in await list_events(connection, party_id, limit=9)] == [
            "period.closed"
        ]
        assert await outbox.pending(connection, ["event"]) == 1


async def test_endpoints_are_counted_under_a_lock(database: Database) -> None:
    party_id = await add_operator(database)

    async def add() -> bool:
        try:
            async with database.transaction() as connection:
                wanted = Wanted("http://127.0.0.1:1/", ["coupon.used"])
                await add_webhook_endpoint(connection, party_id, wanted, b"secret", LOOPBACK)
        except TooManyWebhookEndpoints:
            return False
        return True

    made = await asyncio.gather(*(add() for _ in range(ENDPOINTS_MAX + 4)))
    assert sum(made) == ENDPOINTS_MAX


async def test_keys_that_end_soon_are_told_of_once(database: Database) -> None:
    party_id, now = await add_operator(database), await now_of(database)
    for label, days in (("soon", KEY_DAYS - 1), ("later", KEY_DAYS + 1)):
        async with database.transaction() as connection:
            await create_key(
                connection, party_id, label=label, expires_at=now + timedelta(days=days)
            )
    assert [await tell_of_ending_keys(database) for _ in range(2)] == [1, 0]
    await record_events(database)
    async with database.transaction() as connection:
        (event,) = await list_events(connection, party_id, limit=9)
    assert (event.type, event.data["label"]) == ("key.expiring", "soon")
    assert event.data.keys() == TYPES[event.type].example.keys()


async def test_followers_get_what_they_missed_and_what_comes(
    database: Database, database_url: str
) -> None:
    party_id = await add_operator(database)
    live = Live(database, service_url(database_url))
    await told(database, party_id, 1, 2, 3)
    await record_events(database)
    seen: list[int] = []
    got = asyncio.Event()

    async def follow(after: int, into: list[int]) -> None:
        async for events in live.follow(party_id, after):
            into.extend(each.sequence for each in events)
            got.set()

    async def until(count: int) -> None:
        while len(seen) < count:
            got.clear()
            await asyncio.wait_for(got.wait(), 20)

    follower = asyncio.create_task(follow(1, seen))
    await until(2)
    assert seen == [2, 3]
    await told(database, party_id, 4)
    await record_events(database)
    await until(3)
    assert seen == [2, 3, 4]
    for _ in range(STREAMS_MAX):
        live.enter(party_id)
    with pytest.raises(TooManyStreams):
        live.enter(party_id)
    live.enter(party_id + 1)
    live.end()
    await asyncio.wait_for(follower, 20)
    await live.close()
