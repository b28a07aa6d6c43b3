"""Bring a database to the schema of this release.

Any number of processes may do this at once. One of them migrates under an advisory lock. The others
wait for it, and then find nothing to do.
"""

import asyncio
import io
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import alembic.command
import asyncpg
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, text
from sqlalchemy.exc import ArgumentError, DBAPIError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from ledger import engine_url

# "comity" in ASCII. Any number will do that no other program uses in the same database.
ADVISORY_LOCK = 0x636F6D697479
ADVISORY_LOCK_TIMEOUT_SECONDS = 900.0
# While a migration waits for the lock of a table, every later query on that table waits behind it.
# So it gives up early.
LOCK_TIMEOUT_MILLISECONDS = 5_000
STATEMENT_TIMEOUT_MILLISECONDS = 600_000
CONNECT_TIMEOUT_SECONDS = 15.0
_POLL_SECONDS = 0.1


class MigrationError(Exception):
    """The database cannot be brought to this release's schema. The message says why."""


class DatabaseUnusableError(MigrationError):
    """There is no such database, or it does not let us in."""


class DatabaseAheadError(MigrationError):
    """A newer release migrated the database, and this one cannot know how to read it."""


def migration_config() -> Config:
    """Alembic's configuration. It is built here, so an installed wheel needs no alembic.ini."""
    config = Config()
    # ConfigParser gives percent signs a meaning of their own.
    config.set_main_option(
        "script_location", str(Path(__file__).parents[1] / "migrations").replace("%", "%%")
    )
    config.set_main_option("path_separator", "os")
    return config


def head_revision() -> str | None:
    """The newest revision in this release. None as long as there are no migrations."""
    return ScriptDirectory.from_config(migration_config()).get_current_head()


def migration_sql() -> str:
    """The whole history as SQL, for review. It connects to nothing."""
    config = migration_config()
    config.output_buffer = io.StringIO()
    alembic.command.upgrade(config, "head", sql=True)
    return config.output_buffer.getvalue()


async def migrate(url: str) -> str | None:
    """Upgrade the database at `url` to the newest revision, and return that revision.

    Raises:
        DatabaseUnusableError: there is no such database, or it does not let us in.
        DatabaseAheadError: the database has a revision that this release does not know.
        MigrationError: another process held the lock for `ADVISORY_LOCK_TIMEOUT_SECONDS`.
        sqlalchemy.exc.DBAPIError: a migration failed. It was rolled back, and those before it
            stand.
    """
    engine = _engine(url)
    try:
        async with _connected(engine) as connection, _migration_lock(connection):
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()
    return head_revision()


async def require_migrated(url: str) -> None:
    """Refuse a database that is not at this release's revision, with a login that cannot migrate.

    Raises:
        MigrationError: it has another revision, or none.
    """
    engine = _engine(url)
    try:
        async with _connected(engine) as connection:
            current = await connection.run_sync(
                lambda sync: MigrationContext.configure(sync).get_current_revision()
            )
    except ProgrammingError:  # the login may not even look
        current = None
    finally:
        await engine.dispose()
    if current != head_revision():
        message = (
            f"the database is at revision {current}, and this release needs {head_revision()}; "
            "run `comity migrate` with the address of the database's owner"
        )
        raise MigrationError(message)


def _engine(url: str) -> AsyncEngine:
    try:
        address = engine_url(url)
    except (ArgumentError, ValueError):
        message = "COMITY_DATABASE_URL is no address like postgresql://user:password@host/database"
        raise DatabaseUnusableError(message) from None
    return create_async_engine(
        address,
        poolclass=NullPool,
        connect_args={
            "timeout": CONNECT_TIMEOUT_SECONDS,
            "server_settings": {
                "application_name": "comity-migrate",
                "timezone": "UTC",
                "lock_timeout": str(LOCK_TIMEOUT_MILLISECONDS),
                "statement_timeout": str(STATEMENT_TIMEOUT_MILLISECONDS),
            },
        },
    )


@asynccontextmanager
async def _connected(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    try:
        connection = await engine.connect()
    except (
        OSError,
        TimeoutError,
        DBAPIError,
        asyncpg.PostgresError,
        asyncpg.InterfaceError,
    ) as error:
        cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
        reason = str(cause).rpartition(">: ")[2] or "no answer"
        raise DatabaseUnusableError(
            f"the database of COMITY_DATABASE_URL cannot be used: {reason}"
        ) from error
    try:
        yield connection
    finally:
        await connection.close()


def _upgrade(connection: Connection) -> None:
    config = migration_config()
    scripts = ScriptDirectory.from_config(config)
    current = MigrationContext.configure(connection).get_current_heads()
    connection.rollback()  # reading has begun a transaction, and each migration opens its own
    for revision in current:
        try:
            scripts.get_revision(revision)
        except CommandError as error:
            message = (
                f"the database is at revision {revision}, newer than this release knows "
                f"(its newest is {scripts.get_current_head()}); "
                "install the release that migrated it, or a later one"
            )
            raise DatabaseAheadError(message) from error
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, "head")


@asynccontextmanager
async def _migration_lock(connection: AsyncConnection) -> AsyncIterator[None]:
    """Hold the advisory lock of the session, so that one process migrates at a time.

    The lock is tried again and again instead of waited for. A session that waits holds a snapshot,
    and a CREATE INDEX CONCURRENTLY in the process that migrates would wait for that snapshot.
    """
    deadline = time.monotonic() + ADVISORY_LOCK_TIMEOUT_SECONDS
    while not await _lock_function(connection, "pg_try_advisory_lock"):
        if time.monotonic() > deadline:
            seconds = f"{ADVISORY_LOCK_TIMEOUT_SECONDS:.0f} seconds"
            raise MigrationError(f"another process has been migrating for {seconds}")
        await asyncio.sleep(_POLL_SECONDS)
    try:
        yield
    finally:
        if connection.in_transaction():
            await connection.rollback()
        await _lock_function(connection, "pg_advisory_unlock")


async def _lock_function(connection: AsyncConnection, function: str) -> bool:
    done = await connection.scalar(text(f"SELECT {function}(:key)"), {"key": ADVISORY_LOCK})
    await connection.commit()
    return bool(done)
