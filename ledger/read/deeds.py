"""Records of the journal as the deeds of those who asked for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.operation import OperationKind
from ledger.book.programme import Programme

SEQ_BITS = 32
"""Of a place in the journal, as the number of a page: the lane comes above."""

# By the journal's key. It reads the whole book if the actor asked for little of it. A place that
# nobody was told may be outside of what a lane and its records are numbered with.
_DEEDS = text(
    """
    SELECT o.lane, o.seq, o.kind, o.key, o.recorded_at, o.recorded_by, a.member
    FROM ledger.operation AS o
    LEFT JOIN LATERAL (
        SELECT member FROM ledger.account
        WHERE account.book_id = o.book_id AND account.account_id = o.account_id OFFSET 0
    ) AS a ON true
    WHERE o.book_id = :book_id AND o.recorded_by = :recorded_by
        AND (o.lane, o.seq) > (CAST(:lane AS bigint), CAST(:seq AS bigint))
    ORDER BY o.lane, o.seq LIMIT :limit
    """
)


@dataclass(frozen=True, slots=True)
class PointsDeed:
    """A record, as the deed of whoever asked for it."""

    recorded_at: datetime
    recorded_by: int | None
    kind: str
    member: str | None
    key: str | None


async def deeds_of(
    connection: AsyncConnection,
    programme: Programme,
    recorded_by: int,
    *,
    place: int = 0,
    limit: int,
) -> tuple[list[PointsDeed], int | None]:
    """A page of the records that somebody asked for, in the order of the journal.

    Returns the page, and the `place` of the next one, which is None at the end.
    """
    where = {
        "book_id": programme.book_id,
        "recorded_by": recorded_by,
        "lane": place >> SEQ_BITS,
        "seq": place & (1 << SEQ_BITS) - 1,
        "limit": limit + 1,
    }
    rows = (await connection.execute(_DEEDS, where)).all()
    deeds = [
        PointsDeed(
            row.recorded_at,
            row.recorded_by,
            OperationKind(row.kind).name.lower(),
            row.member,
            row.key,
        )
        for row in rows[:limit]
    ]
    if len(rows) <= limit:
        return deeds, None
    last = rows[limit - 1]
    return deeds, last.lane << SEQ_BITS | last.seq
