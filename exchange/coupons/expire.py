"""Expire: coupons whose last day is past leave circulation.

A sweep for the books' tidiness only: a coupon past its last day is refused whether it was swept or
not. Taken in small transactions of one statement, so it can stop anywhere; it skips coupons that
are locked, and the next sweep finds them.

What a sweep costs is what is due: the index holds active coupons only, in the order of their last
day, and each page begins where the one before ended, past the index entries of what was just swept.
"""

from datetime import date, datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from exchange.coupons.lifecycle import CouponState
from exchange.coupons.receipt import Step
from ledger import Database
from ledger.book import Programme, programme_day

SWEEP_COUPONS_MAX = 1_000

_SWEEP = text(
    f"""
    WITH due AS MATERIALIZED (
        SELECT coupon_id, expires_on FROM exchange.coupon
        WHERE book_id = :book_id AND expires_on < :day AND state = '{CouponState.ACTIVE}' AND (expires_on, coupon_id) > (:after_day, :after_id)
        ORDER BY expires_on, coupon_id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
    ), expired AS (
        UPDATE exchange.coupon AS c SET state = '{CouponState.EXPIRED}' FROM due
        WHERE c.book_id = :book_id AND c.coupon_id = due.coupon_id AND c.state = '{CouponState.ACTIVE}'
        RETURNING c.coupon_id
    ), steps AS (
        INSERT INTO exchange.receipt_step (book_id, coupon_id, step, occurred_at)
        SELECT :book_id, coupon_id, '{Step.EXPIRED}', :occurred_at FROM expired
    )
    SELECT expires_on, coupon_id, (SELECT count(*) FROM expired) AS expired, (SELECT count(*) FROM due) AS due
    FROM due ORDER BY expires_on DESC, coupon_id DESC LIMIT 1
    """
).bindparams(bindparam("occurred_at", type_=TIMESTAMP(timezone=True)))


async def expire_coupons(database: Database, programme: Programme, occurred_at: datetime) -> int:
    """Expire every active coupon of a programme whose last day is past at this time; how many did."""
    parameters = {
        "book_id": programme.book_id,
        "day": programme_day(occurred_at, programme.time_zone),
        "occurred_at": occurred_at,
        "limit": SWEEP_COUPONS_MAX,
    }
    expired, last = 0, (date.min, 0)
    while True:
        async with database.transaction() as connection:
            page = {"after_day": last[0], "after_id": last[1]}
            row = (await connection.execute(_SWEEP, parameters | page)).one_or_none()
        if row is None:
            return expired
        expired += int(row.expired)
        if row.due < SWEEP_COUPONS_MAX:
            return expired
        last = (row.expires_on, row.coupon_id)
