"""A supplier that is away gets no more orders than it can be sent when it is back.

While a supplier rests, its orders wait. So that not hundreds of members wait with them, a right
that it delivers is refused once `waiting_max` orders wait to be sent to it, and the oldest has
waited for WAITING_SECONDS. Orders that are sent as fast as they come are never that old.

The refusal is not stored: the same request may be made again with its key. One that was accepted
before gets its first answer. What is counted is not locked, so some more may come in at once.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import ClassVar

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WAITING_MAX, load_delivery_terms
from exchange.coupons.lifecycle import OrderState
from exchange.redeem.quote import Quote
from ledger import Refusal, lane_of
from ledger.asks import Answer

WAITING_SECONDS = 60
RETRY_AFTER_SECONDS = 60


class SupplierUnavailable(Refusal):
    """The supplier is away, and enough orders wait for it."""

    code: ClassVar[str] = "supplier-unavailable"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The supplier cannot be reached now. Try again later."
    is_transient: ClassVar[bool] = True


_FULL = text(
    f"""
    SELECT supplier_id FROM unnest(:suppliers, :maxima) AS s (supplier_id, waiting_max)
    CROSS JOIN LATERAL (
        SELECT count(*) AS waiting, min(created_at) AS oldest FROM (
            SELECT created_at FROM exchange.fulfilment_order o
            WHERE o.supplier_id = s.supplier_id AND o.state = '{OrderState.CREATED}'
            ORDER BY created_at LIMIT s.waiting_max
        ) AS first
    ) AS counted
    WHERE waiting >= s.waiting_max
        AND oldest < now() - make_interval(secs => {WAITING_SECONDS})
    """
).bindparams(bindparam("suppliers", type_=ARRAY(INTEGER)), bindparam("maxima", type_=ARRAY(BIGINT)))

_KNOWN = text(
    """
    SELECT request_key FROM exchange.coupon
    WHERE book_id = :book_id AND request_key = ANY(:keys)
    """
).bindparams(bindparam("keys", type_=ARRAY(TEXT)))

CROSS_BOOK: tuple[TextClause, ...] = (_FULL,)
"""The statement here that names no book: a supplier's orders are in the books of many brands."""


async def full_suppliers(
    connection: AsyncConnection, supplier_ids: Collection[int]
) -> frozenset[int]:
    """Those of these suppliers that get no more orders now. Two statements, or none for nobody."""
    if not supplier_ids:
        return frozenset()
    terms = await load_delivery_terms(connection, supplier_ids)
    wanted = {
        "suppliers": list(terms),
        "maxima": [each.waiting_max or WAITING_MAX for each in terms.values()],
    }
    return frozenset((await connection.execute(_FULL, wanted)).scalars())


async def unavailable(
    connection: AsyncConnection, book_id: int, lanes: int, quotes: Sequence[Quote]
) -> dict[int, Answer]:
    """The answers to the quotes, by place, whose supplier gets no more orders now.

    A request that was accepted before is not among them.
    """
    direct = {
        place: quote.offer.supplier_id
        for place, quote in enumerate(quotes)
        if quote.offer is not None and quote.offer.fulfilment == "direct"
    }
    full = await full_suppliers(connection, set(direct.values()))
    places = [place for place, supplier_id in direct.items() if supplier_id in full]
    if not places:
        return {}
    keys = {"book_id": book_id, "keys": [quotes[place].request.key for place in places]}
    known = set((await connection.execute(_KNOWN, keys)).scalars())
    return {
        place: _answer(quotes[place], lanes, quotes[place].at)
        for place in places
        if quotes[place].request.key not in known
    }


def _answer(quote: Quote, lanes: int, at: datetime) -> Answer:
    """An answer that leaves no record."""
    operation = quote.operation()
    refusal = SupplierUnavailable(
        "the supplier is away, and enough orders wait for it",
        retry_after_seconds=RETRY_AFTER_SECONDS,
    )
    return Answer(
        operation.key,
        operation.KIND,
        operation.member,
        lane_of(operation.member, lanes),
        0,
        quote.points,
        None,
        at,
        refusal=refusal.document(),
    )
