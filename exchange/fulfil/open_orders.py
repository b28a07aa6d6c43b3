"""How many orders are open, by their supplier and state, for the figures of the service.

An order that is asked about is found by the partial index of due queries, and one that waits to be
sent by its message in the outbox. So what is read grows with the open orders, not with all that
ever were, and COUNTED_MAX bounds it.
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import SUBMIT_TOPIC, OrderState
from ledger import outbox

COUNTED_MAX = 50_000
"""Orders that are asked about, or that wait to be sent. Any more of either are not counted."""

_ASKED_ABOUT = text(
    """
    SELECT supplier_id, state, count(*) FROM (
        SELECT supplier_id, state FROM exchange.fulfilment_order
        WHERE query_at IS NOT NULL LIMIT :counted_max
    ) AS open GROUP BY supplier_id, state
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_ASKED_ABOUT,)
"""The statement here that names no book: it counts the open orders of all of them."""


@dataclass(frozen=True, slots=True)
class OpenOrders:
    """How many orders of a supplier are in a state."""

    supplier_id: int
    state: OrderState
    count: int


async def count_open_orders(connection: AsyncConnection) -> list[OpenOrders]:
    """The orders that have not ended, by supplier and state. Those with none are left out."""
    asked = await connection.execute(_ASKED_ABOUT, {"counted_max": COUNTED_MAX})
    found = [OpenOrders(row[0], OrderState(row[1]), row[2]) for row in asked]
    waiting = await outbox.count_by(connection, SUBMIT_TOPIC, "supplier_id", COUNTED_MAX)
    found += [
        OpenOrders(int(supplier), OrderState.CREATED, count) for supplier, count in waiting.items()
    ]
    return found
