"""The roll-forward of any history, frozen at any time, is what a plain count says."""

import asyncio
from contextlib import suppress
from typing import Any, ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from sqlalchemy import text

from catalog import create_party
from ledger import Database, service_url
from settlement.liability import (
    Report,
    freeze_months,
    list_closes,
    load_report,
    see_one_snapshot,
    verify_liability,
)
from settlement.liability import reading as reading_room
from settlement.liability.freeze import MonthNotKept
from settlement.liability.stored import LAST
from tests.properties.compared_books import Book
from tests.properties.ledger_machine import LedgerMachine
from tests.properties.liability_oracle import LiabilityOracle, Rules, month_of, rows_of_report

EXAMPLES = 15
EXAMPLES_OF_A_CAMPAIGN = 200
NAMES = {
    "issued": "issued",
    "converted_in": "converted_in",
    "issue_reversed": "issue_reversed",
    "redeemed_own": "redeemed",
    "redeemed_partner": "redeemed",
    "redemption_reversed": "redemption_reversed",
    "converted_out": "converted_out",
    "expired": "expired",
    "adjusted": "adjusted",
    "moved": "moved",
}
_RECORDS = text(
    """
    SELECT j.lane, j.seq, j.part, j.kind, j.account_id, j.amount, j.from_kind, j.to_kind,
        j.expires_on, o.subject, o.occurred_at, o.refusal
    FROM ledger.journal j JOIN ledger.operation o USING (book_id, lane, seq)
    WHERE j.book_id = :book_id ORDER BY j.lane, j.seq, j.part
    """
)


class LiabilityMachine(LedgerMachine):
    """Histories of the ledger in which months are frozen now and then."""

    reports: ClassVar[int] = 0

    def books_agree(self) -> None:
        """The ledger's own machine compares the books."""

    @rule(data=st.data())
    def freeze_a_month(self, data: st.DataObject) -> None:
        """Freeze the month of the book's day, or the one before it."""
        if self.books and data.draw(st.sampled_from((False, False, True))):
            book = data.draw(st.sampled_from(self.books))
            day = book.drawer.today
            if data.draw(st.booleans()):
                day = day.replace(day=1).replace(
                    year=day.year - (day.month == 1), month=(day.month - 2) % 12 + 1
                )
            with suppress(MonthNotKept):
                self.runner.run(freeze_months(self.database, book.programme, month_of(day)))

    def teardown(self) -> None:
        for book in self.books:
            self.runner.run(self._compare(book))

    async def _compare(self, book: Book) -> None:
        programme, rulebook = book.programme, book.oracle.rules
        async with self.database.transaction() as connection:
            found = await connection.execute(_RECORDS, {"book_id": programme.book_id})
            records = found.all()
            closes = await list_closes(connection, programme.book_id, LAST, 10_000)
        frozen = [(close.month, close.heads) for close in reversed(closes)]
        rules = Rules(rulebook.zone, rulebook.plan, rulebook.count)
        oracle = LiabilityOracle(rules, frozen, records)
        for month in sorted({*oracle.months(), *(month for month, _ in frozen[-2:])}):
            report = await self._report(book, month)
            assert rows_of_report(report.cohorts, NAMES) == oracle.rows(month), month
            left = {cohort: state.points for cohort, state in report.states.items()}
            assert {c: p for c, p in left.items() if p} == oracle.closing(month), month
            assert report.points.closing == sum(oracle.closing(month).values())
            assert [tie for tie in report.tie_outs if not tie.holds] == []
            LiabilityMachine.reports += 1
        async with self.database.transaction() as connection:
            assert await verify_liability(connection, programme) == []

    async def _report(self, book: Book, month: str) -> Report:
        async with self.database.transaction() as connection:
            await see_one_snapshot(connection)
            return await load_report(connection, book.programme, month)


def run_histories(database_url: str, examples: int) -> int:
    """Compare so many histories. Returns how many reports were compared."""
    LiabilityMachine.reports = 0
    chosen = settings(max_examples=examples, stateful_step_count=40, phases=[Phase.generate])
    with asyncio.Runner() as runner:
        database = runner.run(Database.open(service_url(database_url)))

        async def open_party() -> Any:
            async with database.transaction() as connection:
                return await create_party(
                    connection, code="brand", name="Brand", roles=["brand"], category=None
                )

        try:
            assert runner.run(open_party()).party_id == 1, "whose the machine's books are"
            LiabilityMachine.runner, LiabilityMachine.database = runner, database
            run_state_machine_as_test(LiabilityMachine, settings=chosen)
        finally:
            runner.run(database.close())
    return LiabilityMachine.reports


@pytest.mark.timeout(300)
def test_any_roll_forward_is_what_its_entries_say(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_room, "RECORDS_READ_MAX", 40)
    assert run_histories(database_url, EXAMPLES) > 0


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_many_roll_forwards_are_what_their_entries_say(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading_room, "RECORDS_READ_MAX", 40)
    assert run_histories(database_url, EXAMPLES_OF_A_CAMPAIGN) > EXAMPLES_OF_A_CAMPAIGN
