"""What became of the coupons that were redeemed in a month: the second stage of a liability.

Points that were turned into a coupon cost nothing if the coupon is never used.
"""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import CouponState
from ledger.book import Programme

_USED = f"state = '{CouponState.USED}'"
_LIVING = f"""state IN ('{CouponState.HELD}', '{CouponState.ACTIVE}', '{CouponState.LOCKED}',
            '{CouponState.GIFTING}')"""
_PAST = "coalesce(expires_on < :today, false)"

_COUNT = text(
    f"""
    SELECT count(*) AS redeemed, count(*) FILTER (WHERE {_USED}) AS used,
        count(*) FILTER (WHERE state = '{CouponState.EXPIRED}' OR {_LIVING} AND {_PAST})
            AS expired,
        count(*) FILTER (WHERE {_LIVING} AND NOT {_PAST}) AS living
    FROM exchange.coupon
    WHERE book_id = :book_id
        AND redeemed_at >= CAST(:first AS timestamp) AT TIME ZONE CAST(:time_zone AS text)
        AND redeemed_at < CAST(:until AS timestamp) AT TIME ZONE CAST(:time_zone AS text)
        AND NOT free
    """
)


@dataclass(frozen=True, slots=True)
class CouponEnds:
    """Coupons that points were spent on. Those that were returned or withdrawn are the rest."""

    redeemed: int
    used: int
    expired: int
    living: int

    @property
    def use_rate(self) -> float | None:
        """The share of used ones among those whose end is known. None if there is none."""
        ended = self.used + self.expired
        return self.used / ended if ended else None


async def count_ends(
    connection: AsyncConnection, programme: Programme, first: date, until: date, today: date
) -> CouponEnds:
    """What became of the coupons that were redeemed from one day until before another."""
    bound = {
        "book_id": programme.book_id,
        "time_zone": programme.time_zone,
        "first": first,
        "until": until,
        "today": today,
    }
    return CouponEnds(*(await connection.execute(_COUNT, bound)).one())
