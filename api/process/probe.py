"""What health checks and metrics ask, with a deadline for each question.

Whether the database answers is asked on a connection of the probe's own: the pool of the requests
may be used up while the service is busy, and a health check must not wait behind work. Whether
requests can be served is tried as a request would do it: with a write, on a connection of their
pool. Those who ask at the same time share one question, and for a moment its answer.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from sqlalchemy import text

from api.process.caches import PartyCodes
from api.process.clock import clock_state
from api.process.last_verify import identity
from api.process.migrate import head_revision
from api.process.stored_secrets import VaultCheck
from exchange.fulfil import Vault, count_open_orders
from ledger import Database, Ledger, heartbeats, outbox, read_clock
from ledger.audit import last_seal_seconds

ANSWER_SECONDS = 2.0
WRITE_SECONDS = 0.5
"""How long the write may wait. A pool that is merely busy is not waited for any longer."""
WRITE_REMEMBERED_SECONDS = 1.0
"""However often readiness is asked for, there is one write in this time."""
FIGURES_REMEMBERED_SECONDS = 10.0
HANGS_SECONDS = 5.0
"""For so long a pool may be too busy for the probe's write, and a lane for a change."""
OVERDUE_SECONDS = 300.0
"""A message that is due for longer is overdue."""

_REVISION = text("SELECT version_num FROM alembic_version")
# More rows than fit into so little memory are written to a file for a moment: is there room on the
# disk? A short record of the log alone would still find room in a file that is there already.
_NEEDS_DISK = text("SELECT count(*) FROM generate_series(1, 20000)")
_LITTLE_MEMORY = text("SET LOCAL work_mem = '64kB'")

Answer = TypeVar("Answer")


class _Shared(Generic[Answer]):
    """A question that is asked once for all who ask at the same time, or soon after."""

    def __init__(
        self,
        ask: Callable[[], Awaitable[Answer]],
        otherwise: Answer,
        remembered_seconds: float = 0.0,
    ) -> None:
        self._ask = ask
        self._otherwise = otherwise
        self._remembered_seconds = remembered_seconds
        self._asking: asyncio.Task[Answer] | None = None
        self._answered_at = 0.0

    async def answer(self) -> Answer:
        """The answer, or what was given for the case that there is none in time."""
        # Others may wait for the same task, so it goes on if this one's caller leaves.
        if self._asking is None or (
            self._asking.done() and time.monotonic() - self._answered_at >= self._remembered_seconds
        ):
            self._asking = asyncio.create_task(self._in_time())
        return await asyncio.shield(self._asking)

    async def _in_time(self) -> Answer:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                return await self._ask()
        except Exception:  # noqa: BLE001  # for any reason, the database cannot be used now
            return self._otherwise
        finally:
            self._answered_at = time.monotonic()


@dataclass(frozen=True, slots=True)
class Figures:
    """What the metrics tell of all processes together.

    - `outbox_ages`: the age in seconds of the oldest message that waits, by topic.
    - `open_orders`: how many there are, by the supplier's code and the state.
    - `seal_seconds`: how long ago the last seal was made. None if there is none.
    - `worker_seconds`: how long ago each process with background loops gave a sign of life.
    - `database` and `now`: which database it is, and its time.
    """

    outbox_ages: dict[str, float]
    open_orders: dict[tuple[str, str], int]
    seal_seconds: float | None
    worker_seconds: dict[str, float]
    database: str
    now: datetime


class Probe:
    """Asks the database. It never raises."""

    def __init__(self, database: Database, vault: Vault, ledger: Ledger, process: str) -> None:
        """`database` is a pool of its own, and no one else's. Requests use that of `ledger`."""
        self.database = database
        self._ledger = ledger
        self._process = process
        self._codes = PartyCodes()
        self._busy_since: float | None = None
        self._vault = _Shared(VaultCheck(database, vault).state, "unreachable")
        self._clock = _Shared(lambda: clock_state(database), "unreachable")
        self._state = _Shared(self._ask_state, "unreachable")
        self._overdue = _Shared(self._ask_overdue, "unreachable")
        self._workers = _Shared(self._ask_workers, "unreachable")
        self._writes = _Shared(self._ask_writes, "failed", WRITE_REMEMBERED_SECONDS)
        self._figures: _Shared[Figures | None] = _Shared(
            self._ask_figures, None, FIGURES_REMEMBERED_SECONDS
        )

    async def state(self) -> str:
        """`ok`, `not migrated` or `unreachable`."""
        return await self._state.answer()

    async def vault(self) -> str:
        """`ok`, what is wrong with the vault, or `unreachable`."""
        return await self._vault.answer()

    async def writes(self) -> str:
        """`ok`, `hangs`, or `failed`: whether a request could store something now."""
        return await self._writes.answer()

    def lanes(self) -> str:
        """`ok`, `stuck` if changes wait and none is stored, or `waiting` if one waits too long."""
        if self._ledger.stuck_seconds > HANGS_SECONDS:
            return "stuck"
        return "waiting" if self._ledger.waits_seconds > HANGS_SECONDS else "ok"

    async def overdue(self) -> str:
        """`ok`, the topics whose messages nobody handles, or `unreachable`."""
        return await self._overdue.answer()

    async def workers(self) -> str:
        """`ok`, `none`, the processes that have fallen silent, or `unreachable`."""
        return await self._workers.answer()

    async def figures(self) -> Figures | None:
        """The figures of all processes together. None without an answer."""
        return await self._figures.answer()

    async def clock(self) -> str:
        """`ok`, how far the clocks are apart, or `unreachable`."""
        return await self._clock.answer()

    async def close(self) -> None:
        """Close the connections."""
        await self.database.close()

    async def _ask_state(self) -> str:
        async with self.database.transaction() as connection:
            revision = (await connection.execute(_REVISION)).scalar_one_or_none()
        return "ok" if revision == head_revision() else "not migrated"

    async def _ask_writes(self) -> str:
        """Write as a request does. A pool that is merely busy gets a while."""
        began = time.monotonic()
        try:
            async with (
                asyncio.timeout(WRITE_SECONDS),
                self._ledger.database.transaction() as connection,
            ):
                await heartbeats.beat(connection, self._process, works=False)
                await connection.execute(_LITTLE_MEMORY)
                await connection.execute(_NEEDS_DISK)
        except TimeoutError:
            self._busy_since = self._busy_since or began
            return "hangs" if time.monotonic() - self._busy_since > HANGS_SECONDS else "ok"
        self._busy_since = None
        return "ok"

    async def _ask_overdue(self) -> str:
        async with self.database.transaction() as connection:
            topics = await outbox.overdue(connection, OVERDUE_SECONDS)
        return f"overdue: {', '.join(topics)}" if topics else "ok"

    async def _ask_workers(self) -> str:
        async with self.database.transaction() as connection:
            workers = await heartbeats.load_workers(connection)
        silent = [worker.process for worker in workers if worker.is_silent]
        if silent:
            return f"silent: {', '.join(silent)}"
        return "ok" if workers else "none"

    async def _ask_figures(self) -> Figures:
        async with self.database.transaction() as connection:
            orders = await count_open_orders(connection)
            codes = await self._codes.of(connection, (each.supplier_id for each in orders))
            return Figures(
                outbox_ages=await outbox.ages(connection),
                open_orders={(codes[each.supplier_id], each.state): each.count for each in orders},
                seal_seconds=await last_seal_seconds(connection),
                worker_seconds={
                    worker.process: worker.seconds
                    for worker in await heartbeats.load_workers(connection)
                },
                database=await identity(connection),
                now=await read_clock(connection),
            )
