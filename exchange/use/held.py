"""A coupon that is locked to be judged, and what is told of what became of it (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.shops import UseTerms
from exchange.coupons.accounts import masked
from exchange.coupons.lifecycle import CouponState, Standing
from exchange.use.events import CouponUsed, UseReversed
from exchange.use.request import UseRequest
from ledger import JSON
from ledger.book import Programme

COUPON_COLUMNS = """coupon_id, code, state, redeemed_at, usable_from, expires_on, used_at, uses,
            offer_id, offer_version, offer_code, supplier_id, home_party_id, member, holder, points,
            face_value_minor, currency, used_store, used_reference, lock_key, lock_until,
            gift_until, price_rule_id, swap_id"""
"""What is read of a coupon to judge it, and to tell what became of it."""


@dataclass(slots=True)
class Held:
    """A locked coupon. It changes as the requests of the batch are judged in order.

    `stored` is the state in its row, also of a lock or a gift that has lapsed.
    """

    row: Mapping[str, Any]
    standing: Standing
    uses: int
    stored: CouponState


def held_of(row: Mapping[str, Any]) -> Held:
    """The coupon of a row that was locked."""
    return Held(row, standing_of(row), row["uses"], CouponState(row["state"]))


def standing_of(row: Mapping[str, Any]) -> Standing:
    """What a decision needs of a row."""
    return Standing(
        CouponState(row["state"]),
        row["redeemed_at"],
        row["expires_on"],
        row["used_at"],
        row["usable_from"],
        row["used_store"],
        row["used_reference"],
        row["lock_key"],
        row["lock_until"],
        row["gift_until"],
    )


def facts_of(row: Mapping[str, Any], terms: UseTerms, programme: Programme) -> dict[str, JSON]:
    """What a till may know of a coupon, besides how it stands."""
    return {
        "coupon": row["coupon_id"],
        "offer_code": row["offer_code"],
        "name": terms.name,
        "names": {tongue: _name_in(terms, tongue) for tongue in ("zh", "en")},
        "kind": terms.kind,
        "programme": programme.code,
        "face_value_minor": row["face_value_minor"],
        "currency": row["currency"],
        "threshold_minor": terms.threshold_minor,
        "discount_permille": terms.discount_permille,
        "discount_cap_minor": terms.discount_cap_minor,
        "first_day": row["usable_from"],
        "last_day": row["expires_on"],
        "member": masked(row["holder"] or row["member"]),
    }


def _name_in(terms: UseTerms, tongue: str) -> str:
    """The name of the offer in a language, as far as its supplier has said it."""
    return (terms.texts or {}).get(tongue, {}).get("name") or terms.name


def used_document(
    use: UseRequest, coupon: Held, programme: Programme, at: datetime
) -> dict[str, JSON]:
    """What is answered to a use or a reversal that is accepted."""
    row = coupon.row
    return {
        "key": use.key,
        "status": "accepted",
        "coupon": row["coupon_id"],
        "state": coupon.standing.state,
        "use": coupon.uses,
        "offer_code": row["offer_code"],
        "programme": programme.code,
        "face_value_minor": row["face_value_minor"],
        "currency": row["currency"],
        "occurred_at": at,
        "store": use.store,
        "reference": use.reference,
        "shop": use.shop,
        "staff": use.staff,
        "order_minor": use.order_minor,
        "price_rule": row["price_rule_id"],
        "counted_new": False,
    }


def lock_document(
    use: UseRequest, coupon: Held, terms: UseTerms, programme: Programme
) -> dict[str, JSON]:
    """What is answered to a lock, or to the end of one, that is accepted."""
    return {
        "key": use.key,
        "status": "accepted",
        "state": coupon.standing.state,
        "lock": coupon.standing.lock_key,
        "lock_until": coupon.standing.lock_until,
        "shop": use.shop,
        **facts_of(coupon.row, terms, programme),
    }


def event_of(
    use: UseRequest, coupon: Held, programme: Programme, book_id: int, at: datetime
) -> CouponUsed | UseReversed:
    """What settlement is told: of a use if the coupon is used now, else of a reversal."""
    row = coupon.row
    facts = {
        "book_id": book_id,
        "coupon_id": row["coupon_id"],
        "use": coupon.uses,
        "code": row["code"],
        "offer_id": row["offer_id"],
        "offer_code": row["offer_code"],
        "supplier_id": row["supplier_id"],
        "home_party_id": row["home_party_id"],
        "programme": programme.code,
        "member": row["member"],
        "points": row["points"],
        "face_value_minor": row["face_value_minor"],
        "currency": row["currency"],
        "store": use.place,
        "reference": use.reference,
        "shop": use.shop,
        "staff": use.staff,
        "order_minor": use.order_minor,
        "new_member": use.new_member,
        "swap_id": row["swap_id"],
        "lease_id": use.lease_id,
        "paid_minor": use.paid_minor,
        "offer_version": row["offer_version"],
        "request_number": row["request_number"],
        "redeemed_at": row["redeemed_at"],
    }
    if coupon.standing.state is CouponState.USED:
        return CouponUsed(**facts, used_at=at)
    return UseReversed(**facts, reversed_at=at)
