"""Batches of stock over random histories, beside a small model that keeps count of them.

Grants, redemptions, deliveries that fail, returns and closings come in any order. After each step
every batch is what the model says, and nothing of it is lost: as many as were granted remain, went
back, or are out in coupons.
"""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from catalog.fields import QUANTITY_MAX
from catalog.offers import Offer
from catalog.procurement import (
    Wanted,
    close_procurement,
    load_allotments,
    procure,
    return_stock,
    state_supply_terms,
)
from catalog.procurement.returns import ReturnTooLarge
from exchange.audit import verify_rights
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil.conclude import Conclusion, conclude, load_programmes
from exchange.fulfil.orders import find_order
from ledger import Database
from ledger.audit import verify_book
from tests.catalog.fixtures import offer_of
from tests.exchange.fixtures import PRICE, START, World, open_world

NOON = datetime(2026, 3, 10, 17, tzinfo=UTC)
ENDS = (None, NOON + timedelta(days=1), NOON + timedelta(days=2))
TIMES = (NOON, NOON + timedelta(days=1), NOON + timedelta(days=3))
COUPONS = text(
    """
    SELECT allotment_no, count(*) AS coupons FROM exchange.coupon
    WHERE book_id = :book_id AND offer_id = :offer_id AND state <> 'RETURNED'
    GROUP BY allotment_no
    """
)

STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("grant"),
            st.integers(1, 4),
            st.sampled_from([None, 3, 9]),
            st.sampled_from(ENDS),
        ),
        st.tuples(st.just("redeem"), st.integers(1, 4), st.sampled_from(TIMES), st.booleans()),
        st.tuples(st.just("fail"), st.integers(0, 9), st.none(), st.none()),
        st.tuples(st.just("return"), st.integers(0, 3), st.integers(1, 3), st.none()),
        st.tuples(st.just("close"), st.integers(0, 3), st.none(), st.none()),
    ),
    min_size=4,
    max_size=14,
)


@dataclass
class Piece:
    """A batch as the model has it."""

    number: int
    procurement_id: int
    granted: int
    remaining: int
    points: int | None
    until: datetime | None
    returned: int = 0
    is_closed: bool = False

    def open_at(self, at: datetime) -> bool:
        return not self.is_closed and (self.until is None or at < self.until)


@dataclass
class History:
    """A programme's stock of one offer, and the model of it."""

    world: World
    offer: Offer
    pieces: list[Piece] = field(default_factory=list)
    coupons: list[tuple[int, Piece]] = field(default_factory=list)
    """Those whose delivery is open, with their batch."""

    async def step(self, kind: str, *arguments: Any) -> None:
        await getattr(self, f"_{kind}")(*arguments)

    async def _grant(self, quantity: int, points: int | None, until: datetime | None) -> None:
        wanted = Wanted(self.offer.offer_id, quantity, points, START, until)
        world = self.world
        async with world.database.transaction() as connection:
            asked, grant = await procure(connection, world.programme.book_id, world.brand, wanted)
        assert grant is not None
        assert grant.allotment_no == len(self.pieces) + 1
        number = asked.procurement_id
        self.pieces.append(Piece(grant.allotment_no, number, quantity, quantity, points, until))

    async def _redeem(self, count: int, at: datetime, free: bool) -> None:
        expected: list[Piece | None] = []
        for _ in range(count):
            found = [each for each in self.pieces if each.remaining and each.open_at(at)]
            piece = min(
                found,
                key=lambda each: (each.until or datetime.max.replace(tzinfo=UTC), each.number),
                default=None,
            )
            if piece is not None:
                piece.remaining -= 1
            expected.append(piece)
        self.world.now = TIMES[-1]
        requests = [
            self.world.request("ann", self.offer, free=free, occurred_at=at) for _ in range(count)
        ]
        answers = await self.world.redeem(*requests)
        for answer, piece in zip(answers, expected, strict=True):
            assert answer.accepted == (piece is not None), answer.refusal
            if piece is not None:
                price = PRICE if piece.points is None else piece.points
                assert answer.points == (0 if free else price)
                assert answer.detail is not None
                self.coupons.append((int(answer.detail["coupon"]), piece))

    async def _fail(self, which: int, *_: None) -> None:
        if not self.coupons:
            return
        coupon_id, piece = self.coupons.pop(which % len(self.coupons))
        world, number = self.world, await self.world.number_of(coupon_id)
        async with world.database.transaction() as connection:
            order = await find_order(connection, world.supplier.party_id, number)
            programmes = await load_programmes(connection, [order])
        failed = Conclusion(order, OrderState.FAILED, world.now)
        assert await conclude(world.ledger, programmes, [failed, failed]) == [True, False]
        piece.remaining += 1

    async def _return(self, which: int, quantity: int, _: None) -> None:
        if not self.pieces:
            return
        piece = self.pieces[which % len(self.pieces)]
        world = self.world
        enough = piece.remaining >= quantity
        try:
            async with world.database.transaction() as connection:
                await return_stock(
                    connection, world.programme.book_id, piece.procurement_id, quantity
                )
        except ReturnTooLarge:
            assert not enough
            return
        assert enough
        piece.remaining -= quantity
        piece.returned += quantity

    async def _close(self, which: int, *_: None) -> None:
        if not self.pieces:
            return
        piece = self.pieces[which % len(self.pieces)]
        world = self.world
        async with world.database.transaction() as connection:
            await close_procurement(connection, world.programme.book_id, piece.procurement_id)
        piece.returned += piece.remaining
        piece.remaining, piece.is_closed = 0, True

    async def agree(self) -> None:
        bound = {"book_id": self.world.programme.book_id, "offer_id": self.offer.offer_id}
        async with self.world.database.transaction() as connection:
            held = await load_allotments(connection, bound["book_id"], [bound["offer_id"]])
            out = Counter(
                {row.allotment_no: row.coupons for row in await connection.execute(COUPONS, bound)}
            )
            total = await connection.scalar(
                text("SELECT granted FROM catalog.offer WHERE offer_id = :offer_id"), bound
            )
        found = held[self.offer.offer_id].batches if held else []
        assert {
            each.allotment_no: (each.granted, each.remaining, each.returned, each.points)
            for each in found
        } == {
            each.number: (each.granted, each.remaining, each.returned, each.points)
            for each in self.pieces
        }
        for each in self.pieces:
            assert each.granted == each.remaining + each.returned + out[each.number]
        assert total == sum(each.granted - each.returned for each in self.pieces)


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        opened.now = NOON
        await opened.issue("ann", 1_000_000)
        async with database.transaction() as connection:
            await state_supply_terms(
                connection,
                opened.supplier,
                offer_id=None,
                brands=None,
                quantity_max=QUANTITY_MAX,
                valid_from=START,
            )
        yield opened


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(steps=STEPS)
async def test_no_history_loses_a_piece_of_any_batch(world: World, steps: Any) -> None:
    async with world.database.transaction() as connection:
        offer = await offer_of(connection, world.supplier, world.key("offer"), valid_until=None)
    history = History(world, offer)
    for step in steps:
        await history.step(*step)
        await history.agree()
    async with world.database.transaction() as connection:
        assert await verify_rights(connection, world.programme) == []
        assert await verify_book(connection, world.programme) == []
