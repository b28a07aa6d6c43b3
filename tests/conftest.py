"""Real servers for the tests: one PostgreSQL and Valkey for a run, a database for each test.

The servers live in a temporary data directory which the process that starts the run creates and
hands to its xdist workers. The first worker to need them starts them, the others join, the last to
leave stops them, by the same `api.embedded.services` as the service. The schema is migrated once,
in the database `comity`; a test's database is a copy of it (some 20 ms), so that no test sees what
another left.

With `--keep-server` (`make t`) the servers are those of `tests/kept_server.py` instead.

Whatever is temporary is kept in memory where there is room for it (`tests/in_memory.py`).
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager
from functools import cache
from pathlib import Path
from string import ascii_letters
from typing import Any

import asyncpg
import pytest
import redis.asyncio
import structlog
from hypothesis import HealthCheck, Phase, settings
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool
from xdist.scheduler import LoadScopeScheduling

from api.embedded.postgres import ROLE
from api.embedded.services import Addresses, running, temporary_data_dir
from api.process.login import ensure_login
from api.process.migrate import migrate
from ledger import Database, service_url
from tests import in_memory, kept_server
from tests.kept_server import Kept

BROWSER = "tests/browser/"
DATA_DIR = pytest.StashKey[Path]()
KEPT = pytest.StashKey[Callable[[], Kept]]()
# The run's own servers, and those that a test starts in a data directory or behind a service.
SERVER_FIXTURES = {"addresses", "data_dir", "service"}
TEMPLATE = "comity"
TEMPLATE_ATTEMPTS = 200
TEMPLATE_RETRY_SECONDS = 0.05

# A slow machine is not a failing test; the limit that counts is pytest's own timeout. To explain a
# failure traces every line, which makes shrinking so slow that its result never comes.
settings.register_profile(
    "comity",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[phase for phase in Phase if phase is not Phase.explain],
)
settings.load_profile("comity")

# Tests that provoke failures log them; structlog's own default draws every frame's variables, which
# takes seconds, in which nothing else of the process goes on. A test that configures logs puts this
# back.
structlog.configure(processors=[structlog.processors.JSONRenderer()])


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--keep-server",
        action="store_true",
        help="use the test server that an earlier run left, and leave it running",
    )
    parser.addoption(
        "--renew-examples",
        action="store_true",
        help="write the examples of the API's description anew, as `make document` does",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    stack = ExitStack()
    config.add_cleanup(stack.close)
    stack.enter_context(in_memory.preferred())
    if config.getoption("--keep-server") and kept_server.is_possible():
        kept: Callable[[], Kept] = cache(lambda: stack.enter_context(kept_server.kept_server()))
        config.stash[KEPT] = kept
        return
    worker_input: dict[str, str] | None = getattr(config, "workerinput", None)
    if worker_input is not None:
        config.stash[DATA_DIR] = Path(worker_input["comity_data_dir"])
        return
    config.stash[DATA_DIR] = stack.enter_context(temporary_data_dir("comity-tests-"))


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the data directory to an xdist worker."""
    if DATA_DIR in node.config.stash:
        node.workerinput["comity_data_dir"] = str(node.config.stash[DATA_DIR])


class BrowserTogether(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Tests go to whichever process is free, but those in a browser to one: they share a site.

    The largest group is sent first. That is theirs.
    """

    def _split_scope(self, nodeid: str) -> str:
        return BROWSER if nodeid.startswith(BROWSER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling | None:
    """Distribute the tests of a run, unless another way is asked for."""
    return BrowserTogether(config, log) if config.getoption("dist") == "load" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that need servers, and let the long ones be the first.

    Those that need servers and show it by no fixture are marked by hand. Those that are given more
    time than others are long. At the end of a run, one process would wait for such a test of
    another.
    """
    for item in items:
        if SERVER_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker("server")
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)


@pytest.fixture(scope="session")
def addresses(pytestconfig: pytest.Config) -> Iterator[Addresses]:
    """The run's embedded servers."""
    if KEPT in pytestconfig.stash:
        yield pytestconfig.stash[KEPT]().addresses
        return
    with running(pytestconfig.stash[DATA_DIR]) as found:
        yield found


@pytest.fixture(scope="session")
def worker_name(pytestconfig: pytest.Config) -> str:
    """The xdist worker: "gw0", "gw1", …; "main" without xdist; "kept0", … on the kept server."""
    if KEPT in pytestconfig.stash:
        return f"kept{pytestconfig.stash[KEPT]().slot}"
    worker_input: dict[str, str] = getattr(pytestconfig, "workerinput", {})
    return worker_input.get("workerid", "main")


def on_database(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def migrated_url(addresses: Addresses, pytestconfig: pytest.Config) -> str:
    """The address of the migrated database that the tests' databases are copied from.

    Never connect to it.
    """
    address = addresses.database_url
    assert address is not None

    async def make() -> None:
        await migrate(address)
        await ensure_login(address, "")

    def migrate_it() -> None:
        asyncio.run(make())

    if KEPT in pytestconfig.stash:
        pytestconfig.stash[KEPT]().migrated_by(migrate_it)
    else:
        migrate_it()
    return address


async def create_from_template(connection: asyncpg.Connection, name: str, template: str) -> None:
    """Copy a database, once it is not in use: PostgreSQL copies no other.

    Another worker may still be migrating it.
    """
    for attempt in range(TEMPLATE_ATTEMPTS):
        try:
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        except asyncpg.ObjectInUseError:
            if attempt == TEMPLATE_ATTEMPTS - 1:
                raise
            await asyncio.sleep(TEMPLATE_RETRY_SECONDS)
        else:
            return


async def renew_database(migrated_url: str, name: str, template: str = TEMPLATE) -> str:
    """The owner's address of a database that is a new copy of the template."""
    connection = await asyncpg.connect(on_database(migrated_url, "postgres"))
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await create_from_template(connection, name, template)
    finally:
        await connection.close()
    return on_database(migrated_url, name)


@pytest.fixture
def database_template() -> str:
    """The database that a test's own is copied from. This one is migrated, and empty."""
    return TEMPLATE


@pytest.fixture
async def database_url(migrated_url: str, worker_name: str, database_template: str) -> str:
    """The owner's address of a freshly migrated database of this test's own."""
    return await renew_database(migrated_url, f"test_{worker_name}", database_template)


@asynccontextmanager
async def owner_transaction(database: Database) -> AsyncIterator[AsyncConnection]:
    """A transaction of the schema's owner, for what the service's login may not do."""
    engine = create_async_engine(database.engine.url.set(username=ROLE), poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            yield connection
    finally:
        await engine.dispose()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """A freshly migrated, empty database of this test's own, open."""
    opened = await Database.open(service_url(database_url))
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def redis_url(addresses: Addresses, worker_name: str) -> str:
    """The address of an empty Valkey database of this worker's own."""
    digits = worker_name.lstrip(ascii_letters)
    url = f"{addresses.redis_url}?db={int(digits) % 16 if digits else 15}"
    client = redis.asyncio.from_url(url)
    try:
        await client.flushdb()
    finally:
        await client.aclose()
    return url
