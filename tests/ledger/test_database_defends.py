"""What the database itself refuses, whatever a program believes.

It refuses the service by its role, and the schema's owner by triggers and checks.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from ledger import Database, Ledger
from ledger.database import SERVICE_ROLE
from tests.ledger.full_book import fill

FILLED_OF = {
    "journal": "SELECT * FROM ledger.journal ORDER BY book_id, lane, seq, part",
    "account": (
        "SELECT book_id, account_id, balance, held, debt, lots::text"
        " FROM ledger.account ORDER BY book_id, account_id"
    ),
}

# A worker makes the seals, so this book has none. Statement triggers and privileges do not need a
# row.
CHANGES = [
    f"{change}"
    for table, column in (("journal", "amount"), ("seal", "seq"), ("rate", "version"))
    for change in (
        f"UPDATE ledger.{table} SET {column} = {column} + 1",
        f"DELETE FROM ledger.{table}",
        f"TRUNCATE ledger.{table}",
    )
]
VIEW_CHANGES = [
    "UPDATE ledger.operation SET reference = 'x'",
    "DELETE FROM ledger.operation",
    "UPDATE ledger.entry SET amount = amount + 1",
    "DELETE FROM ledger.entry",
]
COPY_OF_A_ROW = """
    INSERT INTO ledger.journal (book_id, lane, seq, part, key, recorded_at, kind, amount)
    SELECT book_id, {lane}, {seq}, 0, {key}, now(), 2, 0 FROM ledger.journal WHERE key = 'r'
"""
IMPOSSIBLE = [
    ("account_balance_check", "UPDATE ledger.account SET balance = -1 WHERE member = 'ann'"),
    ("account_held_check", "UPDATE ledger.account SET held = -1 WHERE member = 'ann'"),
    ("account_debt_check", "UPDATE ledger.account SET debt = -1 WHERE member = 'ann'"),
    ("account_member_key", "UPDATE ledger.account SET member = 'bob' WHERE member = 'ann'"),
    ("hold_points_check", "UPDATE ledger.hold SET points = 0 WHERE state = 0"),
    ("hold_state_check", "UPDATE ledger.hold SET state = 3 WHERE state = 0"),
    ("journal_pkey", COPY_OF_A_ROW.format(lane="lane", seq="seq", key="'new'")),
    ("journal_key_key", COPY_OF_A_ROW.format(lane="lane", seq="seq + 1000", key="key")),
    ("journal_key_key", COPY_OF_A_ROW.format(lane="(lane + 1) % 4", seq="seq + 1000", key="key")),
    *(
        (
            check,
            (
                f"INSERT INTO ledger.journal (book_id, lane, seq, part, recorded_at, kind, {names})"
                f" VALUES (1, 0, 9000, 0, now(), 1, {values})"
            ),
        )
        for check, names, values in (
            ("journal_amount_check", "amount", "-1"),
            (
                "journal_balance_check",
                "amount, from_kind, to_kind, account_id, balance",
                "1, 0, 15, 4096, -1",
            ),
            (
                "journal_held_check",
                "amount, from_kind, to_kind, account_id, balance, held",
                "1, 0, 15, 4096, 1, -1",
            ),
            (
                "journal_debt_check",
                "amount, from_kind, to_kind, account_id, balance, debt",
                "1, 0, 15, 4096, 1, -1",
            ),
            ("journal_previous_check", "amount, previous", "0, 9000"),
            (
                "journal_entry_check",
                "amount, from_kind, to_kind, account_id, balance",
                "1, 15, 15, 4096, 1",
            ),
            ("journal_entry_check", "amount, from_kind, to_kind, account_id", "1, 0, 15, 4096"),
            ("journal_entry_check", "amount, from_kind, to_kind, balance", "1, 0, 15, 1"),
            ("journal_entry_check", "amount, from_kind, to_kind", "0, 0, 15"),
        )
    ),
]


@pytest.fixture
async def owner(
    database: Database, ledger: Ledger, database_url: str
) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the schema's owner to a full book."""
    await fill(database, ledger)
    connection = await asyncpg.connect(database_url)
    try:
        yield connection
    finally:
        await connection.close()


async def state_of(owner: asyncpg.Connection) -> list[list[asyncpg.Record]]:
    return [await owner.fetch(query) for query in FILLED_OF.values()]


async def test_the_service_works_under_its_role_alone(database: Database) -> None:
    async with database.transaction() as connection:
        assert (
            await connection.exec_driver_sql("SELECT current_user")
        ).scalar_one() == SERVICE_ROLE
        is_powerful = """
            SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles
            WHERE rolname = current_user
        """
        assert not (await connection.exec_driver_sql(is_powerful)).scalar_one()


async def test_what_is_written_stays_for_the_service(owner: asyncpg.Connection) -> None:
    before = await state_of(owner)
    await owner.execute(f"SET ROLE {SERVICE_ROLE}")
    for change in (
        *CHANGES,
        *VIEW_CHANGES,
        "ALTER TABLE ledger.journal DISABLE TRIGGER ALL",
        "DROP TABLE ledger.journal",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await owner.execute(change)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await owner.execute("SET session_replication_role = replica")
    assert await state_of(owner) == before


async def test_what_is_written_stays_for_the_owner_too(owner: asyncpg.Connection) -> None:
    before = await state_of(owner)
    for change in (*CHANGES, *VIEW_CHANGES):
        with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
            await owner.execute(change)
    assert await state_of(owner) == before


async def test_what_cannot_be_is_not_stored(owner: asyncpg.Connection) -> None:
    before = await state_of(owner)
    await owner.execute(f"SET ROLE {SERVICE_ROLE}")
    for constraint, statement in IMPOSSIBLE:
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.UniqueViolationError)) as caught:
            await owner.execute(statement)
        assert getattr(caught.value, "constraint_name", None) == constraint, statement
    assert await state_of(owner) == before
