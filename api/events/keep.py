"""What is older than thirty days goes: events with their deliveries, and what was told once.

A page goes in each transaction, the oldest first. An event that is still on its way goes too: its
attempts ended long ago, and an endpoint that was disabled for so long has missed it.
"""

from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP

from ledger import Database, read_clock

KEPT_DAYS = 30
FORGET_MAX = 5_000
"""The most events that go in one transaction."""

_FORGET = text(
    """
    DELETE FROM api.event AS e USING (
        SELECT party_id, sequence FROM api.event WHERE recorded_at < :before
        ORDER BY recorded_at LIMIT :limit
    ) AS old
    WHERE e.party_id = old.party_id AND e.sequence = old.sequence
    """
).bindparams(bindparam("before", type_=TIMESTAMP(timezone=True)))

_FORGET_TOLD = text("DELETE FROM api.told_once WHERE told_at < :before").bindparams(
    bindparam("before", type_=TIMESTAMP(timezone=True))
)


async def forget_old_events(
    database: Database, now: datetime | None = None, limit: int = FORGET_MAX
) -> int:
    """Remove what is older than KEPT_DAYS. Returns how many events went."""
    gone = 0
    while True:
        async with database.transaction() as connection:
            now = now or await read_clock(connection)
            before = {"before": now - timedelta(days=KEPT_DAYS)}
            went = (await connection.execute(_FORGET, {**before, "limit": limit})).rowcount
            if went < limit:
                await connection.execute(_FORGET_TOLD, before)
        gone += went
        if went < limit:
            return gone
