"""What settlement is told of a use and of a reversal, through the outbox.

An event holds everything a bill needs, so that settlement never reads the exchange's tables. Its
payload has one key for each field, under the field's name. Messages outlive releases: a field may
be added with a default, but none is renamed or removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, ClassVar, Literal, Self, get_args

from ledger import JSON

Counted = Literal["used", "delivered"]
"""By what a right counts as used: a shop has used it, or it was delivered."""
_COUNTED = get_args(Counted)

USED_TOPIC = "coupon.used"
USE_REVERSED_TOPIC = "coupon.use_reversed"


def name_of_use(coupon_id: int, use: int) -> str:
    """The name of a coupon's use within its book: its first use is 1."""
    return f"{coupon_id}.{use}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """What both events tell: the use by its name, the coupon, and what the shop said."""

    INSTANT_KEY: ClassVar[str]
    """The key of the business time, which decides the month an event belongs to."""

    book_id: int
    coupon_id: int
    use: int
    """Counts the uses of the coupon from 1, reversed ones included."""
    code: str
    offer_id: int
    offer_code: str
    supplier_id: int
    home_party_id: int
    programme: str
    member: str
    points: int
    face_value_minor: int
    currency: str
    store: str | None
    reference: str | None
    swap_id: int | None = None
    """The swap that gave the right. What it is worth enters the balance of the swap."""
    lease_id: int | None = None
    """The lease under which a till without a connection took the coupon."""
    shop: str | None = None
    staff: str | None = None
    order_minor: int | None = None
    """What the order came to, for rates that are a share of it."""
    new_member: bool | None = None
    """Whether the user was new to the supplier, by its own word. None: it said nothing."""
    paid_minor: int | None = None
    """What was paid for the order after the coupon, for rates that are a share of the subsidy."""
    offer_version: int | None = None
    request_number: str | None = None
    """The number of the order that delivered the right: a platform knows no other name for it."""
    redeemed_at: datetime | None = None
    counted: Counted = "used"

    @property
    def use_id(self) -> str:
        """The name of the use within its book."""
        return name_of_use(self.coupon_id, self.use)

    def to_payload(self) -> dict[str, JSON]:
        """The event as a message of the outbox."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @classmethod
    def from_payload(cls, payload: Mapping[str, JSON]) -> Self:
        """The event in a message of the outbox.

        Raises:
            KeyError, TypeError, ValueError: the payload is no such event.
        """
        facts: dict[str, Any] = {
            "code": str(payload["code"]),
            "book_id": int(payload["book_id"]),
            "coupon_id": int(payload["coupon_id"]),
            "use": int(payload["use"]),
            "offer_id": int(payload["offer_id"]),
            "offer_code": str(payload["offer_code"]),
            "supplier_id": int(payload["supplier_id"]),
            "home_party_id": int(payload["home_party_id"]),
            "programme": str(payload["programme"]),
            "member": str(payload["member"]),
            "points": int(payload["points"]),
            "face_value_minor": int(payload["face_value_minor"]),
            "currency": str(payload["currency"]),
            "store": _text(payload["store"]),
            "reference": _text(payload["reference"]),
            "swap_id": _number(payload.get("swap_id")),
            "lease_id": _number(payload.get("lease_id")),
            "shop": _text(payload.get("shop")),
            "staff": _text(payload.get("staff")),
            "order_minor": _number(payload.get("order_minor")),
            "new_member": _flag(payload.get("new_member")),
            "paid_minor": _number(payload.get("paid_minor")),
            "offer_version": _number(payload.get("offer_version")),
            "request_number": _text(payload.get("request_number")),
            "redeemed_at": _instant_or_none(payload.get("redeemed_at")),
            "counted": _counted(payload.get("counted", "used")),
            cls.INSTANT_KEY: _instant(payload[cls.INSTANT_KEY]),
        }
        return cls(**facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponUsed(_Event):
    """A coupon was used: topic `coupon.used`."""

    INSTANT_KEY: ClassVar[str] = "used_at"

    used_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UseReversed(_Event):
    """A use was reversed: topic `coupon.use_reversed`. What it tells is told of the use."""

    INSTANT_KEY: ClassVar[str] = "reversed_at"

    reversed_at: datetime


def _number(value: JSON) -> int | None:
    return None if value is None else int(value)


def _flag(value: JSON) -> bool | None:
    return None if value is None else bool(value)


def _text(value: JSON) -> str | None:
    return None if value is None else str(value)


def _counted(value: JSON) -> Counted:
    if value not in _COUNTED:
        raise ValueError(f"{value!r} is not how a right counts as used")
    counted: Counted = value
    return counted


def _instant_or_none(value: JSON) -> datetime | None:
    return None if value is None else _instant(value)


def _instant(value: JSON) -> datetime:
    instant = datetime.fromisoformat(value)
    if instant.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    try:
        return instant.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{value} is beyond the calendar in UTC") from error
