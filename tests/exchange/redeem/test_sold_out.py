"""Sold out: many want the last pieces. Exactly so many get one, and the rest is told at once."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import count
from typing import Any

import pytest
from redis.asyncio import BlockingConnectionPool, Redis
from sqlalchemy import text

from api.process.sold_out import ValkeySoldOut
from catalog.offers import Offer
from exchange.redeem import RightRequest, redeem_rights
from exchange.redeem.sold_out import SoldOut
from ledger.asks import Answer
from tests.exchange.fixtures import World
from tests.exchange.give.acts import give_back, verify

PIECES = 100
IN_FLIGHT_MAX = 64
"""The service has places for so many requests, too."""
CROWD = [
    300,
    pytest.param(5_000, marks=[pytest.mark.campaign, pytest.mark.timeout(300)]),
]
NOBODY = "redis://127.0.0.1:1"


@pytest.fixture
async def sold_out(redis_url: str) -> AsyncIterator[SoldOut]:
    async with hints(redis_url) as opened:
        yield opened


@asynccontextmanager
async def hints(url: str) -> AsyncIterator[SoldOut]:
    client = Redis.from_pool(BlockingConnectionPool.from_url(url, max_connections=8, timeout=20))
    try:
        yield ValkeySoldOut(client)
    finally:
        await client.aclose()


async def redeem(world: World, requests: Sequence[RightRequest], sold_out: SoldOut) -> list[Answer]:
    accounts = await world.fulfilment.data_keys.accounts()
    return await redeem_rights(
        world.ledger, world.programme, world.brand, requests, accounts=accounts, sold_out=sold_out
    )


async def few(world: World, pieces: int = PIECES) -> Offer:
    """An offer with so many pieces."""
    offer = await world.publish("last", return_within_days=7)
    async with world.database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE catalog.allotment SET remaining = :pieces, returned = granted - :pieces"
                " WHERE offer_id = :offer_id"
            ),
            {"pieces": pieces, "offer_id": offer.offer_id},
        )
    return offer


async def keep_hint(
    url: str, world: World, offer: Offer, ask: Callable[[int], Awaitable[str]], first: int
) -> None:
    """Keep the hint about an offer, which goes by itself: on a slow machine, before its use.

    If it is gone, somebody else asks, from the member of number `first` on, and is told so anew.
    """
    members = count(first)
    async with Redis.from_url(url) as client:
        key = f"comity:soldout:{world.programme.book_id}:{offer.offer_id}"
        while not await client.expire(key, 60):
            assert await ask(next(members)) == "allotment-exhausted"


async def records(world: World) -> int:
    return int(await world.scalar("SELECT count(*) FROM ledger.operation"))


def outcome(answer: Answer) -> str:
    return "accepted" if answer.refusal is None else str(answer.refusal["code"])


@pytest.mark.parametrize("crowd", CROWD)
@pytest.mark.parametrize("is_there", [True, False], ids=["valkey", "no-valkey"])
async def test_a_crowd_gets_exactly_what_there_is(
    world: World, redis_url: str, crowd: int, is_there: bool
) -> None:
    offer = await few(world)
    places = asyncio.Semaphore(IN_FLIGHT_MAX)
    async with hints(redis_url if is_there else NOBODY) as sold_out:

        async def ask(number: int) -> str:
            request = world.request(f"member-{number}", offer, free=True)
            async with places:
                (answer,) = await redeem(world, [request], sold_out)
            return outcome(answer)

        told = await asyncio.gather(*(ask(number) for number in range(crowd)))
        assert told.count("accepted") == PIECES
        assert told.count("allotment-exhausted") == crowd - PIECES
        assert await world.stock(offer) == 0
        if is_there:
            await keep_hint(redis_url, world, offer, ask, 2 * crowd)
        before = await records(world)
        late = await asyncio.gather(*(ask(crowd + number) for number in range(20)))
        assert set(late) == {"allotment-exhausted"}
        # With a hint, nothing is stored for those who come too late. Without, all of them are.
        assert await records(world) - before == (0 if is_there else 20)
    await verify(world)


async def test_a_hint_passes_over_keys_that_have_an_answer(world: World, sold_out: SoldOut) -> None:
    offer = await few(world, 1)
    won, lost, late = (world.request(name, offer, free=True) for name in ("ann", "bob", "cat"))
    (first,) = await redeem(world, [won], sold_out)
    (second,) = await redeem(world, [lost], sold_out)
    assert [outcome(first), outcome(second)] == ["accepted", "allotment-exhausted"]
    told = await redeem(world, [won, late, lost], sold_out)
    assert [(outcome(each), each.replayed, each.seq > 0) for each in told] == [
        ("accepted", True, True),
        ("allotment-exhausted", False, False),
        ("allotment-exhausted", True, True),
    ]
    assert told[0].detail == first.detail
    # Other offers of the same batch, and what happened before, are looked at.
    past = world.request("dan", offer, free=True, occurred_at=world.now)
    other = world.request("dan", world.own, free=True)
    assert [outcome(each) for each in await redeem(world, [past, other], sold_out)] == [
        "allotment-exhausted",
        "accepted",
    ]
    # What comes back is there at once, for a key that only a hint refused, too.
    await give_back(world, int(_detail(first)["coupon"]))
    await sold_out.forget(world.programme.book_id, [offer.offer_id])
    (again,) = await redeem(world, [late], sold_out)
    assert outcome(again) == "accepted"


async def test_the_hint_goes_when_a_delivery_fails(world: World, redis_url: str) -> None:
    async with hints(redis_url) as sold_out:
        book_id, offer_id = world.programme.book_id, world.direct.offer_id
        coupon = await world.redeem_one("ann", free=True)
        await sold_out.mark(book_id, [offer_id, world.own.offer_id])
        object.__setattr__(world.fulfilment, "sold_out", sold_out)
        world.now = world.now.replace(year=world.now.year + 1)
        await world.drain(rounds=1)
        assert (await world.coupon(coupon)).state == "RETURNED"
        known = await sold_out.known(book_id, [offer_id, world.own.offer_id])
        assert known == {world.own.offer_id}


def _detail(answer: Answer) -> dict[str, Any]:
    assert answer.detail is not None
    return answer.detail
