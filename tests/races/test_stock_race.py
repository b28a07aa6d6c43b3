"""Grants, redemptions, failed deliveries, returns and closings of the same stock, all at once.

Whatever the order in which they come, no batch is oversold, nothing of it is lost, and all brands
together have no more than there is.
"""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from catalog.offers import Offer
from catalog.procurement import (
    Wanted,
    close_procurement,
    procure,
    return_stock,
    state_supply_terms,
)
from catalog.procurement.allotments import AllotmentTooLarge, StockTotalExceeded
from catalog.procurement.returns import ReturnTooLarge
from exchange.audit import verify_rights
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil.conclude import Conclusion, conclude, load_programmes
from exchange.fulfil.orders import find_order
from exchange.redeem import redeem_rights
from ledger import Database, Ledger
from ledger.asks import Answer
from ledger.audit import verify_book
from tests.catalog.fixtures import offer_of
from tests.exchange.fixtures import START, World, open_world

TOTAL = 30
MEMBERS = 6
ROUNDS = 6
CAMPAIGN_ROUNDS = 200
TIMEOUT = 1_200
BATCHES = text(
    """
    SELECT a.allotment_no, a.points, a.granted, a.remaining, a.returned,
        count(c.coupon_id) FILTER (WHERE c.state <> 'RETURNED') AS coupons,
        bool_and(c.coupon_id IS NULL OR c.points = a.points) AS is_priced
    FROM catalog.allotment a LEFT JOIN exchange.coupon c USING (book_id, offer_id, allotment_no)
    WHERE a.book_id = :book_id AND a.offer_id = :offer_id
    GROUP BY a.book_id, a.offer_id, a.allotment_no
    """
)


@dataclass
class Crowd:
    """Everybody who moves the stock of an offer."""

    world: World
    offer: Offer
    asked: list[int]

    async def grant(self, quantity: int, points: int) -> None:
        world = self.world
        wanted = Wanted(self.offer.offer_id, quantity, points, START, None)
        try:
            async with world.database.transaction() as connection:
                granted, _ = await procure(connection, world.programme.book_id, world.brand, wanted)
        except (StockTotalExceeded, AllotmentTooLarge):
            return
        self.asked.append(granted.procurement_id)

    async def redeem(self, ledger: Ledger, members: list[str]) -> list[Answer]:
        world = self.world
        requests = [world.request(member, self.offer) for member in members]
        accounts = await world.fulfilment.data_keys.accounts()
        return await redeem_rights(
            *(ledger, world.programme, world.brand, requests, world.now), accounts=accounts
        )

    async def fail(self, coupon_id: int) -> None:
        world = self.world
        number = await world.number_of(coupon_id)
        async with world.database.transaction() as connection:
            order = await find_order(connection, world.supplier.party_id, number)
            programmes = await load_programmes(connection, [order])
        await conclude(world.ledger, programmes, [Conclusion(order, OrderState.FAILED, world.now)])

    async def give_back(self, number: int, quantity: int) -> None:
        try:
            async with self.world.database.transaction() as connection:
                await return_stock(connection, self.world.programme.book_id, number, quantity)
        except ReturnTooLarge:
            return

    async def close(self, number: int) -> None:
        async with self.world.database.transaction() as connection:
            await close_procurement(connection, self.world.programme.book_id, number)


async def meet(world: World, seed: int) -> None:
    """One round: an offer of its own, and everybody at it in an order that the seed draws."""
    chance = random.Random(seed)
    async with world.database.transaction() as connection:
        offer = await offer_of(
            connection,
            world.supplier,
            world.key("offer"),
            valid_until=None,
            quantity_max=TOTAL,
        )
    crowd = Crowd(world, offer, [])
    for points in (1, 2):
        await crowd.grant(6, points)
    other = Ledger(world.database)
    members = [f"member-{number}" for number in range(MEMBERS)]
    made = await crowd.redeem(world.ledger, members[:3])
    coupons = [int(answer.detail["coupon"]) for answer in made if answer.detail is not None]
    early = list(crowd.asked)
    work = [
        *(crowd.grant(chance.randint(1, 9), 3 + number) for number in range(3)),
        *(crowd.redeem(chance.choice([world.ledger, other]), [member]) for member in members),
        crowd.redeem(other, [chance.choice(members) for _ in range(8)]),
        *(crowd.fail(coupon_id) for coupon_id in coupons),
        *(crowd.give_back(chance.choice(early), chance.randint(1, 3)) for _ in range(3)),
        crowd.close(chance.choice(early)),
    ]
    chance.shuffle(work)
    done = await asyncio.gather(*work)
    answers = [answer for each in done if isinstance(each, list) for answer in each]
    assert {each.refusal["code"] for each in answers if each.refusal} <= {"allotment-exhausted"}
    bound = {"book_id": world.programme.book_id, "offer_id": offer.offer_id}
    async with world.database.transaction() as connection:
        found = (await connection.execute(BATCHES, bound)).all()
        total = await connection.scalar(
            text("SELECT granted FROM catalog.offer WHERE offer_id = :offer_id"), bound
        )
    for each in found:
        assert each.is_priced
        assert each.granted == each.remaining + each.returned + each.coupons, each
        assert min(each.remaining, each.returned) >= 0
    assert sorted(each.allotment_no for each in found) == list(range(1, len(found) + 1))
    assert total == sum(each.granted - each.returned for each in found) <= TOTAL
    out = Counter(each.accepted for each in [*answers, *made])[True] - len(coupons)
    assert out == sum(each.coupons for each in found)


async def _rounds(database: Database, seeds: range) -> None:
    async with open_world(database) as world:
        async with database.transaction() as connection:
            await state_supply_terms(
                connection,
                world.supplier,
                offer_id=None,
                brands=None,
                quantity_max=1_000_000,
                valid_from=START,
            )
        for number in range(MEMBERS):
            await world.issue(f"member-{number}", 1_000_000)
        for seed in seeds:
            await meet(world, seed)
        async with database.transaction() as connection:
            assert await verify_rights(connection, world.programme) == []
            assert await verify_book(connection, world.programme) == []


async def test_nobody_loses_or_makes_a_piece(database: Database) -> None:
    await _rounds(database, range(ROUNDS))


@pytest.mark.campaign
@pytest.mark.timeout(TIMEOUT)
async def test_nobody_loses_or_makes_a_piece_in_many_rounds(database: Database) -> None:
    await _rounds(database, range(ROUNDS, ROUNDS + CAMPAIGN_ROUNDS))
