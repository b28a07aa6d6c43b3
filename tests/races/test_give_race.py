"""Returns, gifts, claims, withdrawals and uses of one coupon at once: one of them wins."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest
from sqlalchemy import text

from exchange.coupons import CouponState, expire_coupons
from ledger import Database
from tests.exchange.fixtures import PRICE, STOCK, World, open_world
from tests.exchange.give.acts import (
    cancel,
    claim,
    days,
    deactivate,
    give,
    give_back,
    tried,
    verify,
)
from tests.races.waiting import until_it_waits

FRIENDS = 8
ROUNDS = pytest.mark.parametrize(
    "rounds",
    [5, pytest.param(200, marks=[pytest.mark.campaign, pytest.mark.timeout(600)])],
    ids=["few", "many"],
)
ENDED: frozenset[frozenset[str]] = frozenset(
    frozenset(done.split())
    for done in ("use", "return", "withdraw", "give", "give withdraw", "expire", "expire use")
)
"""What may have been done to one coupon when all were tried at once."""


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@ROUNDS
async def test_of_eight_friends_one_has_the_gift(world: World, rounds: int) -> None:
    offer = await world.publish("tea", gift_hops=3)
    friends = [f"friend-{number}" for number in range(FRIENDS)]
    codes = set()
    for _ in range(rounds):
        coupon = await world.redeem_one("ann", offer, free=True)
        codes.add((await world.coupon(coupon)).code)
        token = await give(world, coupon)
        told = await asyncio.gather(*(tried(claim(world, token, each)) for each in friends))
        assert sorted(told) == ["done"] + ["gift-gone"] * (FRIENDS - 1)
        found = await world.coupon(coupon)
        assert found.holder == friends[told.index("done")]
        assert (found.hops, found.state) == (1, CouponState.ACTIVE)
        assert found.code not in codes
        world.now += days(0.1)
    await verify(world)


@ROUNDS
async def test_one_coupon_ends_once(world: World, rounds: int) -> None:
    """Use, return, gift, withdrawal and the sweep: stock and points follow what has won."""
    offer = await world.publish("tea", gift_hops=3, return_within_days=60, use_within_days=30)
    await world.issue("ann", rounds * PRICE)
    back = returned = 0
    for _ in range(rounds):
        coupon = await world.redeem_one("ann", offer)
        code = (await world.coupon(coupon)).code

        async def use(code: str = code) -> None:
            answer = await world.use(code)
            if not answer.accepted:
                raise LookupError(answer.document["code"])

        async def expire() -> None:
            if not await expire_coupons(world.database, world.programme, world.now + days(40)):
                raise LookupError("nothing to expire")

        verbs: dict[str, Callable[[], Awaitable[object]]] = {
            "use": use,
            "return": partial(give_back, world, coupon),
            "give": partial(give, world, coupon),
            "withdraw": partial(deactivate, world, coupon),
            "expire": expire,
        }
        done = await _those_that_win(verbs)
        assert done in ENDED, done
        returned += "return" in done
        back += bool(done & {"return", "withdraw"})
        world.now += days(0.1)
    assert await world.spendable("ann") == (back * PRICE, 0)
    assert await world.stock(offer) == STOCK - rounds + returned
    await verify(world)


async def _those_that_win(verbs: dict[str, Callable[[], Awaitable[object]]]) -> frozenset[str]:
    async def tell(verb: Callable[[], Awaitable[object]]) -> bool:
        try:
            return await tried(verb()) == "done"
        except LookupError:
            return False

    won = await asyncio.gather(*(tell(verb) for verb in verbs.values()))
    return frozenset(name for name, has_won in zip(verbs, won, strict=True) if has_won)


@ROUNDS
async def test_a_gift_is_taken_or_taken_back(world: World, rounds: int) -> None:
    offer = await world.publish("tea", gift_hops=3)
    for _ in range(rounds):
        coupon = await world.redeem_one("ann", offer, free=True)
        token = await give(world, coupon)
        verbs: dict[str, Callable[[], Awaitable[object]]] = {
            "claim": partial(claim, world, token, "bob"),
            "cancel": partial(cancel, world, coupon),
            "withdraw": partial(deactivate, world, coupon),
        }
        done = await _those_that_win(verbs)
        assert "withdraw" in done, "it can be withdrawn in each of these states"
        assert len(done & {"claim", "cancel"}) <= 1
        assert (await world.coupon(coupon)).hops == ("claim" in done)
        world.now += days(0.1)
    await verify(world)


@pytest.mark.parametrize("verb", ["return", "give", "withdraw"])
async def test_who_wants_a_coupon_waits_for_its_use(world: World, verb: str) -> None:
    offer = await world.publish("tea", gift_hops=3, return_within_days=60)
    await world.issue("ann", 100)
    coupon = await world.redeem_one("ann", offer)
    acts: dict[str, Callable[..., Awaitable[object]]] = {
        "return": give_back,
        "give": give,
        "withdraw": deactivate,
    }
    used = text(
        "UPDATE exchange.coupon SET state = 'USED', used_at = now(), uses = 1"
        " WHERE book_id = :book_id AND coupon_id = :coupon"
    )
    async with world.database.transaction() as connection:
        await connection.execute(used, {"book_id": world.programme.book_id, "coupon": coupon})
        late = asyncio.ensure_future(tried(acts[verb](world, coupon)))
        await until_it_waits(world.database, late)
    assert await late == "coupon-already-used"
    assert await world.spendable("ann") == (100 - PRICE, 0)
