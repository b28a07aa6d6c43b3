"""How far each book is sealed."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

_STATES = text(
    """
    SELECT b.book_id, b.code, state.records, state.sealed, state.sealed_at
    FROM (
        SELECT book_id, code FROM ledger.book WHERE book_id > :after ORDER BY book_id LIMIT :limit
    ) AS b
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(l.seq), 0)::bigint AS records,
            coalesce(sum(s.seq), 0)::bigint AS sealed, max(s.sealed_at) AS sealed_at
        FROM ledger.lane l
        LEFT JOIN LATERAL (
            SELECT seq, sealed_at FROM ledger.seal
            WHERE seal.book_id = b.book_id AND seal.lane = l.lane ORDER BY seq DESC LIMIT 1
        ) AS s ON true
        WHERE l.book_id = b.book_id
    ) AS state
    ORDER BY b.book_id
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_STATES,)
"""The statement here that names no book: whoever runs the exchange looks at all of them."""


@dataclass(frozen=True, slots=True)
class BookState:
    """How many records a book has, how many of them are sealed, and when that was last done."""

    book_id: int
    code: str
    records: int
    sealed: int
    sealed_at: datetime | None


async def load_book_states(
    connection: AsyncConnection, *, after: int = 0, limit: int
) -> list[BookState]:
    """A page of the books, in the order in which they were opened. One statement."""
    rows = await connection.execute(_STATES, {"after": after, "limit": limit})
    return [BookState(*row) for row in rows]
