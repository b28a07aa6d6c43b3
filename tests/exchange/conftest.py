"""The exchange's tests share one small world."""

from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from ledger import Database
from tests.conftest import create_from_template, on_database
from tests.exchange.fixtures import World, open_world


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        yield opened


@pytest.fixture
def fresh_database_url(migrated_url: str, worker_name: str) -> Callable[[], Awaitable[str]]:
    """Makes an empty migrated database, as often as it is called.

    State machines need it, because they run an event loop of their own.
    """
    name = f"machine_{worker_name}"

    async def create() -> str:
        connection = await asyncpg.connect(on_database(migrated_url, "postgres"))
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await create_from_template(connection, name, "comity")
        finally:
            await connection.close()
        return on_database(migrated_url, name)

    return create
