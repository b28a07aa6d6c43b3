"""Reconciliation from the file to the stored run."""

import asyncio
import time
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import text

from ledger import Database
from settlement.months import MonthInvalid
from settlement.partner_files.refusals import PartnerFileInvalid
from settlement.rating import ContractTerms, set_contract
from settlement.rating.uses import Use
from settlement.reconcile.runs import Result, reconcile
from tests.settlement.fixtures import (
    FEBRUARY,
    JANUARY,
    LATER,
    World,
    close,
    code_of,
    create_world,
    rate,
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
    assert (result.matched, result.break_count, result.run.matched_minor) == (3, 5, 180)
    assert result.run.breaks_by_category == {
        "duplicate": 1,
        "missing_ours": 1,
        "missing_theirs": 2,
        "status": 1,
    }
    # The row that agrees is the match, wherever it stands.
    (duplicate,) = (each for each in result.breaks if each.category == "duplicate")
    assert (duplicate.line_number, duplicate.theirs_minor, duplicate.use_id) == (4, 61, "3.1")
    assert {each.use_id for each in result.breaks if each.category == "missing_theirs"} == {
        "4.1",
        "5.1",
    }
    assert all(each.age_days == (LATER.date() - JANUARY.date()).days for each in result.breaks)
    assert {(each.open_days, each.state) for each in result.breaks} == {(0, "open")}
    assert (result.run.ours_minor, result.run.theirs_minor) == (300, 361)
    assert sum(each.difference_minor for each in result.breaks) == -61
    assert result.run.difference_minor == -61


async def test_two_coupons_of_one_basket_are_no_match(database: Database) -> None:
    world = await create_world(database)
    ours = renamed(use(world, 1), reference="basket-9")
    async with database.transaction() as connection:
        await rate_uses(connection, [ours])
    other = f"basket-9,{code_of(77)},{ours.offer_code},{ours.member},{ours.used_at:%Y-%m-%d},60"
    result = await run(database, world, content(other))
    assert (result.matched, result.run.breaks_by_category) == (0, {"other_code": 1})


async def test_a_reversal_in_one_programme_is_none_in_another(database: Database) -> None:
    world = await create_world(database)
    here, there = use(world, 1), use(world, 1, home=1)
    async with database.transaction() as connection:
        await rate_uses(connection, [here, there])
        await reverse_rated(connection, [here])
    result = await run(database, world, content(row(there, code=True), row(here, code=True)))
    assert (result.matched, result.run.breaks_by_category) == (1, {"status": 1})


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


async def test_a_use_that_another_run_has_claimed_is_a_duplicate(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1), use(world, 2)])
    first = await run(
        database, world, content(row(use(world, 1)), row(use(world, 2), 62)), "2017-01"
    )
    assert (first.matched, first.run.breaks_by_category) == (1, {"amount": 1})
    other = await run(database, world, content(row(use(world, 1)), row(use(world, 2))))
    assert (other.matched, other.run.breaks_by_category) == (0, {"duplicate": 2})
    assert {each.claimed_by for each in other.breaks} == {first.reconciliation_id}
    assert (other.run.ours_minor, other.run.difference_minor) == (0, -120)
    # Another file for the same month takes the place of the first one, which says so.
    second = await run(database, world, content(row(use(world, 1))), "2017-01")
    assert (second.matched, second.run.breaks_by_category) == (1, {"missing_theirs": 1})
    assert (second.run.replaces, second.run.state) == (first.reconciliation_id, "open")
    again = await run(
        database, world, content(row(use(world, 1)), row(use(world, 2), 62)), "2017-01"
    )
    assert again.replayed
    assert (again.run.state, again.run.replaced_by) == ("replaced", second.reconciliation_id)


async def test_cut_off_is_known_from_either_side(database: Database) -> None:
    """A use of February in January's file, and then not in February's."""
    world = await create_world(database)
    early, late = use(world, 1), use(world, 2, FEBRUARY)
    foreign = use(world, 3, supplier=1)
    async with database.transaction() as connection:
        await rate_uses(connection, [early, late, foreign])
    january = await run(
        database, world, content(row(early), row(late), row(foreign, code=True)), "2017-01"
    )
    assert january.matched == 1
    assert january.run.breaks_by_category == {"cut_off": 1, "wrong_party": 1}
    cut_off = next(each for each in january.breaks if each.category == "cut_off")
    assert (cut_off.month, cut_off.use_id, cut_off.difference_minor) == ("2017-02", "2.1", -60)
    february = await run(database, world, content(), "2017-02")
    (missing,) = february.breaks
    assert (missing.category, missing.also) == ("cut_off", ["missing_theirs"])
    assert missing.claimed_by == january.reconciliation_id
    march = await run(database, world, content(row(early)), "2017-02")
    said = {each.category: each.claimed_by for each in march.breaks}
    assert said == {"duplicate": january.reconciliation_id, "cut_off": january.reconciliation_id}


async def test_an_amount_of_other_terms_is_named(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1))
    async with database.transaction() as connection:
        terms = ContractTerms(
            world.operator.party_id, Decimal("44.5"), Decimal(0), "USD", date(2017, 1, 1)
        )
        await set_contract(connection, terms, home_party_id=None, supplier_party_id=None)
    result = await run(database, world, content(row(use(world, 1), 45)))
    assert result.run.breaks_by_category == {"amount_rate": 1}


async def test_a_day_is_one_of_the_settlement_calendar(database: Database) -> None:
    """Half past seven in the evening of UTC is the next day in Shanghai."""
    world = await create_world(database)
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE settlement.calendar SET time_zone = 'Asia/Shanghai'"))
    evening = JANUARY.replace(month=1, day=31, hour=19)
    await rate(database, use(world, 1, evening))
    file = content("ref-1,,offer-1,-,2017-02-02,60")
    result = await run(database, world, file, "2017-02")
    assert (result.matched, result.break_count) == (1, 0)


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
    await close(database, "2017-01")
    async with database.transaction() as connection:
        # The reversal is billed in February: January's bill still holds the use.
        await reverse_rated(connection, [use(world, 2)])
        await rate_uses(connection, [use(world, 3)])
    file = content(row(use(world, 1)), row(use(world, 2)))
    january = await run(database, world, file, "2017-01")
    assert (january.matched, january.break_count) == (2, 0)
    everything = await run(database, world, file)
    assert everything.run.breaks_by_category == {
        "duplicate": 2,
        "status": 1,
        "missing_theirs": 1,
    }
    late = await run(database, world, content(row(use(world, 3))), "2017-02")
    # February's bill gives back a use, and February's file does not say so.
    assert (late.matched, late.run.breaks_by_category) == (1, {"status": 1})
    assert late.run.difference_minor == -60


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
    assert (result.matched, result.run.breaks_by_category) == (
        count - 5,
        {"missing_theirs": 5, "missing_ours": 1},
    )
    assert time.monotonic() - begun < 20
