"""What the values of closed lists are called on these pages, with the colour of their badge.

A text is marked for translation here, and translated where it is shown.
"""

from collections.abc import Mapping

Badges = Mapping[str, tuple[str, str]]


def _(text: str) -> str:
    return text


OFFER_STATES: Badges = {
    "DRAFT": (_("Draft"), ""),
    "IN_REVIEW": (_("In review"), "warn"),
    "LISTED": (_("Listed"), "ok"),
    "PAUSED": (_("Paused"), "warn"),
    "ENDED": (_("Ended"), ""),
    "DEACTIVATED": (_("Deactivated"), "bad"),
}
OFFER_VERBS: Mapping[str, str] = {
    "submit": _("Submit it"),
    "pause": _("Pause it"),
    "resume": _("List it again"),
    "end": _("End it"),
    "approve": _("Approve it"),
    "reject": _("Send it back"),
    "deactivate": _("Take it out for good"),
}
SIDES: Mapping[str, str] = {"supplier": _("by the supplier"), "operator": _("by the operator")}
KINDS: Mapping[str, str] = {
    "cash_voucher": _("Cash voucher"),
    "discount": _("Discount"),
    "exchange": _("Exchange for goods"),
    "trial": _("Trial"),
    "top_up": _("Top-up"),
    "code": _("Redemption code"),
}
FULFILMENTS: Mapping[str, str] = {
    "own_code": _("Coupon code of Comity"),
    "direct": _("Direct recharge"),
    "card_code": _("Card codes of mine"),
}
COUNTS_AS_USED: Mapping[str, str] = {
    "use": _("When it is used in a shop"),
    "delivery": _("When it is delivered"),
}
WEEKDAYS: Mapping[int, str] = {
    1: _("Mon"),
    2: _("Tue"),
    3: _("Wed"),
    4: _("Thu"),
    5: _("Fri"),
    6: _("Sat"),
    7: _("Sun"),
}
PROCUREMENT_STATES: Badges = {
    "waiting": (_("Waits for me"), "warn"),
    "granted": (_("Granted"), "ok"),
    "refused": (_("Refused"), "bad"),
    "cancelled": (_("Cancelled"), ""),
    "closed": (_("Closed"), ""),
}
ORDER_STATES: Badges = {
    "CREATED": (_("To be sent"), ""),
    "SUBMITTING": (_("Being sent"), "warn"),
    "PROCESSING": (_("Accepted"), "warn"),
    "UNKNOWN": (_("Unknown"), "bad"),
    "SUCCESS": (_("Delivered"), "ok"),
    "FAILED": (_("Failed"), "bad"),
}
COUPON_STATES: Badges = {
    "HELD": (_("Being delivered"), "warn"),
    "ACTIVE": (_("Active"), "ok"),
    "LOCKED": (_("Locked"), "warn"),
    "GIFTING": (_("Being given"), "warn"),
    "USED": (_("Used"), ""),
    "EXPIRED": (_("Expired"), ""),
    "RETURNED": (_("Returned"), ""),
    "DEACTIVATED": (_("Withdrawn"), "bad"),
}
SHOP_STATES: Badges = {"open": (_("In business"), "ok"), "closed": (_("Shut"), "")}
SHOP_DONE: Mapping[str, str] = {
    "close": _("The shop is closed."),
    "open": _("The shop is open."),
}
LEASE_USES: Badges = {
    "TAKEN": (_("Told, not finished"), "warn"),
    "USED": (_("Used"), "ok"),
    "CONFLICT": (_("Conflict"), "bad"),
    "REFUSED": (_("Refused"), "bad"),
}
BEARERS: Mapping[str, str] = {"shop": _("The shop"), "supplier": _("The supplier")}
CASE_STATES: Badges = {"OPEN": (_("To be decided"), "warn"), "RESOLVED": (_("Decided"), "ok")}
CASE_KINDS: Mapping[str, str] = {
    "late_success": _("Delivered after the points went back"),
    "late_failure": _("Failed after it was delivered"),
    "contradiction": _("The supplier contradicts itself"),
    "stuck": _("An order is stuck"),
    "complaint": _("A member complains"),
    "partial": _("Only a part was delivered"),
    "codes_short": _("More promised than codes sent"),
    "offline_conflict": _("Taken offline, and used elsewhere"),
}
EVIDENCE: Mapping[str, str] = {
    "reason": _("Reason"),
    "coupon_state": _("Coupon"),
    "order_state": _("Order"),
    "request_number": _("Request number"),
    "submissions": _("Times sent"),
    "queries": _("Times asked"),
    "deadline_at": _("It is not sent any more after"),
    "promised_at": _("The supplier promised it by"),
    "codes": _("Codes that can be given out"),
    "stock": _("Stock of the brand"),
    "stock_of_all": _("Stock of all brands"),
    "status": _("What the supplier said"),
    "supplier_reference": _("Supplier's reference"),
}
DECISIONS: Mapping[str, str] = {
    "deliver": _("It was delivered"),
    "return_points": _("Give the points back"),
    "keep_waiting": _("Keep waiting"),
    "return_points_goodwill": _("Give the points back as goodwill"),
    "keep": _("Leave it as it is"),
    "accept_supplier": _("The supplier is right"),
    "reject_supplier": _("The supplier is wrong"),
    "reinstate": _("Take the points again and deliver"),
}
STAGES: Mapping[str, str] = {
    "DECLARED": _("Declared"),
    "CHECKED": _("Checked"),
    "CANARY": _("Canary"),
    "OPEN": _("Open to all"),
    "SUSPENDED": _("Suspended"),
}
STAGE_STEPS = ("DECLARED", "CHECKED", "CANARY", "OPEN")
CHECK_STATES: Badges = {
    "waiting": (_("Waiting"), ""),
    "running": (_("Running"), "warn"),
    "done": (_("Done"), "ok"),
    "failed": (_("Could not run"), "bad"),
}
VERDICTS: Badges = {
    "pass": (_("Passed"), "ok"),
    "fail": (_("Failed"), "bad"),
    "not-supported": (_("Not supported"), "warn"),
}
FIGURES: Mapping[str, str] = {
    "claim": _("Redeemed of those shown"),
    "conversion": _("Redeemed of those seen"),
    "delivery_success": _("Delivered of those ordered"),
    "delivered_in_60_seconds": _("Delivered within 60 seconds"),
    "use_7_days": _("Used within 7 days"),
    "use_30_days": _("Used within 30 days"),
    "use_life": _("Used before the last day"),
    "reversal": _("Uses that were reversed"),
    "new_members_reported": _("New customers, as reported"),
    "new_members_measured": _("New customers, as measured"),
    "complaint": _("Complaints"),
    "case": _("Orders that became cases"),
    "contradiction": _("Contradictions"),
    "stock_refusal": _("Refused for lack of stock"),
    "sell_through": _("Redeemed of the stock"),
}
STATEMENT_STATES: Badges = {
    "issued": (_("Issued"), "warn"),
    "agreed": (_("Agreed"), "ok"),
    "disputed": (_("Disputed"), "bad"),
    "final": (_("Final"), "ok"),
    "settled": (_("Settled"), "ok"),
    "void": (_("Void"), ""),
}
REFUSED_AT_TILL: Mapping[str, str] = {
    "coupon-not-found": _("There is no such coupon of yours. Check the code and try again."),
    "coupon-already-used": _("This coupon was used before. Do not take it."),
    "coupon-not-active": _("This coupon is not active: not delivered yet, or given back."),
    "coupon-not-yet-usable": _("This coupon cannot be used yet."),
    "coupon-expired": _("This coupon has expired."),
    "token-expired": _("The QR code is too old. Ask the member to show it again."),
    "token-invalid": _("This is not a QR code of ours."),
    "signature-invalid": _("This is not a QR code of ours."),
    "shop-not-allowed": _("This coupon cannot be used in this shop."),
    "shop-required": _("Choose the shop first."),
    "shop-not-found": _("This shop is not known any more. Choose another."),
    "shop-mismatch": _("You work in another shop."),
    "hours-closed": _("This coupon cannot be used at this time of day."),
    "coupon-locked": _("Another till is taking this coupon right now."),
    "reversed-too-often": _("Its use was reversed too often. It cannot be used again."),
    "coupon-not-used": _("This coupon is not used, so there is nothing to reverse."),
    "reverse-too-late": _("It is too late to reverse this use."),
    "too-many-code-misses": _("Too many wrong codes. Wait a little and try again."),
    "request-invalid": _("This is not a code. Type it as it is shown."),
}
"""What whoever stands at the till is told."""
CARD_REFUSALS: Mapping[str, str] = {
    "card-number-invalid": _("This cannot be a card number"),
    "card-expired": _("Its last day is past"),
    "request-invalid": _("This cannot be read"),
}
