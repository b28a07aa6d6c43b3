"""The receipt: what happened to a right, step by step, each step with its time.

Steps are only ever added. The code that changes a coupon or its order adds the step in the same
statement or transaction, so a receipt tells only what was committed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import JSON


class Step(StrEnum):
    """The steps of a receipt."""

    REDEEMED = "redeemed"
    """The points are set aside, or spent on a right that is there at once."""
    SENT = "sent"
    """The order is on its way to the supplier."""
    ACCEPTED = "accepted"
    """The supplier has the order and works on it."""
    UNCONFIRMED = "unconfirmed"
    """The supplier did not answer. It is being asked."""
    WAITING = "waiting"
    """The supplier does not have the order. It will be sent again under the same request number."""
    DELIVERED = "delivered"
    """The right is there and the points are spent."""
    RETURNED = "returned"
    """Delivery failed for certain and the points are back."""
    USED = "used"
    USE_REVERSED = "use-reversed"
    EXPIRED = "expired"


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


_STEPS = text(
    """
    SELECT step, occurred_at, recorded_at, detail FROM exchange.receipt_step
    WHERE book_id = :book_id AND coupon_id = :coupon_id ORDER BY step_id
    """
)


async def load_receipt(
    connection: AsyncConnection, book_id: int, coupon_id: int
) -> list[ReceiptStep]:
    """All steps of a coupon, oldest first. One statement."""
    rows = await connection.execute(_STEPS, {"book_id": book_id, "coupon_id": coupon_id})
    return [
        ReceiptStep(Step(row.step), row.occurred_at, row.recorded_at, row.detail) for row in rows
    ]
