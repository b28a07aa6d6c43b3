"""Real servers for the tests: one embedded PostgreSQL and Valkey for the whole run, one database for each test.

The servers live in a temporary data directory which the process that starts the run creates and
hands to its xdist workers. The first worker to need them starts them, the others join, the last to
leave stops them, by the same `api.embedded.running` the service uses. The schema is migrated once,
in the database `comity`; a test's database is a copy of it (some 20 ms), so that no test sees what
another left.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import redis.asyncio
import structlog
from hypothesis import HealthCheck, settings
from sqlalchemy.engine import make_url

from api.embedded.services import Addresses, running, temporary_data_dir
from api.process.migrate import migrate
from ledger import Database

DATA_DIR = pytest.StashKey[Path]()
TEMPLATE_ATTEMPTS = 200
TEMPLATE_RETRY_SECONDS = 0.05

# A slow machine is not a failing test; the limit that counts is pytest's own timeout.
settings.register_profile("comity", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("comity")

# Tests that provoke failures log them; structlog's own default draws every frame's variables, which
# takes seconds.
structlog.configure(processors=[structlog.processors.JSONRenderer()])


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    worker_input: dict[str, str] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[DATA_DIR] = Path(worker_input["comity_data_dir"])
        return
    stack = ExitStack()
    config.stash[DATA_DIR] = stack.enter_context(temporary_data_dir("comity-tests-"))
    config.add_cleanup(stack.close)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the data directory to an xdist worker."""
    node.workerinput["comity_data_dir"] = str(node.config.stash[DATA_DIR])


@pytest.fixture(scope="session")
def addresses(pytestconfig: pytest.Config) -> Iterator[Addresses]:
    """The run's embedded servers."""
    with running(pytestconfig.stash[DATA_DIR]) as found:
        yield found


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """The xdist worker: "gw0", "gw1", …; "main" without xdist."""
    worker_input: dict[str, str] = getattr(request.config, "workerinput", {})
    return worker_input.get("workerid", "main")


def on_database(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_url(addresses: Addresses) -> str:
    """The address of the migrated database that the tests' databases are copied from.

    Never connect to it.
    """
    assert addresses.database_url is not None
    asyncio.run(migrate(addresses.database_url))
    return addresses.database_url


async def create_from_template(connection: asyncpg.Connection, name: str, template: str) -> None:
    """Copy a database; waits for another worker's migration, as PostgreSQL copies no database that is in use."""
    for attempt in range(TEMPLATE_ATTEMPTS):
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        except asyncpg.ObjectInUseError:
            if attempt == TEMPLATE_ATTEMPTS - 1:
                raise
            await asyncio.sleep(TEMPLATE_RETRY_SECONDS)
        else:
            return


@pytest.fixture
async def database_url(migrated_url: str, worker_name: str) -> AsyncIterator[str]:
    """The address of a freshly migrated, empty database of this test's own."""
    name = f"test_{worker_name}"
    connection = await asyncpg.connect(on_database(migrated_url, "postgres"))
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await create_from_template(connection, name, "comity")
        yield on_database(migrated_url, name)
    finally:
        await connection.close()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A freshly migrated, empty database of this test's own, open."""
    opened = await Database.open(database_url)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def redis_url(addresses: Addresses, worker_name: str) -> str:
    """The address of an empty Valkey database of this worker's own."""
    number = int(worker_name.removeprefix("gw")) % 16 if worker_name.startswith("gw") else 15
    url = f"{addresses.redis_url}?db={number}"
    client = redis.asyncio.from_url(url)
    try:
        await client.flushdb()
    finally:
        await client.aclose()
    return url
