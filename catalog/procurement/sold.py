"""How much was taken of the batches whose window is over."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_SOLD = text(
    """
    SELECT offer_id, sum(granted - remaining - returned)::bigint AS taken,
        sum(granted)::bigint AS granted
    FROM catalog.allotment
    WHERE book_id = :book_id AND window_until >= :since AND window_until < :until
        AND window_until <= :now
    GROUP BY offer_id
    """
)


class Sold(NamedTuple):
    """Of the batches of an offer: pieces taken by members, and pieces granted."""

    taken: int
    granted: int


async def load_sold(
    connection: AsyncConnection, book_id: int, since: datetime, until: datetime, now: datetime
) -> dict[int, Sold]:
    """What was taken of each offer's batches whose window ended in this time. One statement.

    A batch without an end is never over.
    """
    bound = {"book_id": book_id, "since": since, "until": until, "now": now}
    rows = await connection.execute(_SOLD, bound)
    return {row.offer_id: Sold(row.taken, row.granted) for row in rows}
