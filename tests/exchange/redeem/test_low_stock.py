"""Stock that becomes low is told once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
import structlog
from sqlalchemy import text

from catalog.procurement import (
    Stock,
    Wanted,
    close_procurement,
    give_back,
    procure,
    state_supply_terms,
    take,
)
from exchange.redeem import tell_low_stock, watch_stock
from exchange.redeem.low_stock import LOW_MIN, level_of, low_below
from ledger import outbox
from tests.exchange.fixtures import START, STOCK, World


@pytest.mark.parametrize(
    ("taken", "below"), [(0, 20), (40, 20), (41, 21), (42, 21), (1_400, 700), (1_401, 701)]
)
def test_a_week_of_what_is_taken_is_low(taken: int, below: int) -> None:
    assert low_below(taken) == below


async def leave(world: World, remaining: int) -> None:
    key = (world.own.offer_id, 1)
    wanted = await world.stock(world.own) - remaining
    async with world.database.transaction() as connection:
        assert await take(connection, world.programme.book_id, {key: wanted}) == {key: wanted}


async def test_a_fall_is_told_once_and_again_after_a_rise(world: World) -> None:
    offer_id = world.own.offer_id
    async with world.database.transaction() as connection:
        await state_supply_terms(
            connection,
            world.supplier,
            offer_id=None,
            brands=None,
            quantity_max=10_000,
            valid_from=START,
        )

    async def watch() -> list[int]:
        found = await asyncio.gather(
            *(watch_stock(world.database, world.programme) for _ in range(3))
        )
        return [each for offers in found for each in offers]

    assert await watch() == []
    await leave(world, LOW_MIN)
    assert await watch() == []
    await leave(world, LOW_MIN - 1)
    assert await watch() == [offer_id]
    assert await watch() == []
    with structlog.testing.capture_logs() as logs:
        assert await tell_low_stock(world.database) == 1
        assert await tell_low_stock(world.database) == 0
    (told,) = [each for each in logs if each["event"] == "allotment_low"]
    assert (told["offer_id"], told["remaining"], told["low_below"]) == (offer_id, 19, LOW_MIN)
    async with world.database.transaction() as connection:
        assert await outbox.pending(connection, ["allotment.low"]) == 0
        wanted = Wanted(offer_id, 5, None, START, None)
        granted, _ = await procure(connection, world.programme.book_id, world.brand, wanted)
    assert await watch() == []
    async with world.database.transaction() as connection:
        await close_procurement(connection, world.programme.book_id, granted.procurement_id)
    assert await watch() == [offer_id]


async def test_what_is_not_open_is_not_there(world: World) -> None:
    """Of an offer that is seen for the first time, and fell before that."""
    now = datetime.now(UTC)
    async with world.database.transaction() as connection:
        await state_supply_terms(
            connection,
            world.supplier,
            offer_id=None,
            brands=None,
            quantity_max=10_000,
            valid_from=START,
        )
        for begin, end in ((START, now - timedelta(days=1)), (now + timedelta(days=1), None)):
            wanted = Wanted(world.own.offer_id, 500, None, begin, end)
            await procure(connection, world.programme.book_id, world.brand, wanted)
    key = (world.own.offer_id, 1)
    async with world.database.transaction() as connection:
        await take(connection, world.programme.book_id, {key: STOCK})
    assert await watch_stock(world.database, world.programme) == [world.own.offer_id]


@pytest.mark.parametrize(
    ("granted", "remaining", "level"),
    [(100, 21, 0), (100, 20, 1), (4, 1, 0), (100, 1, 1), (100, 0, 2), (3, 0, 2), (0, 0, 0)],
)
def test_a_fifth_and_nothing_are_little(granted: int, remaining: int, level: int) -> None:
    assert level_of(Stock(10_000, remaining, granted)) == level


async def test_a_brand_is_told_at_a_fifth_and_at_nothing_once_for_each_fall(world: World) -> None:
    told = text(
        "SELECT payload -> 'data' ->> 'level' || ' ' || (payload -> 'data' ->> 'remaining')"
        " FROM ledger.outbox WHERE topic = 'event' AND payload ->> 'name' = 'allotment.low'"
        " AND payload -> 'data' ->> 'level' <> 'week' ORDER BY outbox_id"
    )

    async def seen() -> list[str]:
        await asyncio.gather(*(watch_stock(world.database, world.programme) for _ in range(3)))
        async with world.database.transaction() as connection:
            return list((await connection.execute(told)).scalars())

    fifth = STOCK // 5
    assert await seen() == []
    await leave(world, fifth + 1)
    assert await seen() == []
    await leave(world, fifth)
    assert await seen() == [first := f"fifth {fifth}"]
    await leave(world, 1)
    assert await seen() == [first]
    await leave(world, 0)
    assert await seen() == [first, "none 0"]
    async with world.database.transaction() as connection:
        key = (world.own.offer_id, 1)
        await give_back(connection, world.programme.book_id, key, fifth + 1)
    assert await seen() == [first, "none 0"]
    await leave(world, 0)
    assert await seen() == [first, "none 0", "none 0"]
