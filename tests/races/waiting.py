"""For tests that let one session wait for another."""

import asyncio

from sqlalchemy import text

from ledger import Database

# What others wait for is not shown to the service's role; that they wait is.
WAITING = text(
    """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = pg_stat_activity.pid AND NOT granted)
    """
)


async def until_waiting(database: Database, sessions: int) -> None:
    """Return when this many sessions wait for a lock; pytest's timeout ends a wait in vain."""
    async with database.engine.connect() as connection:
        while (await connection.execute(WAITING)).scalar_one() < sessions:
            await connection.rollback()
            await asyncio.sleep(0.01)
