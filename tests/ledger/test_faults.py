"""What an error of the database is taken for."""

import asyncpg
import pytest
from sqlalchemy.exc import DBAPIError

from ledger import is_lost_database
from ledger.faults import is_clash, is_shared_fault, is_worth_another_attempt


def of_server(kind: str, message: str, constraint: str | None = None) -> asyncpg.PostgresError:
    """An error as the driver makes it of the server's fields."""
    fields = {"C": kind, "M": message, "D": "Key (book_id, key)=(1, journal_key_key) exists."}
    if constraint is not None:
        fields["n"] = constraint
    error: asyncpg.PostgresError = asyncpg.PostgresError.new(fields)
    return error


DUPLICATE = 'duplicate key value violates unique constraint "{}"'
CLASHES = [
    of_server("23505", DUPLICATE.format("journal_key_key"), "journal_key_key"),
    of_server("23505", DUPLICATE.format("journal_key_key_102045"), "journal_key_key_102045"),
    of_server("23505", DUPLICATE.format("journal_key_key_102045")),
    of_server(
        "23505", DUPLICATE.format("journal_p3_book_id_key_key"), "journal_p3_book_id_key_key"
    ),
    of_server("XX000", DUPLICATE.format("journal_key_key_102045")),
]
OTHERS = [
    of_server("23505", DUPLICATE.format("journal_pkey"), "journal_pkey"),
    of_server("XX000", DUPLICATE.format("coupon_journal_key_key")),
    of_server("XX000", DUPLICATE.format("journal_pkey_102045")),
    of_server("XX000", "cache lookup failed"),
    of_server("22003", DUPLICATE.format("journal_key_key")),
]


@pytest.mark.parametrize("error", CLASHES)
def test_a_key_stored_before_is_known_by_its_constraint_in_a_cluster_too(
    error: asyncpg.PostgresError,
) -> None:
    assert is_clash(error)
    assert is_worth_another_attempt(error)
    assert not is_shared_fault(error)


@pytest.mark.parametrize("error", OTHERS)
def test_other_errors_are_no_clash(error: asyncpg.PostgresError) -> None:
    assert not is_clash(error)


def test_an_error_is_known_by_its_cause() -> None:
    of_driver = Exception("wrapped")
    of_driver.__cause__ = CLASHES[0]
    error = DBAPIError("INSERT", {}, of_driver)
    error.__cause__ = of_driver
    assert is_clash(error)


@pytest.mark.parametrize(
    ("error", "is_shared", "is_lost"),
    [
        (ConnectionRefusedError(), True, True),
        (FileNotFoundError(), True, True),
        (TimeoutError(), True, True),
        (asyncpg.AdminShutdownError("bye"), True, True),
        (asyncpg.DiskFullError("full"), True, True),
        (asyncpg.QueryCanceledError("late"), True, True),
        (OSError("name resolution"), True, False),
        (asyncpg.DeadlockDetectedError("deadlock"), False, True),
        (asyncpg.InternalClientError("state 15"), False, True),
        (asyncpg.InternalServerError("cache lookup failed"), False, False),
        (asyncpg.NumericValueOutOfRangeError("too much"), False, False),
        (KeyError("key"), False, False),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_which_faults_are_shared_and_which_are_a_lost_database(
    error: Exception, *, is_shared: bool, is_lost: bool
) -> None:
    assert is_shared_fault(error) is is_shared
    assert is_lost_database(error) is is_lost
