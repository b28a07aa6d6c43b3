"""The words of closed lists on pages about money, and the tone in which each is shown.

The English texts stand here, marked for translation. Templates translate them.
"""

from collections.abc import Mapping


def _(text: str) -> str:
    """Mark a text for translation. It is translated where it is shown."""
    return text


STATEMENT_STATES: Mapping[str, str] = {
    "draft": _("Draft"),
    "under_review": _("Under review"),
    "issued": _("Issued"),
    "agreed": _("Agreed"),
    "disputed": _("Disputed"),
    "final": _("Final"),
    "settled": _("Settled"),
    "void": _("Void"),
}
STATEMENT_KINDS: Mapping[str, str] = {
    "coupons": _("Coupons used"),
    "fees": _("Platform fees"),
    "conversions": _("Converted points"),
    "other": _("Other legs"),
}
LEGS: Mapping[str, str] = {
    "coupon_cost": _("Coupon cost"),
    "platform_fee": _("Platform fee"),
    "conversion": _("Conversion of points"),
    "referral": _("Referral"),
    "tax": _("Tax"),
}
LINE_KINDS: Mapping[str, str] = {
    "charge": _("Charge"),
    "reversal": _("Reversal"),
    "tier": _("Tier"),
    "free": _("Free uses"),
    "package": _("Package"),
    "cap": _("Cap"),
    "minimum": _("Minimum"),
    "barter": _("Barter"),
    "rounding": _("Rounding"),
    "tax": _("Tax"),
    "adjustment": _("Adjustment"),
    "write_off": _("Write-off"),
}
STATEMENT_STEPS: Mapping[str, str] = {
    "draft": _("Drafted"),
    "review": _("Reviewed"),
    "issue": _("Issued"),
    "agree": _("Agreed"),
    "dispute": _("Disputed"),
    "withdraw": _("Dispute withdrawn"),
    "accept": _("Dispute accepted"),
    "reject": _("Dispute rejected"),
    "term": _("The term to dispute ended"),
    "finalise": _("Made final"),
    "pay": _("Paid"),
    "settle": _("Settled"),
    "adjust": _("Adjustment drafted"),
    "approve": _("Adjustment approved"),
    "discard": _("Adjustment discarded"),
    "void": _("Taken back as void"),
    "invoice": _("Invoice recorded"),
}
DISPUTE_REASONS: Mapping[str, str] = {
    "not_used": _("It was never used"),
    "not_ours": _("It is not ours"),
    "duplicate": _("It is billed twice"),
    "price": _("The price is wrong"),
    "amount": _("The amount is wrong"),
    "tax": _("The tax is wrong"),
    "other": _("Another reason"),
}
DISPUTE_STATES: Mapping[str, str] = {
    "open": _("Open"),
    "accepted": _("Accepted"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "lapsed": _("Lapsed"),
}
ADJUSTMENT_STATES: Mapping[str, str] = {
    "draft": _("Draft"),
    "approved": _("Approved"),
    "discarded": _("Discarded"),
}
ADJUSTMENT_KINDS: Mapping[str, str] = {"credit": _("Credit"), "debit": _("Debit")}
INVOICE_KINDS: Mapping[str, str] = {"blue": _("Blue invoice"), "red": _("Red invoice")}
PERIOD_STATES: Mapping[str, str] = {
    "open": _("Open"),
    "closing": _("Closing"),
    "closed": _("Closed"),
}
CLOSING_STEPS: Mapping[str, str] = {
    "count_uses": _("Count the uses"),
    "add_period_lines": _("Add the lines of the period"),
    "add_allocations": _("Share them among the uses"),
    "add_drafts": _("Draft the statements"),
    "write_details": _("Write the detail files"),
}
WAITING_KINDS: Mapping[str, str] = {
    "no-contract": _("No contract on that day"),
    "currency-differs": _("The currency differs"),
    "basis-missing": _("The amount to rate by is missing"),
    "not-rated-yet": _("Not rated yet"),
    "not-tried": _("Not tried yet"),
    "unreadable": _("The message cannot be read"),
    "other": _("Another reason"),
}
OBSTACLES: Mapping[str, str] = {
    "period-not-ended": _("The month is not over"),
    "period-out-of-order": _("An earlier month is still open"),
    "period-has-pending-uses": _("Uses of the month wait to be rated"),
    "period-incomplete": _("Not all of the month's messages have arrived"),
}
SUSPICIONS: Mapping[str, str] = {
    "rate-zero": _("Uses at a rate of zero"),
    "day-jump": _("A day with far more uses than usual"),
    "pair-missing": _("Last month there was a bill, and now there is none"),
    "currencies": _("Several currencies between the same parties"),
}
CARD_STATES: Mapping[str, str] = {
    "draft": _("Draft"),
    "published": _("Published"),
    "withdrawn": _("Withdrawn"),
}
CARD_MODELS: Mapping[str, str] = {
    "flat": _("So much for each use"),
    "percent": _("A share of an amount"),
    "volume": _("Tiers: one rate for all uses"),
    "graduated": _("Tiers: each part at its own rate"),
    "graduated_percent": _("Tiers: each part at its own share"),
    "package": _("A package for each so many uses"),
    "barter": _("Barter: free up to a quota"),
}
CARD_BASES: Mapping[str, str] = {
    "count": _("Uses"),
    "order": _("Amount of the order"),
    "face": _("Face value"),
    "net": _("Order less tax"),
    "subsidy": _("Subsidy: order less what was paid"),
}
CARD_PARTIES: Mapping[str, str] = {
    "home": _("the brand"),
    "supplier": _("the supplier"),
    "operator": _("the operator"),
}
ROUNDINGS: Mapping[str, str] = {
    "half_up": _("Half up"),
    "half_even": _("Half to even"),
    "down": _("Down"),
    "up": _("Up"),
}
CALCULATION_STEPS: Mapping[str, str] = {
    **CARD_BASES,
    "flat": _("The rate of one use"),
    "percent": _("Its share of the amount"),
    "round": _("Rounded"),
    "free": _("Free"),
    "minimum": _("No less than the minimum"),
    "maximum": _("No more than the maximum"),
    "reversal": _("The charge, taken back"),
    "swapped": _("Swapped: nothing is owed"),
    "not_used": _("Only for coupons used in a shop"),
    "not_delivered": _("Only for rights that were delivered"),
    "volume": _("Rated over the whole month"),
    "graduated": _("Rated over the whole month"),
    "graduated_percent": _("Rated over the whole month"),
    "package": _("Rated over the whole month"),
    "barter": _("Rated over the whole month"),
    "tier": _("A tier"),
    "first_free": _("The first uses, free"),
}
CARD_LIMITS: Mapping[str, str] = {
    "offer_month": _("per offer and month"),
    "contract_month": _("per contract and month"),
}
CARD_SCOPES: Mapping[str, str] = {
    "contract": _("over all offers together"),
    "offer": _("for each offer by itself"),
}
CARD_TAXES: Mapping[str, str] = {
    "included": _("included in the amounts"),
    "added": _("added to the amounts"),
}
CARD_EVENTS: Mapping[str, str] = {
    "any": _("used or delivered"),
    "used": _("used in a shop"),
    "delivered": _("delivered"),
}
RUN_STATES: Mapping[str, str] = {
    "open": _("Open"),
    "replaced": _("Replaced"),
    "signed": _("Signed"),
}
BREAK_KINDS: Mapping[str, str] = {
    "duplicate": _("Told twice"),
    "wrong_party": _("Of another party"),
    "currency": _("Another currency"),
    "cut_off": _("Of another month"),
    "status": _("Used here, reversed there"),
    "other_code": _("Another code"),
    "amount_rate": _("Amount: another rate"),
    "amount_rounding": _("Amount: rounding"),
    "amount_tax": _("Amount: tax"),
    "amount": _("Amount"),
    "offer": _("Another offer"),
    "unmapped_offer": _("An offer that is not known"),
    "date": _("Another day"),
    "missing_ours": _("Only in the supplier's file"),
    "missing_theirs": _("Only in the bill"),
    "rejected": _("A row that cannot be read"),
}
BREAK_STATES: Mapping[str, str] = {
    "open": _("Open"),
    "matched": _("Matched"),
    "explained": _("Explained"),
    "adjusted": _("Adjusted"),
    "written_off": _("Written off"),
    "carried": _("Carried to next month"),
}
BREAK_STEPS: Mapping[str, str] = {
    "assigned": _("Assigned"),
    "commented": _("Commented"),
    "reopened": _("Opened again"),
    **{name: text for name, text in BREAK_STATES.items() if name != "open"},
}
SUGGESTIONS: Mapping[str, str] = {
    "leading_zeros": _("The code differs in leading zeros"),
    "power_of_ten": _("The amount differs by a power of ten"),
    "sum": _("Several uses add up to it"),
    "same_terms": _("Same offer and amount, other day"),
}
MATCH_RULES: Mapping[str, str] = {
    "line": _("Line"),
    "code": _("Code"),
    "request": _("Request number"),
    "reference": _("Reference"),
    "group": _("Group"),
    "terms": _("Terms"),
    "day": _("Day"),
}
FINDINGS: Mapping[str, str] = {
    "columns-ignored": _("Some columns were not read"),
    "digits-lost": _("A spreadsheet has lost digits of long numbers"),
    "total-differs": _("The file's own total is another one"),
}
FILE_FIELDS: Mapping[str, str] = {
    "line_key": _("Number of the line"),
    "code": _("Coupon code"),
    "code_sha256": _("Digest of the coupon code"),
    "request_number": _("Request number"),
    "reference": _("Reference"),
    "offer": _("Offer"),
    "store": _("Shop"),
    "member": _("Member"),
    "used_on": _("Day of use"),
    "amount": _("Amount"),
    "refund": _("Refund"),
    "kind": _("Kind of row"),
    "currency": _("Currency"),
}
PAYMENT_KINDS: Mapping[str, str] = {"payment": _("Payment"), "write_off": _("Write-off")}
NETTING_STATES: Mapping[str, str] = {
    "draft": _("Draft"),
    "advised": _("Advised"),
    "confirmed": _("Confirmed"),
    "paid": _("Paid"),
    "cancelled": _("Cancelled"),
}
NETTED_STATES: Mapping[str, str] = {
    "planned": _("Planned"),
    "netted": _("Netted"),
    "taken_out": _("Taken out"),
}
TAKEN_OUT: Mapping[str, str] = {"removed": _("Removed"), "defaulted": _("Defaulted")}
JOURNAL_KINDS: Mapping[str, str] = {
    "statement_issued": _("Statement issued"),
    "statement_void": _("Statement taken back"),
    "payment": _("Payment"),
    "write_off": _("Write-off"),
    "netting": _("Netting"),
    "netting_taken_back": _("Netting taken back"),
}
LIABILITY_STATES: Mapping[str, str] = {
    "frozen": _("Frozen"),
    "freezing": _("Being frozen"),
    "open": _("Open"),
}
LIABILITY_POINTS: Mapping[str, str] = {
    "opening": _("Opening"),
    "issued": _("Issued points"),
    "converted_in": _("Converted in"),
    "issue_reversed": _("Issues reversed"),
    "redeemed_own": _("Redeemed for own rights"),
    "redeemed_partner": _("Redeemed for partners' rights"),
    "redemption_reversed": _("Redemptions reversed"),
    "converted_out": _("Converted out"),
    "expired": _("Expired"),
    "adjusted": _("Adjusted"),
    "moved": _("Moved between members"),
    "closing": _("Closing"),
}
LIABILITY_MONEY: Mapping[str, str] = {
    "opening_minor": _("Opening"),
    "deferred_minor": _("Deferred for issued points"),
    "redeemed_minor": _("Released by redemptions"),
    "broken_minor": _("Released by expiry (breakage)"),
    "estimate_change_minor": _("Change of the estimate"),
    "closing_minor": _("Closing"),
}
ESTIMATE_METHODS: Mapping[str, str] = {
    "entered": _("Entered by hand"),
    "history": _("From the history"),
    "chain_ladder": _("Chain ladder"),
}
ACCOUNTS: Mapping[str, str] = {
    "liability": _("Liability for points"),
    "deferred": _("Deferred revenue"),
    "redeemed": _("Revenue from redemptions"),
    "broken": _("Revenue from breakage"),
    "estimate_change": _("Change of the estimate"),
    "cost": _("Cost of rights"),
    "payable": _("Payable to partners"),
    "opening": _("Opening balance"),
}
TIE_OUTS: Mapping[str, str] = {
    "closing is what was given less what is gone": _("Closing is what was given less what is gone"),
    "closing is what members have": _("Closing is what members have"),
    "closing is the sum of the cohorts": _("Closing is the sum of the cohorts"),
    "opening is the closing of the month before": _("Opening is the closing of the month before"),
    "rows come to the book's issuance": _("Rows come to what the book issued"),
    "rows come to the book's redemption": _("Rows come to what the book redeemed"),
    "rows come to the book's breakage": _("Rows come to what expired in the book"),
    "rows come to the book's adjustment": _("Rows come to what the book adjusted"),
    "rows come to the book's converted_in": _("Rows come to what was converted into the book"),
    "rows come to the book's converted_out": _("Rows come to what was converted out of the book"),
    "rows come to the book's transit": _("Rows come to what the book has under way"),
    "closing is opening and the rows, in money": _("Closing is opening and the rows, in money"),
    "closing is the sum of the cohorts, in money": _("Closing is the sum of the cohorts, in money"),
    "opening is the closing of the month before, in money": _(
        "Opening is the closing of the month before, in money"
    ),
}
TONES: Mapping[str, str] = {
    "agreed": "ok",
    "final": "ok",
    "settled": "ok",
    "accepted": "ok",
    "approved": "ok",
    "closed": "ok",
    "published": "ok",
    "signed": "ok",
    "confirmed": "ok",
    "paid": "ok",
    "frozen": "ok",
    "matched": "ok",
    "netted": "ok",
    "issued": "warn",
    "under_review": "warn",
    "closing": "warn",
    "advised": "warn",
    "freezing": "warn",
    "disputed": "bad",
    "rejected": "bad",
    "defaulted": "bad",
}
"""How a state is coloured. All others are plain."""
