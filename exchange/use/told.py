"""A use, or its reversal, is handed to settlement, and its brand and supplier are told of it.

All of it is one statement, in the transaction that stores the use. The supplier is told what it is
answered, and no more: nothing of the member or of the points.
"""

from collections.abc import Sequence
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import CouponState
from exchange.use.events import USE_REVERSED_TOPIC, USED_TOPIC, CouponUsed, UseReversed
from ledger import JSON, Event, tell

UseHappened = Literal["coupon.used", "coupon.use_reversed"]


def told_of_use(event: CouponUsed | UseReversed, state: CouponState) -> list[Event]:
    """What the brand and the supplier are told. One event, if they are one party. Pure."""
    is_used = isinstance(event, CouponUsed)
    name: UseHappened = "coupon.used" if is_used else "coupon.use_reversed"
    facts: dict[str, JSON] = {
        "coupon": event.coupon_id,
        "state": str(state),
        "use": event.use,
        "offer": event.offer_id,
        "offer_code": event.offer_code,
        "face_value_minor": event.face_value_minor,
        "currency": event.currency,
        "occurred_at": event.used_at if isinstance(event, CouponUsed) else event.reversed_at,
        "store": event.store,
        "shop": event.shop,
        "reference": event.reference,
    }
    of_brand = Event(None, name, facts | {"member": event.member, "points": event.points})
    if event.supplier_id == event.home_party_id:
        return [of_brand]
    return [of_brand, Event(event.supplier_id, name, facts)]


async def hand_over(
    connection: AsyncConnection,
    book_id: int,
    uses: Sequence[tuple[CouponUsed | UseReversed, CouponState]],
    before: Sequence[Event] = (),
) -> None:
    """Hand uses, or reversals, to settlement, and tell of them. All of one kind.

    `before` is what the parties are told first. The state is the coupon's after it. One round trip.
    """
    events = [*before, *(each for use in uses for each in told_of_use(*use))]
    is_reversal = any(isinstance(event, UseReversed) for event, _ in uses)
    await tell(
        connection,
        book_id,
        events,
        topic=USE_REVERSED_TOPIC if is_reversal else USED_TOPIC,
        payloads=[event.to_payload() for event, _ in uses],
    )
