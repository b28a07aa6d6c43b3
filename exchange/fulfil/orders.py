"""Fulfilment orders in the database: claimed for sending, claimed for asking, and moved on by what was proven.

Each of the three changes is one statement: it locks its rows in key order (so that two workers
never deadlock), changes those that are still in the state the decision was made on, and adds the
receipt's step for each that changed state. A callback that ended the order meanwhile wins.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.codes import OrderNotFound, parse_request_number
from exchange.coupons.lifecycle import ORDER_MOVES, OrderState
from exchange.coupons.receipt import Step
from exchange.fulfil.supplier import Delivery

_INSTANT = TIMESTAMP(timezone=True)


@dataclass(frozen=True, slots=True)
class Order:
    """A fulfilment order with what its delivery needs of the coupon.

    `hold_key` names the hold in the ledger.
    """

    book_id: int
    coupon_id: int
    request_number: str
    supplier_id: int
    home_party_id: int
    state: OrderState
    submissions: int
    submitted_at: datetime | None
    created_at: datetime
    deadline_at: datetime
    member: str
    hold_key: str
    points: int
    offer_code: str
    account: str
    face_value_minor: int
    currency: str
    redeemed_at: datetime

    @property
    def key(self) -> tuple[int, int]:
        """Its name in the database: book and coupon."""
        return self.book_id, self.coupon_id

    def delivery(self, callback_url: str) -> Delivery:
        """The order as its supplier is told of it."""
        return Delivery(
            request_number=self.request_number,
            offer_code=self.offer_code,
            member_account=self.account,
            face_value_minor=self.face_value_minor,
            currency=self.currency,
            callback_url=callback_url,
        )


@dataclass(frozen=True, slots=True)
class OrderMove:
    """A decided change: it takes effect only while the order is still in `before`.

    `at` is the next query or submission.

    `after` may equal `before`: then only the time of the next look and the reason change.
    """

    coupon_id: int
    before: OrderState
    after: OrderState
    at: datetime
    reason: str | None
    supplier_reference: str | None

    def __post_init__(self) -> None:
        assert self.after is self.before or self.after in ORDER_MOVES[self.before], (
            self.before,
            self.after,
        )


_COLUMNS = """
    o.book_id, o.coupon_id, o.request_number, o.supplier_id, c.home_party_id, o.state, o.submissions, o.submitted_at, o.created_at, o.deadline_at,
    c.member, c.request_key AS hold_key, c.points, c.offer_code, c.account, c.face_value_minor, c.currency, c.redeemed_at
"""

_BEGIN = text(
    f"""
    WITH locked AS MATERIALIZED (
        SELECT o.book_id, o.coupon_id FROM exchange.fulfilment_order o
        JOIN unnest(:books, :coupons) AS wanted(book_id, coupon_id) USING (book_id, coupon_id)
        ORDER BY o.book_id, o.coupon_id FOR UPDATE OF o
    ), o AS (
        UPDATE exchange.fulfilment_order AS sent
        SET state = 'SUBMITTING', submissions = submissions + 1, submitted_at = :now, query_at = :query_at
        FROM locked WHERE sent.book_id = locked.book_id AND sent.coupon_id = locked.coupon_id
            AND sent.state = 'CREATED' AND sent.deadline_at > :now
        RETURNING sent.*
    ), steps AS (
        INSERT INTO exchange.receipt_step (book_id, coupon_id, step, occurred_at)
        SELECT book_id, coupon_id, '{Step.SENT}', :now FROM o
    )
    SELECT {_COLUMNS} FROM o JOIN exchange.coupon c USING (book_id, coupon_id)
    """
).bindparams(
    bindparam("books", type_=ARRAY(BIGINT)),
    bindparam("coupons", type_=ARRAY(BIGINT)),
    bindparam("now", type_=_INSTANT),
    bindparam("query_at", type_=_INSTANT),
)

_WAITING = text(
    f"""
    SELECT {_COLUMNS} FROM exchange.fulfilment_order o JOIN exchange.coupon c USING (book_id, coupon_id)
    JOIN unnest(:books, :coupons) AS wanted(book_id, coupon_id) USING (book_id, coupon_id)
    WHERE o.state = 'CREATED'
    """
).bindparams(
    bindparam("books", type_=ARRAY(BIGINT)),
    bindparam("coupons", type_=ARRAY(BIGINT)),
)

_CLAIM_DUE = text(
    f"""
    WITH due AS MATERIALIZED (
        SELECT book_id, coupon_id FROM exchange.fulfilment_order
        WHERE query_at <= :now ORDER BY query_at, book_id, coupon_id LIMIT :limit FOR UPDATE SKIP LOCKED
    ), o AS (
        UPDATE exchange.fulfilment_order AS asked SET query_at = :query_at, queries = queries + 1
        FROM due WHERE asked.book_id = due.book_id AND asked.coupon_id = due.coupon_id AND asked.query_at <= :now
        RETURNING asked.*
    )
    SELECT {_COLUMNS} FROM o JOIN exchange.coupon c USING (book_id, coupon_id)
    """
).bindparams(bindparam("now", type_=_INSTANT), bindparam("query_at", type_=_INSTANT))

_MOVE = text(
    """
    WITH moves AS (
        SELECT * FROM unnest(:coupons, :before, :after, :at, :reasons, :supplier_references)
            AS t(coupon_id, before, after, at, reason, supplier_reference)
    ), locked AS MATERIALIZED (
        SELECT o.coupon_id FROM exchange.fulfilment_order o JOIN moves USING (coupon_id)
        WHERE o.book_id = :book_id ORDER BY o.coupon_id FOR UPDATE OF o
    ), moved AS (
        UPDATE exchange.fulfilment_order AS o
        SET state = moves.after,
            query_at = CASE WHEN moves.after = 'CREATED' THEN NULL ELSE moves.at END,
            submissions = o.submissions - CASE WHEN moves.before = 'SUBMITTING' AND moves.after = 'CREATED' AND :unsent THEN 1 ELSE 0 END,
            reason = moves.reason,
            supplier_reference = coalesce(moves.supplier_reference, o.supplier_reference)
        FROM moves JOIN locked USING (coupon_id)
        WHERE o.book_id = :book_id AND o.coupon_id = moves.coupon_id AND o.state = moves.before
        RETURNING o.coupon_id, moves.before, moves.after, moves.at, moves.reason
    ), steps AS (
        INSERT INTO exchange.receipt_step (book_id, coupon_id, step, detail, occurred_at)
        SELECT :book_id, coupon_id,
            CASE after WHEN 'PROCESSING' THEN :accepted WHEN 'UNKNOWN' THEN :unconfirmed ELSE :waiting END,
            CASE WHEN reason IS NOT NULL THEN json_build_object('reason', reason) END, :now
        FROM moved WHERE before <> after
    )
    SELECT coupon_id, after, at FROM moved
    """
).bindparams(
    bindparam("coupons", type_=ARRAY(BIGINT)),
    bindparam("before", type_=ARRAY(TEXT)),
    bindparam("after", type_=ARRAY(TEXT)),
    bindparam("at", type_=ARRAY(_INSTANT)),
    bindparam("reasons", type_=ARRAY(TEXT)),
    bindparam("supplier_references", type_=ARRAY(TEXT)),
    bindparam("now", type_=_INSTANT),
    bindparam("accepted", value=str(Step.ACCEPTED), type_=TEXT()),
    bindparam("unconfirmed", value=str(Step.UNCONFIRMED), type_=TEXT()),
    bindparam("waiting", value=str(Step.WAITING), type_=TEXT()),
)

_BY_NUMBER = text(
    f"""
    SELECT {_COLUMNS} FROM exchange.fulfilment_order o JOIN exchange.coupon c USING (book_id, coupon_id)
    WHERE o.book_id = :book_id AND o.request_number = :request_number AND o.supplier_id = :supplier_id
    """
)


def _order(row: Row[Any]) -> Order:
    fields = row._asdict()
    return Order(**{**fields, "state": OrderState(fields["state"])})


async def begin_submission(
    connection: AsyncConnection,
    keys: Sequence[tuple[int, int]],
    now: datetime,
    lease_seconds: float,
) -> list[Order]:
    """Move CREATED orders, given by (book, coupon), to SUBMITTING, and return those that moved.

    One statement.

    Each is due for a query when the lease ends: should this process die before it records an
    answer, somebody asks.
    """
    parameters = {
        "books": [book_id for book_id, _ in keys],
        "coupons": [coupon_id for _, coupon_id in keys],
        "now": now,
        "query_at": now + timedelta(seconds=lease_seconds),
    }
    return [_order(row) for row in await connection.execute(_BEGIN, parameters)]


async def waiting_orders(
    connection: AsyncConnection, keys: Sequence[tuple[int, int]]
) -> list[Order]:
    """Those of the given orders that are CREATED.

    Without submissions they were never sent; otherwise the supplier did not hold them when asked.
    """
    parameters = {
        "books": [book_id for book_id, _ in keys],
        "coupons": [coupon for _, coupon in keys],
    }
    return [_order(row) for row in await connection.execute(_WAITING, parameters)]


async def claim_due_queries(
    connection: AsyncConnection, now: datetime, lease_seconds: float, limit: int
) -> list[Order]:
    """Take up to `limit` orders whose query is due, for the length of a lease; no other worker gets them. One statement."""
    parameters = {"now": now, "query_at": now + timedelta(seconds=lease_seconds), "limit": limit}
    return [_order(row) for row in await connection.execute(_CLAIM_DUE, parameters)]


async def move_orders(
    connection: AsyncConnection,
    book_id: int,
    moves: Sequence[OrderMove],
    now: datetime,
    *,
    unsent: bool,
) -> dict[int, datetime]:
    """Store what was proven of one book's orders; coupon ids that became CREATED again, with the time to send them. One statement.

    `unsent` says that orders which go from SUBMITTING to CREATED were never sent: such an attempt
    does not count as a submission.
    """
    parameters = {
        "book_id": book_id,
        "coupons": [move.coupon_id for move in moves],
        "before": [str(move.before) for move in moves],
        "after": [str(move.after) for move in moves],
        "at": [move.at for move in moves],
        "reasons": [move.reason for move in moves],
        "supplier_references": [move.supplier_reference for move in moves],
        "now": now,
        "unsent": unsent,
    }
    rows = await connection.execute(_MOVE, parameters)
    return {row.coupon_id: row.at for row in rows if row.after == OrderState.CREATED}


async def find_order(connection: AsyncConnection, supplier_id: int, request_number: str) -> Order:
    """The order with this request number, if it is this supplier's. One statement.

    Raises:
        OrderNotFound: there is none, or it is another supplier's.
    """
    book_id = parse_request_number(request_number)
    parameters = {"book_id": book_id, "request_number": request_number, "supplier_id": supplier_id}
    row = (await connection.execute(_BY_NUMBER, parameters)).one_or_none()
    if row is None:
        raise OrderNotFound("there is no order of this supplier with this request number")
    return _order(row)
