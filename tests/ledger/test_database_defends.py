"""What the database itself refuses, whatever a program believes.

It refuses the service by its login, and the schema's owner by triggers and checks.
"""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from api.embedded.postgres import ROLE
from ledger import Database, Ledger, service_url
from ledger.database import SERVICE_ROLE, UnsafeLogin
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
# What the service has no business with, in every package. A privilege does not need a row.
FORBIDDEN = (
    "UPDATE ledger.book SET code = 'x'",
    "DELETE FROM ledger.book",
    "UPDATE ledger.account SET member = 'x'",
    "DELETE FROM ledger.account",
    "UPDATE ledger.hold SET points = 1",
    "DELETE FROM ledger.hold",
    "UPDATE ledger.outbox SET payload = '{}'",
    "UPDATE ledger.request SET fingerprint = ''",
    "DELETE FROM ledger.request",
    "UPDATE catalog.party SET roles = '{operator}'",
    "DELETE FROM catalog.party",
    "UPDATE catalog.api_key SET digest = ''",
    "UPDATE catalog.api_key SET party_id = 1",
    "UPDATE catalog.api_key SET shop = NULL",
    "UPDATE catalog.actor SET name = 'x'",
    "DELETE FROM catalog.actor",
    "UPDATE catalog.audit_entry SET actor_id = 1",
    "DELETE FROM catalog.audit_entry",
    "UPDATE ledger.rate SET recorded_by = 1",
    "DELETE FROM catalog.api_key",
    "UPDATE catalog.isolation_rule SET recorded_at = now()",
    "UPDATE exchange.coupon SET member = 'x'",
    "DELETE FROM exchange.coupon",
    "DELETE FROM exchange.fulfilment_order",
    "UPDATE exchange.receipt_step SET detail = NULL",
    "DELETE FROM exchange.receipt_step",
    "UPDATE exchange.use_request SET answer = '{}'",
    "DELETE FROM exchange.use_request",
    "UPDATE settlement.line SET member = 'x'",
    "DELETE FROM settlement.line",
    "DELETE FROM settlement.contract",
    "DELETE FROM settlement.statement",
    "UPDATE settlement.reconciliation SET month = '2017-01'",
    "UPDATE alembic_version SET version_num = '0001'",
)
# Each tries to become somebody else, and gets no further than the service's own login.
WAYS_OUT = ("SET ROLE NONE", "RESET ROLE", "RESET SESSION AUTHORIZATION", "RESET ALL")
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


@pytest.fixture
async def service(
    owner: asyncpg.Connection, database_url: str
) -> AsyncIterator[asyncpg.Connection]:
    """A connection with the service's login, as a thief of its address would have it."""
    assert owner
    connection = await asyncpg.connect(service_url(database_url))
    try:
        yield connection
    finally:
        await connection.close()


async def state_of(owner: asyncpg.Connection) -> list[list[asyncpg.Record]]:
    return [await owner.fetch(query) for query in FILLED_OF.values()]


async def test_the_service_logs_in_as_its_role(database: Database) -> None:
    async with database.transaction() as connection:
        for user in ("session_user", "current_user"):
            name = (await connection.exec_driver_sql(f"SELECT {user}")).scalar_one()
            assert name == SERVICE_ROLE


@pytest.mark.parametrize("way_out", WAYS_OUT)
async def test_what_is_written_stays_for_the_service(
    owner: asyncpg.Connection, service: asyncpg.Connection, way_out: str
) -> None:
    before = await state_of(owner)
    await service.execute(way_out)
    assert await service.fetchval("SELECT current_user") == SERVICE_ROLE
    for change in (
        *CHANGES,
        *VIEW_CHANGES,
        *FORBIDDEN,
        "ALTER TABLE ledger.journal DISABLE TRIGGER ALL",
        "DROP TABLE ledger.journal",
        "SET session_replication_role = replica",
        f'SET ROLE "{ROLE}"',
        f'SET SESSION AUTHORIZATION "{ROLE}"',
        f'GRANT "{ROLE}" TO {SERVICE_ROLE}',
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(change)
    assert await state_of(owner) == before


async def test_a_stored_answer_never_changes(
    owner: asyncpg.Connection, service: asyncpg.Connection
) -> None:
    await service.execute("INSERT INTO ledger.request VALUES (1, 1, 'key', '\\x00')")
    await service.execute("UPDATE ledger.request SET refused = false, answer = '1'")
    for connection in (service, owner):
        with pytest.raises(asyncpg.RestrictViolationError, match="answered once"):
            await connection.execute("UPDATE ledger.request SET answer = '2'")


async def test_a_revoked_key_stays_revoked(
    owner: asyncpg.Connection, service: asyncpg.Connection
) -> None:
    await service.execute(
        "INSERT INTO catalog.party (code, name, roles) VALUES ('a', 'A', '{brand}')"
    )
    await service.execute(
        """
        INSERT INTO catalog.api_key (party_id, prefix, digest, label, scopes, revoked_at)
        SELECT party_id, 'abcdefghij', sha256('x'), 'till', '{}', now() FROM catalog.party
        """
    )
    for connection in (service, owner):
        for change in ("revoked_at = NULL", "revoked_at = 'infinity'", "scopes = '{import}'"):
            with pytest.raises(asyncpg.RestrictViolationError, match="never changes"):
                await connection.execute(f"UPDATE catalog.api_key SET {change}")


async def test_the_owner_is_no_login_of_the_service(database_url: str) -> None:
    with pytest.raises(UnsafeLogin, match="it is not comity_service"):
        await Database.open(database_url)


async def test_what_is_written_stays_for_the_owner_too(owner: asyncpg.Connection) -> None:
    before = await state_of(owner)
    for change in (*CHANGES, *VIEW_CHANGES):
        with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
            await owner.execute(change)
    assert await state_of(owner) == before


async def test_what_cannot_be_is_not_stored(owner: asyncpg.Connection) -> None:
    before = await state_of(owner)
    for constraint, statement in IMPOSSIBLE:
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.UniqueViolationError)) as caught:
            await owner.execute(statement)
        assert getattr(caught.value, "constraint_name", None) == constraint, statement
    assert await state_of(owner) == before
