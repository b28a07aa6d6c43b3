"""Orders whose query is due: claimed for a lease, in which no other worker asks about them.

Each is claimed in its book: one statement locks what nobody else holds, a second one sets the next
query. See `orders` for why they are two.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import load_delivery_terms
from exchange.fulfil.orders import COUPON_OF_ORDER, ORDER_COLUMNS, Order, order_of
from exchange.fulfil.turns import Places
from exchange.fulfil.verdict import DeliveryPolicy

_COUPONS = bindparam("coupons", type_=ARRAY(BIGINT))
_INSTANT = TIMESTAMP(timezone=True)

# Due is what is not ahead of the clock, and then what is too far ahead of it. Each is a range of
# the indexes, which hold whatever waits.
_DUE = (bindparam("after", type_=_INSTANT), bindparam("until", type_=_INSTANT))
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

_FIND_DUE = text(
    """
    SELECT book_id, supplier_id FROM exchange.fulfilment_order
    WHERE query_at > :after AND query_at <= :until
        AND book_id <> ALL(:passed) AND supplier_id <> ALL(:passed_suppliers)
    ORDER BY query_at, book_id, coupon_id LIMIT :limit
    """
).bindparams(
    *_DUE,
    bindparam("passed", type_=ARRAY(BIGINT)),
    bindparam("passed_suppliers", type_=ARRAY(INTEGER)),
)

_LOCK_DUE = text(
    """
    SELECT coupon_id FROM exchange.fulfilment_order
    WHERE book_id = :book_id AND query_at > :after AND query_at <= :until
        AND supplier_id = :supplier_id
    ORDER BY query_at, coupon_id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
).bindparams(*_DUE)

_ASK = text(
    f"""
    WITH o AS (
        UPDATE exchange.fulfilment_order SET query_at = :query_at, queries = queries + 1
        WHERE book_id = :book_id AND coupon_id = ANY(:coupons)
            AND query_at > :after AND query_at <= :until
        RETURNING *
    )
    SELECT {ORDER_COLUMNS} FROM o {COUPON_OF_ORDER}
    """
).bindparams(_COUPONS, *_DUE, bindparam("query_at", type_=_INSTANT))

CROSS_BOOK: tuple[TextClause, ...] = (_FIND_DUE,)
"""The statements here that name no book, because they look for the books where orders are due.

None of them locks rows. A cluster sends them to every node.
"""


async def claim_due_queries(
    connection: AsyncConnection,
    now: datetime,
    policy: DeliveryPolicy,
    limit: int,
    places: Places,
) -> list[Order]:
    """Claim up to `limit` orders whose query is due, for a lease in which no other worker asks.

    A query that is further ahead than the policy's longest wait was put there by a clock that was
    wrong. It is due as well, after the others.

    Each takes one of the `places`. Orders of suppliers that have no place left wait.

    The oldest come first, whatever their books. One statement finds out how many of the oldest are
    in which book and for which supplier, then two claim that many of each. Rows that another worker
    has locked are skipped in favour of the next ones of the same kind, and then of other books.
    """
    limit = min(limit, places.turns.room_of_all)
    query_at = now + timedelta(seconds=policy.lease_seconds)
    latest = now + timedelta(seconds=policy.ahead_seconds_max)
    orders: list[Order] = []
    for after, until in ((_FIRST, now), (latest, _LAST)):
        due = {"after": after, "until": until}
        orders += await _claim_within(connection, due, query_at, limit - len(orders), places)
    return orders


async def _claim_within(
    connection: AsyncConnection,
    range_of_due: Mapping[str, datetime],
    query_at: datetime,
    limit: int,
    places: Places,
) -> list[Order]:
    orders: list[Order] = []
    passed: list[int] = []
    while len(orders) < limit:
        missing = limit - len(orders)
        looked_at = {
            **range_of_due,
            "limit": missing,
            "passed": passed,
            "passed_suppliers": places.turns.without_room(places.at),
        }
        due = await connection.execute(_FIND_DUE, looked_at)
        shares = Counter((row.book_id, row.supplier_id) for row in due)
        suppliers = {supplier_id for _, supplier_id in shares}
        places.turns.learn(await load_delivery_terms(connection, suppliers))
        for (book_id, supplier_id), wanted in shares.items():
            share = places.take(supplier_id, wanted)
            of_book = {**range_of_due, "book_id": book_id}
            chosen = {**of_book, "supplier_id": supplier_id, "limit": share}
            coupons = [row.coupon_id for row in await connection.execute(_LOCK_DUE, chosen)]
            places.give_back(supplier_id, share - len(coupons))
            if coupons:
                asked = {**of_book, "coupons": coupons, "query_at": query_at}
                orders.extend(map(order_of, await connection.execute(_ASK, asked)))
        if shares.total() < missing:
            break
        passed.extend({book_id for book_id, _ in shares})
    return orders
