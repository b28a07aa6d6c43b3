"""The coupons that somebody wants to give back, give on or withdraw: locked, with their rules.

The rows are locked in the order of their ids, before batches and counts (`docs/internals`). What is
judged afterwards holds until the transaction ends: a use, a lock by a till or the sweep waits for
it, and finds what it left.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import BIGINT_MAX
from catalog.offers import load_coupon_rules
from exchange.coupons.lapse import end_lapsed
from exchange.coupons.lifecycle import CouponState, Ends, state_at
from exchange.coupons.receipt import Step
from exchange.give.judge import Held

_COLUMNS = """coupon_id, state, member, holder, hops, points, offer_id, offer_version,
            allotment_no, fulfilment, redeemed_at, expires_on, used_at, gift_until, gift_to,
            lock_until"""

# After a wait PostgreSQL reads a locked row again. The clock is read outside of what locks.
_LOCK = text(
    f"""
    SELECT clock_timestamp() AS now, locked.* FROM (
        SELECT {_COLUMNS}
        FROM exchange.coupon
        WHERE book_id = :book_id AND coupon_id = ANY(:coupons)
        ORDER BY coupon_id FOR NO KEY UPDATE
    ) AS locked
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))

# A row whose gift was taken while this waited has another digest, and is left out. The code is a
# key of the table, and who takes the gift gets another.
_LOCK_GIFT = text(
    f"""
    SELECT clock_timestamp() AS now, locked.* FROM (
        SELECT {_COLUMNS}
        FROM exchange.coupon
        WHERE book_id = :book_id AND gift_digest = :digest
        FOR UPDATE
    ) AS locked
    """
).bindparams(bindparam("digest", type_=BYTEA))

_REVEALED = text(
    f"""
    SELECT DISTINCT coupon_id FROM exchange.receipt_step
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND step = '{Step.REVEALED}'
    """
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))


async def lock_coupons(
    connection: AsyncConnection, book_id: int, coupons: Collection[int], now: datetime | None
) -> dict[int, Held]:
    """Lock coupons, and say how they stand then. What does not exist is left out.

    The time (`Held.at`) is `now`, else the database's after the last lock. Gifts and locks
    that have lapsed by then are ended. At most four statements.
    """
    known = sorted({coupon_id for coupon_id in coupons if 0 < coupon_id <= BIGINT_MAX})
    bound = {"book_id": book_id, "coupons": known}
    rows = (await connection.execute(_LOCK, bound)).mappings().all()
    return await _held(connection, book_id, rows, now)


async def lock_gift(
    connection: AsyncConnection, book_id: int, digest: bytes, now: datetime | None
) -> Held | None:
    """Lock the coupon that this gift is of, if it is still to be had. At most four statements."""
    bound = {"book_id": book_id, "digest": digest}
    rows = (await connection.execute(_LOCK_GIFT, bound)).mappings().all()
    held = await _held(connection, book_id, rows, now)
    return next(iter(held.values()), None)


async def _held(
    connection: AsyncConnection, book_id: int, rows: Sequence[RowMapping], now: datetime | None
) -> dict[int, Held]:
    if not rows:
        return {}
    at: datetime = now or rows[-1]["now"]
    coupons = [row["coupon_id"] for row in rows]
    states = {
        row["coupon_id"]: state_at(
            CouponState(row["state"]), Ends(row["gift_until"], row["lock_until"]), at
        )
        for row in rows
    }
    lapsed = [row["coupon_id"] for row in rows if row["state"] != states[row["coupon_id"]]]
    await end_lapsed(connection, book_id, lapsed)
    rules = await load_coupon_rules(
        connection, {(row["offer_id"], row["offer_version"]) for row in rows}
    )
    bound = {"book_id": book_id, "coupons": coupons}
    revealed = set((await connection.execute(_REVEALED, bound)).scalars())
    return {row["coupon_id"]: _one(row, at, states, rules, revealed) for row in rows}


def _one(
    row: RowMapping,
    at: datetime,
    states: dict[int, CouponState],
    rules: dict[tuple[int, int], tuple[int, int]],
    revealed: set[int],
) -> Held:
    coupon_id = row["coupon_id"]
    return_within_days, gift_hops = rules[row["offer_id"], row["offer_version"]]
    return Held(
        coupon_id=coupon_id,
        at=at,
        state=states[coupon_id],
        member=row["member"],
        holder=row["holder"],
        hops=row["hops"],
        points=row["points"],
        offer_id=row["offer_id"],
        allotment_no=row["allotment_no"],
        fulfilment=row["fulfilment"],
        redeemed_at=row["redeemed_at"],
        expires_on=row["expires_on"],
        used_at=row["used_at"],
        gift_to=row["gift_to"],
        return_within_days=return_within_days,
        gift_hops=gift_hops,
        is_revealed=coupon_id in revealed,
    )
