"""Whether every use that the exchange counts is in a line, waits to be rated, or is set aside.

One statement counts all of them, so it sees one snapshot: a use and its message are written in one
transaction, and so are its lines and the end of its message. On a cluster the nodes are asked one
after the other. What happens in between may look like a difference, and is none at the next look.
"""

from dataclasses import dataclass

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.use import USED_TOPIC


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A programme whose uses are not all on the bill, or whose bill has uses that never were."""

    programme: str
    made: int
    billed: int
    waiting: int
    set_aside: int

    def __str__(self) -> str:
        return (
            f"programme {self.programme} has {self.made} uses: {self.billed} are billed,"
            f" {self.waiting} wait and {self.set_aside} are set aside"
        )


_COUNTED = """count(*) AS uses FROM {table}
        WHERE topic = '{topic}' GROUP BY book_id"""

_INCOMPLETE = text(
    f"""
    SELECT code, made, billed, waiting, set_aside FROM (
        SELECT book.code, coalesce(coupon.uses, 0) AS made,
            coalesce(counted.uses, 0) + coalesce(line.uses, 0) AS billed,
            coalesce(message.uses, 0) AS waiting, coalesce(rejected.uses, 0) AS set_aside
        FROM ledger.book
        LEFT JOIN (
            SELECT book_id, CAST(sum(uses) AS bigint) AS uses FROM exchange.coupon
            WHERE uses > 0 GROUP BY book_id
        ) AS coupon USING (book_id)
        LEFT JOIN (
            SELECT book_id, CAST(sum(uses) AS bigint) AS uses FROM settlement.period_book
            WHERE month <= :counted GROUP BY book_id
        ) AS counted USING (book_id)
        LEFT JOIN (
            SELECT book_id, count(*) AS uses FROM (
                SELECT DISTINCT book_id, use_id FROM settlement.line
                WHERE month > :counted AND kind = 'charge' AND leg <> 'conversion'
            ) AS billed GROUP BY book_id
        ) AS line USING (book_id)
        LEFT JOIN (
            SELECT book_id, {_COUNTED.format(table="ledger.outbox", topic=USED_TOPIC)}
        ) AS message USING (book_id)
        LEFT JOIN (
            SELECT book_id, {_COUNTED.format(table="settlement.rejected_message", topic=USED_TOPIC)}
        ) AS rejected USING (book_id)
    ) AS counts
    WHERE made <> billed + waiting + set_aside
    ORDER BY code
    """
)

_LAST_CLOSED = text(
    """
    SELECT coalesce(max(month), '') FROM settlement.period WHERE state = 'closed'
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_INCOMPLETE,)
"""The statement here that names no book: it asks of every book whether its bill is complete."""


async def find_incomplete(
    connection: AsyncConnection, counted: str | None = None
) -> list[Incomplete]:
    """The programmes whose counts differ.

    `counted` is the last month whose uses were kept in `settlement.period_book`: its lines and
    those of earlier months are not counted again. By default it is the last closed month.
    """
    if counted is None:
        counted = await connection.scalar(_LAST_CLOSED)
    rows = await connection.execute(_INCOMPLETE, {"counted": counted})
    return [Incomplete(*row) for row in rows]
