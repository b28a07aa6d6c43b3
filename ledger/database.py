"""The database runtime: one engine, and its transactions.

It refuses a server that does not keep what it has committed. Most statements are SQLAlchemy's;
`driver` gives the asyncpg connection of the same transaction for COPY and arrays.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, ClassVar, Self, TypeAlias, cast

import asyncpg
import orjson
from sqlalchemy import event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from ledger.refusal import Refusal

STATEMENT_TIMEOUT_MILLISECONDS = 30_000
LOCK_TIMEOUT_MILLISECONDS = 10_000
IDLE_TRANSACTION_TIMEOUT_MILLISECONDS = 60_000
SERVICE_ROLE = "comity_service"
"""What every connection acts as.

It may add to the books, and never change or delete what is in them (migration 0001).
"""
DURABLE_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
DURABLE_VALUES = frozenset({"on", "local", "remote_write", "remote_apply"})

AnyConnection: TypeAlias = AsyncConnection | asyncpg.Connection


class UnsafeDurability(Refusal):
    """The server may acknowledge a commit and lose it, so the service does not start."""

    code: ClassVar[str] = "unsafe-durability"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The database server may lose acknowledged commits."


def engine_url(url: str) -> URL:
    """The SQLAlchemy URL of a `postgresql://` address, on the asyncpg driver."""
    return make_url(url).set(drivername="postgresql+asyncpg")


class Database:
    """One pool of connections to one PostgreSQL database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    @classmethod
    async def open(cls, url: str, *, pool_size: int = 10) -> Self:
        """Connect, and refuse a server that may lose commits.

        Raises:
            UnsafeDurability: fsync, full_page_writes or synchronous_commit is off.
        """
        engine = create_async_engine(
            engine_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=LOCK_TIMEOUT_MILLISECONDS / 1000,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            connect_args={
                "server_settings": {
                    "application_name": "comity",
                    "role": SERVICE_ROLE,
                    "timezone": "UTC",
                    "statement_timeout": str(STATEMENT_TIMEOUT_MILLISECONDS),
                    "lock_timeout": str(LOCK_TIMEOUT_MILLISECONDS),
                    "idle_in_transaction_session_timeout": str(
                        IDLE_TRANSACTION_TIMEOUT_MILLISECONDS
                    ),
                }
            },
        )
        event.listen(engine.sync_engine, "checkout", _refuse_closed)
        database = cls(engine)
        try:
            await database._require_durability()
        except BaseException:
            await database.close()
            raise
        return database

    async def _require_durability(self) -> None:
        async with self.transaction() as connection:
            for setting in DURABLE_SETTINGS:
                value = (await connection.execute(text(f"SHOW {setting}"))).scalar_one()
                if value not in DURABLE_VALUES:
                    raise UnsafeDurability(f"{setting} is {value}", setting=setting, value=value)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        READ COMMITTED: locks order the writers.
        """
        async with self.engine.begin() as connection:
            yield connection

    @asynccontextmanager
    async def driver_transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """One transaction on a connection of the driver.

        SQLAlchemy would be half of the client's work (decision 0003).
        """
        async with self.engine.connect() as connection:
            raw = await driver(connection)
            transaction = raw.transaction()
            is_ended = False
            try:
                await transaction.start()
                try:
                    yield raw
                except BaseException:
                    if not raw.is_closed():
                        await transaction.rollback()
                        is_ended = True
                    raise
                await transaction.commit()
                is_ended = True
            finally:
                # SQLAlchemy does not know of this transaction. The pool would lend the connection
                # to somebody else with the transaction half begun or half ended.
                if not is_ended:
                    await connection.invalidate()

    async def close(self) -> None:
        """Close every connection of the pool."""
        await self.engine.dispose()


def _refuse_closed(connection: DBAPIConnection, _record: object, _proxy: object) -> None:
    """Have the pool open a new connection where the server closed the one it holds."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError


async def driver(connection: AnyConnection) -> asyncpg.Connection:
    """The asyncpg connection beneath, in the same transaction. One of the driver is itself.

    SQLAlchemy begins a transaction lazily, with the first statement it runs itself. Run one before
    you write through the driver.
    """
    if not isinstance(connection, AsyncConnection):
        return connection
    raw = await connection.get_raw_connection()
    return cast("asyncpg.Connection", raw.driver_connection)


async def fetch(connection: AnyConnection, sql: str, *values: object) -> Sequence[Any]:
    """The rows of a statement with `$1` and so on for its values, on either kind of connection."""
    if isinstance(connection, AsyncConnection):
        result = await connection.exec_driver_sql(sql, values)
        return result.all() if result.returns_rows else []
    rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
    return rows
