"""What the description says of each operation on disputes, corrections and lines of statements."""

from api.http.described_row import described as _row

_STATEMENT = "statement-not-found"
_STEP = "statement-not-found statement-step-refused"
_LINES = "line-not-found line-invalid"
_DISPUTE = "dispute-not-found dispute-closed statement-step-refused"
_ADJUSTMENT = "adjustment-not-found adjustment-decided"

DISPUTES = {
    "statement_lines": _row("list_statement_lines", "List the lines of a statement", _STATEMENT),
    "statement_steps": _row("list_statement_steps", "List what was done with it", _STATEMENT),
    "add_dispute": _row(
        "add_dispute",
        "Dispute lines of a statement",
        f"{_STEP} {_LINES} statement-term-ended dispute-exists dispute-claim-invalid",
    ),
    "statement_disputes": _row(
        "list_statement_disputes", "List the disputes of a statement", _STATEMENT
    ),
    "disputes": _row("list_disputes", "List the disputes of the party"),
    "dispute_by_id": _row("get_dispute", "Get a dispute", "dispute-not-found"),
    "accept_dispute": _row(
        "accept_dispute",
        "Accept a dispute",
        f"{_DISPUTE} dispute-claim-invalid adjustment-too-large adjustment-invalid"
        " period-out-of-order",
    ),
    "reject_dispute": _row("reject_dispute", "Reject a dispute", _DISPUTE),
    "withdraw_dispute": _row("withdraw_dispute", "Take a dispute back", _DISPUTE),
    "add_adjustment": _row(
        "add_adjustment",
        "Draft a correction",
        f"{_STEP} {_LINES} adjustment-invalid adjustment-too-large",
    ),
    "adjustments": _row("list_adjustments", "List the corrections"),
    "adjustment_by_id": _row("get_adjustment", "Get a correction", "adjustment-not-found"),
    "approve_one_adjustment": _row(
        "approve_adjustment",
        "Approve a correction",
        f"{_ADJUSTMENT} four-eyes-required statement-step-refused adjustment-too-large"
        " period-out-of-order",
    ),
    "discard_one_adjustment": _row("discard_adjustment", "Discard a correction", _ADJUSTMENT),
    "void_one_statement": _row(
        "void_statement", "Take a statement back", f"{_STEP} four-eyes-required"
    ),
    "add_invoice": _row(
        "add_invoice",
        "Record an invoice",
        f"{_STEP} invoice-exists invoice-not-found invoice-sums-differ",
    ),
    "statement_invoices": _row(
        "list_statement_invoices", "List the invoices of a statement", _STATEMENT
    ),
}
