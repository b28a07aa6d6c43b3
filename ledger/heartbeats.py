"""Which processes of the service live, by the database's clock.

A process writes its own row and no other, so none waits for another. Rows of processes that have
been gone for a while are deleted by those that live.
"""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

SILENCE_SECONDS_MAX = 30.0
"""A worker without a heartbeat for longer is silent."""
FORGOTTEN_SECONDS = 600.0
"""After this time a silent process is not told any more."""

_BEAT = text(
    """
    INSERT INTO ledger.heartbeat AS mine (process, worked_at)
    VALUES (:process, CASE WHEN :works THEN now() END)
    ON CONFLICT (process) DO UPDATE
    SET beat_at = now(), worked_at = coalesce(excluded.worked_at, mine.worked_at)
    """
)
_FORGET = text("DELETE FROM ledger.heartbeat WHERE process = :process")
_FORGET_GONE = text(
    """
    DELETE FROM ledger.heartbeat WHERE beat_at < now() - make_interval(secs => :seconds)
    """
)
_WORKERS = text(
    """
    SELECT process, extract(epoch FROM clock_timestamp() - worked_at)::float8 AS seconds
    FROM ledger.heartbeat
    WHERE worked_at > now() - make_interval(secs => :seconds) ORDER BY process
    """
)


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that does background work, and how long ago it gave a sign of life."""

    process: str
    seconds: float

    @property
    def is_silent(self) -> bool:
        """Whether it has given no sign of life for too long.

        One that lies far ahead was given while the clock was wrong, and says nothing of now.
        """
        return abs(self.seconds) > SILENCE_SECONDS_MAX


async def beat(connection: AsyncConnection, process: str, *, works: bool) -> None:
    """Give a sign of life. `works` says that all background loops of the process are alive."""
    await connection.execute(_BEAT, {"process": process, "works": works})


async def forget_gone(connection: AsyncConnection) -> None:
    """Forget the processes that have been silent for FORGOTTEN_SECONDS."""
    await connection.execute(_FORGET_GONE, {"seconds": FORGOTTEN_SECONDS})


async def forget(connection: AsyncConnection, process: str) -> None:
    """Forget a process that ends."""
    await connection.execute(_FORGET, {"process": process})


async def load_workers(connection: AsyncConnection) -> list[Worker]:
    """The processes that do background work, and those that did until a while ago."""
    rows = await connection.execute(_WORKERS, {"seconds": FORGOTTEN_SECONDS})
    return [Worker(*row) for row in rows]
