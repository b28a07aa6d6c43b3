"""Which faults of the database are worth another attempt, and which are nobody's in particular."""

from collections.abc import Iterator

import asyncpg
import sqlalchemy.exc
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

RETRIED = (
    asyncpg.UniqueViolationError,  # a key that was stored before, or by another lane meanwhile: the next attempt looks it up
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # the server restarts
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver makes of a server process that was killed
    ConnectionError,
)


# The database is away, or everything waits for something else: no submission of the transaction is
# to blame.
EVERYBODYS = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    OSError,
    TimeoutError,
)


_LOST_DATABASE = (
    ConnectionError,
    FileNotFoundError,
    PoolTimeout,
    InterfaceError,
    OperationalError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server has said that it ends the connection, and has not closed it yet
    asyncpg.CannotConnectNowError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionRollbackError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def is_worth_another_attempt(error: BaseException) -> bool:
    """Whether the same transaction may succeed the next time.

    Another attempt is right even where the connection broke during COMMIT: it looks the keys up,
    and finds them if that commit took place.
    """
    return any(isinstance(cause, RETRIED) for cause in _causes(error))


def is_clash(error: BaseException) -> bool:
    """Whether an operation's key was stored before."""
    return any(
        isinstance(cause, asyncpg.UniqueViolationError)
        and cause.constraint_name == "journal_key_key"
        for cause in _causes(error)
    )


def is_everybodys(error: BaseException) -> bool:
    """Whether every submission of the transaction meets the same fault, so that trying them one by one is of no use."""
    return not isinstance(error, Exception) or any(
        isinstance(cause, EVERYBODYS) for cause in _causes(error)
    )


def is_lost_database(error: BaseException) -> bool:
    """Whether the error says that the database cannot be had, rather than that a statement is wrong."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    inner = cause.__cause__ or cause
    return (
        isinstance(error, _LOST_DATABASE)
        or isinstance(cause, _LOST_DATABASE)
        or isinstance(inner, _LOST_DATABASE)
    )
