"""The PostgreSQL that is measured.

A database for each figure, its processor time, its log, and what its sessions wait for.
"""

import asyncio
import os
import shutil
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from sqlalchemy.engine import make_url

from api.process.login import ensure_login
from api.process.migrate import migrate

POLL_SECONDS = 0.05

_SESSIONS = """
    SELECT coalesce(wait_event_type || ':' || wait_event, '') FROM pg_stat_activity
    WHERE datname = $1 AND backend_type = 'client backend' AND state <> 'idle'
        AND pid <> pg_backend_pid()
"""
WORKING, CLIENT, LOG, LOCKS, OTHER = (
    "working",
    "waiting for the client",
    "writing the log",
    "waiting for a lock",
    "other waits",
)


def _group(event: str) -> str:
    kind, _, name = event.partition(":")
    if not kind:
        return WORKING
    if kind == "Client":
        return CLIENT
    if name.upper().startswith("WAL"):
        return LOG
    return LOCKS if kind == "Lock" else OTHER


class Waits:
    """What the sessions of a database were doing, seen every 50 ms.

    A thread of its own looks, so a busy event loop hides nothing.
    """

    def __init__(self, url: str) -> None:
        self.seen: Counter[str] = Counter()
        self._url = url
        self._stop, self._ready = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._watch()), daemon=True)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Look for as long as the block runs."""
        self._thread.start()
        self._ready.wait()
        try:
            yield
        finally:
            self._stop.set()
            self._thread.join()

    async def _watch(self) -> None:
        try:
            connection = await asyncpg.connect(self._url)
        finally:
            self._ready.set()
        try:
            database = make_url(self._url).database
            while not self._stop.is_set():
                self.seen.update(
                    _group(row[0]) for row in await connection.fetch(_SESSIONS, database)
                )
                await asyncio.sleep(POLL_SECONDS)
        finally:
            await connection.close()


def stolen_seconds() -> float | None:
    """Processor time that the host gave to others though this machine wanted it.

    None where the system has no /proc.
    """
    stat = Path("/proc/stat")
    return (
        int(stat.read_text(encoding="ascii").split()[8]) / os.sysconf("SC_CLK_TCK")
        if stat.exists()
        else None
    )


class Server:
    """An embedded PostgreSQL that runs for the bench alone."""

    def __init__(self, url: str, data_dir: Path) -> None:
        self.url = url
        self.data_dir = data_dir
        self.postmaster = int(
            (data_dir / "postgres" / "postmaster.pid").read_text(encoding="ascii").split()[0]
        )

    def cpu_seconds(self) -> float | None:
        """Processor time of the postmaster's children, including those that ended.

        None where the system has no /proc.
        """
        if not Path("/proc/self/stat").exists():
            return None
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                # The fields after the program's name, which may hold anything: state, ppid, …,
                # utime, stime, cutime, cstime.
                fields = (
                    stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                )
            except OSError:
                continue  # it ended meanwhile
            if int(fields[1]) == self.postmaster:
                ticks += int(fields[11]) + int(fields[12])
            if int(stat.parent.name) == self.postmaster:
                ticks += int(fields[13]) + int(fields[14])
        return ticks / os.sysconf("SC_CLK_TCK")

    def free_bytes(self) -> int:
        """Room on the disk."""
        return shutil.disk_usage(self.data_dir).free

    @asynccontextmanager
    async def session(self, url: str | None = None) -> AsyncIterator[asyncpg.Connection]:
        """A connection with no time limit, to the database of `url` or the server's own."""
        connection = await asyncpg.connect(url or self.url)
        try:
            yield connection
        finally:
            await connection.close()

    @asynccontextmanager
    async def database(self, name: str) -> AsyncIterator[str]:
        """A migrated, empty database for the length of the block; its address."""
        async with self.session() as admin:
            await admin.execute(f'CREATE DATABASE "{name}"')
        url = make_url(self.url).set(database=name).render_as_string(hide_password=False)
        try:
            await migrate(url)
            await ensure_login(url, "")
            yield url
        finally:
            async with self.session() as admin:
                await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    async def settle(self, url: str) -> None:
        """Do what PostgreSQL would do during the measurement: statistics, hint bits, checkpoint."""
        async with self.session(url) as session:
            await session.execute("VACUUM ANALYZE")
            await session.execute("CHECKPOINT")

    async def log_position(self) -> int:
        """The end of the write-ahead log, in bytes."""
        async with self.session() as session:
            position: int = await session.fetchval(
                "SELECT (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::bigint"
            )
            return position
