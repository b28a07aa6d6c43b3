"""Whatever is changed behind the ledger's back, verification finds it; and the database refuses most of it to begin with."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger import Capture, Database, Hold, Issue, Ledger, Programme, Redeem, Release
from ledger.verify import verify_book

JANUARY = datetime(2026, 1, 10, 12, tzinfo=UTC)

TAMPERINGS = [
    "UPDATE ledger.lot SET expires_on = '2099-01-01' WHERE lot = 1",
    "UPDATE ledger.lot SET remaining = remaining + 1 WHERE lot = 1",
    "UPDATE ledger.lot SET funder = 'somebody' WHERE lot = 1",
    "UPDATE ledger.account SET balance = balance + 1 WHERE member = 'ann'",
    "UPDATE ledger.account SET held = held + 1 WHERE member = 'ann'",
    "UPDATE ledger.account SET sequence = sequence + 1 WHERE member = 'ann'",
    "UPDATE ledger.account SET member = 'bob' WHERE member = 'ann'",
    "UPDATE ledger.account SET balance = balance - 1 WHERE account_id < 256 AND balance < 0",
    "UPDATE ledger.lane SET accounts = accounts + 1 WHERE accounts > 0",
    "UPDATE ledger.lane SET seq = seq + 1",
    "UPDATE ledger.hold SET state = 2 WHERE state = 1",
    "UPDATE ledger.hold SET state = 1 WHERE state = 0",
    "UPDATE ledger.hold SET lots = '{1}', amounts = '{99}' WHERE state = 0",
    "UPDATE ledger.entry SET amount = amount + 1 WHERE sequence = 1",
    "UPDATE ledger.entry SET lot = lot + 1 WHERE sequence = 1",
    "UPDATE ledger.entry SET to_kind = 2 WHERE to_kind = 1",
    "DELETE FROM ledger.entry WHERE sequence = 2",
    "UPDATE ledger.operation SET points = points + 1 WHERE kind = 1",
    "DELETE FROM ledger.operation WHERE kind = 2",
]


@pytest.fixture
async def book(ledger: Ledger, programme: Programme) -> Programme:
    """A book in which everything has happened once."""
    answers = await ledger.submit(
        programme,
        [
            Issue(key="i1", member="ann", points=50, occurred_at=JANUARY, expires_on=date(2026, 6, 30)),
            Issue(key="i2", member="ann", points=50, occurred_at=JANUARY, expires_on=date(2026, 5, 31)),
            Redeem(key="r", member="ann", points=20, occurred_at=JANUARY),
            Hold(key="h1", member="ann", points=10, occurred_at=JANUARY),
            Hold(key="h2", member="ann", points=10, occurred_at=JANUARY),
            Hold(key="h3", member="ann", points=10, occurred_at=JANUARY),
            Capture(key="c", member="ann", hold_key="h1", occurred_at=JANUARY),
            Release(key="e", member="ann", hold_key="h2", occurred_at=JANUARY),
        ],
    )
    assert all(answer.accepted for answer in answers)
    await ledger.expire_book(programme, "sweep", datetime(2026, 6, 1, tzinfo=UTC))
    return programme


async def test_a_sound_book_has_no_defects(database: Database, book: Programme) -> None:
    async with database.transaction() as connection:
        assert await verify_book(connection, book) == []


@pytest.mark.parametrize("tampering", TAMPERINGS)
async def test_every_tampering_is_found(database: Database, book: Programme, tampering: str) -> None:
    async with database.transaction() as connection:
        for table in ("entry", "operation"):
            await connection.execute(text(f"ALTER TABLE ledger.{table} DISABLE TRIGGER ALL"))
        assert (await connection.execute(text(tampering))).rowcount > 0
    async with database.transaction() as connection:
        assert await verify_book(connection, book) != []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE ledger.entry SET amount = 1",
        "DELETE FROM ledger.entry",
        "TRUNCATE ledger.entry",
        "UPDATE ledger.operation SET points = 1",
        "DELETE FROM ledger.operation",
        "UPDATE ledger.account SET balance = -1 WHERE member = 'ann'",
        "UPDATE ledger.lot SET remaining = -1",
        "INSERT INTO ledger.entry SELECT * FROM ledger.entry LIMIT 1",
    ],
)
async def test_the_database_refuses(database: Database, book: Programme, change: str) -> None:
    with pytest.raises(DBAPIError):
        async with database.transaction() as connection:
            await connection.execute(text(change))
    async with database.transaction() as connection:
        assert await verify_book(connection, book) == []
