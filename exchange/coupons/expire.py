"""Expire: coupons whose last day is past are marked EXPIRED.

The sweep is for tidy books only. A coupon past its last day is refused whether it was swept or not.
Each page is a small transaction, so the sweep can stop anywhere. It skips coupons that are locked,
and the next sweep finds them.

A sweep costs what is due. The index holds active coupons only, ordered by their last day. Each page
begins where the one before ended, past the index entries of the coupons just swept.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TIMESTAMP

from catalog import WORKER, Deed, note
from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState
from exchange.coupons.receipt import Step
from exchange.coupons.told import told_of
from ledger import Database, Event, read_clock, tell
from ledger.book import Programme, programme_day

SWEEP_COUPONS_MAX = 1_000
EXPIRY = Deed(WORKER, "expire_coupons")

_OPEN = ", ".join(f"'{state}'" for state in sorted(OPEN_COUPON_STATES))

# Two statements, because a cluster refuses one that both locks rows and inserts others.
_LOCK_DUE = text(
    f"""
    SELECT expires_on, coupon_id FROM exchange.coupon
    WHERE book_id = :book_id AND expires_on < :day AND state IN ({_OPEN})
        AND (expires_on, coupon_id) > (:after_day, :after_id)
    ORDER BY expires_on, coupon_id LIMIT :limit FOR NO KEY UPDATE SKIP LOCKED
    """
)

_EXPIRE = text(
    f"""
    WITH expired AS (
        UPDATE exchange.coupon
        SET state = '{CouponState.EXPIRED}', gift_digest = NULL, gift_until = NULL, gift_to = NULL
        WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND state IN ({_OPEN})
        RETURNING coupon_id, offer_id, member, points
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, occurred_at, recorded_at
        )
        SELECT
            :book_id, coupon_id, '{Step.EXPIRED}', :occurred_at, greatest(now(), :occurred_at)
        FROM expired
    )
    SELECT coupon_id, offer_id, member, points FROM expired ORDER BY coupon_id
    """
).bindparams(
    bindparam("coupons", type_=ARRAY(BIGINT)),
    bindparam("occurred_at", type_=TIMESTAMP(timezone=True)),
)


async def expire_coupons(
    database: Database, programme: Programme, occurred_at: datetime | None = None
) -> int:
    """Expire every active coupon of a programme whose last day is past.

    It is past at `occurred_at`, by default the database's time. Returns how many were expired.
    """
    book_id = programme.book_id
    if occurred_at is None:
        async with database.transaction() as connection:
            occurred_at = await read_clock(connection)
    page = {
        "book_id": book_id,
        "day": programme_day(occurred_at, programme.time_zone),
        "limit": SWEEP_COUPONS_MAX,
        "after_day": date.min,
        "after_id": 0,
    }
    expired = 0
    while True:
        async with database.transaction(actor=WORKER) as connection:
            due = (await connection.execute(_LOCK_DUE, page)).all()
            if due:
                swept = {
                    "book_id": book_id,
                    "coupons": [row.coupon_id for row in due],
                    "occurred_at": occurred_at,
                }
                rows = (await connection.execute(_EXPIRE, swept)).all()
                expired += len(rows)
                await tell(connection, book_id, [_told(row) for row in rows])
                await note(connection, EXPIRY, "coupon", [row.coupon_id for row in due])
        if len(due) < SWEEP_COUPONS_MAX:
            return expired
        page |= {"after_day": due[-1].expires_on, "after_id": due[-1].coupon_id}


def _told(row: Row[Any]) -> Event:
    return told_of(
        "coupon.expired",
        coupon_id=row.coupon_id,
        state=CouponState.EXPIRED,
        offer_id=row.offer_id,
        member=row.member,
        points=row.points,
    )
