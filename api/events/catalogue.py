"""The types of events: a closed list. Each says what happened, to whom it is told, and an example.

A type is a noun and what happened to it. The data have the names that the answers of the interface
have. A member may be added to them, and none is renamed or removed.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ledger import JSON, Refusal

TYPE_LENGTH_MAX = 64
BRAND, SUPPLIER, OPERATOR = "brand", "supplier", "operator"


class EventTypeUnknown(Refusal):
    """There is no such type of events."""

    code: ClassVar[str] = "event-type-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "There is no such type of events."


@dataclass(frozen=True, slots=True)
class EventType:
    """One type: what it means in a sentence, the roles that are told, and example data.

    With `asked_for` it is told only of a programme that asks for it (`points`), and sent only to
    endpoints that name it.
    """

    sentence: str
    told: tuple[str, ...]
    example: Mapping[str, JSON]
    asked_for: bool = False


_COUPON: Mapping[str, JSON] = {
    "programme": "sunny",
    "coupon": 4711,
    "state": "ACTIVE",
    "offer": 88,
    "member": "m-1036",
    "points": 20,
}
_USE: Mapping[str, JSON] = {
    "programme": "sunny",
    "coupon": 4711,
    "state": "USED",
    "use": 1,
    "offer": 88,
    "offer_code": "movie-2for1",
    "face_value_minor": 3000,
    "currency": "CNY",
    "occurred_at": "2026-11-29T13:40:00+00:00",
    "store": None,
    "shop": "nanjing-rd",
    "reference": "till-3/8812",
}
_STATEMENT: Mapping[str, JSON] = {
    "statement_id": 31,
    "number": "2026-000031",
    "month": "2026-10",
    "kind": "coupons",
    "payer_party": "sunny",
    "payee_party": "cinema",
    "currency": "CNY",
    "billed_minor": 147140,
    "disputed_minor": 0,
    "state": "issued",
    "due_on": "2026-11-30",
    "term_ends_at": "2026-11-16T00:00:00+08:00",
    "payer_agreed_at": None,
    "payee_agreed_at": None,
}
_BILLED = (BRAND, SUPPLIER, OPERATOR)
_POINTS: Mapping[str, JSON] = {
    "programme": "sunny",
    "operation": "3-1207",
    "kind": "issue",
    "key": "order-8812",
    "member": "m-1036",
    "points": 20,
    "balance": 120,
    "occurred_at": "2026-11-29T13:40:00+00:00",
    "expires_on": None,
    "subject": None,
    "subject_key": None,
    "store": "nanjing-rd",
    "channel": "app",
    "staff": None,
    "reference": None,
}
_ENDED: Mapping[str, JSON] = {"subject": "3-1190", "subject_key": "order-8790"}


def _coupon(sentence: str, state: str, **more: JSON) -> EventType:
    return EventType(sentence, (BRAND,), {**_COUPON, "state": state, **more})


def _statement(sentence: str, state: str) -> EventType:
    return EventType(sentence, _BILLED, {**_STATEMENT, "state": state})


def _points(sentence: str, kind: str, **more: JSON) -> EventType:
    return EventType(sentence, (BRAND,), {**_POINTS, "kind": kind, **more}, asked_for=True)


TYPES: Mapping[str, EventType] = {
    "points.issued": _points(
        "A member was given points, or they came from another programme.",
        "issue",
        expires_on="2027-11-30",
    ),
    "points.redeemed": _points("A member spent points, at once or by a hold.", "redeem"),
    "points.adjusted": _points("Points were added or taken by hand.", "adjust", points=-20),
    "points.reversed": _points(
        "An issue or a redemption was undone, all of it or a part.", "reverse", **_ENDED
    ),
    "points.expired": _points("Points of a member were past their last day.", "expire"),
    "points.expiring": EventType(
        "What members lose within thirty days if they do not spend it. Told once a day.",
        (BRAND,),
        {
            "programme": "sunny",
            "day": "2026-11-29",
            "until": "2026-12-29",
            "points": 1840,
            "members": 57,
            "expiring": [
                {"expires_on": "2026-11-30", "points": 1700},
                {"expires_on": "2026-12-15", "points": 140},
            ],
        },
        asked_for=True,
    ),
    "hold.released": _points(
        "Points that were set aside came back to their member.", "release", **_ENDED
    ),
    "coupon.created": _coupon(
        "Points were turned into a right, or it was given for free.",
        "HELD",
        free=False,
        channel="app",
    ),
    "coupon.delivered": _coupon("The right is there, and can be used.", "ACTIVE", reason=None),
    "coupon.failed": _coupon(
        "The delivery failed, and the points are back.", "RETURNED", reason="no such account"
    ),
    "coupon.used": EventType("A shop has used it.", (BRAND, SUPPLIER), _USE),
    "coupon.use_reversed": EventType(
        "A use was taken back.", (BRAND, SUPPLIER), {**_USE, "state": "ACTIVE"}
    ),
    "coupon.expired": _coupon("Its last day is past.", "EXPIRED"),
    "coupon.returned": _coupon(
        "The member gave it back, and the points are back.",
        "RETURNED",
        points_back=20,
        reason="changed my mind",
    ),
    "coupon.gifted": _coupon(
        "Its member gives it to somebody.", "GIFTING", hop=1, until="2026-11-30T13:40:00+00:00"
    ),
    "coupon.claimed": _coupon("Somebody has taken the gift.", "ACTIVE", hop=1, holder="m-2050"),
    "coupon.deactivated": _coupon(
        "The operator withdrew it, or a case was decided so.",
        "DEACTIVATED",
        points_back=20,
        reason="the cinema has closed",
    ),
    "allotment.low": EventType(
        "Stock will not last a week, or a fifth or nothing is left. Told once for each fall.",
        (BRAND,),
        {
            "programme": "sunny",
            "offer": 88,
            "remaining": 12,
            "low_below": 40,
            "granted": 500,
            "level": "week",
        },
    ),
    "offer.published": EventType(
        "An offer is on the market now.",
        (SUPPLIER,),
        {"offer_id": 88, "code": "movie-2for1", "state": "LISTED", "reason": None},
    ),
    "offer.ended": EventType(
        "Its supplier has ended an offer, or the operator has taken it out.",
        (SUPPLIER,),
        {"offer_id": 88, "code": "movie-2for1", "state": "ENDED", "reason": None},
    ),
    "contract.changed": EventType(
        "A version of a contract begins, or has another end.",
        (BRAND, SUPPLIER, OPERATOR),
        {
            "contract_id": 7,
            "version": 2,
            "home": "sunny",
            "supplier": "cinema",
            "rate_card": None,
            "valid_from": "2026-12-01",
            "valid_until": None,
        },
    ),
    "period.closed": EventType(
        "A month is closed.",
        (OPERATOR,),
        {
            "month": "2026-10",
            "state": "closed",
            "closed_at": "2026-11-02T02:00:00+00:00",
            "issued": True,
        },
    ),
    "statement.issued": _statement("A statement has its number.", "issued"),
    "statement.agreed": _statement(
        "A side has agreed, or silence has. The state says whether both have.", "agreed"
    ),
    "statement.disputed": _statement("A side disputes it, or lines of it.", "disputed"),
    "statement.final": _statement("It is final: this is what is due.", "final"),
    "statement.settled": _statement("Nothing is left to pay.", "settled"),
    "statement.voided": _statement("It was taken back, and another replaces it.", "void"),
    "reconciliation.finished": EventType(
        "A supplier's file was compared with our lines.",
        (SUPPLIER, OPERATOR),
        {"reconciliation_id": 5, "month": "2026-10", "matched": 985, "break_count": 2},
    ),
    "endpoint.disabled": EventType(
        "Nothing is sent to a webhook endpoint any more.",
        (BRAND, SUPPLIER, OPERATOR),
        {
            "endpoint_id": 3,
            "url": "https://sunny.example/webhooks",
            "reason": "it answered 410: it is gone",
        },
    ),
    "key.expiring": EventType(
        "An API key ends within seven days. Told once.",
        (BRAND, SUPPLIER, OPERATOR),
        {"key_id": 12, "label": "till", "expires_at": "2026-12-05T00:00:00+00:00"},
    ),
    "test.ping": EventType(
        "Somebody wants to see whether an endpoint hears us. Sent to that endpoint alone.",
        (BRAND, SUPPLIER, OPERATOR),
        {"endpoint_id": 3},
    ),
}
"""Every type, by its name."""
ASKED_FOR = frozenset(name for name, each in TYPES.items() if each.asked_for)
"""The types that are told only where somebody asks for them."""


def require_types(types: Collection[str]) -> Sequence[str]:
    """The types in order, each once.

    Raises:
        EventTypeUnknown: one of them is none.
    """
    if unknown := sorted(set(types) - TYPES.keys()):
        raise EventTypeUnknown(f"there is no type {unknown[0]}", field="types")
    return [name for name in TYPES if name in set(types)]
