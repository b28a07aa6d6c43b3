"""What lapses by itself: a gift that nobody took is over at its time, without a job.

The row still says GIFTING then. Whoever reads a coupon judges its state by time (`state_at`), and
whoever has locked it to change it ends the gift first (`end_lapsed_gifts`).
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState

_END = text(
    f"""
    UPDATE exchange.coupon
    SET state = '{CouponState.ACTIVE}', gift_digest = NULL, gift_until = NULL, gift_to = NULL
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND state = '{CouponState.GIFTING}'
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))


def state_at(state: CouponState, gift_until: datetime | None, now: datetime) -> CouponState:
    """The state of a coupon at this time, apart from its last day."""
    if state is CouponState.GIFTING and gift_until is not None and gift_until <= now:
        return CouponState.ACTIVE
    return state


def shown_state(
    state: CouponState,
    gift_until: datetime | None,
    expires_on: date | None,
    now: datetime,
    day: date,
) -> CouponState:
    """The state of a coupon as people see it: past its last day it has expired, swept or not."""
    if state in OPEN_COUPON_STATES and expires_on is not None and expires_on < day:
        return CouponState.EXPIRED
    return state_at(state, gift_until, now)


async def end_lapsed_gifts(
    connection: AsyncConnection, book_id: int, coupons: Collection[int]
) -> None:
    """Make coupons ACTIVE whose gifts have lapsed. The caller has locked them. One statement."""
    if coupons:
        await connection.execute(_END, {"book_id": book_id, "coupons": list(coupons)})
