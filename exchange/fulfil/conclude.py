"""Conclude: a delivery is proven to have succeeded or failed, and the points follow it.

Both happen in the same transaction. For a paid right the ledger captures the hold (SUCCESS) or
releases it (FAILED). The companion then ends the orders, moves the coupons and writes the receipts
of everything the transaction concludes, so concurrent callbacks share a commit. A right without
points holds nothing in the ledger. It is concluded by the same statements in a transaction of its
own.

Where delivery counts as the use, a proven delivery uses the coupon at once. The bill is told so by
the same message as of a use in a shop, with the supplier's number of the delivery as its reference.

A person may conclude an order, too: then the case that is decided (`ruling`) is locked first, and
decided in the same transaction.

Races: two conclusions of one order, such as a callback and a query, a duplicate, or two that
contradict each other. With points, the member's lane puts them in order and the hold ends once. The
key of the operation is derived from the request number or the case, so the second is a replay or is
refused by the ledger. Without points the order's row lock does the same: the UPDATE finds the order
final and changes nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import structlog
from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER, Deed, note
from catalog.procurement import give_back
from exchange.cases.rulings import Ruling, lock_case, store_ruling
from exchange.coupons.lifecycle import CouponState, OrderState
from exchange.coupons.receipt import Step
from exchange.coupons.told import told_of
from exchange.fulfil.orders import Order, lock_orders
from exchange.redeem.limits import uncount_days
from exchange.redeem.request import RIGHT
from exchange.redeem.sold_out import SoldOut
from exchange.use.events import CouponUsed
from exchange.use.told import hand_over
from ledger import Event, Ledger
from ledger.asks import Capture, HoldClosed, Item, Operation, Release
from ledger.book import Programme, find_programme_by_book, programme_day

_log = structlog.get_logger(__name__)


DELIVERY = Deed(WORKER, "conclude_delivery")
"""The worker has found out how a delivery ended."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """What was proven of an order.

    The points move at the business time of the redemption, however long the delivery took.
    """

    order: Order
    state: Literal[OrderState.SUCCESS, OrderState.FAILED]
    now: datetime
    reason: str | None = None
    supplier_reference: str | None = None
    deed: Deed = DELIVERY
    ruling: Ruling | None = None

    def operation(self) -> Operation:
        """The ledger operation that ends the hold.

        A person's has a key of its own: it may be refused because the case was decided, and a later
        proof must not be answered with that refusal.
        """
        order = self.order
        named = order.request_number if self.ruling is None else self.ruling.number
        kind, name = (
            (Capture, "capture") if self.state is OrderState.SUCCESS else (Release, "release")
        )
        return kind(
            key=f"{named}:{name}",
            member=order.member,
            occurred_at=order.redeemed_at,
            hold_key=order.hold_key,
            reference=order.request_number,
            owner=RIGHT,
        )


_USES_IT = f"ended.state = '{OrderState.SUCCESS}' AND c.counts_as_used = 'delivery'"

_STORE = text(
    f"""
    WITH said AS (
        SELECT DISTINCT ON (coupon_id) *
        FROM unnest(:coupons, :states, :reasons, :supplier_references, :times, :actors)
            WITH ORDINALITY AS t(
                coupon_id, state, reason, supplier_reference, at, recorded_by, place
            )
        ORDER BY coupon_id, place
    ), ended AS (
        UPDATE exchange.fulfilment_order AS o
        SET state = said.state, query_at = NULL, finished_at = said.at, reason = said.reason,
            supplier_reference = coalesce(said.supplier_reference, o.supplier_reference)
        FROM said
        WHERE o.book_id = :book_id AND o.coupon_id = said.coupon_id
            AND o.state NOT IN ('{OrderState.SUCCESS}', '{OrderState.FAILED}')
        RETURNING o.coupon_id, o.request_number, o.supplier_reference, said.state, said.reason,
            said.at, said.recorded_by
    ), moved AS (
        UPDATE exchange.coupon AS c
        SET state = CASE
                WHEN ended.state <> '{OrderState.SUCCESS}' THEN '{CouponState.RETURNED}'
                WHEN c.counts_as_used = 'delivery' THEN '{CouponState.USED}'
                ELSE '{CouponState.ACTIVE}' END,
            uses = c.uses + CASE WHEN {_USES_IT} THEN 1 ELSE 0 END,
            used_at = CASE WHEN {_USES_IT} THEN ended.at END,
            used_reference = CASE WHEN {_USES_IT} THEN ended.supplier_reference END
        FROM ended
        WHERE c.book_id = :book_id AND c.coupon_id = ended.coupon_id
            AND c.state = '{CouponState.HELD}'
        RETURNING c.coupon_id, c.code, c.offer_id, c.offer_version, c.offer_code, c.supplier_id,
            c.home_party_id, c.member, c.points, c.face_value_minor, c.currency, c.allotment_no,
            c.redeemed_at, c.uses, c.used_at, c.used_reference, c.swap_id, ended.request_number,
            ended.state, ended.recorded_by
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at, recorded_by
        )
        SELECT :book_id, coupon_id, step, detail, at, greatest(now(), at), recorded_by
        FROM (
            SELECT coupon_id, 1 AS place,
                CASE state WHEN '{OrderState.SUCCESS}' THEN '{Step.DELIVERED}'
                    ELSE '{Step.RETURNED}' END AS step,
                CASE WHEN reason IS NOT NULL THEN json_build_object('reason', reason) END AS detail,
                at, recorded_by
            FROM ended
            UNION ALL
            SELECT coupon_id, 2, '{Step.USED}',
                json_strip_nulls(json_build_object('reference', used_reference)), used_at,
                recorded_by
            FROM moved WHERE used_at IS NOT NULL
        ) AS told ORDER BY coupon_id, place
    )
    SELECT coupon_id, code, offer_id, offer_version, offer_code, supplier_id, home_party_id, member,
        points, face_value_minor, currency, allotment_no, redeemed_at, uses, used_at,
        used_reference, swap_id, request_number, state
    FROM moved ORDER BY coupon_id
    """
).bindparams(
    bindparam("coupons", type_=ARRAY(BIGINT)),
    bindparam("states", type_=ARRAY(TEXT)),
    bindparam("reasons", type_=ARRAY(TEXT)),
    bindparam("supplier_references", type_=ARRAY(TEXT)),
    bindparam("times", type_=ARRAY(TIMESTAMP(timezone=True))),
    bindparam("actors", type_=ARRAY(INTEGER)),
)


async def load_programmes(
    connection: AsyncConnection, orders: Iterable[Order]
) -> dict[int, Programme]:
    """The programmes of these orders, by book. One statement a book."""
    return {
        book_id: await find_programme_by_book(connection, book_id)
        for book_id in sorted({order.book_id for order in orders})
    }


async def conclude(
    ledger: Ledger,
    programmes: Mapping[int, Programme],
    conclusions: Sequence[Conclusion],
    sold_out: SoldOut | None = None,
) -> list[bool]:
    """Store what was proven. Tells for each, in order, whether this call ended the order.

    An order that had ended before is left as it is. All conclusions are of one deed. What comes
    back is not `sold_out` any more.
    """
    changed = [False] * len(conclusions)
    by_book: dict[int, list[int]] = defaultdict(list)
    for place, conclusion in enumerate(conclusions):
        by_book[conclusion.order.book_id].append(place)
    for book_id, places in by_book.items():
        paid = [place for place in places if conclusions[place].order.points]
        free = [place for place in places if not conclusions[place].order.points]
        ended = await _conclude_paid(
            ledger, programmes[book_id], [conclusions[place] for place in paid]
        )
        ended += await _conclude_free(
            ledger, programmes[book_id], [conclusions[place] for place in free]
        )
        for place, has_ended in zip(paid + free, ended, strict=True):
            changed[place] = has_ended
        if sold_out is not None:
            back = {
                conclusions[place].order.offer_id
                for place in places
                if changed[place] and conclusions[place].state is OrderState.FAILED
            }
            await sold_out.forget(book_id, back)
    return changed


async def _conclude_paid(
    ledger: Ledger, programme: Programme, conclusions: Sequence[Conclusion]
) -> list[bool]:
    if not conclusions:
        return []
    operations = [conclusion.operation() for conclusion in conclusions]
    companion = ConclusionCompanion(programme)
    answers = await ledger.submit(
        programme,
        operations,
        companion=companion,
        payloads=conclusions,
        recorded_by=conclusions[0].deed.actor_id,
    )
    for answer in answers:
        if answer.refusal is not None and answer.refusal["code"] != HoldClosed.code:
            _log.error(
                "conclusion_refused",
                book_id=programme.book_id,
                key=answer.key,
                refusal=answer.refusal["code"],
            )
    return [answer.accepted and not answer.replayed for answer in answers]


async def _conclude_free(
    ledger: Ledger, programme: Programme, conclusions: Sequence[Conclusion]
) -> list[bool]:
    if not conclusions:
        return []
    async with ledger.database.transaction() as connection:
        for conclusion in conclusions:
            if conclusion.ruling is not None:
                refusal = await lock_case(connection, conclusion.ruling)
                if refusal is not None:
                    raise refusal
        ended = await _store(connection, programme, conclusions)
    first = {
        conclusion.order.coupon_id: place
        for place, conclusion in reversed(list(enumerate(conclusions)))
    }
    return [
        conclusion.order.coupon_id in ended and first[conclusion.order.coupon_id] == place
        for place, conclusion in enumerate(conclusions)
    ]


@dataclass(frozen=True, slots=True)
class ConclusionCompanion:
    """Ends orders with the captures and releases of a transaction.

    Companions of one book are equal, so that its conclusions share their statements.
    """

    programme: Programme

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse what rests on a case that was decided before.

        Nothing else is to be checked: the ledger ends a hold once, and an order ends with its hold.
        """
        for item in items:
            ruling = item.payload.ruling if isinstance(item.payload, Conclusion) else None
            refusal = None if ruling is None else await lock_case(connection, ruling)
            if refusal is not None:
                item.refuse(refusal)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """End the orders whose holds ended."""
        conclusions = [item.payload for item in items if isinstance(item.payload, Conclusion)]
        ended = await _store(connection, self.programme, conclusions)
        assert len(ended) == len(items), "a hold ended whose order had ended before"
        for item, conclusion in zip(items, conclusions, strict=True):
            item.detail = {
                "coupon": conclusion.order.coupon_id,
                "order_state": str(conclusion.state),
            }


async def _store(
    connection: AsyncConnection, programme: Programme, conclusions: Sequence[Conclusion]
) -> set[int]:
    """End the orders that have not ended. Returns the coupons that moved with them.

    Two statements, one for each batch that gets something back, one for their days, one for what
    was used, and some for each ruling. The lock has a statement of its own: see `orders`.
    """
    book_id = programme.book_id
    coupons = [conclusion.order.coupon_id for conclusion in conclusions]
    await lock_orders(connection, book_id, coupons)
    parameters = {
        "book_id": book_id,
        "coupons": coupons,
        "states": [str(conclusion.state) for conclusion in conclusions],
        "reasons": [conclusion.reason for conclusion in conclusions],
        "supplier_references": [conclusion.supplier_reference for conclusion in conclusions],
        "times": [conclusion.now for conclusion in conclusions],
        "actors": [conclusion.deed.actor_id for conclusion in conclusions],
    }
    rows = (await connection.execute(_STORE, parameters)).all()
    await _note(connection, conclusions, {row.coupon_id for row in rows})
    failed = [row for row in rows if row.state == OrderState.FAILED]
    returned = Counter((row.offer_id, row.allotment_no) for row in failed)
    for batch in sorted(returned):
        await give_back(connection, book_id, batch, returned[batch])
    if failed:
        days = Counter(
            (row.offer_id, programme_day(row.redeemed_at, programme.time_zone)) for row in failed
        )
        await uncount_days(connection, book_id, days)
    used = [
        (used_by_delivery(row, programme), CouponState.USED)
        for row in rows
        if row.used_at is not None
    ]
    reasons = {each.order.coupon_id: each.reason for each in reversed(conclusions)}
    told = [_told(row, reasons[row.coupon_id]) for row in rows]
    await hand_over(connection, book_id, used, told)
    moved = {row.coupon_id: row for row in rows}
    for conclusion in conclusions:
        row = moved.get(conclusion.order.coupon_id)
        if conclusion.ruling is not None and row is not None:
            await store_ruling(connection, conclusion.ruling, points=row.points)
    return set(moved)


def _told(row: Row[Any], reason: str | None) -> Event:
    is_delivered = row.state == OrderState.SUCCESS
    state = CouponState.RETURNED
    if is_delivered:
        state = CouponState.ACTIVE if row.used_at is None else CouponState.USED
    return told_of(
        "coupon.delivered" if is_delivered else "coupon.failed",
        coupon_id=row.coupon_id,
        state=state,
        offer_id=row.offer_id,
        member=row.member,
        points=row.points,
        more={"reason": reason},
    )


def used_by_delivery(row: Row[Any], programme: Programme) -> CouponUsed:
    """What settlement is told of a coupon that its delivery has used."""
    return CouponUsed(
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
        request_number=row.request_number,
        redeemed_at=row.redeemed_at,
        counted="delivered",
        used_at=row.used_at,
    )


async def _note(
    connection: AsyncConnection, conclusions: Sequence[Conclusion], moved: set[int]
) -> None:
    """Put the coupons that moved into the audit log, each under the first deed that says so."""
    deeds: dict[int, Deed] = {}
    for conclusion in conclusions:
        deeds.setdefault(conclusion.order.coupon_id, conclusion.deed)
    for deed in dict.fromkeys(deeds.values()):
        coupons = [each for each in deeds if each in moved and deeds[each] == deed]
        await note(connection, deed, "coupon", coupons)
