"""Eight tills at one coupon: they use it, lock it, unlock it and sweep it at once, and one wins."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from exchange.audit import verify_rights
from exchange.coupons import CouponState, expire_coupons
from exchange.use import UseAnswer
from ledger import Database
from tests.exchange.fixtures import World, active, open_world

TILLS = 8
ROUNDS, CAMPAIGN_ROUNDS, TIMEOUT = 2, 200, 900
LOSERS = {"coupon-already-used", "coupon-locked"}


async def at_once(*work: Awaitable[UseAnswer], seed: int) -> list[UseAnswer]:
    """The answers of tills that begin in an order of the seed."""
    order = list(work)
    random.Random(seed).shuffle(order)
    return list(await asyncio.gather(*order))


def winner(answers: list[UseAnswer], refused: set[str] = LOSERS) -> UseAnswer:
    """The one that was accepted. The others were told why they were not."""
    (won,) = (each for each in answers if each.accepted)
    assert {each.document["code"] for each in answers if not each.accepted} <= refused
    return won


async def uses(world: World, seed: int) -> None:
    _, code = await active(world)
    winner(await at_once(*(world.at_the_till("use", code) for _ in range(TILLS)), seed=seed))


async def locks(world: World, seed: int) -> None:
    """One till gets the lock, and it alone uses the coupon."""
    _, code = await active(world)
    held = await at_once(*(world.at_the_till("lock", code) for _ in range(TILLS)), seed=seed)
    lock = winner(held).document["lock"]
    asked = [world.at_the_till("use", code, lock=lock, store="the locker")]
    asked += [world.at_the_till("use", code, store="another") for _ in range(TILLS - 1)]
    assert winner(await at_once(*asked, seed=seed)).document["store"] == "the locker"


async def uses_and_locks(world: World, seed: int) -> None:
    coupon_id, code = await active(world)
    asked = [world.at_the_till("lock" if till % 2 else "use", code) for till in range(TILLS)]
    won = winner(await at_once(*asked, seed=seed))
    assert (await world.coupon(coupon_id)).state == won.document["state"]


async def a_lock_that_has_lapsed(world: World, seed: int) -> None:
    """Whoever comes first after it has the coupon, and its old holder cannot end what follows."""
    coupon_id, code = await active(world)
    lock = (await world.at_the_till("lock", code, seconds=30)).document["lock"]
    world.now += timedelta(seconds=30)
    asked = [world.at_the_till("lock" if till % 2 else "use", code) for till in range(TILLS)]
    asked.append(world.at_the_till("unlock", code, lock=lock))
    won = winner(await at_once(*asked, seed=seed), LOSERS | {"coupon-not-locked"})
    assert (await world.coupon(coupon_id)).state == won.document["state"]


async def a_use_and_an_unlock(world: World, seed: int) -> None:
    coupon_id, code = await active(world)
    lock = (await world.at_the_till("lock", code)).document["lock"]
    use, unlock = (
        world.at_the_till("use", code, lock=lock),
        world.at_the_till("unlock", code, lock=lock),
    )
    answers = await at_once(use, unlock, seed=seed)
    state = (await world.coupon(coupon_id)).state
    assert state is CouponState.USED, "an unlocked coupon is used without its lock"
    assert sum(each.accepted for each in answers) in {1, 2}


async def uses_and_the_sweep(world: World, seed: int) -> None:
    """Uses that happened in time are told while the coupon is swept."""
    offer = await world.publish(f"soda-{seed}", use_within_days=1)
    coupon_id = await world.redeem_one("ann", offer, free=True)
    code = (await world.coupon(coupon_id)).code
    in_time = world.now
    world.now += timedelta(days=3)
    asked = [world.at_the_till("use", code, occurred_at=in_time) for _ in range(TILLS)]
    sweep = asyncio.create_task(expire_coupons(world.database, world.programme, world.now))
    winner(await at_once(*asked, seed=seed))
    await sweep
    assert (await world.coupon(coupon_id)).state is CouponState.USED
    world.now -= timedelta(days=3)


MEETINGS: list[Callable[[World, int], Awaitable[None]]] = [
    uses,
    locks,
    uses_and_locks,
    a_lock_that_has_lapsed,
    a_use_and_an_unlock,
    uses_and_the_sweep,
]


async def _rounds(database: Database, seeds: range) -> None:
    async with open_world(database) as world:
        for seed in seeds:
            for meet in MEETINGS:
                await meet(world, seed)
        used = "SELECT count(*) FROM exchange.coupon WHERE uses > 1"
        assert await world.scalar(used) == 0
        async with database.transaction() as connection:
            assert await verify_rights(connection, world.programme) == []


async def test_one_till_wins(database: Database) -> None:
    await _rounds(database, range(ROUNDS))


@pytest.mark.campaign
@pytest.mark.timeout(TIMEOUT)
async def test_one_till_wins_in_many_rounds(database: Database) -> None:
    await _rounds(database, range(ROUNDS, ROUNDS + CAMPAIGN_ROUNDS))
