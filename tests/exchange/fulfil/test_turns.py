"""Two suppliers, one of them silent: it holds up no other, and loses none of its orders."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from catalog import DeliveryTerms, set_endpoint
from catalog.offers import Offer
from catalog.procurement.allotments import grant_allotment
from exchange.coupons import CouponState
from exchange.fulfil.breaker import (
    PROBES,
    REST_SECONDS_MAX,
    REST_SECONDS_MIN,
    SILENCES_MAX,
)
from exchange.fulfil.turns import IN_FLIGHT_ALL_MAX, IN_FLIGHT_MAX, Turns
from tests.catalog.fixtures import offer_of
from tests.exchange.fixtures import LOOPBACK, POLICY, SECRET, START, STOCK, World
from tests.exchange.supplier_server import Behaviour, SupplierServer, running_supplier

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


@asynccontextmanager
async def hotel(world: World) -> AsyncIterator[tuple[SupplierServer, Offer]]:
    """The second supplier with a server of its own, and an offer that it delivers."""
    async with running_supplier(SECRET) as server:
        async with world.database.transaction() as connection:
            await set_endpoint(
                connection,
                world.rival.party_id,
                url=server.url,
                encrypted_secret=world.vault.encrypt(SECRET, party_id=world.rival.party_id),
                networks=LOOPBACK,
            )
            room = await offer_of(connection, world.rival, "room", valid_until=None)
            await grant_allotment(
                connection,
                world.programme.book_id,
                world.brand,
                room.offer_id,
                quantity=STOCK,
                window_from=START,
            )
        yield server, room


async def redeem(world: World, offer: Offer, count: int) -> None:
    requests = [world.request("ann", offer, free=True) for _ in range(count)]
    assert all(answer.accepted for answer in await world.redeem(*requests))


async def delivered(world: World, offer: Offer) -> int:
    return int(
        await world.scalar(
            "SELECT count(*) FROM exchange.coupon WHERE offer_id = :offer AND state = :state",
            offer=offer.offer_id,
            state=CouponState.ACTIVE,
        )
    )


def end_of_rest(world: World) -> datetime:
    """When the rest of the second supplier ends.

    It begins when the silence is noticed, and requests take real time on top of the test's clock.
    """
    until = world.fulfilment.turns.suppliers[world.rival.party_id].rests_until
    assert until is not None
    return until


async def test_one_silent_supplier_does_not_delay_another(world: World) -> None:
    patient = replace(
        world.fulfilment, policy=replace(POLICY, request_timeout_seconds=60, lease_seconds=120)
    )
    open_rounds: list[asyncio.Task[None]] = []

    def start(calls: Coroutine[Any, Any, None]) -> None:
        open_rounds.append(asyncio.create_task(calls))

    async with hotel(world) as (silent, room):
        silent.behaviour = Behaviour.HANG
        await redeem(world, room, 3 * IN_FLIGHT_MAX)
        await redeem(world, world.direct, 5)
        began = time.monotonic()
        for _ in range(5):
            await patient.submit_orders(world.now, start=start)
        while await delivered(world, world.direct) < 5:
            assert time.monotonic() - began < 30, "the silent supplier held up the other"
            await asyncio.sleep(0.05)
        assert silent.received.total() <= IN_FLIGHT_MAX
        assert not all(task.done() for task in open_rounds), "nobody waited for the silent one"
        silent.behaviour = Behaviour.SUCCEED
        silent.released.set()
        await asyncio.gather(*open_rounds)
        await world.drain()
        assert await delivered(world, room) == 3 * IN_FLIGHT_MAX
        assert set(silent.received.values()) == {1}


async def test_a_silent_supplier_rests_and_single_requests_try_it_again(world: World) -> None:
    async with hotel(world) as (silent, room):
        silent.behaviour = Behaviour.LOSE
        # However slow the machine is, only the supplier decides what is silent.
        policy = replace(POLICY, request_timeout_seconds=60, lease_seconds=120)
        world.fulfilment = replace(world.fulfilment, policy=policy)
        await redeem(world, room, 2 * IN_FLIGHT_MAX)
        assert await world.submit() == IN_FLIGHT_MAX
        assert await world.submit() == 0, "its orders wait"
        assert await world.query() == 0
        await redeem(world, world.direct, 1)
        assert await world.submit() == 1, "the others' do not"
        for rest in (REST_SECONDS_MIN, 2 * REST_SECONDS_MIN):
            assert world.fulfilment.turns.suppliers[world.rival.party_id].rest_seconds == rest
            world.now = end_of_rest(world)
            sent = silent.received.total()
            assert await world.submit() == 1, "one request tries"
            assert await world.submit() == 0
            assert silent.received.total() == sent + 1
        silent.behaviour = Behaviour.SUCCEED
        for _ in range(PROBES):
            world.now = end_of_rest(world)
            assert await world.submit() == 1
            if world.fulfilment.turns.suppliers[world.rival.party_id].rests_until is None:
                break
        assert await world.submit() > 1, "it answers again"
        await world.drain()
        assert await delivered(world, room) == 2 * IN_FLIGHT_MAX


def silences(turns: Turns, count: int, at: datetime) -> None:
    with turns.places(at) as places:
        for _ in range(count):
            assert places.take(1)
            places.answered(1, silent=True)


def test_rests_grow_to_the_longest_and_an_answer_ends_them() -> None:
    turns, at = Turns(), NOW
    silences(turns, SILENCES_MAX - 1, at)
    assert turns.without_room(at) == []
    silences(turns, 1, at)
    rest = REST_SECONDS_MIN
    while rest < 4 * REST_SECONDS_MAX:
        assert turns.without_room(at + timedelta(seconds=min(rest, REST_SECONDS_MAX) - 1)) == [1]
        at += timedelta(seconds=min(rest, REST_SECONDS_MAX) + 1)
        assert turns.room(1, at) == 1
        silences(turns, 1, at)
        rest *= 2
    at += timedelta(seconds=REST_SECONDS_MAX + 1)
    for _ in range(PROBES):
        assert turns.room(1, at) == 1
        with turns.places(at) as places:
            assert places.take(1, 10) == 1
            assert turns.room(1, at) == 0, "one at a time"
            places.answered(1, silent=False)
    assert turns.room(1, at) == IN_FLIGHT_MAX


def test_a_supplier_may_say_how_many_it_takes_at_a_time_and_in_a_second() -> None:
    turns = Turns()
    turns.learn({1: DeliveryTerms(concurrency_max=7), 2: DeliveryTerms(rate_per_second=3)})
    with turns.places(NOW) as places:
        assert places.take(1, 10) == 7
        assert places.take(2, 10) == 3
        assert turns.without_room(NOW) == [1, 2]
        assert turns.room(2, NOW + timedelta(seconds=2)) == 3


def test_a_clock_that_was_put_back_does_not_prolong_a_rest() -> None:
    turns = Turns()
    silences(turns, SILENCES_MAX, NOW)
    assert turns.room(1, NOW - timedelta(hours=1)) == 1


def test_several_slow_suppliers_leave_room_for_the_next() -> None:
    turns = Turns()
    with turns.places(NOW) as places:
        slow = range(IN_FLIGHT_ALL_MAX // IN_FLIGHT_MAX + 1)
        for _ in range(3):
            for supplier in slow:
                places.take(supplier, 100)
        assert set(turns.without_room(NOW)) == set(slow)
        assert places.take(len(slow), 2) == 2


def test_places_are_bounded_and_given_back() -> None:
    turns = Turns()
    with turns.places(NOW) as places:
        granted = [places.take(supplier, 100) for supplier in range(20)]
        assert granted[0] == IN_FLIGHT_MAX
        assert sum(granted) == IN_FLIGHT_ALL_MAX
    assert turns.room_of_all == IN_FLIGHT_ALL_MAX
