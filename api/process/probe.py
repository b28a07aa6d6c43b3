"""What health checks and metrics ask the database, on a connection of their own.

The pool of the requests may be used up while the service is busy, and a health check must not wait
behind work. Those who ask at the same time share one question.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from sqlalchemy import text

from api.process.clock import clock_state
from api.process.migrate import head_revision
from api.process.stored_secrets import VaultCheck
from exchange.fulfil import Vault
from ledger import Database, outbox

ANSWER_SECONDS = 2.0

_REVISION = text("SELECT version_num FROM alembic_version")

Answer = TypeVar("Answer")


class _Shared(Generic[Answer]):
    """A question that is asked once for all who ask at the same time."""

    def __init__(self, ask: Callable[[], Awaitable[Answer]], otherwise: Answer) -> None:
        self._ask = ask
        self._otherwise = otherwise
        self._asking: asyncio.Task[Answer] | None = None

    async def answer(self) -> Answer:
        """The answer, or what was given for the case that there is none in time."""
        # Others may wait for the same task, so it goes on if this one's caller leaves.
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._in_time())
        return await asyncio.shield(self._asking)

    async def _in_time(self) -> Answer:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._ask()
        except Exception:  # noqa: BLE001  # for any reason, the database cannot be used now
            return self._otherwise


class Probe:
    """Asks the database. It never raises."""

    def __init__(self, database: Database, vault: Vault) -> None:
        """`database` is a pool of its own, and no one else's."""
        self.database = database
        self._vault = _Shared(VaultCheck(database, vault).state, "unreachable")
        self._clock = _Shared(lambda: clock_state(database), "unreachable")
        self._state = _Shared(self._ask_state, "unreachable")
        self._ages: _Shared[dict[str, float] | None] = _Shared(self._ask_ages, None)

    async def state(self) -> str:
        """`ok`, `not migrated` or `unreachable`."""
        return await self._state.answer()

    async def vault(self) -> str:
        """`ok`, what is wrong with the vault, or `unreachable`."""
        return await self._vault.answer()

    async def clock(self) -> str:
        """`ok`, how far the clocks are apart, or `unreachable`."""
        return await self._clock.answer()

    async def outbox_ages(self) -> dict[str, float] | None:
        """The age in seconds of the oldest message that waits, by topic. None without an answer."""
        return await self._ages.answer()

    async def close(self) -> None:
        """Close the connections."""
        await self.database.close()

    async def _ask_state(self) -> str:
        async with self.database.transaction() as connection:
            revision = (await connection.execute(_REVISION)).scalar_one_or_none()
        return "ok" if revision == head_revision() else "not migrated"

    async def _ask_ages(self) -> dict[str, float] | None:
        async with self.database.transaction() as connection:
            return await outbox.ages(connection)
