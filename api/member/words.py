"""States and steps as members read them. The English texts are the keys of the translations."""

from collections.abc import Mapping

from exchange.coupons import CouponState, Step


def _(text: str) -> str:
    """Mark a text for translation. It is translated where it is shown."""
    return text


STATES: Mapping[str, tuple[str, str]] = {
    CouponState.HELD: (_("On its way"), "warn"),
    CouponState.ACTIVE: (_("Ready to use"), "ok"),
    CouponState.LOCKED: (_("At a till right now"), "warn"),
    CouponState.GIFTING: (_("Being given away"), "warn"),
    CouponState.USED: (_("Used"), ""),
    CouponState.EXPIRED: (_("Expired"), ""),
    CouponState.RETURNED: (_("Points are back"), "bad"),
    CouponState.DEACTIVATED: (_("Withdrawn"), "bad"),
}
"""Each state of a coupon with its tone."""

STEPS: Mapping[str, tuple[str, str]] = {
    Step.REDEEMED: (_("You redeemed your points"), "ok"),
    Step.SENT: (_("Ordered from the supplier"), "ok"),
    Step.ACCEPTED: (_("The supplier is working on it"), "ok"),
    Step.UNCONFIRMED: (_("The supplier has not answered yet. We are asking."), "warn"),
    Step.WAITING: (_("It will be sent to the supplier again"), "warn"),
    Step.DELIVERED: (_("Delivered"), "ok"),
    Step.RETURNED: (_("It did not work. Your points are back."), "bad"),
    Step.USED: (_("Used"), "ok"),
    Step.USE_REVERSED: (_("The use was taken back"), "warn"),
    Step.EXPIRED: (_("Expired"), ""),
    Step.REVEALED: (_("You looked at the code"), "ok"),
    Step.LOCKED: (_("A till looked at it"), ""),
    Step.UNLOCKED: (_("The till let it go"), ""),
    Step.GIVEN: (_("You offered it to somebody"), "ok"),
    Step.GIFT_WITHDRAWN: (_("You took your gift back"), ""),
    Step.RECEIVED: (_("The gift was accepted"), "ok"),
    Step.GIVEN_BACK: (_("You gave it back. Your points are back."), "ok"),
    Step.DEACTIVATED: (_("It was withdrawn"), "bad"),
    Step.DISPUTED: (_("Somebody is looking into it"), "warn"),
    Step.DECIDED: (_("It was decided"), "ok"),
}
"""Each step of a receipt with its tone. A test compares them with the steps that there are."""

CATEGORIES: Mapping[str, tuple[str, str]] = {
    "video": (_("Films and video"), "movie"),
    "food": (_("Food and drink"), "coffee"),
    "travel": (_("Travel"), "plane"),
    "shopping": (_("Shopping"), "shopping-bag"),
    "bills": (_("Bills and top-ups"), "receipt"),
    "music": (_("Music and reading"), "device-tv"),
    "health": (_("Health"), "heart-handshake"),
    "hotel": (_("Hotels"), "building"),
}
"""The usual categories, each with its icon. Any other is called by its path."""
OTHER_ICON = "tag"

DELIVERIES: Mapping[str, str] = {
    "own_code": _("Immediately"),
    "card_code": _("Immediately"),
    "direct": _("Usually within minutes. The receipt says until when."),
}
"""When a right is there, by how it is delivered."""

WHY_NOT: Mapping[str, str] = {
    "points": _("You have too few points"),
    "no-allotment": _("Sold out"),
    "no-codes": _("Sold out"),
    "limit-per-member": _("You have had as many as one member can"),
    "limit-per-day": _("Nothing is left today. Come back tomorrow."),
    "not-eligible:tier": _("For another tier of members"),
    "not-eligible:tag": _("For other members"),
    "not-eligible:points": _("For members with more points"),
    "not-eligible:new": _("For new members"),
}
OTHER_WHY = _("Not available right now")

KINDS: Mapping[str, str] = {
    "issue": _("Points earned"),
    "credit": _("Points received"),
    "redeem": _("Points redeemed"),
    "hold": _("Points set aside"),
    "capture": _("Points redeemed"),
    "release": _("Points are free again"),
    "expire": _("Points expired"),
    "expire_book": _("Points expired"),
    "receive": _("Points received"),
    "end_conversion": _("Points exchanged"),
    "absorb": _("Accounts joined"),
    "sweep": _("Points expired"),
    "reverse": _("Taken back"),
    "adjust": _("Corrected by the brand"),
    "gift": _("Points given"),
    "convert": _("Points exchanged"),
    "merge": _("Accounts joined"),
}
