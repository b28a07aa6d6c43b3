"""What a brand is told of its coupons, as events. No event has the code of a coupon.

The brand is the one whose book the coupon is in. What its supplier is told of a use stands in
`exchange.use.told`.
"""

from typing import Any, Literal

from exchange.coupons.lifecycle import CouponState
from ledger import JSON, Event

Happened = Literal[
    "coupon.created",
    "coupon.delivered",
    "coupon.failed",
    "coupon.expired",
    "coupon.returned",
    "coupon.gifted",
    "coupon.claimed",
    "coupon.deactivated",
]


def told_of(
    happened: Happened,
    *,
    coupon_id: int,
    state: CouponState,
    offer_id: int,
    member: str,
    points: int,
    more: dict[str, JSON] | None = None,
) -> Event:
    """What the brand is told of one coupon. `member` is who redeemed it; `more` goes beside."""
    data: dict[str, JSON] = {
        "coupon": coupon_id,
        "state": str(state),
        "offer": offer_id,
        "member": member,
        "points": points,
    }
    return Event(None, happened, data | (more or {}))


def told_of_new(
    *,
    coupon_id: int,
    state: CouponState,
    offer_id: int,
    member: str,
    points: int,
    free: bool,
    channel: str | None,
    reason: str | None = None,
) -> list[Event]:
    """What the brand is told of a new coupon. Without an order to a supplier, it is delivered."""
    of_coupon: dict[str, Any] = {
        "coupon_id": coupon_id,
        "state": state,
        "offer_id": offer_id,
        "member": member,
    }
    created: dict[str, JSON] = {"free": free, "channel": channel}
    told = [told_of("coupon.created", points=points, more=created, **of_coupon)]
    if state is not CouponState.HELD:
        delivered: dict[str, JSON] = {"reason": reason}
        told.append(told_of("coupon.delivered", points=points, more=delivered, **of_coupon))
    return told
