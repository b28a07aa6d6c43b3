"""What should become of coupons that are given back, given on, used and withdrawn.

Said a second time, slow and plain, without a line of the exchange's own code. A coupon here is a
few words on a card. Each verb says how it is answered, and writes on the card what it has changed.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("America/New_York")
RETURN_DAYS = 2
HOPS = 2
USE_DAYS = 5
PRICE = 20


def day_of(instant: datetime) -> date:
    return instant.astimezone(ZONE).date()


@dataclass
class Card:
    """A coupon. `token` and `code` are those that work now; `paid` is what it cost."""

    redeemer: str
    redeemed_on: date
    paid: int
    code: str
    state: str = "ACTIVE"
    hands: list[str] = field(default_factory=list)
    token: str | None = None
    meant_for: str | None = None
    until: datetime | None = None
    points_are_back: bool = False

    @property
    def holder(self) -> str:
        return self.hands[-1] if self.hands else self.redeemer

    def lapse(self, now: datetime) -> None:
        if self.token is not None and self.until is not None and now >= self.until:
            self.put_down("ACTIVE")

    def put_down(self, state: str) -> None:
        self.state, self.token, self.meant_for, self.until = state, None, None, None

    def is_past(self, now: datetime) -> bool:
        return day_of(now) > self.redeemed_on + timedelta(days=USE_DAYS)

    def shown(self, now: datetime) -> str:
        self.lapse(now)
        return (
            "EXPIRED" if self.state in {"ACTIVE", "GIFTING"} and self.is_past(now) else self.state
        )

    def fault(self, now: datetime) -> str:
        """Why nothing can be done with it any more; `done` if something can."""
        if self.state == "USED":
            return "coupon-already-used"
        if self.state in {"RETURNED", "DEACTIVATED"}:
            return "coupon-not-active"
        return "coupon-expired" if self.is_past(now) else "done"


class Oracle:
    """All cards, by the number of the coupon."""

    def __init__(self) -> None:
        self.cards: dict[int, Card] = {}

    def card(self, coupon: int, now: datetime) -> Card:
        self.cards[coupon].lapse(now)
        return self.cards[coupon]

    def give_back(self, coupon: int, now: datetime) -> str:
        card = self.card(coupon, now)
        if card.hands or card.token is not None:
            return "not-returnable gifted"
        if day_of(now) > card.redeemed_on + timedelta(days=RETURN_DAYS):
            return "not-returnable too-late"
        if (fault := card.fault(now)) == "done":
            card.put_down("RETURNED")
            card.points_are_back = True
        return fault

    def give(self, coupon: int, giver: str, to: str | None, now: datetime) -> str:
        card = self.card(coupon, now)
        if giver != card.holder:
            return "coupon-not-found"
        if to == card.holder:
            return "member-is-giver"
        if len(card.hands) == HOPS:
            return "gift-not-allowed hops"
        if card.token is not None:
            return "gift-not-allowed given"
        return card.fault(now)

    def given(self, coupon: int, token: str, to: str | None, until: datetime) -> None:
        card = self.cards[coupon]
        card.state, card.token, card.meant_for, card.until = "GIFTING", token, to, until

    def cancel(self, coupon: int, now: datetime) -> str:
        card = self.card(coupon, now)
        if card.token is None:
            return "gift-gone"
        card.put_down("ACTIVE")
        return "done"

    def claim(self, token: str, member: str, now: datetime) -> tuple[str, int | None]:
        for coupon, card in self.cards.items():
            card.lapse(now)
            if card.token == token:
                if card.is_past(now):
                    return "gift-gone", None
                if card.holder == member:
                    return "member-is-giver", None
                if card.meant_for not in {None, member}:
                    return "gift-gone", None
                return "done", coupon
        return "gift-gone", None

    def claimed(self, coupon: int, member: str, code: str) -> None:
        card = self.cards[coupon]
        card.put_down("ACTIVE")
        card.hands.append(member)
        card.code = code

    def use(self, code: str, now: datetime) -> str:
        for coupon, card in self.cards.items():
            if card.code == code:
                if self.card(coupon, now).token is not None:
                    return "coupon-not-active"
                if (fault := card.fault(now)) == "done":
                    card.state = "USED"
                return fault
        return "coupon-not-found"

    def reverse_use(self, code: str, now: datetime) -> str:
        for card in self.cards.values():
            if card.code == code:
                if card.state != "USED":
                    return "coupon-not-used"
                card.state = "EXPIRED" if card.is_past(now) else "ACTIVE"
                return "done"
        return "coupon-not-found"

    def withdraw(self, coupon: int, *, gives_points: bool, now: datetime) -> str:
        card = self.card(coupon, now)
        if (fault := card.fault(now)) == "done":
            card.put_down("DEACTIVATED")
            card.points_are_back = gives_points
        return fault

    def sweep(self, now: datetime) -> None:
        for card in self.cards.values():
            if card.state in {"ACTIVE", "GIFTING"} and card.is_past(now):
                card.put_down("EXPIRED")

    def spent(self, member: str) -> int:
        return sum(
            card.paid
            for card in self.cards.values()
            if card.redeemer == member and not card.points_are_back
        )

    def pieces_gone(self) -> int:
        return sum(card.state != "RETURNED" for card in self.cards.values())
