"""A piece is taken from one batch, costs what that batch costs, and goes back to it."""

import asyncio
from collections import Counter
from datetime import datetime, timedelta

import pytest

from catalog.offers import Offer
from catalog.procurement import Batch, load_allotments, take
from catalog.procurement.allotments import grant_allotment
from exchange.audit import verify_rights
from ledger.audit import verify_book
from tests.exchange.fixtures import PRICE, START, STOCK, World, held
from tests.exchange.supplier_server import Behaviour
from tests.races.waiting import until_waiting


async def grant(
    world: World,
    quantity: int,
    points: int | None,
    offer: Offer | None = None,
    window_until: datetime | None = None,
) -> int:
    async with world.database.transaction() as connection:
        granted = await grant_allotment(
            connection,
            world.programme.book_id,
            world.brand,
            (offer or world.own).offer_id,
            quantity=quantity,
            points=points,
            window_from=START,
            window_until=window_until,
        )
    return granted.allotment_no


async def empty(world: World, offer: Offer) -> None:
    """Use up what the world has granted, with rights that cost nothing."""
    async with world.database.transaction() as connection:
        await take(connection, world.programme.book_id, {(offer.offer_id, 1): STOCK})


async def batches(world: World, offer: Offer | None = None) -> dict[int, Batch]:
    offer_id = (offer or world.own).offer_id
    async with world.database.transaction() as connection:
        found = await load_allotments(connection, world.programme.book_id, [offer_id])
    return {batch.allotment_no: batch for batch in found[offer_id].batches}


async def test_a_later_grant_reprices_nothing_that_was_there(world: World) -> None:
    """What closes first goes first, each piece at the price of its batch."""
    soon = world.now + timedelta(days=30)
    assert await grant(world, 2, 7, window_until=soon) == 2
    assert await grant(world, 1, 9, window_until=soon) == 3
    assert await grant(world, 5, 1) == 4
    await world.issue("ann", 1_000)
    answers = [(await world.redeem(world.request("ann", world.own)))[0] for _ in range(5)]
    assert [answer.points for answer in answers] == [7, 7, 9, PRICE, PRICE]
    together = await world.redeem(*(world.request("ann", world.own) for _ in range(3)))
    assert [answer.points for answer in together] == [PRICE] * 3
    found = await batches(world)
    assert {number: batch.remaining for number, batch in found.items()} == {
        1: STOCK - 5,
        2: 0,
        3: 0,
        4: 5,
    }
    assert (found[1].points, found[2].points, found[3].points) == (None, 7, 9)
    numbers = "SELECT array_agg(allotment_no ORDER BY coupon_id) FROM exchange.coupon"
    assert await world.scalar(numbers) == [2, 2, 3, *[1] * 5]
    spent = sum(answer.points or 0 for answer in [*answers, *together])
    assert await world.spendable("ann") == (1_000 - spent, 0)
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []


async def test_one_request_is_served_from_several_batches_at_their_prices(world: World) -> None:
    await empty(world, world.own)
    for quantity, points in ((2, 5), (1, 50), (2, 3)):
        await grant(world, quantity, points)
    await world.issue("rich", 1_000)
    await world.issue("poor", 4)
    members = ("rich", "poor", "rich", "rich", "poor", "rich", "rich")
    answers = await world.redeem(*(world.request(member, world.own) for member in members))
    got = [answer.points if answer.accepted else answer.refusal["code"] for answer in answers]
    # The poor one cannot pay for the piece that is meant for it, and takes none from the others.
    # When it comes to the piece it could pay for, that is gone.
    assert Counter(got) == Counter({5: 2, 50: 1, 3: 2, "allotment-exhausted": 2})
    assert await world.stock(world.own) == 0
    async with world.database.transaction() as connection:
        assert await verify_book(connection, world.programme) == []


@pytest.mark.parametrize(("points", "new_points"), [(5, 9), (9, 5)])
async def test_the_price_is_that_of_the_batch_that_is_taken(
    world: World, points: int, new_points: int
) -> None:
    """The last piece that was quoted goes to another while the redemption waits for its lane."""
    await empty(world, world.own)
    quoted = await grant(world, 1, points)
    await grant(world, 1, new_points)
    await world.issue("ann", 100)
    request = world.request("ann", world.own)
    async with world.database.transaction() as holder:
        await holder.exec_driver_sql("SELECT 1 FROM ledger.lane FOR UPDATE")
        redeeming = asyncio.create_task(world.redeem(request))
        await until_waiting(world.database, 1)
        key = (world.own.offer_id, quoted)
        async with world.database.transaction() as connection:
            assert await take(connection, world.programme.book_id, {key: 1}) == {key: 1}
    (answer,) = await redeeming
    assert (answer.accepted, answer.points, answer.balance) == (True, new_points, 100 - new_points)
    (again,) = await world.redeem(request)
    assert again.document() == answer.document()


async def test_a_batch_that_goes_between_plan_and_take_has_the_next_one_taken(
    world: World,
) -> None:
    """The row is locked by another who takes it, so the plan is found to be too much."""
    await empty(world, world.own)
    first = await grant(world, 1, 5)
    await grant(world, 1, 9)
    await world.issue("ann", 100)
    key = (world.own.offer_id, first)
    async with world.database.transaction() as holder:
        assert await take(holder, world.programme.book_id, {key: 1}) == {key: 1}
        redeeming = asyncio.create_task(world.redeem(world.request("ann", world.own)))
        await until_waiting(world.database, 1)
    (answer,) = await redeeming
    assert (answer.accepted, answer.points) == (True, 9)


async def test_what_a_supplier_fails_to_deliver_goes_back_to_its_batch(world: World) -> None:
    soon = world.now + timedelta(days=30)
    dear = await grant(world, 1, 30, world.direct, window_until=soon)
    coupon_id = await held(world)
    assert (await batches(world, world.direct))[dear].remaining == 0
    await world.redeem_one("ann")
    world.server.behaviour = Behaviour.FAIL
    await world.submit()
    found = await batches(world, world.direct)
    assert (found[dear].remaining, found[1].remaining) == (1, STOCK)
    assert (await world.coupon(coupon_id)).points == 30
    assert await world.spendable("ann") == (100, 0)
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
