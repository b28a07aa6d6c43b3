"""What `verify` asks of stock: whether each offer counts what all brands have of it.

The limit of an offer's total (`quantity_max`) is judged by this count alone.
"""

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import allow_time

VERIFY_TIMEOUT_SECONDS = 600

_MISCOUNTED = text(
    """
    SELECT o.offer_id, o.granted, coalesce(held.granted, 0) AS held
    FROM catalog.offer o LEFT JOIN (
        SELECT offer_id, sum(granted - returned) AS granted FROM catalog.allotment GROUP BY offer_id
    ) AS held ON held.offer_id = o.offer_id
    WHERE o.granted <> coalesce(held.granted, 0)
    ORDER BY o.offer_id
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_MISCOUNTED,)
"""The statement here that names no book, because an offer is granted to any.

It locks no rows. A cluster sends it to every node.
"""


async def verify_totals(connection: AsyncConnection) -> list[str]:
    """What is wrong in the counts of offers, in one snapshot. Two round trips."""
    await allow_time(connection, VERIFY_TIMEOUT_SECONDS)
    return [
        f"offer {row.offer_id} counts {row.granted} granted, and brands have {row.held}"
        for row in await connection.execute(_MISCOUNTED)
    ]
