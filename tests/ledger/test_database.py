"""Transactions on the driver's own connection: what a broken one leaves to the next."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from ledger import Database, Ledger, driver
from ledger.asks import Issue
from ledger.book import Programme

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
