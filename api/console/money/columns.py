"""The columns of lists as CSV, by their headings. A heading is translated where it is written."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from api.console.money.words import _
from api.pages.export import Column


def _of_totals(name: str) -> Column:
    """What the totals of a run say: a number if they are of one currency, or else all of them."""

    def read(row: Mapping[str, Any]) -> object:
        found: Sequence[object] = [each[name] for each in row["totals"]]
        return found[0] if len(found) == 1 else ", ".join(str(each) for each in found)

    return read


STATEMENTS: Mapping[str, Column] = {
    _("Number"): itemgetter("number"),
    _("Month"): itemgetter("month"),
    _("Payer"): itemgetter("payer_party"),
    _("Payee"): itemgetter("payee_party"),
    _("Kind"): itemgetter("kind"),
    _("State"): itemgetter("state"),
    _("Uses"): itemgetter("uses"),
    _("Currency"): itemgetter("currency"),
    _("Billed (minor units)"): itemgetter("billed_minor"),
    _("Due on"): itemgetter("due_on"),
}
STATEMENT_LINES: Mapping[str, Column] = {
    _("Use"): itemgetter("use"),
    _("Leg"): itemgetter("leg"),
    _("Kind"): itemgetter("kind"),
    _("Used at"): itemgetter("used_at"),
    _("Offer"): itemgetter("offer_code"),
    _("Reference"): itemgetter("reference"),
    _("Amount (minor units)"): itemgetter("amount_minor"),
    _("Tax (minor units)"): itemgetter("tax_minor"),
    _("With tax (minor units)"): itemgetter("gross_minor"),
    _("Calculation"): itemgetter("calculation"),
}
DRAFTS: Mapping[str, Column] = {
    _("Statement"): itemgetter("statement_id"),
    _("Month"): itemgetter("month"),
    _("Payer"): itemgetter("payer_party"),
    _("Payee"): itemgetter("payee_party"),
    _("Kind"): itemgetter("kind"),
    _("State"): itemgetter("state"),
    _("Uses"): itemgetter("uses"),
    _("Late"): itemgetter("late_lines"),
    _("Currency"): itemgetter("currency"),
    _("Billed (minor units)"): itemgetter("billed_minor"),
    _("Replaces"): itemgetter("replaces"),
}
DISPUTES: Mapping[str, Column] = {
    _("Dispute"): itemgetter("dispute_id"),
    _("Statement"): itemgetter("statement_id"),
    _("Party"): itemgetter("party"),
    _("Reason"): itemgetter("reason"),
    _("State"): itemgetter("state"),
    _("Disputed (minor units)"): itemgetter("disputed_minor"),
    _("Opened at"): itemgetter("opened_at"),
}
ADJUSTMENTS: Mapping[str, Column] = {
    _("Adjustment"): itemgetter("adjustment_id"),
    _("Statement"): itemgetter("statement_id"),
    _("Kind"): itemgetter("kind"),
    _("State"): itemgetter("state"),
    _("Amount (minor units)"): itemgetter("amount_minor"),
    _("Month"): itemgetter("month"),
    _("Reason"): itemgetter("reason"),
}
PAYMENTS: Mapping[str, Column] = {
    _("Payment"): itemgetter("payment_id"),
    _("Kind"): itemgetter("kind"),
    _("Statement"): itemgetter("statement_id"),
    _("Netting run"): itemgetter("netting_id"),
    _("Payer"): itemgetter("payer_party"),
    _("Payee"): itemgetter("payee_party"),
    _("Currency"): itemgetter("currency"),
    _("Amount (minor units)"): itemgetter("amount_minor"),
    _("Paid on"): itemgetter("paid_on"),
    _("Reference"): itemgetter("reference"),
}
NETTINGS: Mapping[str, Column] = {
    _("Netting run"): itemgetter("netting_id"),
    _("Currency"): itemgetter("currency"),
    _("Closure"): itemgetter("closure_on"),
    _("Advice"): itemgetter("advice_on"),
    _("Call"): itemgetter("call_on"),
    _("Parties"): lambda row: len(row["positions"]),
    _("State"): itemgetter("state"),
}
RECONCILIATIONS: Mapping[str, Column] = {
    _("Run"): itemgetter("reconciliation_id"),
    _("Supplier"): itemgetter("supplier"),
    _("Month"): itemgetter("month"),
    _("State"): itemgetter("state"),
    _("Compared at"): itemgetter("ran_at"),
    _("Matched"): itemgetter("matched"),
    _("Breaks"): itemgetter("break_count"),
    _("Open"): itemgetter("open_breaks"),
    _("Currency"): _of_totals("currency"),
    _("Ours (minor units)"): _of_totals("ours_minor"),
    _("Theirs (minor units)"): _of_totals("theirs_minor"),
    _("Difference (minor units)"): _of_totals("difference_minor"),
}
BREAKS: Mapping[str, Column] = {
    _("Break"): itemgetter("break_id"),
    _("Kind"): itemgetter("category"),
    _("State"): itemgetter("state"),
    _("Reference"): itemgetter("reference"),
    _("Offer"): itemgetter("offer_code"),
    _("Used on"): itemgetter("used_on"),
    _("Ours (minor units)"): itemgetter("ours_minor"),
    _("Theirs (minor units)"): itemgetter("theirs_minor"),
    _("Difference (minor units)"): itemgetter("difference_minor"),
    _("Currency"): itemgetter("currency"),
    _("Their currency"): itemgetter("theirs_currency"),
    _("Age in days"): itemgetter("open_days"),
    _("Assigned to"): itemgetter("assignee"),
}
CARDS: Mapping[str, Column] = {
    _("Card"): itemgetter("card_id"),
    _("Brand"): itemgetter("home_party"),
    _("Supplier"): itemgetter("supplier_party"),
    _("Legs"): lambda row: ", ".join(each["leg"] for each in row["card"].get("legs", ())),
    _("State"): itemgetter("state"),
    _("Holds from"): itemgetter("valid_from"),
    _("Holds until"): itemgetter("valid_until"),
}
CONTRACTS: Mapping[str, Column] = {
    _("Contract"): itemgetter("contract_id"),
    _("Version"): itemgetter("version"),
    _("Brand"): itemgetter("home_party"),
    _("Supplier"): itemgetter("supplier_party"),
    _("Coupon cost (minor units)"): itemgetter("coupon_cost_minor"),
    _("Platform fee (minor units)"): itemgetter("platform_fee_minor"),
    _("Currency"): itemgetter("currency"),
    _("Rounding"): itemgetter("rounding"),
    _("Rate card"): itemgetter("card_id"),
    _("Holds from"): itemgetter("valid_from"),
    _("Holds until"): itemgetter("valid_until"),
}


def netted(currency: str) -> Mapping[str, Column]:
    """The columns of the statements in a netting run, which has one currency."""
    return {
        _("Number"): itemgetter("number"),
        _("Payer"): itemgetter("payer_party"),
        _("Payee"): itemgetter("payee_party"),
        _("State"): itemgetter("state"),
        _("Currency"): lambda _row: currency,
        _("Amount (minor units)"): itemgetter("amount_minor"),
    }


def matches(currency: str) -> Mapping[str, Column]:
    """The columns of what matched. `currency` is that of the run, if it has only one."""
    return {
        _("Row"): itemgetter("line_number"),
        _("Use"): lambda row: f"{row['book_id']}:{row['use_id']}",
        _("Brand"): itemgetter("brand"),
        _("Reversal"): itemgetter("is_reversal"),
        _("Found by"): itemgetter("rule"),
        _("Currency"): lambda _row: currency,
        _("Amount (minor units)"): itemgetter("amount_minor"),
    }
