"""States and steps as members read them. The English texts are the keys of the translations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

OTHERS_STEPS: Mapping[str, str] = {
    Step.REDEEMED: _("The giver redeemed points for it"),
    Step.RETURNED: _("It did not work"),
    Step.REVEALED: _("Somebody looked at the code"),
    Step.GIVEN: _("It was offered as a gift"),
    Step.GIFT_WITHDRAWN: _("The gift was taken back"),
    Step.GIVEN_BACK: _("It was given back"),
}
"""The steps that are told otherwise to whoever did not have the coupon then."""
TOOK_IT = _("You took the gift")

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
GAINS = frozenset({"issue", "release", "receive", "credit", "absorb"})
LOSSES = frozenset({"redeem", "hold", "expire", "expire_book", "sweep", "gift", "convert", "merge"})
"""Operations that add to what a member can spend, and those that take from it."""


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A step of a receipt, as its reader lived it."""

    text: str
    tone: str
    occurred_at: str
    note: str | None


def told_steps(coupon: Mapping[str, Any], reader: str) -> list[ToldStep]:
    """The steps of a receipt, to whoever redeemed the coupon or has it now (pure).

    Until the first gift was taken they are those of who redeemed it, and after the last one those
    of who has it.
    """
    is_first = reader in {coupon["member"], coupon["merged_into"]}
    is_last = reader == coupon["holder"]
    hops = sum(step["step"] == Step.RECEIVED for step in coupon["steps"])
    told, hop = [], 0
    for step in coupon["steps"]:
        if step["step"] == Step.RECEIVED:
            hop += 1
        is_mine = (hop == 0 and is_first) or (hop == hops and is_last)
        text, tone = STEPS[step["step"]]
        if step["step"] == Step.RECEIVED:
            text = TOOK_IT if is_mine else text
        elif not is_mine:
            text = OTHERS_STEPS.get(step["step"], text)
        note = (step["detail"] or {}).get("note")
        told.append(ToldStep(text, tone, step["occurred_at"], note))
    return told
