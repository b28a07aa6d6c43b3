"""Reinstate: the supplier delivered late, and the member agrees to pay for it again.

The coupon whose points went back stays as it is. The member gets a new one, which is delivered from
the beginning: its points are set aside and spent in one transaction, and its order has ended. It is
of the same batch and costs what the first one cost.

Points that are gone, and a batch that is empty, refuse it. The last piece of the batch is taken as
a redemption takes it: if another was faster, the transaction is run again.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import asyncpg
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import note
from catalog.procurement import load_allotments, take
from exchange.cases.payment import CAPTURE_SUFFIX, HOLD_SUFFIX
from exchange.cases.rulings import Ruling, lock_case, store_ruling
from exchange.coupons.codes import new_code, new_request_number
from exchange.coupons.lifecycle import CouponState, OrderState
from exchange.coupons.receipt import Step
from exchange.coupons.told import told_of_new
from exchange.fulfil.conclude import used_by_delivery
from exchange.redeem.limits import count_days
from exchange.redeem.request import RIGHT
from exchange.use.told import hand_over
from ledger import Ledger, Refusal, lane_of, tell
from ledger.asks import Answer, Capture, Hold, Item, Operation
from ledger.book import Programme, programme_day

ATTEMPT_BYTES = 4


class StockGone(Refusal):
    """The piece that the failure gave back was taken by somebody else."""

    code: ClassVar[str] = "stock-gone"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "No piece of the batch is left."


_CREATE = text(
    f"""
    WITH created AS (
        INSERT INTO exchange.coupon (
            book_id, code, request_key, state, member, masked_account, offer_id, offer_code,
            offer_version, supplier_id, home_party_id, fulfilment, points, free, face_value_minor,
            currency, redeemed_at, usable_from, expires_on, allotment_no, price_rule_id,
            swap_id, placement_id, channel, counts_as_used, uses, used_at, used_reference
        )
        SELECT book_id, :code, :request_key,
            CASE counts_as_used WHEN 'delivery' THEN '{CouponState.USED}'
                ELSE '{CouponState.ACTIVE}' END,
            :member, masked_account, offer_id, offer_code, offer_version, supplier_id,
            home_party_id, fulfilment, points, free, face_value_minor, currency, :at, usable_from,
            expires_on, allotment_no, price_rule_id, swap_id, placement_id, channel,
            counts_as_used,
            CASE counts_as_used WHEN 'delivery' THEN 1 ELSE 0 END,
            CASE counts_as_used WHEN 'delivery' THEN :at END,
            CASE counts_as_used WHEN 'delivery' THEN :supplier_reference END
        FROM exchange.coupon WHERE book_id = :book_id AND coupon_id = :coupon_id
        RETURNING coupon_id, code, offer_id, offer_version, offer_code, supplier_id, home_party_id,
            member, points, face_value_minor, currency, redeemed_at, uses, used_at, used_reference,
            swap_id
    ), ordered AS (
        INSERT INTO exchange.fulfilment_order (
            book_id, coupon_id, request_number, supplier_id, state, deadline_at, finished_at,
            supplier_reference, reason
        )
        SELECT :book_id, coupon_id, :request_number, supplier_id, '{OrderState.SUCCESS}', :at, :at,
            :supplier_reference, :reason
        FROM created
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at, recorded_by
        )
        SELECT :book_id, coupon_id, step, detail, :at, greatest(now(), :at), :recorded_by
        FROM (
            SELECT coupon_id, '{Step.REDEEMED}' AS step,
                json_build_object('points', points) AS detail, 1 AS place FROM created
            UNION ALL
            SELECT coupon_id, '{Step.DELIVERED}',
                json_build_object('reason', CAST(:reason AS text)), 2 FROM created
            UNION ALL
            SELECT coupon_id, '{Step.USED}',
                json_strip_nulls(json_build_object('reference', used_reference)), 3
            FROM created WHERE used_at IS NOT NULL
        ) AS told ORDER BY place
    )
    SELECT created.*, CAST(:request_number AS text) AS request_number FROM created
    """
).bindparams(
    bindparam("at", type_=TIMESTAMP(timezone=True)),
    bindparam("member", type_=TEXT),
    bindparam("supplier_reference", type_=TEXT),
    bindparam("reason", type_=TEXT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reinstatement:
    """The right that is given again, and the case that says so."""

    ruling: Ruling
    coupon_id: int
    member: str
    points: int
    offer_id: int
    allotment_no: int
    request_number: str
    """The order that failed, under which the supplier delivered."""
    supplier_reference: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class _Part:
    """One of the two operations: the second spends what the first has set aside."""

    reinstatement: Reinstatement
    new_number: str


async def reinstate(ledger: Ledger, programme: Programme, reinstatement: Reinstatement) -> Answer:
    """Have the member pay again for what was delivered. Returns the answer to the hold."""
    number = reinstatement.ruling.number
    new_number = new_request_number(
        programme.book_id, lane_of(reinstatement.member, programme.lanes)
    )
    # Not the same key again: a refusal, such as of points that are missing, stands for its key.
    named = f"{number}:{secrets.token_hex(ATTEMPT_BYTES)}"
    hold = Hold(
        key=f"{named}{HOLD_SUFFIX}",
        member=reinstatement.member,
        points=reinstatement.points,
        reference=number,
        owner=RIGHT,
    )
    operations: list[Operation] = [hold]
    if reinstatement.points:
        operations.append(
            Capture(
                key=f"{named}{CAPTURE_SUFFIX}",
                member=reinstatement.member,
                hold_key=hold.key,
                reference=new_number,
                owner=RIGHT,
            )
        )
    part = _Part(reinstatement, new_number)
    answers = await ledger.submit(
        programme,
        operations,
        companion=ReinstateCompanion(programme),
        payloads=[part] * len(operations),
        recorded_by=reinstatement.ruling.deed.actor_id,
    )
    return answers[0]


@dataclass(frozen=True, slots=True)
class ReinstateCompanion:
    """Makes the new coupons with their points."""

    programme: Programme

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse what rests on a case that was decided before, and what no piece is left for."""
        for item in items:
            assert isinstance(item.payload, _Part)
            asked = item.payload.reinstatement
            refusal: Refusal | None = await lock_case(connection, asked.ruling)
            if refusal is None:
                held = await load_allotments(connection, self.programme.book_id, [asked.offer_id])
                left = [
                    batch.remaining
                    for batch in held[asked.offer_id].batches
                    if batch.allotment_no == asked.allotment_no
                ]
                if not sum(left):
                    refusal = StockGone("no piece of the batch is left")
            if refusal is not None:
                item.refuse(refusal)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Take the piece, make the coupon, and store the ruling."""
        for item in items:
            assert isinstance(item.payload, _Part)
            if isinstance(item.operation, Hold):
                asked = item.payload.reinstatement
                is_whole = not asked.points or any(
                    other.payload is item.payload and isinstance(other.operation, Capture)
                    for other in items
                )
                assert is_whole, "what is set aside is spent in the same transaction"
                coupon_id = await self._make(connection, item, item.payload)
                item.detail = {"coupon": coupon_id, "case": asked.ruling.number}

    async def _make(self, connection: AsyncConnection, item: Item, part: _Part) -> int:
        asked, book_id = part.reinstatement, self.programme.book_id
        at = item.answer.occurred_at
        batch = asked.offer_id, asked.allotment_no
        if (await take(connection, book_id, {batch: 1}))[batch] < 1:
            raise asyncpg.SerializationError("the last piece was taken")
        day = programme_day(at, self.programme.time_zone)
        await count_days(connection, book_id, {(asked.offer_id, day): 1}, {})
        parameters = {
            "book_id": book_id,
            "coupon_id": asked.coupon_id,
            "code": new_code(book_id, lane_of(asked.member, self.programme.lanes)),
            "request_key": item.operation.key,
            "member": asked.member,
            "request_number": part.new_number,
            "at": at,
            "supplier_reference": asked.supplier_reference,
            "reason": f"delivered late as {asked.request_number}",
            "recorded_by": asked.ruling.deed.actor_id,
        }
        row = (await connection.execute(_CREATE, parameters)).one()
        state = CouponState.ACTIVE if row.used_at is None else CouponState.USED
        told = told_of_new(
            coupon_id=row.coupon_id,
            state=state,
            offer_id=row.offer_id,
            member=row.member,
            points=row.points,
            free=False,
            channel=None,
            reason=f"delivered late as {asked.request_number}",
        )
        if row.used_at is not None:
            event = used_by_delivery(row, self.programme)
            await hand_over(connection, book_id, [(event, CouponState.USED)], told)
        else:
            await tell(connection, book_id, told)
        await note(connection, asked.ruling.deed, "coupon", [row.coupon_id])
        await store_ruling(
            connection, asked.ruling, points=asked.points, more={"new_coupon": row.coupon_id}
        )
        return int(row.coupon_id)
