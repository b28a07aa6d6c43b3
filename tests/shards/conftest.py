"""A PostgreSQL of these tests' own: databases partitioned by book, every plan logged."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from api.embedded.services import Addresses, running, temporary_data_dir
from api.process.login import ensure_login
from api.process.migrate import migrate
from tests.conftest import on_database
from tests.http.conftest import (
    brand,
    http,
    make_settings,
    operator,
    operator_key,
    other_brand,
    reconciler,
    supplier,
)
from tests.http.test_conversions import rate
from tests.http.test_description import description
from tests.http.test_end_to_end import process, supplier_server
from tests.shards.guard import Watch, note_writes, prepare_server
from tests.shards.partitions import partition

# Fixtures of journeys that have their own tests elsewhere.
__all__ = [
    "brand",
    "description",
    "http",
    "make_settings",
    "operator",
    "operator_key",
    "other_brand",
    "process",
    "rate",
    "reconciler",
    "supplier",
    "supplier_server",
]


@pytest.fixture
def stocked() -> None:
    """Nothing is there from the start: each statement that makes it is watched."""


@pytest.fixture(scope="session")
def shards_data_dir() -> Iterator[Path]:
    with temporary_data_dir("comity-shards-") as directory:
        yield directory


@pytest.fixture(scope="session")
def addresses(shards_data_dir: Path) -> Iterator[Addresses]:
    with running(shards_data_dir) as found:
        yield found


@pytest.fixture(scope="session")
def migrated_url(addresses: Addresses) -> str:
    """The partitioned template of the tests' databases."""
    address = addresses.database_url
    assert address is not None

    async def make() -> None:
        await migrate(address)
        await ensure_login(address, "")
        connection = await asyncpg.connect(address)
        try:
            await partition(connection)
            await note_writes(connection)
            await prepare_server(connection)
        finally:
            await connection.close()

    asyncio.run(make())
    return on_database(address, "comity")


@pytest.fixture
def watch(shards_data_dir: Path, database_url: str) -> Watch:
    """What the server logs from now on."""
    assert database_url
    return Watch(shards_data_dir / "postgres" / "server.log")
