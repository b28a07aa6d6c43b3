"""Defects planted into payments, netting and the books of money: each is found by its test."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from ledger import Database
from ledger.money import post, transactions
from settlement.journal import events
from settlement.netting import positions, rows
from settlement.payments import due, payments
from tests.ledger.money import test_books, test_transactions
from tests.properties.planted import Defect, StatementDefect
from tests.properties.test_planted import SIGNS, WAIT_SECONDS
from tests.settlement.journal import test_events
from tests.settlement.netting import test_positions, test_runs
from tests.settlement.payments import test_payments

Planted = Defect | StatementDefect

PURE: list[tuple[Planted, Callable[[], None]]] = [
    (
        Defect(
            "money leaves the open accounts",
            transactions,
            "require_sound",
            "    if crossing:",
            "    if False:",
        ),
        test_transactions.test_money_never_crosses_from_open_to_the_rest,
    ),
    (
        Defect(
            "a link does not hang on the amounts",
            transactions,
            "link",
            "[list(transfer) for transfer in transaction.transfers]",
            "[list(transfer[:2]) for transfer in transaction.transfers]",
        ),
        test_transactions.test_a_link_hangs_on_everything_that_a_transaction_says,
    ),
    (
        Defect(
            "a statement below zero is owed by its payer",
            events,
            "_owed",
            "payer, payee, amount_minor = payee, payer, -amount_minor",
            "amount_minor = -amount_minor",
        ),
        test_events.test_each_event_moves_what_the_table_says,
    ),
    (
        Defect(
            "only the last claim of a party counts",
            positions,
            "net",
            "owed.get(payee, 0) + amount",
            "amount",
        ),
        test_positions.test_the_worked_example,
    ),
    (
        Defect(
            "who is taken out stays as a payee",
            positions,
            "without",
            "and claim.payee_party_id not in parties",
            "",
        ),
        test_positions.test_who_is_taken_out_has_no_position,
    ),
]

IN_DATABASE: list[tuple[Planted, Callable[[Database], Awaitable[None]]]] = [
    (
        StatementDefect("posting does not lock the book", post, "_LOCK", "FOR UPDATE", ""),
        test_books.test_writers_at_once_leave_no_gap_and_post_no_key_twice,
    ),
    (
        StatementDefect(
            "a payment does not lock its statement", payments, "_LOCK", "FOR UPDATE", ""
        ),
        test_payments.test_payments_at_once_pay_no_more_than_is_due,
    ),
    (
        Defect(
            "a statement settles before it is paid",
            payments,
            "pay_statement",
            "abs(due.rest_minor) == remittance.amount_minor",
            "True",
        ),
        test_payments.test_what_is_issued_is_posted_with_it_and_settled_by_its_payments,
    ),
    (
        StatementDefect(
            "what is netted is due all the same",
            due,
            "_DUES",
            "FILTER (WHERE netting_statement.state = 'netted')",
            "FILTER (WHERE false)",
        ),
        test_runs.test_the_worked_example_from_draft_to_paid,
    ),
    (
        Defect(
            "what is planned is paid meanwhile",
            payments,
            "_require_no_run",
            "due.netting_id is not None",
            "False",
        ),
        test_runs.test_the_worked_example_from_draft_to_paid,
    ),
    (
        StatementDefect(
            "who is taken out of a run is netted with it",
            rows,
            "_CLAIMS",
            "AND netting_statement.state <> 'taken_out'",
            "",
        ),
        test_runs.test_a_party_is_removed_before_and_defaults_after,
    ),
]


@pytest.mark.parametrize(("defect", "test"), PURE, ids=[each.name for each, _ in PURE])
def test_a_rule_of_money_is_found(
    defect: Planted, test: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        test()


@pytest.mark.campaign
@pytest.mark.parametrize(
    ("defect", "test"), IN_DATABASE, ids=[each.name for each, _ in IN_DATABASE]
)
async def test_a_defect_of_money_is_found(
    database: Database,
    defect: Planted,
    test: Callable[[Database], Awaitable[None]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(SIGNS):
        async with asyncio.timeout(WAIT_SECONDS):
            await test(database)
