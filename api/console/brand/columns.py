"""The columns of lists as CSV, by their headings. A heading is translated where it is written."""

from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

from api.console.brand.words import LOSSES, _
from api.pages.export import Column


def _signed(row: Mapping[str, Any]) -> object:
    """The points of an operation. What takes from a member's points is less than nothing."""
    return -row["points"] if row["kind"] in LOSSES else row["points"]


MEMBERS: Mapping[str, Column] = {
    _("Member"): itemgetter("member"),
    _("Spendable"): itemgetter("spendable"),
    _("Held"): itemgetter("held"),
    _("Pending"): itemgetter("pending"),
    _("Debt"): itemgetter("debt"),
    _("Next expiry"): itemgetter("next_expiry"),
    _("Expiring points"): itemgetter("expiring_points"),
    _("Merged into"): itemgetter("merged_into"),
}
HISTORY: Mapping[str, Column] = {
    _("Operation"): itemgetter("kind"),
    _("Idempotency key"): itemgetter("key"),
    _("Points"): _signed,
    _("Balance"): itemgetter("balance"),
    _("Held"): itemgetter("held"),
    _("Debt"): itemgetter("debt"),
    _("When"): itemgetter("occurred_at"),
    _("Recorded at"): itemgetter("recorded_at"),
    _("Shop"): itemgetter("store"),
    _("Channel"): itemgetter("channel"),
    _("Staff"): itemgetter("staff"),
    _("Reference"): itemgetter("reference"),
    _("Recorded by"): itemgetter("recorded_by"),
}
COUPONS: Mapping[str, Column] = {
    _("Coupon"): itemgetter("coupon"),
    _("State"): itemgetter("state"),
    _("Member"): itemgetter("member"),
    _("Holder"): itemgetter("holder"),
    _("Offer"): itemgetter("offer_code"),
    _("Supplier"): itemgetter("supplier"),
    _("Points"): itemgetter("points"),
    _("Code ends in"): itemgetter("code_tail"),
    _("Delivery"): itemgetter("delivery"),
    _("Redeemed"): itemgetter("redeemed_at"),
    _("Last day"): itemgetter("last_day"),
    _("When it was used"): itemgetter("used_at"),
    _("Where it was used"): itemgetter("used_store"),
}
STOCK: Mapping[str, Column] = {
    _("Offer"): itemgetter("offer_code"),
    _("Supplier"): itemgetter("supplier"),
    _("Granted"): itemgetter("granted"),
    _("Left"): itemgetter("remaining"),
    _("Taken in 14 days"): itemgetter("taken"),
    _("Days left"): itemgetter("days_left"),
    _("Runs out on"): itemgetter("runs_out_on"),
}
EARNING_RULES: Mapping[str, Column] = {
    _("Rule"): itemgetter("rule"),
    _("Name"): itemgetter("label"),
    _("Event"): itemgetter("event"),
    _("Points"): itemgetter("points"),
    _("How often"): itemgetter("once_per"),
    _("At most so often a day for a member"): itemgetter("per_member_per_day"),
    _("Budget of points for a day"): itemgetter("budget_points_per_day"),
    _("Budget of points in all"): itemgetter("budget_points_total"),
    _("From"): itemgetter("valid_from"),
    _("Until before"): itemgetter("valid_until"),
    _("Ended at"): itemgetter("ended_at"),
}
BATCHES: Mapping[str, Column] = {
    _("Batch"): itemgetter("batch"),
    _("Name"): itemgetter("label"),
    _("Earning rule"): itemgetter("rule"),
    _("State"): itemgetter("state"),
    _("Codes"): itemgetter("codes"),
    _("Earned"): itemgetter("earned"),
    _("Points"): itemgetter("points"),
    _("Recorded at"): itemgetter("recorded_at"),
    _("Closed at"): itemgetter("closed_at"),
}
IMPORTS: Mapping[str, Column] = {
    _("Import"): itemgetter("import_id"),
    _("Kind"): itemgetter("kind"),
    _("Programme"): itemgetter("programme"),
    _("State"): itemgetter("state"),
    _("New"): lambda row: row["counts"]["created"],
    _("Changed"): lambda row: row["counts"]["updated"],
    _("As it was"): lambda row: row["counts"]["unchanged"],
    _("Rejected"): lambda row: row["counts"]["rejected"],
    _("Received"): itemgetter("received_at"),
    _("Ended at"): itemgetter("ended_at"),
}


def import_rows(tongue: str) -> Mapping[str, Column]:
    """The columns of what became of a file's rows. What is wrong is said in one language."""
    return {
        _("Line"): itemgetter("line"),
        _("Key"): itemgetter("key"),
        _("State"): itemgetter("status"),
        _("Column"): itemgetter("column"),
        _("What is wrong"): lambda row: row["message"] and row["message"][tongue],
    }


def prices(tongue: str, names: Mapping[int, str]) -> Mapping[str, Column]:
    """The columns of price rules. Each is told as a sentence, too, in one language."""

    def offer(row: Mapping[str, Any]) -> object:
        found = row["scope"]["offer_id"]
        return names.get(found, found)

    return {
        _("Rule"): itemgetter("price_id"),
        _("Name"): itemgetter("label"),
        _("In words"): lambda row: row["words"][tongue],
        _("Offer"): offer,
        _("Category"): lambda row: row["scope"]["category"],
        _("Price in points"): lambda row: 0 if row["price"]["free"] else row["price"]["points"],
        _("A percentage of the ordinary price"): lambda row: row["price"]["percent"],
        _("Points issued on these days, in percent"): itemgetter("earning_multiplier_percent"),
        _("From"): itemgetter("valid_from"),
        _("Until before"): itemgetter("valid_until"),
        _("Ended at"): itemgetter("ended_at"),
    }


def market(remaining: Mapping[int, int]) -> Mapping[str, Column]:
    """The columns of offers that can be had. `remaining` is what is left of the procured ones."""
    return {
        _("Offer"): itemgetter("code"),
        _("Supplier"): itemgetter("supplier"),
        _("Name"): itemgetter("name"),
        _("Kind"): itemgetter("kind"),
        _("Category"): itemgetter("category"),
        _("Price in points"): itemgetter("price"),
        _("Worth (minor units)"): itemgetter("face_value_minor"),
        _("Currency"): itemgetter("currency"),
        _("Left"): lambda row: remaining.get(row["offer_id"]),
    }


def swaps(own: str, names: Mapping[int, str]) -> Mapping[str, Column]:
    """The columns of swaps, as the party `own` sees them. `names` are those of offers."""

    def lines(row: Mapping[str, Any], *, is_given: bool) -> str:
        found: Sequence[Mapping[str, Any]]
        found = row["gives" if (row["proposer"] == own) is is_given else "takes"]
        told = ((each["quantity"], each["offer_id"]) for each in found)
        return ", ".join(f"{quantity} × {names.get(offer, offer)}" for quantity, offer in told)

    return {
        _("Swap"): itemgetter("swap_id"),
        _("With the party"): lambda row: row["other" if row["proposer"] == own else "proposer"],
        _("Proposed by"): itemgetter("proposer"),
        _("State"): itemgetter("state"),
        _("We give"): lambda row: lines(row, is_given=True),
        _("We take"): lambda row: lines(row, is_given=False),
        _("Limit (minor units)"): itemgetter("limit_minor"),
        _("Currency"): itemgetter("currency"),
        _("From"): itemgetter("window_from"),
        _("Until before"): itemgetter("window_until"),
        _("Ended at"): itemgetter("ended_at"),
    }
