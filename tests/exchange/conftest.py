"""The exchange's tests share one small world."""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial

import pytest

from ledger import Database
from tests.conftest import renew_database
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
    return partial(renew_database, migrated_url, f"machine_{worker_name}")
