"""Fulfilment orders in the database: claimed for sending, claimed for asking, and moved on.

Every change works on one book. A first statement locks the rows, in order of coupon, so that two
workers never wait for each other in a circle. A second one changes the orders that are still in the
state the decision was made in, and adds a step to the receipt of each order whose state changed.
They are two statements for two reasons: the second sees what was committed while the first waited,
and a cluster refuses a statement that both locks rows and inserts others. A callback that ended the
order in the meantime wins.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.codes import OrderNotFound, parse_request_number
from exchange.coupons.lifecycle import ORDER_MOVES, OrderState
from exchange.coupons.receipt import Step
from exchange.fulfil.supplier import Delivery
from exchange.fulfil.turns import Places

_COUPONS = bindparam("coupons", type_=ARRAY(BIGINT))
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
    """A decided change. It takes effect only while the order is still in `before`.

    `after` may equal `before`. Then only the reason and the time of the next look change. `at` is
    the time of that look: of the next query or the next submission.
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


# An order `o` with its coupon `c`.
_COLUMNS = """
    o.book_id, o.coupon_id, o.request_number, o.supplier_id, c.home_party_id, o.state,
    o.submissions, o.submitted_at, o.created_at, o.deadline_at, c.member,
    c.request_key AS hold_key, c.points, c.offer_code, c.account, c.face_value_minor, c.currency,
    c.redeemed_at
"""
_COUPON = "JOIN exchange.coupon c ON c.book_id = :book_id AND c.coupon_id = o.coupon_id"

_LOCK = text(
    """
    SELECT coupon_id FROM exchange.fulfilment_order
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) ORDER BY coupon_id FOR UPDATE
    """
).bindparams(_COUPONS)

_WAITING = text(
    f"""
    SELECT {_COLUMNS} FROM exchange.fulfilment_order o {_COUPON}
    WHERE o.book_id = :book_id AND o.coupon_id = ANY(:coupons) AND o.state = '{OrderState.CREATED}'
    ORDER BY o.coupon_id
    """
).bindparams(_COUPONS)

_BEGIN = text(
    f"""
    WITH o AS (
        UPDATE exchange.fulfilment_order
        SET state = '{OrderState.SUBMITTING}', submissions = submissions + 1, submitted_at = :now,
            query_at = :query_at
        WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND state = '{OrderState.CREATED}'
            AND deadline_at > :now
        RETURNING *
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, occurred_at, recorded_at
        )
        SELECT :book_id, coupon_id, '{Step.SENT}', :now, greatest(now(), :now) FROM o
    )
    SELECT {_COLUMNS} FROM o {_COUPON}
    """
).bindparams(_COUPONS, bindparam("now", type_=_INSTANT), bindparam("query_at", type_=_INSTANT))

_FIND_DUE = text(
    """
    SELECT book_id, supplier_id FROM exchange.fulfilment_order
    WHERE query_at <= :now AND book_id <> ALL(:passed) AND supplier_id <> ALL(:passed_suppliers)
    ORDER BY query_at, book_id, coupon_id LIMIT :limit
    """
).bindparams(
    bindparam("now", type_=_INSTANT),
    bindparam("passed", type_=ARRAY(BIGINT)),
    bindparam("passed_suppliers", type_=ARRAY(INTEGER)),
)

_LOCK_DUE = text(
    """
    SELECT coupon_id FROM exchange.fulfilment_order
    WHERE book_id = :book_id AND query_at <= :now AND supplier_id = :supplier_id
    ORDER BY query_at, coupon_id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
).bindparams(bindparam("now", type_=_INSTANT))

_ASK = text(
    f"""
    WITH o AS (
        UPDATE exchange.fulfilment_order SET query_at = :query_at, queries = queries + 1
        WHERE book_id = :book_id AND coupon_id = ANY(:coupons) AND query_at <= :now
        RETURNING *
    )
    SELECT {_COLUMNS} FROM o {_COUPON}
    """
).bindparams(_COUPONS, bindparam("now", type_=_INSTANT), bindparam("query_at", type_=_INSTANT))

_MOVE = text(
    f"""
    WITH moves AS (
        SELECT * FROM unnest(:coupons, :before, :after, :at, :reasons, :supplier_references)
            AS t(coupon_id, before, after, at, reason, supplier_reference)
    ), moved AS (
        UPDATE exchange.fulfilment_order AS o
        SET state = moves.after,
            query_at = CASE WHEN moves.after <> '{OrderState.CREATED}' THEN moves.at END,
            submissions = o.submissions - CASE
                WHEN moves.before = '{OrderState.SUBMITTING}'
                    AND moves.after = '{OrderState.CREATED}' AND :unsent
                THEN 1 ELSE 0 END,
            reason = moves.reason,
            supplier_reference = coalesce(moves.supplier_reference, o.supplier_reference)
        FROM moves
        WHERE o.book_id = :book_id AND o.coupon_id = moves.coupon_id AND o.state = moves.before
        RETURNING o.coupon_id, moves.before, moves.after, moves.at, moves.reason
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at
        )
        SELECT :book_id, coupon_id,
            CASE after
                WHEN '{OrderState.PROCESSING}' THEN '{Step.ACCEPTED}'
                WHEN '{OrderState.UNKNOWN}' THEN '{Step.UNCONFIRMED}'
                ELSE '{Step.WAITING}' END,
            CASE WHEN reason IS NOT NULL THEN json_build_object('reason', reason) END, :now,
            greatest(now(), :now)
        FROM moved WHERE before <> after
    )
    SELECT coupon_id, after, at FROM moved
    """
).bindparams(
    _COUPONS,
    bindparam("before", type_=ARRAY(TEXT)),
    bindparam("after", type_=ARRAY(TEXT)),
    bindparam("at", type_=ARRAY(_INSTANT)),
    bindparam("reasons", type_=ARRAY(TEXT)),
    bindparam("supplier_references", type_=ARRAY(TEXT)),
    bindparam("now", type_=_INSTANT),
)

_BY_NUMBER = text(
    f"""
    SELECT {_COLUMNS} FROM exchange.fulfilment_order o {_COUPON}
    WHERE o.book_id = :book_id AND o.request_number = :request_number
        AND o.supplier_id = :supplier_id
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_FIND_DUE,)
"""The statements here that name no book, because they look for the books where orders are due.

None of them locks rows. A cluster sends them to every node.
"""


def _order(row: Row[Any]) -> Order:
    fields = row._asdict()
    return Order(**{**fields, "state": OrderState(fields["state"])})


def _by_book(keys: Sequence[tuple[int, int]]) -> list[tuple[int, list[int]]]:
    """The coupons of each book, in order of book: locks that wait are taken in this order."""
    books: dict[int, list[int]] = defaultdict(list)
    for book_id, coupon_id in keys:
        books[book_id].append(coupon_id)
    return sorted(books.items())


async def lock_orders(connection: AsyncConnection, book_id: int, coupon_ids: Sequence[int]) -> None:
    """Lock orders of a book until the transaction ends. One statement."""
    await connection.execute(_LOCK, {"book_id": book_id, "coupons": list(coupon_ids)})


async def load_waiting_orders(
    connection: AsyncConnection, keys: Sequence[tuple[int, int]]
) -> list[Order]:
    """The orders that are CREATED among the given ones. One statement a book.

    One without submissions was never sent. Any other was sent, and the supplier answered a query
    that it does not hold it.
    """
    orders: list[Order] = []
    for book_id, coupons in _by_book(keys):
        rows = await connection.execute(_WAITING, {"book_id": book_id, "coupons": coupons})
        orders.extend(map(_order, rows))
    return orders


async def begin_submission(
    connection: AsyncConnection,
    keys: Sequence[tuple[int, int]],
    now: datetime,
    lease_seconds: float,
) -> list[Order]:
    """Move CREATED orders, given by (book, coupon), to SUBMITTING. Returns those that moved.

    Each is due for a query when the lease ends: if this process dies before it records an answer,
    another one asks. Two statements a book.
    """
    orders: list[Order] = []
    query_at = now + timedelta(seconds=lease_seconds)
    for book_id, coupons in _by_book(keys):
        await lock_orders(connection, book_id, coupons)
        parameters = {"book_id": book_id, "coupons": coupons, "now": now, "query_at": query_at}
        orders.extend(map(_order, await connection.execute(_BEGIN, parameters)))
    return orders


async def claim_due_queries(
    connection: AsyncConnection, now: datetime, lease_seconds: float, limit: int, places: Places
) -> list[Order]:
    """Claim up to `limit` orders whose query is due, for a lease in which no other worker asks.

    Each takes one of the `places`. Orders of suppliers that have no place left wait.

    The oldest come first, whatever their books. One statement finds out how many of the oldest are
    in which book and for which supplier, then two claim that many of each. Rows that another worker
    has locked are skipped in favour of the next ones of the same kind, and then of other books.
    """
    limit = min(limit, places.turns.room_of_all)
    orders: list[Order] = []
    passed: list[int] = []
    while len(orders) < limit:
        missing = limit - len(orders)
        looked_at = {
            "now": now,
            "limit": missing,
            "passed": passed,
            "passed_suppliers": places.turns.without_room(places.at),
        }
        due = await connection.execute(_FIND_DUE, looked_at)
        shares = Counter((row.book_id, row.supplier_id) for row in due)
        for (book_id, supplier_id), wanted in shares.items():
            share = places.take(supplier_id, wanted)
            chosen = {"book_id": book_id, "supplier_id": supplier_id, "now": now, "limit": share}
            coupons = [row.coupon_id for row in await connection.execute(_LOCK_DUE, chosen)]
            places.give_back(supplier_id, share - len(coupons))
            orders.extend(await _ask(connection, book_id, coupons, now, lease_seconds))
        if shares.total() < missing:
            break
        passed.extend({book_id for book_id, _ in shares})
    return orders


async def _ask(
    connection: AsyncConnection,
    book_id: int,
    coupons: Sequence[int],
    now: datetime,
    lease_seconds: float,
) -> list[Order]:
    if not coupons:
        return []
    query_at = now + timedelta(seconds=lease_seconds)
    parameters = {"book_id": book_id, "coupons": coupons, "now": now, "query_at": query_at}
    return [_order(row) for row in await connection.execute(_ASK, parameters)]


async def move_orders(
    connection: AsyncConnection,
    book_id: int,
    moves: Sequence[OrderMove],
    now: datetime,
    *,
    unsent: bool,
) -> dict[int, datetime]:
    """Store what was proven of one book's orders. Two statements.

    Returns the coupons whose orders became CREATED again, each with the time to send its order.
    `unsent` says that orders which go from SUBMITTING to CREATED were never sent: such an attempt
    does not count as a submission.
    """
    coupons = [move.coupon_id for move in moves]
    await lock_orders(connection, book_id, coupons)
    parameters = {
        "book_id": book_id,
        "coupons": coupons,
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
    number = parse_request_number(request_number)
    parameters = {
        "book_id": number.book_id,
        "request_number": request_number,
        "supplier_id": supplier_id,
    }
    row = (await connection.execute(_BY_NUMBER, parameters)).one_or_none()
    if row is None:
        raise OrderNotFound("there is no order of this supplier with this request number")
    return _order(row)
