"""Transactions on the driver's own connection: what a broken one leaves to the next."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger import Database, Ledger, allow_time, driver, is_lost_database
from ledger import database as database_module
from ledger.asks import Issue
from ledger.book import Programme
from ledger.database import NO_TIME_LIMIT

CONNECTIONS = 10


async def test_a_server_that_closed_every_connection_of_the_pool_is_noticed_by_nobody(
    database: Database, programme: Programme
) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(CONNECTIONS):
            await stack.enter_async_context(database.engine.connect())
    url = database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    session = await asyncpg.connect(url)
    closed = await session.fetchval("""
        SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
    """)
    await session.close()
    assert closed >= CONNECTIONS
    answers = await Ledger(database).submit(programme, [Issue(key="i", member="ann", points=1)])
    assert answers[0].accepted
    async with database.transaction() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1


@pytest.mark.parametrize("statement", ["BEGIN;", "COMMIT;", "ROLLBACK;"])
@pytest.mark.parametrize("was_done", [False, True])
async def test_who_is_cancelled_leaves_no_transaction_to_the_next(
    database: Database,
    programme: Programme,
    monkeypatch: pytest.MonkeyPatch,
    statement: str,
    was_done: bool,
) -> None:
    execute = asyncpg.Connection.execute
    is_cancelled = False

    async def cancelled(connection: asyncpg.Connection, query: str, *args: Any, **more: Any) -> Any:
        nonlocal is_cancelled
        if query != statement or is_cancelled:
            return await execute(connection, query, *args, **more)
        is_cancelled = True
        if was_done:
            await execute(connection, query, *args, **more)
        raise asyncio.CancelledError

    monkeypatch.setattr(asyncpg.Connection, "execute", cancelled)
    with suppress(asyncio.CancelledError, ValueError):
        async with database.driver_transaction():
            if statement == "ROLLBACK;":
                raise ValueError
    assert is_cancelled
    answers = await Ledger(database).submit(programme, [Issue(key="i", member="ann", points=1)])
    assert answers[0].accepted
    await database.engine.dispose()
    async with database.transaction() as connection:
        assert (
            await connection.execute(text("SELECT count(*) FROM ledger.journal"))
        ).scalar_one() == 1


async def test_a_task_cancelled_at_any_moment_leaves_no_transaction_to_the_next(
    database: Database,
) -> None:
    async def work() -> None:
        async with database.driver_transaction() as connection:
            await connection.fetch("SELECT 1")

    for rounds in range(40):
        task = asyncio.create_task(work())
        for _ in range(rounds):
            await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with database.engine.connect() as connection:
            raw = await driver(connection)
            assert not raw.is_in_transaction()
            async with raw.transaction():
                assert await raw.fetchval("SELECT 1") == 1


async def test_a_transaction_of_many_short_statements_is_given_up_and_frees_its_locks(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = text("SELECT lane FROM ledger.lane WHERE book_id = :book_id FOR UPDATE")
    book = {"book_id": programme.book_id}
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setattr(database_module, "TRANSACTION_TIMEOUT_MILLISECONDS", 500)
    impatient = await Database.open(url)
    ended: list[BaseException] = []

    async def dawdle(locked: asyncio.Event) -> None:
        with suppress(asyncio.CancelledError):
            try:
                async with impatient.transaction() as connection:
                    await connection.execute(lock, book)
                    locked.set()
                    while True:
                        await connection.execute(text("SELECT pg_sleep(0.05)"))
            except Exception as error:  # noqa: BLE001 - looked at below
                ended.append(error)

    locked = asyncio.Event()
    dawdling = asyncio.create_task(dawdle(locked))
    try:
        await locked.wait()
        async with database.transaction() as connection:
            await connection.execute(lock, book)
        await dawdling
        assert [is_lost_database(error) for error in ended] == [True]
        async with impatient.transaction() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    finally:
        dawdling.cancel()
        await impatient.close()


async def test_a_transaction_that_needs_longer_gets_it_and_the_next_does_not(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = database.engine.url.render_as_string(hide_password=False)
    monkeypatch.setattr(database_module, "TRANSACTION_TIMEOUT_MILLISECONDS", 500)
    monkeypatch.setattr(database_module, "STATEMENT_TIMEOUT_MILLISECONDS", 400)
    monkeypatch.setattr(database_module, "COMMAND_TIMEOUT_SECONDS", 0.5)
    slow = text("SELECT pg_sleep(0.7)")
    impatient = await Database.open(url, pool_size=1)
    try:
        for seconds in (600, NO_TIME_LIMIT):
            async with impatient.transaction() as connection:
                await allow_time(connection, seconds)
                await connection.execute(slow)
            with pytest.raises((TimeoutError, DBAPIError)):
                async with impatient.transaction() as connection:
                    await connection.execute(slow)
    finally:
        await impatient.close()
