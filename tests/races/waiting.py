"""For tests in which one session waits for another."""

import asyncio
from typing import Any

from sqlalchemy import text

from ledger import Database

# The service's role cannot see what other sessions wait for. It can see that they wait.
WAITING = text(
    """
    SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND EXISTS (SELECT FROM pg_locks WHERE pg_locks.pid = pg_stat_activity.pid AND NOT granted)
    """
)


async def until_waiting(database: Database, sessions: int) -> None:
    """Return when this many sessions wait for a lock. If they never do, the test times out."""
    async with database.engine.connect() as connection:
        while (await connection.execute(WAITING)).scalar_one() < sessions:
            await connection.rollback()
            await asyncio.sleep(0.01)


async def until_it_waits(database: Database, work: asyncio.Future[Any]) -> None:
    """Return when `work` waits for a lock. It fails if the work ends without that."""
    waiting = asyncio.create_task(until_waiting(database, 1))
    await asyncio.wait({work, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    assert not work.done(), "it did not wait"
