"""Reconciliation from the file to the stored run."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import Database
from settlement.months import MonthInvalid
from settlement.rating.uses import Use
from settlement.reconcile.partner_file import PartnerFileInvalid
from settlement.reconcile.runs import Result, reconcile
from settlement.statements import close_period
from tests.settlement.fixtures import (
    JANUARY,
    LATER,
    World,
    code_of,
    create_world,
    rate_uses,
    renamed,
    reverse_rated,
    use,
)

HEADING = "reference,coupon_code,offer_code,member,used_on,amount_minor"


def row(event: Use, amount_minor: int = 60, *, code: bool = False) -> str:
    name = f",{code_of(event.coupon_id)}" if code else f"{event.reference},"
    return f"{name},{event.offer_code},{event.member},{event.used_at:%Y-%m-%d},{amount_minor}"


def content(*rows: str) -> bytes:
    return "\n".join([HEADING, *rows, ""]).encode()


async def run(
    database: Database, world: World, file: bytes | Path, month: str | None = None
) -> Result:
    return await reconcile(database, world.suppliers[0].party_id, file, month=month, now=LATER)


async def test_a_file_against_our_lines(database: Database) -> None:
    world = await create_world(database)
    uses = [use(world, number) for number in range(1, 8)]
    foreign = use(world, 8, supplier=1)
    async with database.transaction() as connection:
        await rate_uses(connection, [*uses, foreign])
        await reverse_rated(connection, uses[5:])
    file = content(
        row(uses[0]),
        row(uses[1], code=True),
        row(uses[2], 61),
        row(uses[2]),
        row(uses[5]),
        row(foreign),
    )
    result = await run(database, world, file)
    assert (result.matched, result.break_count, result.matching.matched_minor) == (3, 5, 180)
    assert result.matching.by_category == {
        "duplicate": 1,
        "ours_only": 2,
        "reversed": 1,
        "theirs_only": 1,
    }
    (duplicate,) = (each for each in result.matching.breaks if each.category == "duplicate")
    assert (duplicate.line_number, duplicate.theirs_minor, duplicate.use_id) == (4, 61, None)
    assert {each.use_id for each in result.matching.breaks if each.category == "ours_only"} == {
        "4.1",
        "5.1",
    }
    assert all(
        each.age_days == (LATER.date() - JANUARY.date()).days for each in result.matching.breaks
    )


async def test_two_coupons_of_one_basket_are_no_match(database: Database) -> None:
    world = await create_world(database)
    ours = renamed(use(world, 1), reference="basket-9")
    async with database.transaction() as connection:
        await rate_uses(connection, [ours])
    other = f"basket-9,{code_of(77)},{ours.offer_code},{ours.member},{ours.used_at:%Y-%m-%d},60"
    result = await run(database, world, content(other))
    assert (result.matched, result.matching.by_category) == (0, {"details_differ": 1})


async def test_a_reversal_in_one_programme_is_none_in_another(database: Database) -> None:
    world = await create_world(database)
    here, there = use(world, 1), use(world, 1, home=1)
    async with database.transaction() as connection:
        await rate_uses(connection, [here, there])
        await reverse_rated(connection, [here])
    result = await run(database, world, content(row(there, code=True), row(here, code=True)))
    assert (result.matched, result.matching.by_category) == (1, {"reversed": 1})


@pytest.mark.parametrize("space", [" ", "   ", "\u3000", "\u00a0"])
async def test_a_padded_reference_matches(database: Database, space: str) -> None:
    world = await create_world(database)
    first = renamed(use(world, 1), reference=f"H-1{space}")
    second = renamed(use(world, 2), member=f"{space}abc{space}", reference="H-2")
    async with database.transaction() as connection:
        await rate_uses(connection, [first, second])
    file = content(
        f'"H-1{space}",,{first.offer_code},{first.member},{first.used_at:%Y-%m-%d},60',
        f'H-2,,{second.offer_code},"{second.member}",{second.used_at:%Y-%m-%d},60',
    )
    result = await run(database, world, file)
    assert (result.matched, result.break_count) == (2, 0)


async def test_a_run_claims_anew_what_an_earlier_one_claimed(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1)])
    for file, month in (
        (content(row(use(world, 1))), "2017-01"),
        (content(row(use(world, 1)), ""), None),
    ):
        result = await run(database, world, file, month)
        assert (result.matched, result.replayed) == (1, False)


async def test_a_run_is_recorded_once_for_the_same_inputs(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1), use(world, 2, JANUARY + timedelta(days=2))])
    file = content(row(use(world, 1)), row(use(world, 5)))
    first, *others = sorted(
        await asyncio.gather(*(run(database, world, file) for _ in range(4))),
        key=lambda each: each.replayed,
    )
    assert not first.replayed
    assert all(each.replayed and replace(each, replayed=False) == first for each in others)
    assert (first.matched, first.break_count) == (1, 2)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 5)])
    later = await run(database, world, file)
    assert (later.replayed, later.matched, later.break_count) == (False, 2, 1)
    async with database.transaction() as connection:
        rows = await connection.execute(
            text("SELECT matched FROM settlement.reconciliation ORDER BY reconciliation_id")
        )
        assert [each.matched for each in rows] == [1, 2]


async def test_a_month_is_what_was_billed_in_it(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1), use(world, 2)])
        await close_period(connection, "2017-01", LATER)
        # The reversal is billed in February: January's bill still holds the use.
        await reverse_rated(connection, [use(world, 2)])
        await rate_uses(connection, [use(world, 3)])
    file = content(row(use(world, 1)), row(use(world, 2)))
    january = await run(database, world, file, "2017-01")
    assert (january.matched, january.break_count) == (2, 0)
    everything = await run(database, world, file)
    assert everything.matching.by_category == {"reversed": 1, "ours_only": 1}
    late = await run(database, world, content(row(use(world, 3))), "2017-02")
    assert (late.matched, late.break_count) == (1, 0)


async def test_a_faulty_file_leaves_no_trace(database: Database) -> None:
    world = await create_world(database)
    with pytest.raises(PartnerFileInvalid, match="line 2, column used_on"):
        await run(database, world, content("r,,o,m,yesterday,60"))
    with pytest.raises(MonthInvalid):
        await run(database, world, content(), "January")
    async with database.transaction() as connection:
        assert (
            await connection.execute(text("SELECT count(*) FROM settlement.reconciliation"))
        ).scalar_one() == 0
    assert (await run(database, world, content())).matched == 0


async def test_a_large_file(database: Database, tmp_path: Path) -> None:
    """`test_matching` matches a hundred thousand. Here the way through the database counts too."""
    world = await create_world(database)
    count = 20_000
    uses = [use(world, number, JANUARY + timedelta(hours=number % 400)) for number in range(count)]
    async with database.transaction() as connection:
        assert await rate_uses(connection, uses) == 2 * count
    path = tmp_path / "partner.csv"
    path.write_bytes(content(*(row(each) for each in uses[5:]), "x,,offer-1,nobody,2017-01-01,60"))
    begun = time.monotonic()
    result = await run(database, world, path)
    assert (result.matched, result.matching.by_category) == (
        count - 5,
        {"ours_only": 5, "theirs_only": 1},
    )
    assert time.monotonic() - begun < 20
