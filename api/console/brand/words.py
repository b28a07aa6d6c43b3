"""What the closed lists of the interface are called on pages of brands.

Each table has an English text for every value; the Chinese one stands with the other texts. A badge
has a tone, too: whether it is good, waits, or is bad.
"""

from collections.abc import Mapping


def _(text: str) -> str:
    """Mark a text for translation. It is translated where it is shown."""
    return text


COUPON_STATES: Mapping[str, tuple[str, str]] = {
    "HELD": (_("Being delivered"), "warn"),
    "ACTIVE": (_("To use"), "warn"),
    "LOCKED": (_("At a till"), "warn"),
    "GIFTING": (_("Being given"), "warn"),
    "USED": (_("Used"), "ok"),
    "EXPIRED": (_("Expired"), ""),
    "RETURNED": (_("Points back"), "bad"),
    "DEACTIVATED": (_("Withdrawn"), "bad"),
}
ORDER_STATES: Mapping[str, tuple[str, str]] = {
    "CREATED": (_("Not sent yet"), "warn"),
    "SUBMITTING": (_("Being sent"), "warn"),
    "PROCESSING": (_("At the supplier"), "warn"),
    "UNKNOWN": (_("Not heard of"), "bad"),
    "SUCCESS": (_("Delivered"), "ok"),
    "FAILED": (_("Failed"), "bad"),
}
PROCUREMENT_STATES: Mapping[str, tuple[str, str]] = {
    "waiting": (_("Waits for the supplier"), "warn"),
    "granted": (_("Granted"), "ok"),
    "refused": (_("Refused"), "bad"),
    "cancelled": (_("Cancelled"), ""),
    "closed": (_("Closed"), ""),
}
SWAP_STATES: Mapping[str, tuple[str, str]] = {
    "PROPOSED": (_("Proposed"), "warn"),
    "AGREED": (_("Agreed"), "ok"),
    "RUNNING": (_("Running"), "ok"),
    "ENDED": (_("Ended"), ""),
}
STANDINGS: Mapping[str, tuple[str, str]] = {
    "ok": (_("In order"), "ok"),
    "alert": (_("Near the limit"), "warn"),
    "stopped": (_("Stopped"), "bad"),
}
BATCH_STATES: Mapping[str, tuple[str, str]] = {
    "OPEN": (_("Open"), "ok"),
    "ENDED": (_("Ended"), ""),
    "VOIDED": (_("Void"), "bad"),
}
IMPORT_STATES: Mapping[str, tuple[str, str]] = {
    "received": (_("Being checked"), "warn"),
    "checked": (_("Checked"), "warn"),
    "applying": (_("Being applied"), "warn"),
    "done": (_("Done"), "ok"),
    "refused": (_("Refused"), "bad"),
}
ROW_STATES: Mapping[str, tuple[str, str]] = {
    "created": (_("New"), "ok"),
    "updated": (_("Changed"), "ok"),
    "unchanged": (_("As it was"), ""),
    "rejected": (_("Rejected"), "bad"),
}
IMPORT_KINDS: Mapping[str, str] = {
    "offers": _("Offers"),
    "shops": _("Shops"),
    "members": _("Members"),
    "codes": _("Card codes"),
}
OPERATIONS: Mapping[str, str] = {
    "issue": _("Issue"),
    "redeem": _("Redemption"),
    "hold": _("Set aside"),
    "capture": _("Spent from a hold"),
    "release": _("Released from a hold"),
    "expire": _("Expired"),
    "expire_book": _("Expiry of the whole book"),
    "sweep": _("Expired"),
    "reverse": _("Reversed"),
    "gift": _("Given to a member"),
    "receive": _("Received as a gift"),
    "adjust": _("Adjusted by hand"),
    "convert": _("Converted out"),
    "credit": _("Converted in"),
    "end_conversion": _("End of a conversion"),
    "merge": _("Merged into another member"),
    "absorb": _("Merged from another member"),
}
GAINS = frozenset({"issue", "release", "receive", "credit", "absorb"})
LOSSES = frozenset({"redeem", "hold", "expire", "expire_book", "sweep", "gift", "convert", "merge"})
"""Operations that add to what a member can spend, and those that take from it."""
ACCOUNTS: Mapping[str, str] = {
    "issuance": _("Issuance"),
    "redemption": _("Redemption"),
    "breakage": _("Breakage"),
    "held": _("Held"),
    "transit": _("In transit"),
    "clearing": _("Clearing"),
    "adjustment": _("Adjustment"),
    "debt": _("Debt of members"),
    "converted_out": _("Converted out"),
    "converted_in": _("Converted in"),
    "wallet": _("Wallets of members"),
}
OFFER_KINDS: Mapping[str, str] = {
    "cash_voucher": _("Cash voucher"),
    "discount": _("Discount"),
    "exchange": _("Exchange for goods"),
    "trial": _("Trial"),
    "top_up": _("Top-up"),
    "code": _("Redemption code"),
}
CATEGORIES: Mapping[str, str] = {
    "bills": _("Bills and top-ups"),
    "food": _("Food and drink"),
    "health": _("Health"),
    "hotel": _("Hotels"),
    "music": _("Music and reading"),
    "shopping": _("Shopping"),
    "travel": _("Travel"),
    "video": _("Films and video"),
}
CATEGORY_ICONS: Mapping[str, str] = {
    "bills": "receipt",
    "food": "coffee",
    "health": "heart-handshake",
    "hotel": "building",
    "music": "device-tv",
    "shopping": "shopping-bag",
    "travel": "plane",
    "video": "movie",
}
"""The icons of the usual categories. Any other one has that of a tag."""
FULFILMENTS: Mapping[str, str] = {
    "own_code": _("A code of the exchange"),
    "direct": _("Direct recharge"),
    "card_code": _("A card code of the supplier"),
}
WHY_NOT: Mapping[str, str] = {
    "closed": _("Not sold now"),
    "undeliverable": _("Cannot be delivered now"),
    "suspended": _("Suspended"),
    "canary": _("Only on trial"),
    "limit-per-member": _("The member has enough"),
    "limit-per-day": _("Sold out today"),
    "no-allotment": _("Not procured"),
    "not-eligible:tier": _("Not for this tier"),
    "not-eligible:tag": _("Not for this tag"),
    "not-eligible:points": _("Not for this many points"),
    "not-eligible:new": _("Only for new members"),
    "points": _("Not enough points"),
    "no-codes": _("No codes left"),
}
STOCKS: Mapping[str, str] = {
    "plenty": _("Plenty"),
    "few": _("Few"),
    "none": _("None"),
}
CASE_KINDS: Mapping[str, str] = {
    "late_success": _("Delivered after the points were back"),
    "late_failure": _("Failed after it was delivered"),
    "contradiction": _("The supplier contradicts itself"),
    "stuck": _("Stuck"),
    "complaint": _("A member complains"),
    "partial": _("Delivered in part"),
    "codes_short": _("Too few card codes"),
    "offline_conflict": _("Used twice without a connection"),
}
DECISIONS: Mapping[str, str] = {
    "deliver": _("It counts as delivered"),
    "return_points": _("The points go back"),
    "keep_waiting": _("Go on waiting"),
    "return_points_goodwill": _("The points go back as goodwill"),
    "keep": _("It stays as it is"),
    "accept_supplier": _("The supplier is right"),
    "reject_supplier": _("The supplier is wrong"),
    "reinstate": _("The right is there again"),
}
FIGURES: Mapping[str, str] = {
    "claim": _("Redeemed of those shown"),
    "conversion": _("Redeemers of those shown"),
    "delivery_success": _("Delivered"),
    "delivered_in_60_seconds": _("Delivered in 60 seconds"),
    "use_7_days": _("Used within 7 days"),
    "use_30_days": _("Used within 30 days"),
    "use_life": _("Used before the last day"),
    "reversal": _("Uses reversed"),
    "new_members_reported": _("New members, as reported"),
    "new_members_measured": _("New members, as measured"),
    "complaint": _("Complaints"),
    "case": _("Cases"),
    "contradiction": _("Contradictions"),
    "stock_refusal": _("Refused for lack of stock"),
    "sell_through": _("Sold of what was granted"),
}
STATEMENT_STATES: Mapping[str, tuple[str, str]] = {
    "issued": (_("To be agreed"), "warn"),
    "agreed": (_("Agreed"), "ok"),
    "disputed": (_("Disputed"), "bad"),
    "final": (_("Final"), "ok"),
    "settled": (_("Settled"), "ok"),
    "void": (_("Void"), ""),
}
EXPIRIES: Mapping[str, str] = {
    "none": _("Never"),
    "days": _("So many days after the issue"),
    "months": _("At the end of a month, so many months after"),
    "dates": _("On fixed dates"),
    "sliding": _("So many days after the last activity"),
}
DEBTS: Mapping[str, str] = {
    "refuse": _("Refuse the reversal"),
    "take": _("Take what is there"),
    "owe": _("Let the member owe the rest"),
}
CAPPED: Mapping[str, str] = {"issue": _("Issue"), "redeem": _("Redemption")}
WINDOWS: Mapping[str, str] = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
WEEKDAYS: Mapping[int, str] = {
    1: _("Monday"),
    2: _("Tuesday"),
    3: _("Wednesday"),
    4: _("Thursday"),
    5: _("Friday"),
    6: _("Saturday"),
    7: _("Sunday"),
}
ONCE_PER: Mapping[str, str] = {
    "day": _("Once a day"),
    "subject": _("Once for each subject"),
    "ever": _("Once ever"),
}
HOUR_OUTCOMES: Mapping[str, str] = {
    "recorded": _("Recorded"),
    "known": _("Recorded before with the same number"),
    "differs": _("Recorded before with another number, which stays"),
    "not-yet": _("Not over yet"),
    "outside": _("Outside the window"),
}
IDENTIFIERS: Mapping[str, str] = {
    "card": _("Card"),
    "email": _("E-mail"),
    "openid": "OpenID",
    "phone": _("Phone"),
    "unionid": "UnionID",
}
