"""Fulfilment orders as the operator and the parties read them: each party only its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.cases.readers import Reader
from exchange.coupons.codes import OrderNotFound, parse_request_number
from exchange.coupons.lifecycle import SUBMIT_TOPIC, OrderState
from ledger import Parked, find_parked, list_parked
from ledger.book import load_programmes

PAGE_ORDERS_MAX = 1_000
OLDER_THAN_SECONDS_MAX = 31_536_000


@dataclass(frozen=True, slots=True)
class OrderSeen:
    """An order as it stands.

    - `member`: for the member's brand and the operator alone.
    - `case`: the number of the case about it that is open, if there is one.
    - `parked_at`: since when its message waits for a person, because it failed too often.
    - `parked_reason`: why it failed the last time.
    """

    book_id: int
    request_number: str
    coupon_id: int
    supplier_id: int
    home_party_id: int
    offer_code: str
    member: str | None
    points: int
    state: OrderState
    submissions: int
    queries: int
    created_at: datetime
    submitted_at: datetime | None
    query_at: datetime | None
    deadline_at: datetime
    promised_at: datetime | None
    finished_at: datetime | None
    supplier_reference: str | None
    reason: str | None
    case: str | None
    parked_at: datetime | None
    parked_reason: str | None


_COLUMNS = """
    o.book_id, o.request_number, o.coupon_id, o.supplier_id, c.home_party_id, c.offer_code,
    c.member, c.points, o.state, o.submissions, o.queries, o.created_at, o.submitted_at,
    o.query_at, o.deadline_at, o.promised_at, o.finished_at, o.supplier_reference, o.reason,
    x.case_number AS "case"
"""
_JOINED = """
    exchange.fulfilment_order o
    JOIN exchange.coupon c ON c.book_id = o.book_id AND c.coupon_id = o.coupon_id
    LEFT JOIN LATERAL (
        SELECT case_number FROM exchange.coupon_case k
        WHERE k.book_id = o.book_id AND k.coupon_id = o.coupon_id AND k.state = 'OPEN'
        ORDER BY case_id LIMIT 1
    ) AS x ON true
"""

_FIND = text(
    f"""
    SELECT {_COLUMNS} FROM {_JOINED}
    WHERE o.book_id = :book_id AND o.request_number = :request_number
    """
)

_WHOSE = {
    "operator": "",
    "supplier": "AND o.supplier_id = :supplier_id",
    "brand": "AND o.book_id = ANY(:books)",
}
_STANDING = {"open": "AND o.finished_at IS NULL", "state": "AND o.state = :state"}
_AGES = {"any": "", "older": "AND o.created_at <= :created_before"}

# One for each way to look, so that each goes by its own index.
_LISTS = {
    (whose, standing, age): text(
        f"""
        SELECT {_COLUMNS} FROM {_JOINED}
        WHERE o.coupon_id > :after {_WHOSE[whose]} {_STANDING[standing]} {_AGES[age]}
        ORDER BY o.coupon_id LIMIT :limit
        """
    ).bindparams(
        *([bindparam("books", type_=ARRAY(INTEGER))] if whose == "brand" else []),
        *([bindparam("created_before", type_=TIMESTAMP(timezone=True))] if age == "older" else []),
    )
    for whose in _WHOSE
    for standing in _STANDING
    for age in _AGES
}

_OF_BOOK = text(
    f"SELECT {_COLUMNS} FROM {_JOINED} WHERE o.book_id = :book_id AND o.coupon_id = ANY(:coupons)"
).bindparams(bindparam("coupons", type_=ARRAY(BIGINT)))

CROSS_BOOK: tuple[TextClause, ...] = tuple(_LISTS.values())
"""The statements here that name no book: a supplier and the operator have orders in many."""


async def find_seen_order(
    connection: AsyncConnection, request_number: str, reader: Reader
) -> OrderSeen:
    """An order by its number. Two statements.

    Raises:
        OrderNotFound: there is none, or the reader may not see it.
    """
    number = parse_request_number(request_number)
    where = {"book_id": number.book_id, "request_number": request_number}
    row = (await connection.execute(_FIND, where)).one_or_none()
    if row is None or not reader.may_see(row.supplier_id, row.home_party_id):
        raise OrderNotFound("there is no order with this request number")
    parked = await find_parked(
        connection, number.book_id, SUBMIT_TOPIC, "coupon_id", [str(row.coupon_id)]
    )
    return _seen(row, reader, {int(each.message.payload["coupon_id"]): each for each in parked})


async def list_seen_orders(
    connection: AsyncConnection,
    reader: Reader,
    *,
    state: OrderState | None = None,
    supplier_id: int | None = None,
    created_before: datetime | None = None,
    after: int,
    limit: int,
) -> list[OrderSeen]:
    """A page of orders, the oldest first, after that of the coupon `after`.

    Without a `state`, those that have not ended. One statement, and one more for a brand.
    """
    assert 0 < limit <= PAGE_ORDERS_MAX, limit
    parameters: dict[str, Any] = {"after": after, "limit": limit}
    whose = "operator"
    if reader.party_id is not None and not reader.is_supplier:
        whose = "brand"
        own = await load_programmes(connection, party_id=reader.party_id)
        parameters["books"] = [each.book_id for each in own]
    elif (of := reader.party_id or supplier_id) is not None:
        whose, parameters["supplier_id"] = "supplier", of
    if state is not None:
        parameters["state"] = str(state)
    if created_before is not None:
        parameters["created_before"] = created_before
    chosen = (
        whose,
        "open" if state is None else "state",
        "any" if created_before is None else "older",
    )
    rows = await connection.execute(_LISTS[chosen], parameters)
    return [_seen(row, reader, {}) for row in rows]


async def list_parked_orders(
    connection: AsyncConnection, *, after: int, limit: int
) -> tuple[list[OrderSeen], int | None]:
    """A page of the orders whose message waits for a person, for the operator.

    Returns the page, and where the next one begins, which is None at the end. One statement, and
    one a book.
    """
    parked = await list_parked(connection, SUBMIT_TOPIC, after=after, limit=limit)
    books: dict[int, dict[int, Parked]] = {}
    for each in parked:
        coupon_id = int(each.message.payload["coupon_id"])
        books.setdefault(each.message.book_id, {})[coupon_id] = each
    seen: list[OrderSeen] = []
    for book_id, of_book in sorted(books.items()):
        where = {"book_id": book_id, "coupons": list(of_book)}
        rows = await connection.execute(_OF_BOOK, where)
        seen += [_seen(row, Reader(), of_book) for row in rows]
    is_full = len(parked) == limit
    return seen, parked[-1].message.outbox_id if is_full else None


def _seen(row: Row[Any], reader: Reader, parked: Mapping[int, Parked]) -> OrderSeen:
    """The order as the reader may see it."""
    fields = row._asdict()
    found = parked.get(fields["coupon_id"])
    fields |= {
        "state": OrderState(fields["state"]),
        "parked_at": None if found is None else found.parked_at,
        "parked_reason": None if found is None else found.error,
    }
    if not reader.may_see_members(fields["home_party_id"]):
        fields["member"] = None
    return OrderSeen(**fields)
