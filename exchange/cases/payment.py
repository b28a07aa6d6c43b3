"""By which operation a right was paid for, so that its points can go back.

A right that is there at once was paid for by its redemption, and one that a supplier delivers by
the capture of its hold. The order names the capture, unless a person ended it: then the case does,
and so it does for a right that was given once more.
"""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.cases.kinds import Decision
from exchange.cases.open import CASE_NUMBER_PREFIX

HOLD_SUFFIX = ":hold"
CAPTURE_SUFFIX = ":capture"
"""What the keys of a right that was given once more end with, after the number of its case."""

_DELIVERED_BY = text(
    """
    SELECT case_number FROM exchange.coupon_case
    WHERE book_id = :book_id AND coupon_id = :coupon_id AND decision = :decision
    ORDER BY case_id LIMIT 1
    """
)


async def payment_key(
    connection: AsyncConnection,
    book_id: int,
    coupon_id: int,
    request_key: str,
    request_number: str | None,
) -> str:
    """The key of the operation that spent the points of a right. At most one statement."""
    if request_number is None:
        return request_key
    where = {"book_id": book_id, "coupon_id": coupon_id, "decision": str(Decision.DELIVER)}
    number = (await connection.execute(_DELIVERED_BY, where)).scalar_one_or_none()
    if number is not None:
        return f"{number}{CAPTURE_SUFFIX}"
    if request_key.startswith(CASE_NUMBER_PREFIX) and request_key.endswith(HOLD_SUFFIX):
        return f"{request_key.removesuffix(HOLD_SUFFIX)}{CAPTURE_SUFFIX}"
    return f"{request_number}{CAPTURE_SUFFIX}"
