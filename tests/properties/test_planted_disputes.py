"""Defects in disputes and corrections, each planted and found by the test meant for it."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ledger import Database
from settlement.corrections import adjustments, asked, counter, limits, originals, void
from settlement.disputes import disputes
from settlement.statements import disputed, lines, statements, steps
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS
from tests.races import test_dispute_race
from tests.settlement.corrections import test_adjustments
from tests.settlement.disputes import test_disputes

Planted = Defect | StatementDefect
OnDatabase = Callable[[Database], Awaitable[None]]

PLANTED: list[tuple[Planted, OnDatabase]] = [
    (
        StatementDefect(
            "two credits do not wait for each other", statements, "_FIND_LOCKED", "FOR UPDATE", ""
        ),
        test_dispute_race.test_a_second_credit_waits_for_the_first_and_sees_what_is_left,
    ),
    (
        Defect(
            "a credit may go below nothing",
            limits,
            "require_left",
            "-amount_minor > original.left_minor",
            "-amount_minor > original.left_minor + 100",
        ),
        test_adjustments.test_a_credit_is_drafted_approved_and_never_above_the_original,
    ),
    (
        StatementDefect(
            "a replaced statement is credited anew",
            originals,
            "_ADJUSTED",
            "WHERE month = :month AND payer_party_id",
            "WHERE state <> 'void' AND month = :month AND payer_party_id",
        ),
        test_adjustments.test_a_void_statement_keeps_its_number_and_is_replaced,
    ),
    (
        StatementDefect(
            "a line in question twice counts twice",
            disputed,
            "_IN_QUESTION",
            "SELECT DISTINCT of_book_id",
            "SELECT of_book_id",
        ),
        test_disputes.test_lines_are_disputed_by_both_and_the_rest_goes_on,
    ),
    (
        Defect(
            "the term ends an instant late",
            steps,
            "require_disputable",
            "now >= statement.term_ends_at",
            "now > statement.term_ends_at",
        ),
        test_disputes.test_who_says_nothing_agrees_at_the_instant_of_the_term,
    ),
    (
        StatementDefect(
            "silence agrees an instant late",
            steps,
            "_HOLD_SILENT",
            "term_ends_at <= :now",
            "term_ends_at < :now",
        ),
        test_disputes.test_who_says_nothing_agrees_at_the_instant_of_the_term,
    ),
    (
        Defect(
            "a party answers its own dispute",
            disputes,
            "_require_answerer",
            '(verb == "withdraw")',
            "(party.party_id == dispute.party_id)",
        ),
        test_disputes.test_a_wrong_price_found_later_is_a_line_of_the_next_month,
    ),
    (
        Defect(
            "tax is computed anew and not that which was stored",
            limits,
            "tax_of",
            "-(line.tax_minor + line.adjusted_tax_minor)",
            "-(line.gross_minor // 6 + line.adjusted_tax_minor)",
        ),
        test_disputes.test_tax_that_was_added_is_in_question_and_credited_too,
    ),
    (
        Defect(
            "a reversed use is credited too",
            originals,
            "_reversed",
            'if key.kind == "charge"',
            'if key.kind == "conversion"',
        ),
        test_adjustments.test_a_credit_and_a_reversal_give_a_use_back_once,
    ),
    (
        Defect(
            "a credit stays beside the reversal",
            counter,
            "_counter",
            "if not found:",
            "if found:",
        ),
        test_adjustments.test_a_credit_and_a_reversal_give_a_use_back_once,
    ),
    (
        Defect(
            "who drafts approves",
            adjustments,
            "approve_adjustment",
            "drafted.recorded_by)",
            "-1)",
        ),
        test_adjustments.test_who_prepares_a_correction_does_not_let_it_pass,
    ),
    (
        Defect(
            "disputes outlive the statement",
            void,
            "void_statement",
            'await close_disputes(connection, statement, "lapsed", now, party=party)',
            "[]",
        ),
        test_adjustments.test_a_void_statement_keeps_its_number_and_is_replaced,
    ),
    (
        StatementDefect(
            "a supplier sees members",
            lines,
            "_LINES",
            "WHEN line.home_party_id = :viewer_party_id",
            "WHEN :viewer_party_id > 0",
        ),
        test_adjustments.test_lines_are_read_by_pages_and_only_the_brand_sees_its_members,
    ),
    (
        Defect(
            "a reversal is credited",
            asked,
            "tax_lines",
            'line.key.kind == "reversal"',
            'line.key.kind == "conversion"',
        ),
        test_adjustments.test_a_credit_and_a_reversal_give_a_use_back_once,
    ),
]


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), PLANTED, ids=[each.name for each, _ in PLANTED])
async def test_a_defect_in_disputes_is_found(
    database: Database, defect: Planted, test: OnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(database)
