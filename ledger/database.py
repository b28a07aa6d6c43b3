"""The database runtime: one engine, and its transactions.

It refuses a server that does not keep what it has committed, and a login that may do more than the
service needs. Most statements are SQLAlchemy's;
`driver` gives the asyncpg connection of the same transaction for COPY and arrays.
"""

import asyncio
import time
from asyncio import CancelledError
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, ClassVar, Self, TypeAlias, cast

import asyncpg
import orjson
from sqlalchemy import bindparam, event, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from ledger import silence
from ledger.refusal import Refusal
from ledger.turns import ACTING_FOR, LongWork, Turns

STATEMENT_TIMEOUT_MILLISECONDS = 30_000
COMMAND_SPARE_SECONDS = 2
COMMAND_TIMEOUT_SECONDS = STATEMENT_TIMEOUT_MILLISECONDS / 1000 + COMMAND_SPARE_SECONDS
"""A statement that the server should have ended by now: the connection is silent."""
TRANSACTION_TIMEOUT_MILLISECONDS = 60_000
"""However many statements it has. The server then ends the connection, and frees its locks."""
NO_TIME_LIMIT = 0
LOCK_TIMEOUT_MILLISECONDS = 10_000
POOL_SIZE = 10
"""Connections that are kept. Under load there are as many more."""
POOL_TIMEOUT_SECONDS = LOCK_TIMEOUT_MILLISECONDS / 1000
IDLE_TRANSACTION_TIMEOUT_MILLISECONDS = 60_000
SERVICE_ROLE = "comity_service"
"""The login of every connection of the service.

It owns nothing and is a member of nothing, so no `SET ROLE` leads to more. It may add to the books,
and never change or delete what is in them (migrations 0001 and 0007).
"""
_HAS_CONNECTION: ContextVar[bool] = ContextVar("has_connection", default=False)
_LEFT_LINE: ContextVar[bool] = ContextVar("left_line", default=False)
"""This task was given up while it waited for its turn to have a connection."""
_OPENED = "opened"
_CONFIGURATION = "configuration"
_CLOCK = """
    SELECT clock_timestamp()
"""
DURABLE_SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")
DURABLE_VALUES = frozenset({"on", "local", "remote_write", "remote_apply"})

AnyConnection: TypeAlias = AsyncConnection | asyncpg.Connection


class UnsafeDurability(Refusal):
    """The server may acknowledge a commit and lose it, so the service does not start."""

    code: ClassVar[str] = "unsafe-durability"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The database server may lose acknowledged commits."


class UnsafeLogin(Refusal):
    """The login of the service may do more than the service, so the service does not start."""

    code: ClassVar[str] = "unsafe-login"
    status: ClassVar[int] = 503
    title: ClassVar[str] = "The login of the database may do more than the service needs."


# A program that sends statements of its own on such a session could take every role that the
# session's login is a member of, and change all that these roles own.
_LOGIN = text(
    """
    SELECT session_user::text AS name,
        rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls AS is_powerful,
        EXISTS (SELECT FROM pg_auth_members WHERE member = login.oid) AS is_member,
        EXISTS (
            SELECT FROM pg_shdepend
            WHERE refclassid = 'pg_authid'::regclass AND refobjid = login.oid AND deptype = 'o'
        ) AS is_owner
    FROM pg_roles AS login WHERE rolname = session_user
    """
)

# A transaction's limit that counts already is not replaced by another. It has to end first.
_ALLOW_TIME = text(
    """
    SELECT set_config('transaction_timeout', '0', true), set_config(name, :time, true)
    FROM unnest(:names) AS name
    """
).bindparams(bindparam("names", type_=ARRAY(TEXT)))


def engine_url(url: str) -> URL:
    """The SQLAlchemy URL of a `postgresql://` address, on the asyncpg driver."""
    return make_url(url).set(drivername="postgresql+asyncpg")


def service_url(url: str, password: str = "") -> str:
    """The address at which the service logs in to the database of `url`, with its own login."""
    # Without the `None`, the owner's password would stay in the address.
    address = make_url(url)._replace(username=SERVICE_ROLE, password=password or None)
    return address.render_as_string(hide_password=False)


class Database:
    """One pool of connections to one PostgreSQL database."""

    def __init__(self, engine: AsyncEngine, pool_size: int = POOL_SIZE) -> None:
        self.engine = engine
        # Half of the connections for one party at most. The pool itself has an order of arrival:
        # hundreds of one party's requests would stand before the first of another's.
        self._connections = Turns(2 * pool_size, max(1, pool_size // 2))
        self.long_work = LongWork(self._connections)
        self._distrusted_at = 0.0
        self.waiting = 0
        """How many transactions wait for a connection."""

    @classmethod
    async def open(cls, url: str, *, pool_size: int = POOL_SIZE) -> Self:
        """Connect, and refuse a server that may lose commits, or a login that may do too much.

        Raises:
            UnsafeDurability: fsync, full_page_writes or synchronous_commit is off.
            UnsafeLogin: the login is not that of the service, owns something, is a member of a
                role, or has a power over the server.
        """
        engine = create_async_engine(
            engine_url(url),
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=POOL_TIMEOUT_SECONDS,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
            # The message of an error is logged. Values can be the references of members.
            hide_parameters=True,
            connect_args={
                "timeout": silence.CONNECT_TIMEOUT_SECONDS,
                "command_timeout": COMMAND_TIMEOUT_SECONDS,
                "server_settings": {
                    **silence.SERVER_SETTINGS,
                    "application_name": "comity",
                    "timezone": "UTC",
                    "statement_timeout": str(STATEMENT_TIMEOUT_MILLISECONDS),
                    "transaction_timeout": str(TRANSACTION_TIMEOUT_MILLISECONDS),
                    "lock_timeout": str(LOCK_TIMEOUT_MILLISECONDS),
                    "idle_in_transaction_session_timeout": str(
                        IDLE_TRANSACTION_TIMEOUT_MILLISECONDS
                    ),
                },
            },
        )
        database = cls(engine, pool_size)
        event.listen(engine.sync_engine, "connect", _watch)
        event.listen(engine.sync_engine, "checkout", database._refuse_dead)
        try:
            await database._require_durability()
            async with database.transaction() as connection:
                await require_plain_login(connection)
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
    async def _turn(self) -> AsyncIterator[None]:
        """Wait until the party of this task may have a connection.

        A task that has one already does not wait: those who wait might all be such tasks.
        """
        if _HAS_CONNECTION.get():
            yield
            return
        party = ACTING_FOR.get()
        if not self._connections.enter_now(party):
            self.waiting += 1
            try:
                async with asyncio.timeout(POOL_TIMEOUT_SECONDS):
                    await self._connections.enter(party)
            except TimeoutError:
                raise PoolTimeoutError(
                    f"no connection was free within {POOL_TIMEOUT_SECONDS} s"
                ) from None
            except CancelledError:
                _LEFT_LINE.set(True)
                raise
            finally:
                self.waiting -= 1
        _HAS_CONNECTION.set(True)
        try:
            yield
        finally:
            _HAS_CONNECTION.set(False)
            self._connections.leave(party)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        READ COMMITTED: locks order the writers. A transaction whose time is over is given up with
        its connection: where that is silent, a rollback would wait as well.
        """
        async with self._turn(), self.engine.connect() as connection:
            try:
                async with connection.begin():
                    with _given_up(connection):
                        yield connection
            except (TimeoutError, CancelledError) as error:
                _end(connection)
                if isinstance(error, TimeoutError):
                    self.distrust()
                raise

    @asynccontextmanager
    async def driver_transaction(self) -> AsyncIterator[asyncpg.Connection]:
        """One transaction on a connection of the driver.

        SQLAlchemy would be half of the client's work (decision 0003).
        """
        async with self._turn(), self.engine.connect() as connection:
            raw = await driver(connection)
            transaction = raw.transaction()
            is_ended = False
            try:
                await transaction.start()
                try:
                    yield raw
                except (TimeoutError, CancelledError):
                    raise
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
                    raw.terminate()
                    await connection.invalidate()

    @property
    def connections(self) -> tuple[int, int]:
        """How many connections of the pool are in use, and how many are idle."""
        pool = cast("QueuePool", self.engine.pool)
        return pool.checkedout(), pool.checkedin()

    def are_others_about(self, party: str) -> bool:
        """Whether another party was here a moment ago."""
        return self._connections.are_others_about(party)

    def distrust(self) -> None:
        """Use none of the connections again that are there now: one of them has gone silent.

        The others are as old, and may have gone silent with it.
        """
        self._distrusted_at = time.monotonic()

    def given_up(self) -> None:
        """What this task did took too long: a connection may have gone silent.

        If the task only waited for its turn, none is to blame. Else a party with a long line of
        its own could have the connections of all replaced, again and again.
        """
        if not _LEFT_LINE.get():
            self.distrust()

    def _refuse_dead(
        self, connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object
    ) -> None:
        """Have the pool open a new connection in place of a closed or distrusted one."""
        raw = connection.driver_connection
        if not raw.is_closed() and record.info[_OPENED] <= self._distrusted_at:
            raw.terminate()
        if raw.is_closed():
            raise DisconnectionError
        # Whoever had it before may have been allowed more time.
        raw._config = record.info[_CONFIGURATION]  # noqa: SLF001 - see `allow_time`

    async def close(self) -> None:
        """Close every connection of the pool."""
        await self.engine.dispose()


async def require_plain_login(connection: AsyncConnection) -> None:
    """Refuse a login that may do more than the service needs.

    Raises:
        UnsafeLogin: it is not that of the service, owns something, is a member of a role, or has a
            power over the server.
    """
    login = (await connection.execute(_LOGIN)).one()
    reasons = {
        f"it is not {SERVICE_ROLE}": login.name != SERVICE_ROLE,
        "it has powers over the server": login.is_powerful,
        "it is a member of another role": login.is_member,
        "it owns something": login.is_owner,
    }
    for reason, is_given in reasons.items():
        if is_given:
            raise UnsafeLogin(f"the login {login.name} will not do: {reason}")


def _watch(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
    raw = connection.driver_connection
    record.info[_OPENED] = time.monotonic()
    record.info[_CONFIGURATION] = raw._config  # noqa: SLF001 - see `allow_time`
    silence.watch(raw)


@contextmanager
def _given_up(connection: AsyncConnection) -> Iterator[None]:
    """End the connection when the time of the block is over, before anybody rolls it back."""
    try:
        yield
    except (TimeoutError, CancelledError):
        _end(connection)
        raise


def _end(connection: AsyncConnection) -> None:
    """Close a connection without a word to the server, which rolls back what is open."""
    if not connection.closed and not connection.invalidated and connection.sync_connection:
        raw = connection.sync_connection.connection.driver_connection
        if raw is not None:
            raw.terminate()


async def allow_time(connection: AsyncConnection, seconds: int) -> None:
    """Give a transaction this long from now on, and each of its statements and rests too.

    NO_TIME_LIMIT is for commands that read a whole book, and lock nothing. Their rests stay as
    limited as others'. Without a call of this, a transaction ends after
    TRANSACTION_TIMEOUT_MILLISECONDS.
    """
    names = ["statement_timeout"]
    if seconds != NO_TIME_LIMIT:
        names.append("idle_in_transaction_session_timeout")
    names.append("transaction_timeout")
    await connection.execute(_ALLOW_TIME, {"names": names, "time": f"{seconds}s"})
    raw = await driver(connection)
    # The driver has no public way to change its own limit. The pool takes it back.
    patience = seconds + COMMAND_SPARE_SECONDS if seconds else None
    raw._config = raw._config._replace(command_timeout=patience)  # noqa: SLF001


async def driver(connection: AnyConnection) -> asyncpg.Connection:
    """The asyncpg connection beneath, in the same transaction. One of the driver is itself.

    SQLAlchemy begins a transaction lazily, with the first statement it runs itself. Run one before
    you write through the driver.
    """
    if not isinstance(connection, AsyncConnection):
        return connection
    raw = await connection.get_raw_connection()
    return cast("asyncpg.Connection", raw.driver_connection)


async def read_clock(connection: AnyConnection) -> datetime:
    """The database's time, which all processes share. Business is dated by no other clock.

    One round trip. It goes on within a transaction, and so is later than what the transaction has
    waited for.
    """
    ((now,),) = await fetch(connection, _CLOCK)
    instant: datetime = now
    return instant


async def fetch(connection: AnyConnection, sql: str, *values: object) -> Sequence[Any]:
    """The rows of a statement with `$1` and so on for its values, on either kind of connection."""
    if isinstance(connection, AsyncConnection):
        result = await connection.exec_driver_sql(sql, values)
        return result.all() if result.returns_rows else []
    rows: list[asyncpg.Record] = await connection.fetch(sql, *values)
    return rows
