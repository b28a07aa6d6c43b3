"""What lapses by itself: a till's lock, and a gift that nobody took, end on time, without a job.

The row still says LOCKED or GIFTING then. Whoever reads a coupon judges its state by time
(`state_at`), and whoever has locked its row to change it ends what has lapsed (`end_lapsed`).
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState, Ends, state_at

_END = text(
    f"""
    UPDATE exchange.coupon
    SET state = '{CouponState.ACTIVE}', gift_digest = NULL, gift_until = NULL, gift_to = NULL,
        lock_key = NULL, lock_until = NULL, lock_shop = NULL
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons)
        AND state IN ('{CouponState.GIFTING}', '{CouponState.LOCKED}')
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))


def shown_state(
    state: CouponState, ends: Ends, expires_on: date | None, now: datetime, day: date
) -> CouponState:
    """The state of a coupon as people see it: past its last day it has expired, swept or not."""
    if state in OPEN_COUPON_STATES and expires_on is not None and expires_on < day:
        return CouponState.EXPIRED
    return state_at(state, ends, now)


async def end_lapsed(connection: AsyncConnection, book_id: int, coupons: Collection[int]) -> None:
    """Make coupons ACTIVE whose gift or lock has lapsed. The caller has locked them.

    One statement, or none where nothing has lapsed.
    """
    if coupons:
        await connection.execute(_END, {"book_id": book_id, "coupons": list(coupons)})
