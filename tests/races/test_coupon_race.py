"""Many shops use one coupon at once, on real connections, and one of them wins."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from exchange.coupons import CouponState
from exchange.use import UseRequest
from ledger import Database
from tests.exchange.fixtures import World, open_world

SHOPS = 16


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


async def coupon(world: World) -> tuple[int, str]:
    coupon_id = await world.redeem_one("ann", world.own, free=True)
    return coupon_id, (await world.coupon(coupon_id)).code


async def test_a_coupon_is_used_once(world: World) -> None:
    coupon_id, code = await coupon(world)
    answers = await asyncio.gather(*(world.use(code) for _ in range(SHOPS)))
    assert sum(answer.accepted for answer in answers) == 1
    assert {answer.document["code"] for answer in answers if not answer.accepted} == {
        "coupon-already-used"
    }
    assert (await world.coupon(coupon_id)).uses == 1
    assert await world.scalar("SELECT count(*) FROM ledger.outbox WHERE topic = 'coupon.used'") == 1


async def test_one_key_at_once_is_answered_once(world: World) -> None:
    _, code = await coupon(world)
    answers = await asyncio.gather(*(world.use(code, key="same") for _ in range(SHOPS)))
    assert all(answer.accepted for answer in answers)
    assert len({str(answer.document) for answer in answers}) == 1
    assert sum(not answer.replayed for answer in answers) == 1


async def test_one_key_at_once_on_many_coupons_uses_one(world: World) -> None:
    codes = [(await coupon(world))[1] for _ in range(6)]
    answers = await asyncio.gather(*(world.use(code, key="same") for code in codes))
    assert sum(answer.accepted for answer in answers) == 1
    assert {a.document["code"] for a in answers if not a.accepted} == {"idempotency-key-reused"}
    assert await world.scalar("SELECT count(*) FROM exchange.coupon WHERE state = 'USED'") == 1


async def test_batches_that_overlap_neither_deadlock_nor_use_twice(world: World) -> None:
    codes = [(await coupon(world))[1] for _ in range(20)]
    batches = [
        [
            UseRequest(key=f"{shop}-{code}", code=code)
            for code in (codes if shop % 2 else reversed(codes))
        ]
        for shop in range(6)
    ]
    answered = await asyncio.gather(*(world.use_all(batch) for batch in batches))
    assert sum(answer.accepted for answers in answered for answer in answers) == len(codes)
    assert await world.scalar(
        "SELECT count(*) FROM exchange.coupon WHERE state = 'USED' AND uses = 1"
    ) == len(codes)


async def test_use_and_reversal_at_once_leave_a_state_that_their_answers_tell(world: World) -> None:
    coupon_id, code = await coupon(world)
    await world.use(code)
    answers = await asyncio.gather(
        *(world.reverse(code) if turn % 2 else world.use(code) for turn in range(SHOPS))
    )
    uses = sum(answer.accepted and answer.document["state"] == "USED" for answer in answers)
    reversals = sum(answer.accepted and answer.document["state"] == "ACTIVE" for answer in answers)
    found = await world.coupon(coupon_id)
    assert 1 + uses - reversals == (1 if found.state is CouponState.USED else 0)
    assert found.uses == 1 + uses
