"""Rows are locked in the order of their numbers, so that no two sessions wait in a circle.

One session holds the first row. Another one wants both, and names the second row first. While it
waits it must not hold the second, or the first session could not go on.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.procurement import take
from exchange.coupons.lifecycle import OrderState
from exchange.fulfil.conclude import Conclusion, conclude, load_programmes
from exchange.fulfil.orders import OrderMove, begin_submission, find_order, move_orders
from exchange.use import UseRequest
from ledger import Database
from tests.exchange.fixtures import World, active, open_world
from tests.races.waiting import until_it_waits


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


async def require_order(
    world: World, table: str, key: str, numbers: list[int], work: Awaitable[object]
) -> None:
    """Have `work` wait for the first of the rows, and lock the second one meanwhile."""
    first, second = sorted(numbers)
    lock = f"SELECT FROM {table} WHERE {key} = :number FOR UPDATE"
    async with world.database.transaction() as holder:
        await holder.execute(text(lock), {"number": first})
        waiting = asyncio.ensure_future(work)
        await until_it_waits(world.database, waiting)
        await holder.execute(text(f"{lock} NOWAIT"), {"number": second})
    await waiting


async def test_takers_of_stock(world: World) -> None:
    offers = [world.own.offer_id, world.direct.offer_id]

    async def work() -> None:
        demands = dict.fromkeys([(each, 1) for each in sorted(offers, reverse=True)], 1)
        async with world.database.transaction() as connection:
            granted = await take(connection, world.programme.book_id, demands)
        assert granted == demands

    await require_order(world, "catalog.allotment", "offer_id", offers, work())


@pytest.mark.parametrize("way", ["begin", "move", "conclude"])
async def test_workers_at_orders(world: World, way: str) -> None:
    coupons = [await world.redeem_one("ann", free=True) for _ in range(2)]
    numbers = [await world.number_of(each) for each in reversed(coupons)]
    book_id = world.programme.book_id

    async def begin(connection: AsyncConnection) -> None:
        keys = [(book_id, each) for each in reversed(coupons)]
        assert len(await begin_submission(connection, keys, world.now, 30)) == 2

    async def move(connection: AsyncConnection) -> None:
        later, unknown = world.now + timedelta(minutes=1), OrderState.UNKNOWN
        moves = [
            OrderMove(each, OrderState.CREATED, unknown, later, None, None, world.now)
            for each in reversed(coupons)
        ]
        await move_orders(connection, book_id, moves, unsent=False)

    async def end() -> None:
        async with world.database.transaction() as connection:
            supplier_id = world.supplier.party_id
            orders = [await find_order(connection, supplier_id, each) for each in numbers]
            programmes = await load_programmes(connection, orders)
        ended = [Conclusion(order, OrderState.FAILED, world.now) for order in orders]
        assert await conclude(world.ledger, programmes, ended) == [True, True]

    async def work() -> None:
        if way == "conclude":
            await end()
            return
        async with world.database.transaction() as connection:
            await (begin if way == "begin" else move)(connection)

    await require_order(world, "exchange.fulfilment_order", "coupon_id", coupons, work())


async def test_shops_at_coupons(world: World) -> None:
    coupons = [await active(world) for _ in range(2)]
    uses = [UseRequest(key=code, code=code) for _, code in reversed(coupons)]

    async def work() -> None:
        assert all(answer.accepted for answer in await world.use_all(uses))

    numbers = [coupon_id for coupon_id, _ in coupons]
    await require_order(world, "exchange.coupon", "coupon_id", numbers, work())
