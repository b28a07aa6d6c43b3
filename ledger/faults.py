"""What a fault of the database means.

The transaction is worth another attempt, all of its submissions share the fault, or the database
is lost.
"""

import re
from collections.abc import Iterator

import asyncpg
import sqlalchemy.exc
from sqlalchemy.exc import DBAPIError

RETRIED = (
    # A key that was stored before, or by another lane meanwhile: the next attempt looks it up.
    asyncpg.UniqueViolationError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # the server restarts
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # what the driver makes of a server process that was killed
    ConnectionError,
)

_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.InsufficientResourcesError,
    asyncpg.TransactionTimeoutError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    ConnectionError,
    FileNotFoundError,  # the socket of a server that does not run
    TimeoutError,
)
"""The database is away, has no room, or waits for something else."""

SHARED = (*_AWAY, OSError)
"""No submission of a lane transaction is to blame.

A transaction opens no files, so any other OSError is about its connection.
"""

LOST = (
    *_AWAY,
    sqlalchemy.exc.InterfaceError,
    sqlalchemy.exc.OperationalError,
    # The server has said that it ends the connection, and has not closed it yet.
    asyncpg.InternalClientError,
    # A deadlock. In a lane transaction one submission may be to blame, and the others can go on.
    asyncpg.TransactionRollbackError,
)
"""The database cannot be had; the same request may succeed later.

Other OSErrors are not here: outside of a lane transaction they may be about a file.
"""

# In a cluster the constraint's name ends with the shard's number. A partition has a constraint of
# its own, which PostgreSQL names after the partition.
_KEY_CONSTRAINT = re.compile(r"\bjournal(_p\d+_book_id)?_key_key(_\d+)?\b")


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
    return is_clash(error) or any(isinstance(cause, RETRIED) for cause in _causes(error))


def is_clash(error: BaseException) -> bool:
    """Whether an operation's key was stored before."""
    return any(map(_is_clash, _causes(error)))


def _is_clash(cause: BaseException) -> bool:
    if isinstance(cause, asyncpg.UniqueViolationError) and cause.constraint_name is not None:
        return _KEY_CONSTRAINT.fullmatch(cause.constraint_name) is not None
    # What a cluster's node says of a row that came by COPY arrives as an internal error, and only
    # its message names the constraint.
    if isinstance(cause, asyncpg.UniqueViolationError | asyncpg.InternalServerError):
        return _KEY_CONSTRAINT.search(cause.message or str(cause)) is not None
    return False


def is_shared_fault(error: BaseException) -> bool:
    """Whether every submission of the transaction would meet the same fault.

    Trying them one by one is then of no use.
    """
    return not isinstance(error, Exception) or any(
        isinstance(cause, SHARED) for cause in _causes(error)
    )


def is_lost_database(error: BaseException) -> bool:
    """Whether the database cannot be had, rather than a statement being wrong."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return any(isinstance(each, LOST) for each in (error, cause, cause.__cause__))
