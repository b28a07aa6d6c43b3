"""Raters and a closer meet: each line is in the month that was frozen with it, or late.

The same race again and again: a rater rates uses of a month while it is frozen.
"""

import asyncio
import random
from datetime import UTC, datetime, time

import pytest

from ledger import Database
from settlement.closing import CloseWish
from settlement.closing.freeze import freeze
from settlement.months import first_day, next_month
from tests.settlement.fixtures import (
    LATER,
    World,
    close,
    create_world,
    lines,
    rate,
    renamed,
    use,
)

RATERS = 3


async def race(database: Database, world: World, month: str, first: int) -> None:
    """Freeze a month while uses of it are rated, and look at what became of each."""
    async with asyncio.timeout(30):
        await _meet(database, world, month, first)
    rated = [line for line in await lines(database) if line.use_id.endswith(f".{first}")]
    assert len(rated) == 2 * RATERS
    for line in rated:
        assert (line.month, line.late) in ((month, False), (next_month(month), True))
    in_time = sum(line.month == month and line.leg == "coupon_cost" for line in rated)
    totals = (await close(database, month)).totals
    late_before = totals.late_lines // 2
    assert totals.uses - late_before == in_time, "what was frozen is what is billed"


async def _meet(database: Database, world: World, month: str, first: int) -> None:
    at = datetime.combine(first_day(month), time(12), UTC)

    async def rater(number: int) -> None:
        await asyncio.sleep(random.random() * 0.02)
        await rate(database, renamed(use(world, first + number, at), use_id=f"{number}.{first}"))

    async def closer() -> None:
        await asyncio.sleep(random.random() * 0.02)
        async with database.transaction() as connection:
            await freeze(connection, month, CloseWish(), LATER, None)

    await asyncio.gather(closer(), *(rater(number) for number in range(RATERS)))


@pytest.mark.parametrize(
    "rounds", [5, pytest.param(230, marks=[pytest.mark.campaign, pytest.mark.timeout(900)])]
)
async def test_no_line_is_lost_between_a_rater_and_a_closer(
    database: Database, rounds: int
) -> None:
    world = await create_world(database)
    month = "2000-01"
    for number in range(rounds):
        await race(database, world, month, 100 * number + 10)
        month = next_month(month)
