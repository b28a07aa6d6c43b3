"""Goodwill: the points go back although the delivery is proven, and the coupon cannot be used.

What was proven stays: the order keeps its end. A coupon that nobody has used is deactivated. One
that its delivery used is first taken off the bill: its use is reversed. One that was used in a shop
stays used, because the shop has given what it is for. If the shop takes its use back afterwards, it
is deactivated then (`exchange.use`).

Paid rights go through the ledger, which reverses what paid for them: the points go back to the lots
they came from. The companion locks the case first and changes the coupon with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import note
from exchange.cases.rulings import Ruling, lock_case, store_ruling
from exchange.coupons.lifecycle import OPEN_COUPON_STATES, CouponState
from exchange.coupons.receipt import Step
from exchange.coupons.told import told_of
from exchange.redeem.request import RIGHT
from exchange.use.events import UseReversed
from exchange.use.told import hand_over
from ledger import Ledger, tell
from ledger.asks import Answer, Item, Reverse
from ledger.book import Programme

GOODWILL_SUFFIX = ".goodwill"
"""What the key of such an operation ends with, after the number of its case."""

# One that has expired, too: a shop could still tell of a use in its time.
_USABLE = ", ".join(f"'{state}'" for state in sorted({*OPEN_COUPON_STATES, CouponState.EXPIRED}))

_LOCK = text(
    """
    SELECT coupon_id, code, state, offer_id, offer_code, supplier_id, home_party_id, member, points,
        face_value_minor, currency, uses, used_store, used_reference, counts_as_used, fulfilment,
        swap_id
    FROM exchange.coupon
    WHERE book_id = :book_id AND coupon_id = :coupon_id FOR NO KEY UPDATE
    """
)

_REVERSE_USE = text(
    f"""
    WITH changed AS (
        UPDATE exchange.coupon
        SET state = '{CouponState.ACTIVE}', used_at = NULL, used_store = NULL, used_reference = NULL
        WHERE book_id = :book_id AND coupon_id = :coupon_id AND state = '{CouponState.USED}'
        RETURNING coupon_id
    )
    INSERT INTO exchange.receipt_step (
        book_id, coupon_id, step, occurred_at, recorded_at, recorded_by
    )
    SELECT :book_id, coupon_id, '{Step.USE_REVERSED}', :at, greatest(now(), :at), :recorded_by
    FROM changed
    """
).bindparams(bindparam("at", type_=TIMESTAMP(timezone=True)))

_DEACTIVATE = text(
    f"""
    WITH changed AS (
        UPDATE exchange.coupon
        SET state = '{CouponState.DEACTIVATED}', gift_digest = NULL, gift_until = NULL,
            gift_to = NULL
        WHERE book_id = :book_id AND coupon_id = :coupon_id AND state IN ({_USABLE})
        RETURNING coupon_id
    )
    INSERT INTO exchange.receipt_step (
        book_id, coupon_id, step, occurred_at, recorded_at, recorded_by
    )
    SELECT :book_id, coupon_id, '{Step.DEACTIVATED}', :at, greatest(now(), :at), :recorded_by
    FROM changed
    """
).bindparams(bindparam("at", type_=TIMESTAMP(timezone=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Goodwill:
    """What is given back, and the case that says so.

    `paid_by` is the key of the operation that took the points.
    """

    ruling: Ruling
    coupon_id: int
    member: str
    points: int
    paid_by: str
    now: datetime


async def return_as_goodwill(
    ledger: Ledger, programme: Programme, goodwill: Goodwill
) -> Answer | None:
    """Give the points of a proven delivery back. Returns the ledger's answer, if points move.

    Raises:
        CaseNotOpen: the case of a free right was decided before.
    """
    if not goodwill.points:
        async with ledger.database.transaction() as connection:
            refusal = await lock_case(connection, goodwill.ruling)
            if refusal is not None:
                raise refusal
            await _take_coupon(connection, programme, goodwill)
            await store_ruling(connection, goodwill.ruling, points=0)
        return None
    operation = Reverse(
        key=f"{goodwill.ruling.number}{GOODWILL_SUFFIX}",
        member=goodwill.member,
        operation_key=goodwill.paid_by,
        reference=goodwill.ruling.number,
        owner=RIGHT,
    )
    (answer,) = await ledger.submit(
        programme,
        [operation],
        companion=GoodwillCompanion(programme),
        payloads=[goodwill],
        recorded_by=goodwill.ruling.deed.actor_id,
    )
    return answer


@dataclass(frozen=True, slots=True)
class GoodwillCompanion:
    """Changes the coupons whose points go back."""

    programme: Programme

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse what rests on a case that was decided before."""
        for item in items:
            assert isinstance(item.payload, Goodwill)
            refusal = await lock_case(connection, item.payload.ruling)
            if refusal is not None:
                item.refuse(refusal)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Take the coupons from use, and store the rulings."""
        for item in items:
            goodwill = item.payload
            assert isinstance(goodwill, Goodwill)
            await _take_coupon(connection, self.programme, goodwill)
            await store_ruling(connection, goodwill.ruling, points=item.answer.points)
            item.detail = {"coupon": goodwill.coupon_id, "case": goodwill.ruling.number}


async def _take_coupon(
    connection: AsyncConnection, programme: Programme, goodwill: Goodwill
) -> None:
    where = {"book_id": programme.book_id, "coupon_id": goodwill.coupon_id}
    row = (await connection.execute(_LOCK, where)).one()
    changed = {**where, "at": goodwill.now, "recorded_by": goodwill.ruling.deed.actor_id}
    is_used_by_delivery = (
        row.state == CouponState.USED
        and row.counts_as_used == "delivery"
        and row.used_store is None
        and row.fulfilment in {"direct", "card_code"}
    )
    if is_used_by_delivery:
        await connection.execute(_REVERSE_USE, changed)
        event = _reversed(row, programme, goodwill.now)
        await hand_over(connection, programme.book_id, [(event, CouponState.ACTIVE)])
    moved = await connection.execute(_DEACTIVATE, changed)
    if moved.rowcount:
        told = told_of(
            "coupon.deactivated",
            coupon_id=goodwill.coupon_id,
            state=CouponState.DEACTIVATED,
            offer_id=row.offer_id,
            member=row.member,
            points=row.points,
            more={"points_back": goodwill.points, "reason": None},
        )
        await tell(connection, programme.book_id, [told])
    await note(connection, goodwill.ruling.deed, "coupon", [goodwill.coupon_id])


def _reversed(row: Row[Any], programme: Programme, at: datetime) -> UseReversed:
    return UseReversed(
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
        reversed_at=at,
    )
