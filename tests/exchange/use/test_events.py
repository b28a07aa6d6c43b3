"""What settlement is told: the keys of a message, and which payloads are no event."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest

from exchange.use import CouponUsed, UseReversed

AT = datetime(2026, 5, 1, 12, 30, tzinfo=UTC)
FACTS: dict[str, Any] = {
    "book_id": 1,
    "coupon_id": 9,
    "use": 2,
    "code": "100ABC",
    "offer_id": 3,
    "offer_code": "ticket",
    "supplier_id": 4,
    "home_party_id": 5,
    "programme": "market",
    "member": "ann",
    "points": 20,
    "face_value_minor": 100,
    "currency": "USD",
    "store": None,
    "reference": "till-7",
    "shop": "west",
    "staff": "Li",
    "order_minor": 12_000,
    "new_member": True,
    "swap_id": 4_711,
    "lease_id": 4_712,
    "paid_minor": 11_000,
    "offer_version": 7,
    "request_number": "FO-9",
    "redeemed_at": datetime(2026, 4, 30, 9, tzinfo=UTC),
    "counted": "delivered",
}
_UNTOLD = (
    *("shop", "staff", "order_minor", "new_member", "swap_id", "lease_id"),
    *("paid_minor", "offer_version", "request_number", "redeemed_at"),
)
ADDED: dict[str, Any] = {**dict.fromkeys(_UNTOLD), "counted": "used"}
"""What messages of earlier releases lack, and what stands for it."""


def through_the_outbox(event: CouponUsed | UseReversed) -> dict[str, Any]:
    payload: dict[str, Any] = orjson.loads(orjson.dumps(event.to_payload()))
    return payload


def test_an_event_comes_back_as_it_went() -> None:
    used = CouponUsed(**FACTS, used_at=AT)
    undone = UseReversed(**FACTS, reversed_at=AT)
    assert CouponUsed.from_payload(through_the_outbox(used)) == used
    assert UseReversed.from_payload(through_the_outbox(undone)) == undone
    assert used.use_id == undone.use_id == "9.2"


def test_messages_keep_the_keys_that_stored_ones_have() -> None:
    facts = FACTS | {"redeemed_at": "2026-04-30T09:00:00+00:00"}
    stored = facts | {"used_at": "2026-05-01T12:30:00+00:00"}
    assert through_the_outbox(CouponUsed(**FACTS, used_at=AT)) == stored
    assert through_the_outbox(UseReversed(**FACTS, reversed_at=AT)) == facts | {
        "reversed_at": "2026-05-01T12:30:00+00:00"
    }


@pytest.mark.parametrize("event", [CouponUsed, UseReversed])
def test_every_key_is_needed(event: type[CouponUsed | UseReversed]) -> None:
    whole = through_the_outbox(event(**(FACTS | {event.INSTANT_KEY: AT})))
    for field in fields(event):
        if field.name in ADDED:
            continue
        with pytest.raises(KeyError):
            event.from_payload({key: whole[key] for key in whole if key != field.name})


@pytest.mark.parametrize("event", [CouponUsed, UseReversed])
def test_a_message_of_an_earlier_release_is_understood(
    event: type[CouponUsed | UseReversed],
) -> None:
    whole = through_the_outbox(event(**(FACTS | {event.INSTANT_KEY: AT})))
    old = event.from_payload({key: whole[key] for key in whole if key not in ADDED})
    assert {name: getattr(old, name) for name in ADDED} == ADDED


@pytest.mark.parametrize(
    "changes",
    [
        {"book_id": None},
        {"use": "first"},
        {"used_at": "yesterday"},
        {"used_at": 17},
        {"used_at": "2026-05-01T12:30:00"},
        {"redeemed_at": "2026-05-01T12:30:00"},
        {"counted": "somehow"},
        {"used_at": "0001-01-01T00:00:00+14:00"},
    ],
)
def test_a_payload_that_is_no_event_is_an_error(changes: dict[str, Any]) -> None:
    whole = through_the_outbox(CouponUsed(**FACTS, used_at=AT))
    with pytest.raises((TypeError, ValueError)):
        CouponUsed.from_payload(whole | changes)
