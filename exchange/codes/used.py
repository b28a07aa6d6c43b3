"""A right that counts as used when it is delivered: it is marked, and settlement is told.

The transaction that shows the code, or finds that the days for it are over, marks the coupon, adds
to its receipt and writes the message. A coupon is marked only from a state that is not USED.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState
from exchange.coupons.receipt import Step
from exchange.use.events import CouponUsed
from exchange.use.told import hand_over
from ledger.book import Programme

_FROM = ", ".join(f"'{each}'" for each in sorted({*OPEN_COUPON_STATES, CouponState.EXPIRED}))

_USE = text(
    f"""
    WITH used AS (
        UPDATE exchange.coupon AS c
        SET state = '{CouponState.USED}', uses = c.uses + 1, used_at = :at, used_store = NULL,
            used_reference = t.reference, gift_digest = NULL, gift_until = NULL, gift_to = NULL
        FROM unnest(:coupons, :references) AS t (coupon_id, reference)
        WHERE c.book_id = :book_id AND c.coupon_id = t.coupon_id AND c.state IN ({_FROM})
        RETURNING c.coupon_id, c.uses, c.code, c.offer_id, c.offer_version, c.offer_code,
            c.supplier_id, c.home_party_id, c.member, c.points, c.face_value_minor, c.currency,
            c.redeemed_at, c.used_reference, c.swap_id
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at
        )
        SELECT :book_id, coupon_id, '{Step.USED}',
            json_build_object('reference', used_reference), :at, greatest(now(), :at)
        FROM used
    )
    SELECT * FROM used ORDER BY coupon_id
    """
).bindparams(
    bindparam("coupons", type_=ARRAY(BIGINT)),
    bindparam("references", type_=ARRAY(TEXT)),
    bindparam("at", type_=TIMESTAMP(timezone=True)),
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """A coupon whose code counts as used now. The supplier knows the code by `reference`."""

    coupon_id: int
    reference: str


def reference_of(batch: str | None, tail: str) -> str:
    """By what the supplier finds a code on its bill: its batch and its last characters. Pure."""
    return f"{batch} *{tail}" if batch else f"*{tail}"


async def mark_used(
    connection: AsyncConnection,
    programme: Programme,
    delivered: Sequence[Delivered],
    at: datetime,
) -> set[int]:
    """Mark these coupons USED, and hand that to settlement. The caller has locked them.

    Returns those that were marked: not one that was used before. Two round trips.
    """
    bound = {
        "book_id": programme.book_id,
        "coupons": [each.coupon_id for each in delivered],
        "references": [each.reference for each in delivered],
        "at": at,
    }
    rows = (await connection.execute(_USE, bound)).all()
    events = [
        CouponUsed(
            book_id=programme.book_id,
            coupon_id=row.coupon_id,
            use=row.uses,
            code=row.code,
            offer_id=row.offer_id,
            offer_code=row.offer_code,
            supplier_id=row.supplier_id,
            home_party_id=row.home_party_id,
            programme=programme.code,
            member=row.member,
            points=row.points,
            face_value_minor=row.face_value_minor,
            currency=row.currency,
            store=None,
            reference=row.used_reference,
            swap_id=row.swap_id,
            offer_version=row.offer_version,
            redeemed_at=row.redeemed_at,
            counted="delivered",
            used_at=at,
        )
        for row in rows
    ]
    uses = [(event, CouponState.USED) for event in events]
    await hand_over(connection, programme.book_id, uses)
    return {row.coupon_id for row in rows}
