"""Money books on a real database: posted once, numbered, chained, and proved."""

import asyncio
from dataclasses import replace
from datetime import date

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger import Database
from ledger.money import (
    MoneyTransaction,
    Transfer,
    list_money,
    load_money_balances,
    post_money,
    stream_money,
    verify_money,
)
from ledger.money.read import load_money_books
from ledger.money.transactions import MoneyTransactionInvalid

MAY = date(2026, 5, 31)
JUNE = date(2026, 6, 15)


def owed(number: int, payer: int, payee: int, amount: int) -> MoneyTransaction:
    transfers = (Transfer(f"open:{payer}", f"open:{payee}", amount),)
    return MoneyTransaction(f"issued:{number}", "statement_issued", MAY, f"S-{number}", transfers)


def paid(number: int, payer: int, payee: int, amount: int) -> MoneyTransaction:
    transfers = (
        Transfer("bank", f"open:{payer}", amount),
        Transfer(f"open:{payee}", "bank", amount),
    )
    return MoneyTransaction(f"payment:{number}", "payment", JUNE, f"P-{number}", transfers)


async def post(database: Database, *transactions: MoneyTransaction, currency: str = "CNY") -> int:
    async with database.transaction() as connection:
        return await post_money(connection, {currency: transactions})


async def defects(database: Database) -> dict[str, list[str]]:
    async with database.transaction() as connection:
        return await verify_money(connection)


async def as_owner(url: str, statement: str) -> None:
    """Change what the service may not."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        assert (await connection.execute(statement)).split()[-1] != "0"
    finally:
        await connection.close()


async def test_a_book_posts_a_key_once_and_tells_what_it_holds(database: Database) -> None:
    first, second = owed(1, 1, 2, 500), owed(2, 2, 3, 200)
    assert await post(database, first, second) == 2
    assert await post(database, first, paid(1, 1, 2, 300), second) == 1
    assert await post(database, owed(1, 1, 2, 7), currency="USD") == 1
    assert await post(database) == 0
    with pytest.raises(MoneyTransactionInvalid, match="another content"):
        await post(database, replace(first, document="S-9"))
    with pytest.raises(MoneyTransactionInvalid, match="same key"):
        await post(database, owed(5, 1, 2, 1), owed(5, 1, 2, 1))
    async with database.transaction() as connection:
        books = await load_money_books(connection)
        assert [(book.currency, book.last_seq) for book in books] == [("CNY", 3), ("USD", 1)]
        assert await load_money_balances(connection, "CNY") == {
            ("CNY", "bank"): 0,
            ("CNY", "open:1"): -200,
            ("CNY", "open:2"): 0,
            ("CNY", "open:3"): 200,
        }
        in_may = await load_money_balances(connection, before=JUNE)
        assert (in_may["CNY", "open:1"], in_may["USD", "open:2"]) == (-500, 7)
        page = await list_money(connection, "CNY", after=1, limit=1)
        assert [(each.recorded.seq, each.transaction) for each in page] == [(2, second)]
        days = await list_money(connection, "CNY", since=JUNE)
        everything = [each async for each in stream_money(connection, "CNY")]
    assert [each.transaction for each in days] == [paid(1, 1, 2, 300)]
    assert [each.recorded.seq for each in everything] == [1, 2, 3]
    assert everything[-1].sha256 == books[0].head_sha256
    assert await defects(database) == {"CNY": [], "USD": []}
    with pytest.raises(DBAPIError, match="permission denied"):
        async with database.transaction() as connection:
            await connection.execute(text("UPDATE ledger.money_entry SET amount_minor = 1"))


async def test_writers_at_once_leave_no_gap_and_post_no_key_twice(database: Database) -> None:
    """Four sessions post the same ten statements, each beginning with another one."""
    statements = [owed(number, 1, 2, number) for number in range(1, 11)]

    async def all_of_them(first: int) -> int:
        count = 0
        for each in (*statements[first:], *statements[:first]):
            count += await post(database, each)
        return count

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(all_of_them(first)) for first in (0, 3, 5, 8)]
    assert sum(task.result() for task in tasks) == len(statements)
    assert await defects(database) == {"CNY": []}
    async with database.transaction() as connection:
        assert (await load_money_balances(connection))["CNY", "open:2"] == 55


TAMPERINGS = {
    "UPDATE ledger.money_entry SET amount_minor = amount_minor + 1 WHERE seq = 2": "chain",
    "UPDATE ledger.money_entry SET to_account = 'open:9' WHERE seq = 1": "chain",
    "UPDATE ledger.money_entry SET posted_on = posted_on + 1 WHERE seq = 1": "chain",
    "UPDATE ledger.money_entry SET key = 'another' WHERE seq = 1": "chain",
    "UPDATE ledger.money_entry SET recorded_by = 7 WHERE seq = 1": "chain",
    "UPDATE ledger.money_entry SET amount_minor = 299 WHERE seq = 3 AND part = 1": "the rest",
    "DELETE FROM ledger.money_entry WHERE seq = 3 AND part = 1": "chain",
    "UPDATE ledger.money_entry SET part = 2 WHERE seq = 3 AND part = 1": "belong together",
    "DELETE FROM ledger.money_entry WHERE seq = 2": "transaction 2: missing",
    "DELETE FROM ledger.money_entry WHERE seq = 3": "counts 3 transactions, and has 2",
    "UPDATE ledger.money_book SET last_seq = 4": "counts 4 transactions, and has 3",
    "UPDATE ledger.money_book SET head_sha256 = sha256('x')": "head of the chain",
    "DELETE FROM ledger.money_book": "the book is not there",
}


async def test_each_tampering_is_found(database: Database, database_url: str) -> None:
    await post(database, owed(1, 1, 2, 500), owed(2, 2, 3, 200), paid(1, 1, 2, 300))
    copies = ("money_book", "money_entry")
    for name in copies:
        await as_owner(database_url, f"CREATE TABLE {name}_as_it_was AS TABLE ledger.{name}")
    for tampering, told in TAMPERINGS.items():
        await as_owner(database_url, tampering)
        found = (await defects(database))["CNY"]
        assert any(told in defect for defect in found), (tampering, found)
        for name in copies:
            kept = f"INSERT INTO ledger.{name} SELECT * FROM {name}_as_it_was"
            connection = await asyncpg.connect(database_url)
            try:
                await connection.execute("SET session_replication_role = replica")
                await connection.execute(f"DELETE FROM ledger.{name}")
                await connection.execute(kept)
            finally:
                await connection.close()
        assert await defects(database) == {"CNY": []}
