"""The receipt: what happened to a right, step by step, each step with its time.

Steps are only ever added. The code that changes a coupon or its order adds the step in the same
statement or transaction, so a receipt tells only what was committed. One step is no change: an
order is sent while its request is open. It is written a moment later, and read in its place.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import JSON


class Step(StrEnum):
    """The steps of a receipt."""

    REDEEMED = "redeemed"
    """The points are set aside, or spent on a right that is there at once."""
    SENT = "sent"
    """The order's first bytes left for the supplier."""
    ACCEPTED = "accepted"
    """The supplier has the order and works on it."""
    UNCONFIRMED = "unconfirmed"
    """The supplier did not answer. It is being asked."""
    WAITING = "waiting"
    """The supplier does not have the order, or could not be reached.

    It will be sent again under the same request number.
    """
    DELIVERED = "delivered"
    """The right is there and the points are spent."""
    RETURNED = "returned"
    """Delivery failed for certain and the points are back."""
    USED = "used"
    USE_REVERSED = "use-reversed"
    EXPIRED = "expired"
    REVEALED = "revealed"
    """The member was shown the card code."""
    LOCKED = "locked"
    """A till holds the coupon for a while."""
    UNLOCKED = "unlocked"
    GIVEN = "given"
    """The member gave it to somebody, who has not taken it yet."""
    GIFT_WITHDRAWN = "gift-withdrawn"
    RECEIVED = "received"
    """Somebody took the gift: the coupon has a new holder and a new code."""
    GIVEN_BACK = "given-back"
    """The member gave the right back, and the points are back."""
    DEACTIVATED = "deactivated"
    DISPUTED = "disputed"
    """Somebody says that this receipt is wrong. A person looks."""
    DECIDED = "decided"
    """A person decided a case about this right."""


GOODWILL = "return_points_goodwill"
"""The decision of a case that gives points back though a delivery is proven."""


@dataclass(frozen=True, slots=True)
class ReceiptStep:
    """One step: `occurred_at` is its business time, `recorded_at` the database's.

    It is never recorded before it occurred. Where the clocks of the service and the database
    differ, or a transaction began before the event, the later time is stored.
    """

    step: Step
    occurred_at: datetime
    recorded_at: datetime
    detail: dict[str, JSON] | None


_FOLLOW_SENT = (
    Step.ACCEPTED,
    Step.UNCONFIRMED,
    Step.WAITING,
    Step.DELIVERED,
    Step.RETURNED,
)
"""The steps that the exchange itself dates. The time of a use is the shop's word."""

_STEPS = text(
    """
    SELECT step, occurred_at, recorded_at, detail FROM exchange.receipt_step
    WHERE book_id = :book_id AND coupon_id = :coupon_id ORDER BY step_id
    """
)


_GIVEN_AWAY = text(
    f"""
    SELECT DISTINCT coupon_id FROM exchange.receipt_step
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND step = '{Step.DECIDED}'
        AND detail ->> 'decision' = '{GOODWILL}'
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))

_DEACTIVATED = text(
    f"""
    INSERT INTO exchange.receipt_step (
        book_id, coupon_id, step, occurred_at, recorded_at, recorded_by
    )
    SELECT :book_id, coupon_id, '{Step.DEACTIVATED}', now(), now(), actor_id
    FROM unnest(:coupons, :actors) AS t(coupon_id, actor_id) ORDER BY coupon_id
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)), bindparam("actors", type_=ARRAY(INTEGER)))


async def given_as_goodwill(
    connection: AsyncConnection, book_id: int, coupons: Collection[int]
) -> set[int]:
    """Those of these coupons whose points went back as goodwill. One statement, if any."""
    if not coupons:
        return set()
    bound = {"book_id": book_id, "coupons": sorted(coupons)}
    return set((await connection.execute(_GIVEN_AWAY, bound)).scalars())


async def note_deactivated(
    connection: AsyncConnection, book_id: int, coupons: Mapping[int, int | None]
) -> None:
    """Write on the receipts that these coupons were taken from use, and by which actor.

    One statement, if any.
    """
    if coupons:
        actors = list(coupons.values())
        bound = {"book_id": book_id, "coupons": list(coupons), "actors": actors}
        await connection.execute(_DEACTIVATED, bound)


async def load_receipt(
    connection: AsyncConnection, book_id: int, coupon_id: int
) -> list[ReceiptStep]:
    """All steps of a coupon, oldest first. One statement."""
    rows = await connection.execute(_STEPS, {"book_id": book_id, "coupon_id": coupon_id})
    return _in_place(
        [ReceiptStep(Step(row.step), row.occurred_at, row.recorded_at, row.detail) for row in rows]
    )


def _in_place(recorded: Sequence[ReceiptStep]) -> list[ReceiptStep]:
    """The steps as they were recorded, each `sent` before what followed it.

    What followed may be recorded first: a supplier may call back as soon as it has the order.
    """
    steps: list[ReceiptStep] = []
    for step in recorded:
        followed = (
            place
            for place, each in enumerate(steps)
            if each.step in _FOLLOW_SENT and each.occurred_at > step.occurred_at
        )
        place = next(followed, len(steps)) if step.step is Step.SENT else len(steps)
        steps.insert(place, step)
    return steps
