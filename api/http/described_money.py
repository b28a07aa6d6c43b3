"""What the description says of each operation on payments, netting and the journal of money."""

from api.http.described_row import described as _row

_RUN = "netting-not-found netting-step-refused"

MONEY = {
    "add_payment": _row(
        "add_payment",
        "Record a payment",
        "statement-not-found netting-not-found party-not-found payment-refused"
        " payment-exceeds-due payment-day-invalid",
    ),
    "payments": _row("list_payments", "List the payments of the party"),
    "statement_due": _row(
        "get_statement_due", "Get what is due for a statement", "statement-not-found"
    ),
    "positions": _row("list_positions", "List what parties are owed and owe"),
    "add_netting": _row(
        "add_netting",
        "Draft a netting run",
        "netting-empty netting-days-invalid netting-too-large",
    ),
    "nettings": _row("list_nettings", "List the netting runs of the party"),
    "netting_by_id": _row("get_netting", "Get a netting run", "netting-not-found"),
    "netted_statements": _row(
        "list_netted_statements", "List the statements of a netting run", "netting-not-found"
    ),
    "advise_run": _row("advise_netting", "Tell the parties of a netting run", _RUN),
    "confirm_run": _row("confirm_netting", "Confirm a netting run", _RUN),
    "cancel_run": _row("cancel_netting", "Give up a netting run", _RUN),
    "remove_from_run": _row(
        "remove_netting_party", "Take a party out of a netting run", f"{_RUN} party-not-found"
    ),
    "default_in_run": _row(
        "default_netting_party",
        "Repeat a netting run without a party that does not pay",
        f"{_RUN} party-not-found",
    ),
    "money_journal": _row(
        "list_journal", "List what was posted in a currency", "money-book-not-found"
    ),
    "export_money_journal": _row(
        "export_journal",
        "Export what was posted in a currency",
        "money-book-not-found journal-days-invalid",
    ),
}
