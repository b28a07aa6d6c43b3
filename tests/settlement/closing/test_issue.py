"""Drafts are reviewed and issued: numbers without gaps, one chain, four eyes, and the proof."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from ledger import Database
from settlement import Calendar, set_calendar
from settlement.calendar import FourEyesRequired
from settlement.closing import CloseWish, close_period
from settlement.closing.finish import PeriodIncomplete, finish
from settlement.closing.freeze import freeze
from settlement.closing.steps import take_steps
from settlement.statements import (
    issue_month,
    issue_statement,
    list_drafts,
    review_statement,
    verify_statements,
)
from settlement.statements.issue import StatementNotDrafted
from tests.conftest import owner_transaction
from tests.settlement.fixtures import (
    FEBRUARY,
    LATER,
    World,
    close,
    create_world,
    rate,
    use,
)

DRAFTS_ONLY = CloseWish(issue=False)


async def two_months(database: Database) -> World:
    """January and February, each with four statements."""
    world = await create_world(database)
    await rate(
        database,
        *(use(world, 1), use(world, 2, home=1)),
        *(use(world, 3, FEBRUARY), use(world, 4, FEBRUARY, home=1)),
    )
    return world


async def stored(database: Database, columns: str) -> list[Any]:
    """These columns of all statements, in the order of their numbers."""
    async with database.transaction() as connection:
        found = await connection.execute(
            text(
                f"SELECT {columns} FROM settlement.statement ORDER BY year, sequence, statement_id"
            )
        )
        return [tuple(row) for row in found]


async def test_numbers_and_the_chain_go_on_whoever_issues_what(database: Database) -> None:
    await two_months(database)
    for month in ("2017-01", "2017-02"):
        closing = await close_period(database, month, DRAFTS_ONLY, now=LATER)
        assert (closing.totals.statements, closing.totals.drafts) == (4, 4)
    assert {row[0] for row in await stored(database, "number")} == {None}
    async with database.transaction() as connection:
        drafts = [await list_drafts(connection, month) for month in ("2017-01", "2017-02")]
    picked = [drafts[1][2].statement_id, drafts[0][3].statement_id]

    async def issue(statement_id: int) -> None:
        async with database.transaction() as connection:
            await issue_statement(connection, statement_id, LATER, None)

    async def issue_all(month: str) -> None:
        async with database.transaction() as connection:
            await issue_month(connection, month, LATER + timedelta(hours=1), None)

    async def in_vain() -> None:
        async with database.transaction() as connection:
            await issue_month(connection, "2017-01", LATER, None)
            raise LookupError

    await issue(picked[0])
    with pytest.raises(LookupError):
        await in_vain()
    await issue(picked[0])  # once more changes nothing
    await asyncio.gather(
        *(issue(picked[1]) for _ in range(2)),
        *(issue_all(month) for month in ("2017-01", "2017-02", "2017-01")),
    )
    numbers = await stored(database, "number")
    assert numbers == [(f"2017-{sequence:06}",) for sequence in range(1, 9)]
    async with database.transaction() as connection:
        assert await issue_month(connection, "2017-01", LATER, None) == 0
        for month in ("2017-01", "2017-02"):
            assert await verify_statements(connection, month) == []
        steps = await connection.execute(
            text("SELECT step, count(*) FROM settlement.statement_step GROUP BY step")
        )
        assert [tuple(row) for row in steps] == [("issue", 8)]


async def test_with_four_eyes_nobody_lets_pass_what_it_has_prepared(database: Database) -> None:
    await two_months(database)
    async with database.transaction() as connection:
        calendar = Calendar("UTC", four_eyes=True, dispute_days=9, payment_days=9, number_prefix="")
        await set_calendar(connection, calendar, LATER, 7)
    # Or else it would end them, let it pass, and ask for them again.
    for actor in (7, None):
        async with database.transaction() as connection:
            with pytest.raises(FourEyesRequired):
                await set_calendar(connection, replace(calendar, four_eyes=False), LATER, actor)
    with pytest.raises(FourEyesRequired):
        await close_period(database, "2017-01", CloseWish(issue=True), actor=7, now=LATER)
    await close_period(database, "2017-01", actor=7, now=LATER)
    async with database.transaction() as connection:
        first, *_ = await list_drafts(connection, "2017-01")
        for actor in (7, None):
            for step in (review_statement, issue_statement):
                with pytest.raises(FourEyesRequired):
                    await step(connection, first.statement_id, LATER, actor)
            with pytest.raises(FourEyesRequired):
                await issue_month(connection, "2017-01", LATER, actor)
        with pytest.raises(StatementNotDrafted):
            await issue_month(connection, "2017-02", LATER, 8)
        await review_statement(connection, first.statement_id, LATER, 8)
        assert await issue_month(connection, "2017-01", LATER, 9) == 4
        ended = replace(calendar, four_eyes=False)
        assert await set_calendar(connection, ended, LATER, 8) == ended
    seen = await stored(database, "reviewed_by, issued_by")
    assert seen == [(8, 9), (9, 9), (9, 9), (9, 9)]


async def test_a_draft_that_is_not_what_its_lines_come_to_is_not_closed(
    database: Database,
) -> None:
    await two_months(database)
    async with database.transaction() as connection:
        await freeze(connection, "2017-01", CloseWish(), LATER, None)
    assert await take_steps(database, "2017-01")
    change = "UPDATE settlement.statement SET other_minor = {} WHERE kind = 'fees'"
    for amount, is_refused in ((1, True), (0, False)):
        async with owner_transaction(database) as connection:
            await connection.execute(text(change.format(amount)))
        async with database.transaction() as connection:
            if is_refused:
                with pytest.raises(PeriodIncomplete, match="2 drafts do not come to"):
                    await finish(connection, "2017-01", LATER)
            else:
                assert (await finish(connection, "2017-01", LATER)).totals.drafts == 0


async def test_a_book_whose_uses_are_not_all_billed_keeps_its_month_from_being_closed(
    database: Database,
) -> None:
    world = await two_months(database)
    async with owner_transaction(database) as connection:
        await connection.execute(
            text(
                "INSERT INTO ledger.book"
                " (book_id, code, party_id, name, time_zone, lanes, rules)"
                " OVERRIDING SYSTEM VALUE VALUES (1, 'mint', :party, 'Mint', 'UTC', 1, '{}')"
            ),
            {"party": world.homes[0].party_id},
        )
    # The book has two uses on the bill, and no coupon.
    with pytest.raises(PeriodIncomplete, match="programme mint has 0 uses: 2 are billed"):
        await close_period(database, "2017-01", now=LATER)
    coupon = text(
        """
        INSERT INTO exchange.coupon (
            book_id, code, request_key, state, member, offer_id, offer_code, offer_version,
            supplier_id, home_party_id, fulfilment, points, free, face_value_minor, currency,
            redeemed_at, uses, used_at, allotment_no
        ) SELECT 1, 'c' || uses, 'k' || uses, 'USED', 'm', 1, 'o', 1, 1, 1, 'own_code', 0, true, 0,
            'USD', now(), uses, now(), 1
        FROM unnest(CAST(:uses AS integer[])) AS uses
        """
    )
    async with owner_transaction(database) as connection:
        await connection.execute(coupon, {"uses": [2]})
    assert (await close(database, "2017-01")).totals.uses == 2
    async with owner_transaction(database) as connection:
        await connection.execute(coupon, {"uses": [3]})
    with pytest.raises(PeriodIncomplete, match="mint has 5 uses: 2 are billed"):
        await close_period(database, "2017-02", now=LATER)
