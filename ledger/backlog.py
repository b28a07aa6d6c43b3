"""How much waits in the outbox, topic by topic, for whoever runs the exchange."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

COUNTED_MAX = 10_000
"""So many messages of a topic are counted."""

# Each step finds the next topic at the head of the index. What is counted of it is bounded.
_BACKLOG = text(
    f"""
    WITH RECURSIVE head AS (
        SELECT min(topic) AS topic FROM ledger.outbox
        UNION ALL
        SELECT (SELECT min(next.topic) FROM ledger.outbox AS next WHERE next.topic > head.topic)
        FROM head WHERE head.topic IS NOT NULL
    )
    SELECT head.topic, waiting.messages, waiting.since, parked.messages AS parked
    FROM head
    CROSS JOIN LATERAL (
        SELECT count(*) AS messages, min(created_at) AS since
        FROM (
            SELECT created_at FROM ledger.outbox
            WHERE topic = head.topic AND parked_at IS NULL
            ORDER BY available_at, outbox_id LIMIT {COUNTED_MAX}
        ) AS due
    ) AS waiting
    CROSS JOIN LATERAL (
        SELECT count(*) AS messages FROM (
            SELECT FROM ledger.outbox
            WHERE topic = head.topic AND parked_at IS NOT NULL LIMIT {COUNTED_MAX}
        ) AS aside
    ) AS parked
    WHERE head.topic IS NOT NULL ORDER BY head.topic
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_BACKLOG,)
"""The statement here that names no book: it is about the messages of all books. It locks none."""


@dataclass(frozen=True, slots=True)
class TopicBacklog:
    """What waits of a topic. Both counts stop at COUNTED_MAX.

    - `waiting`: messages that are due, or will be. The oldest of them was written at `since`.
    - `parked`: messages that failed too often, and wait for a person.
    """

    topic: str
    waiting: int
    since: datetime | None
    parked: int


async def load_backlog(connection: AsyncConnection) -> list[TopicBacklog]:
    """What waits in the outbox, by topic. One statement."""
    return [
        TopicBacklog(row.topic, row.messages, row.since, row.parked)
        for row in await connection.execute(_BACKLOG)
    ]
