"""Webhooks are delivered to receivers on real sockets, however hostile some of them are.

No test waits for the time of a retry: the courier is given the time.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from api.events.catalogue import TYPES
from api.events.deliver import (
    _HEADS,
    FAILING,
    GONE,
    IN_FLIGHT_MAX,
    LEASE_SECONDS,
    Courier,
    claim_deliveries,
    note_attempt,
)
from api.events.keep import KEPT_DAYS, forget_old_events
from api.events.retry import ATTEMPTS_MAX, FAILING_DAYS_MAX, Result
from api.events.send import ANSWER_BYTES_MAX
from catalog import Address
from exchange.fulfil import Vault, open_guarded_http
from ledger import Database
from tests.api.events.receiver import HUGE_BYTES, Receiver, certificate_of_another, receiving
from tests.api.events.world import KEY, LOOPBACK, World, add_operator, now_of


async def resolved(host: str, _port: int) -> list[Address]:
    """Names of the tests: one that has moved inside, and addresses."""
    return [IPv4Address("10.1.2.3" if host == "moved.example" else host)]


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    party_id = await add_operator(database)
    async with open_guarded_http(LOOPBACK, resolver=resolved) as http:
        courier = Courier(database, http, Vault(KEY), draw=lambda: 0.5)
        made = World(database, courier, party_id, await now_of(database))
        yield made
        for task in list(made.running):
            task.cancel()
        await asyncio.gather(*made.running, return_exceptions=True)
        assert made.errors == []


async def test_a_hostile_receiver_harms_nobody_else_and_nothing_is_lost(
    world: World, tmp_path: Path
) -> None:
    good, slow, huge = Receiver(), Receiver(always="hang"), Receiver(always="huge")
    flaky, away = Receiver(planned=[500, 429, 503, 500]), Receiver(always="away")
    gone, wrong_name = Receiver(always=410), Receiver()
    certificate = certificate_of_another(tmp_path)
    async with (
        receiving(good, slow, huge, flaky, away, gone),
        receiving(wrong_name, certificate=certificate),
    ):
        receivers = (good, slow, huge, flaky, away, gone, wrong_name)
        ids = [await world.add(each.url) for each in receivers]
        inside = await world.add("https://moved.example/hook")
        await world.tell(*range(1, 7))
        await world.deliver(but=IN_FLIGHT_MAX)

        # The slow one holds its places, and everybody else has been served.
        assert len(slow.requests) == len(world.running) == IN_FLIGHT_MAX
        assert sorted(good.sequences) == sorted(huge.sequences) == [1, 2, 3, 4, 5, 6]
        assert await world.states(ids[2]) == ", ".join(["delivered 1"] * 6)
        kept = "SELECT max(octet_length(answer)) FROM api.delivery_attempt"
        assert await world.scalar(kept) == ANSWER_BYTES_MAX < HUGE_BYTES
        # In whatever order they came: their numbers tell the order in which it happened.
        months = {each["sequence"]: each["data"]["month"] for each in good.documents}
        assert [months[number] for number in sorted(months)] == [f"m-{n}" for n in range(1, 7)]
        assert {good.verified(world.secrets[ids[0]], place)["type"] for place in range(6)} == {
            "period.closed"
        }
        # A redirect is not followed, a foreign certificate and an address inside are not talked to.
        assert set(away.paths) == {"/hook"}
        assert wrong_name.requests == []
        problems = (
            "SELECT string_agg(DISTINCT problem, '; ') FROM api.delivery_attempt"
            " JOIN api.delivery USING (delivery_id) WHERE endpoint_id = {}"
        )
        assert "10.1.2.3 is a private" in await world.scalar(problems.format(inside))
        assert "certificate" in (await world.scalar(problems.format(ids[6]))).lower()
        # What is gone is not asked again, and its party hears of it.
        assert len(gone.requests) <= IN_FLIGHT_MAX
        reason = "SELECT reason FROM api.webhook_endpoint WHERE endpoint_id = {}"
        assert await world.scalar(reason.format(ids[5])) == GONE
        await world.record()
        await world.deliver(but=IN_FLIGHT_MAX)
        assert good.documents[-1]["data"]["endpoint_id"] == ids[5]

        # The worker dies with the slow attempts. Later, the slow one is well again.
        for task in list(world.running):
            task.cancel()
        await asyncio.gather(*world.running, return_exceptions=True)
        slow.always = away.always = 200
        for _ in range(ATTEMPTS_MAX):
            world.now += timedelta(hours=20)
            await world.deliver()
        for receiver in (slow, flaky, away):
            assert set(receiver.sequences) == {1, 2, 3, 4, 5, 6, 7}
        undelivered = "SELECT count(*) FROM api.delivery WHERE state <> 'delivered' AND endpoint_id"
        assert await world.scalar(f"{undelivered} IN ({ids[1]}, {ids[3]}, {ids[4]})") == 0


async def test_a_worker_that_dies_before_its_note_has_the_event_sent_again(world: World) -> None:
    good = Receiver()
    async with receiving(good):
        endpoint_id = await world.add(good.url)
        await world.tell(1)
        (claimed,) = await claim_deliveries(world.database, 10, world.now)
        # It is delivered, and the worker is killed before it can note that.
        await world.courier._send(claimed, world.now)
        assert len(good.requests) == 1
        assert await claim_deliveries(world.database, 10, world.now) == []
        world.now += timedelta(seconds=LEASE_SECONDS + 1)
        await world.deliver()
        first, second = (headers["webhook-id"] for headers, _ in good.requests)
        assert first == second, "the receiver knows it by its id"
        assert await world.states(endpoint_id) == "delivered 1"
        # The dead one was only slow: its lease is over, and its note counts for nothing.
        late = Result(5, status=500)
        assert not await note_attempt(world.database, claimed, late, world.now, drawn=0.5)
        assert await world.states(endpoint_id) == "delivered 1"


async def test_what_waits_behind_the_first_is_not_looked_at(world: World) -> None:
    """A file of members leaves tens of thousands that wait for one endpoint."""
    endpoint_id = await world.add("http://127.0.0.1:1/hook")
    filled = """
        WITH logged AS (
            INSERT INTO api.event (party_id, sequence, type, happened_at, data)
            SELECT :party_id, number, 'points.issued', :now, '{}'
            FROM generate_series(1, 5000) AS number RETURNING sequence
        )
        INSERT INTO api.delivery (endpoint_id, party_id, sequence, due_at)
        SELECT :endpoint_id, :party_id, sequence, :now FROM logged
    """
    about = {"party_id": world.party_id, "endpoint_id": endpoint_id, "now": world.now}
    async with world.database.transaction() as connection:
        await connection.execute(
            text(filled).bindparams(bindparam("now", type_=TIMESTAMP(timezone=True))), about
        )
    claimed = await claim_deliveries(world.database, 2, world.now)
    assert [each.event.sequence for each in claimed] == [1, 2]
    read = (
        "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables"
        " WHERE relname = 'delivery'"
    )
    async with world.database.transaction() as connection:
        horizon = world.now + timedelta(days=1)
        bound = {"now": world.now, "horizon": horizon, "in_flight": IN_FLIGHT_MAX}
        await connection.execute(_HEADS, {**bound, "limit": 10})
        assert (await connection.execute(text(read))).scalar_one() < 100
    assert len(await claim_deliveries(world.database, 9, world.now)) == IN_FLIGHT_MAX - 2
    assert await claim_deliveries(world.database, 9, world.now) == []


async def test_retries_end_after_three_days_and_an_endpoint_after_five(world: World) -> None:
    dead = Receiver(always=500)
    async with receiving(dead):
        endpoint_id = await world.add(dead.url)
        await world.tell(1)
        begun = world.now
        await world.deliver()
        while (
            due_at := await world.scalar(
                "SELECT min(due_at) FROM api.delivery WHERE state = 'waiting'"
            )
        ) is not None:
            world.now = due_at
            await world.deliver()
        assert await world.states(endpoint_id) == f"failed {ATTEMPTS_MAX}"
        assert timedelta(days=3) < world.now - begun < timedelta(days=3, hours=6)
        state = "SELECT state || coalesce(' ' || reason, '') FROM api.webhook_endpoint"
        assert await world.scalar(state) == "enabled"
        world.now = begun + timedelta(days=FAILING_DAYS_MAX, seconds=1)
        await world.tell(2)
        await world.deliver()
        assert await world.scalar(state) == f"disabled {FAILING}"
        await world.record()
        last = "SELECT type FROM api.event ORDER BY sequence DESC LIMIT 1"
        assert await world.scalar(last) == "endpoint.disabled"


async def test_what_is_older_than_thirty_days_goes_with_its_deliveries(world: World) -> None:
    good = Receiver()
    async with receiving(good):
        await world.add(good.url)
        await world.tell(1, 2)
        await world.deliver()
        left = "SELECT (SELECT count(*) FROM api.event), (SELECT count(*) FROM api.delivery)"
        assert await forget_old_events(world.database, world.now, limit=1) == 0
        later = world.now + timedelta(days=KEPT_DAYS, minutes=1)
        assert await forget_old_events(world.database, later, limit=1) == 2
        assert await world.scalar(left) == 0
        assert await world.scalar("SELECT count(*) FROM api.delivery_attempt") == 0
        await world.tell(3)
        assert await world.scalar("SELECT sequence FROM api.event") == 3, "the numbers go on"


def test_every_type_of_the_catalogue_has_a_name_that_says_what_happened() -> None:
    assert all(name.count(".") == 1 and each.sentence.endswith(".") for name, each in TYPES.items())
