"""Orders in the database: who may claim which, whatever their books."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text

from catalog.procurement.allotments import grant_allotment
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil.due import claim_due_queries
from exchange.fulfil.orders import Order, begin_submission, lock_orders
from exchange.fulfil.turns import IN_FLIGHT_MAX, Turns
from exchange.fulfil.verdict import DeliveryPolicy
from tests.catalog.fixtures import offer_of
from tests.exchange.fixtures import START, World
from tests.races.waiting import until_waiting

LEASE_SECONDS = 30.0
POLICY = DeliveryPolicy(lease_seconds=LEASE_SECONDS)


async def orders_of_two_books(world: World, count: int) -> list[tuple[int, int]]:
    """Orders by (book, coupon), in turn of the one book and of the other."""
    books = [world.programme.book_id]
    coupons = [[await world.redeem_one("ann", free=True) for _ in range(count)]]
    world.programme = await world.open_book("other")
    books.append(world.programme.book_id)
    coupons.append([await world.redeem_one("ann", free=True) for _ in range(count)])
    return [
        (book_id, coupon_id)
        for pair in zip(*coupons, strict=True)
        for book_id, coupon_id in zip(books, pair, strict=True)
    ]


async def make_due(world: World, keys: Sequence[tuple[int, int]]) -> None:
    """Have the orders wait for a query, each since a second later than the one before."""
    async with world.database.transaction() as connection:
        for place, (book_id, coupon_id) in enumerate(keys):
            await connection.execute(
                text(
                    "UPDATE exchange.fulfilment_order SET state = 'UNKNOWN', query_at = :at"
                    " WHERE book_id = :book_id AND coupon_id = :coupon_id"
                ),
                {
                    "book_id": book_id,
                    "coupon_id": coupon_id,
                    "at": world.now - timedelta(hours=1) + timedelta(seconds=place),
                },
            )


async def claim(world: World, now: datetime, limit: int) -> list[Order]:
    async with world.database.transaction() as connection:
        return await claim_due_queries(connection, now, POLICY, limit, Turns().places(now))


async def test_the_oldest_are_claimed_first_whatever_their_books(world: World) -> None:
    keys = await orders_of_two_books(world, 3)
    await make_due(world, keys)
    assert {order.key for order in await claim(world, world.now, 3)} == set(keys[:3])
    assert {order.key for order in await claim(world, world.now, 9)} == set(keys[3:])
    assert await claim(world, world.now, 9) == []
    later = world.now + timedelta(seconds=LEASE_SECONDS)
    assert {order.key for order in await claim(world, later, 9)} == set(keys)


async def test_what_another_worker_holds_is_skipped(world: World) -> None:
    keys = await orders_of_two_books(world, 3)
    await make_due(world, keys)
    async with world.database.transaction() as connection:
        places = Turns().places(world.now)
        first = await claim_due_queries(connection, world.now, POLICY, 2, places)
        second = await claim(world, world.now, 2)
    assert {order.key for order in first} == set(keys[:2])
    assert {order.key for order in second} == set(keys[2:4])


async def test_orders_of_a_supplier_without_places_are_not_claimed_in_anothers(
    world: World,
) -> None:
    async with world.database.transaction() as connection:
        room = await offer_of(connection, world.rival, "room", valid_until=None)
        await grant_allotment(
            connection,
            world.programme.book_id,
            world.brand,
            room.offer_id,
            quantity=2,
            window_from=START,
        )
    book_id = world.programme.book_id
    ours = [(book_id, await world.redeem_one("ann", free=True)) for _ in range(2)]
    rivals = [(book_id, await world.redeem_one("ann", room, free=True)) for _ in range(2)]
    await make_due(world, [*ours, *rivals])
    turns = Turns()
    turns.suppliers[world.supplier.party_id].in_flight = IN_FLIGHT_MAX
    places = turns.places(world.now)
    async with world.database.transaction() as connection:
        claimed = await claim_due_queries(connection, world.now, POLICY, 4, places)
    assert {order.key for order in claimed} == set(rivals)
    assert +places.taken == {world.rival.party_id: 2}


async def test_workers_at_once_claim_every_order_once(world: World) -> None:
    keys = await orders_of_two_books(world, 5)
    await make_due(world, keys)

    async def worker() -> list[Order]:
        claimed: list[Order] = []
        while round_ := await claim(world, world.now, 2):
            claimed += round_
        return claimed

    claims = await asyncio.gather(*(worker() for _ in range(3)))
    claimed = [order.key for orders in claims for order in orders]
    claimed += [order.key for order in await claim(world, world.now, 10)]
    assert sorted(claimed) == sorted(keys)


async def test_orders_of_two_books_are_begun_together_and_only_once(world: World) -> None:
    keys = await orders_of_two_books(world, 2)
    async with world.database.transaction() as connection:
        begun = await begin_submission(connection, keys, world.now, LEASE_SECONDS)
    assert {order.key for order in begun} == set(keys)
    assert {(order.state, order.submissions) for order in begun} == {(OrderState.SUBMITTING, 1)}
    async with world.database.transaction() as connection:
        assert await begin_submission(connection, keys, world.now, LEASE_SECONDS) == []


async def test_an_order_is_not_begun_in_the_instant_of_its_deadline(world: World) -> None:
    coupon_id = await world.redeem_one("ann", free=True)
    key = (world.programme.book_id, coupon_id)
    deadline_at = await world.scalar("SELECT deadline_at FROM exchange.fulfilment_order")
    for now, begun in ((deadline_at, 0), (deadline_at - timedelta(microseconds=1), 1)):
        async with world.database.transaction() as connection:
            assert len(await begin_submission(connection, [key], now, LEASE_SECONDS)) == begun


async def test_what_was_committed_during_a_wait_is_seen(world: World) -> None:
    """The submission waits for a callback's lock, and finds the order ended."""
    coupon_id = await world.redeem_one("ann", free=True)
    book_id = world.programme.book_id

    async def begin() -> list[Order]:
        async with world.database.transaction() as connection:
            return await begin_submission(
                connection, [(book_id, coupon_id)], world.now, LEASE_SECONDS
            )

    async with world.database.transaction() as holder:
        await lock_orders(holder, book_id, [coupon_id])
        beginning = asyncio.create_task(begin())
        await until_waiting(world.database, 1)
        await holder.execute(
            text("UPDATE exchange.fulfilment_order SET state = 'FAILED', finished_at = now()")
        )
    assert await beginning == []
    assert await world.steps(coupon_id) == ["redeemed"]


async def test_a_lease_further_ahead_than_the_longest_wait_is_due(world: World) -> None:
    keys = await orders_of_two_books(world, 2)
    await make_due(world, keys)
    longest = timedelta(seconds=POLICY.ahead_seconds_max)
    ahead = [timedelta(0), longest, longest + timedelta(seconds=1), timedelta(days=3)]
    async with world.database.transaction() as connection:
        for (book_id, coupon_id), each in zip(keys, ahead, strict=True):
            await connection.execute(
                text(
                    "UPDATE exchange.fulfilment_order SET query_at = :at"
                    " WHERE book_id = :book_id AND coupon_id = :coupon_id"
                ),
                {"book_id": book_id, "coupon_id": coupon_id, "at": world.now + each},
            )
    due = {keys[0], keys[2], keys[3]}
    assert {order.key for order in await claim(world, world.now, 9)} == due
    assert await claim(world, world.now, 9) == [], "each has a lease of the ordinary length"
