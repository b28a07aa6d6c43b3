"""Fulfilment orders in the database: claimed for sending, and moved on. `due` claims for asking.

Every change works on one book. A first statement locks the rows, in order of coupon, so that two
workers never wait for each other in a circle. A second one changes the orders that are still in the
state the decision was made in, and adds a step to the receipt of each order whose state changed.
SUBMITTING alone is no step: an order is sent when its first bytes have left (`note_sent`).
They are two statements for two reasons: the second sees what was committed while the first waited,
and a cluster refuses a statement that both locks rows and inserts others. A callback that ended the
order in the meantime wins.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.accounts import Accounts, AccountUnreadable
from exchange.coupons.codes import OrderNotFound, parse_request_number
from exchange.coupons.lifecycle import ORDER_MOVES, OrderState
from exchange.coupons.receipt import Step
from exchange.fulfil.supplier import Delivery

_COUPONS = bindparam("coupons", type_=ARRAY(BIGINT))
_INSTANT = TIMESTAMP(timezone=True)


@dataclass(frozen=True, slots=True)
class Order:
    """A fulfilment order with what its delivery needs of the coupon.

    `hold_key` names the hold in the ledger. `encrypted_account` is None once the account is wiped.
    `plain_account` is one of an earlier release that the worker has not encrypted yet.
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
    offer_id: int
    offer_version: int
    plain_account: str | None
    encrypted_account: bytes | None
    face_value_minor: int
    currency: str
    redeemed_at: datetime

    @property
    def key(self) -> tuple[int, int]:
        """Its name in the database: book and coupon."""
        return self.book_id, self.coupon_id

    @property
    def has_account(self) -> bool:
        """Whether it is still known whom to deliver to."""
        return self.encrypted_account is not None or self.plain_account is not None

    def account(self, accounts: Accounts) -> str:
        """Whom to deliver to.

        Raises:
            AccountUnreadable: the account is wiped, or its key is not here.
        """
        if self.encrypted_account is not None:
            return accounts.decrypt(self.encrypted_account, self.book_id, self.hold_key)
        if self.plain_account is not None:
            return self.plain_account
        raise AccountUnreadable("the account is wiped")

    def delivery(self, callback_url: str, account: str = "") -> Delivery:
        """The order as its supplier is told of it. A query tells of no account."""
        return Delivery(
            request_number=self.request_number,
            offer_code=self.offer_code,
            member_account=account,
            face_value_minor=self.face_value_minor,
            currency=self.currency,
            callback_url=callback_url,
        )


@dataclass(frozen=True, slots=True)
class OrderMove:
    """A decided change. It takes effect only while the order is still in `before`.

    `after` may equal `before`. Then only the reason and the time of the next look change. `at` is
    the time of that look: of the next query or the next submission. `heard_at` is when the news
    came that it follows from.
    """

    coupon_id: int
    before: OrderState
    after: OrderState
    at: datetime
    reason: str | None
    supplier_reference: str | None
    heard_at: datetime

    def __post_init__(self) -> None:
        assert self.after is self.before or self.after in ORDER_MOVES[self.before], (
            self.before,
            self.after,
        )


# An order `o` with its coupon `c`.
ORDER_COLUMNS = """
    o.book_id, o.coupon_id, o.request_number, o.supplier_id, c.home_party_id, o.state,
    o.submissions, o.submitted_at, o.created_at, o.deadline_at, c.member,
    c.request_key AS hold_key, c.points, c.offer_code, c.offer_id, c.offer_version,
    c.account AS plain_account, c.encrypted_account, c.face_value_minor, c.currency, c.redeemed_at
"""
COUPON_OF_ORDER = "JOIN exchange.coupon c ON c.book_id = :book_id AND c.coupon_id = o.coupon_id"

_LOCK = text(
    """
    SELECT coupon_id FROM exchange.fulfilment_order
    WHERE book_id = :book_id AND coupon_id = ANY(:coupons) ORDER BY coupon_id FOR UPDATE
    """
).bindparams(_COUPONS)

_WAITING = text(
    f"""
    SELECT {ORDER_COLUMNS} FROM exchange.fulfilment_order o {COUPON_OF_ORDER}
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
    )
    SELECT {ORDER_COLUMNS} FROM o {COUPON_OF_ORDER}
    """
).bindparams(_COUPONS, bindparam("now", type_=_INSTANT), bindparam("query_at", type_=_INSTANT))

_SENT = text(
    f"""
    INSERT INTO exchange.receipt_step (book_id, coupon_id, step, occurred_at, recorded_at)
    SELECT :book_id, coupon_id, '{Step.SENT}', at, greatest(now(), at)
    FROM unnest(:coupons, :times) AS t(coupon_id, at) ORDER BY at, coupon_id
    """
).bindparams(_COUPONS, bindparam("times", type_=ARRAY(_INSTANT)))

_MOVE = text(
    f"""
    WITH moves AS (
        SELECT * FROM unnest(
            :coupons, :before, :after, :at, :reasons, :supplier_references, :heard_at
        )
            AS t(coupon_id, before, after, at, reason, supplier_reference, heard_at)
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
        RETURNING o.coupon_id, moves.before, moves.after, moves.at, moves.reason, moves.heard_at
    ), steps AS (
        INSERT INTO exchange.receipt_step (
            book_id, coupon_id, step, detail, occurred_at, recorded_at
        )
        SELECT :book_id, coupon_id,
            CASE after
                WHEN '{OrderState.PROCESSING}' THEN '{Step.ACCEPTED}'
                WHEN '{OrderState.UNKNOWN}' THEN '{Step.UNCONFIRMED}'
                ELSE '{Step.WAITING}' END,
            CASE WHEN reason IS NOT NULL THEN json_build_object('reason', reason) END,
            heard_at, greatest(now(), heard_at)
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
    bindparam("heard_at", type_=ARRAY(_INSTANT)),
)

_BY_NUMBER = text(
    f"""
    SELECT {ORDER_COLUMNS} FROM exchange.fulfilment_order o {COUPON_OF_ORDER}
    WHERE o.book_id = :book_id AND o.request_number = :request_number
        AND o.supplier_id = :supplier_id
    """
)


_BY_COUPON = text(
    f"""
    SELECT {ORDER_COLUMNS} FROM exchange.fulfilment_order o {COUPON_OF_ORDER}
    WHERE o.book_id = :book_id AND o.coupon_id = :coupon_id
    """
)


def order_of(row: Row[Any]) -> Order:
    """The order in a row of `ORDER_COLUMNS`."""
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
        orders.extend(map(order_of, rows))
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
        orders.extend(map(order_of, await connection.execute(_BEGIN, parameters)))
    return orders


async def note_sent(connection: AsyncConnection, sent: Mapping[tuple[int, int], datetime]) -> None:
    """Write on the receipts of these orders, by (book, coupon), when they were sent.

    Only what has left for the supplier is sent. One statement a book.
    """
    for book_id, coupons in _by_book(list(sent)):
        times = [sent[book_id, coupon_id] for coupon_id in coupons]
        await connection.execute(_SENT, {"book_id": book_id, "coupons": coupons, "times": times})


async def move_orders(
    connection: AsyncConnection,
    book_id: int,
    moves: Sequence[OrderMove],
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
        "heard_at": [move.heard_at for move in moves],
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
    return order_of(row)


async def load_order(connection: AsyncConnection, book_id: int, coupon_id: int) -> Order:
    """The order of a coupon that has one. One statement."""
    where = {"book_id": book_id, "coupon_id": coupon_id}
    return order_of((await connection.execute(_BY_COUPON, where)).one())
