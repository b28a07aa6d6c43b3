"""`comity doctor` names what is planted, and nothing on a sound installation."""

import asyncio
import json
import resource
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import timedelta
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.doctor.examine import examine
from api.doctor.finding import Finding, State
from api.doctor.privileges import load_privileges, needed_privileges
from api.embedded.services import temporary_data_dir
from api.process.children import free_port
from api.process.last_verify import LastVerify, identity, keep_verify
from api.process.looking import looking
from api.serve import files_needed
from api.settings import Settings
from ledger import Database, heartbeats, read_clock
from tests.api.process.stored import encoded
from tests.api.test_serve import ROOT, comity, environment, serving
from tests.exchange.fixtures import World, open_world

ANYTHING_FREE = 0.0
KEY = b"k" * 32
CHECKS = {
    *("database", "durability", "schema", "roles", "clock", "outbox", "workers", "seal", "verify"),
    *("suppliers", "secrets", "valkey", "public address", "files", "disk", "open files"),
}
# The machine that runs the tests may have as little room, and as few files, as it likes.
MACHINE = {"disk", "open files"}


@pytest.fixture
async def world(database: Database) -> AsyncIterator[World]:
    async with open_world(database) as opened:
        await opened.issue("ann", 50)
        yield opened


@pytest.fixture
def settings(database_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings.load(
        database_url=SecretStr(database_url),
        redis_url=SecretStr(redis_url),
        secret_key=SecretStr(encoded(KEY)),
        supplier_networks="127.0.0.0/8",
        data_dir=tmp_path,
    )


async def examined(settings: Settings, free_gigabytes_min: float = 0) -> dict[str, Finding]:
    found = await asyncio.to_thread(examine, settings, free_gigabytes_min)
    assert len({each.check for each in found}) == len(found)
    return {each.check: each for each in found}


async def troubles(settings: Settings, free_gigabytes_min: float = 0) -> dict[str, Finding]:
    """What is not sound, by check. Each says what to do."""
    found = await examined(settings, free_gigabytes_min)
    wrong = {
        check: each
        for check, each in found.items()
        if each.state is not State.SOUND and (check not in MACHINE or free_gigabytes_min)
    }
    assert all(each.advice for each in wrong.values())
    return wrong


class Plant:
    """What a trouble is planted with."""

    def __init__(self, database_url: str, settings: Settings, world: World) -> None:
        self._database_url = database_url
        self.settings = settings
        self.world = world

    async def run(self, *statements: str) -> None:
        """Change the database as its owner, past all that guards it."""
        connection = await asyncpg.connect(self._database_url)
        try:
            await connection.execute("SET session_replication_role = replica")
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    def set(self, **changes: object) -> None:
        self.settings = self.settings.model_copy(update=changes)


@pytest.fixture
def plant(database_url: str, settings: Settings, world: World) -> Plant:
    return Plant(database_url, settings, world)


def closed_address() -> str:
    return f"http://127.0.0.1:{free_port()}"


def in_database(*statements: str) -> Callable[[Plant], Awaitable[None]]:
    return lambda plant: plant.run(*statements)


async def synchronous_commit_off(plant: Plant) -> None:
    await plant.run(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', "
        "current_database()); END $$"
    )


async def valkey_away(plant: Plant) -> None:
    plant.set(redis_url=SecretStr(f"redis{closed_address()[4:]}"))


async def other_key(plant: Plant) -> None:
    plant.set(secret_key=SecretStr(encoded(b"o" * 32)))


async def key_missing(plant: Plant) -> None:
    plant.set(secret_key=SecretStr(""))


async def loose_file(plant: Plant) -> None:
    path = plant.settings.data_dir / "operator.key"
    path.write_text("a key\n")
    path.chmod(0o644)


async def public_address_closed(plant: Plant) -> None:
    async with plant.world.database.transaction() as connection:
        await heartbeats.beat(connection, "elsewhere-1-abc", works=True)
    plant.set(public_url=closed_address())


async def silent_worker(plant: Plant) -> None:
    async with plant.world.database.transaction() as connection:
        await heartbeats.beat(connection, "elsewhere-1-abc", works=True)
    await plant.run("UPDATE ledger.heartbeat SET worked_at = now() - interval '3 minutes'")


async def supplier_away(plant: Plant) -> None:
    await plant.run(f"UPDATE catalog.endpoint SET url = '{closed_address()}'")


async def verify_found_defects(plant: Plant) -> None:
    async with plant.world.database.transaction() as connection:
        here, now = await identity(connection), await read_clock(connection)
    keep_verify(plant.settings, LastVerify(here, now, 3))


async def verify_long_ago(plant: Plant) -> None:
    async with plant.world.database.transaction() as connection:
        here, now = await identity(connection), await read_clock(connection)
    keep_verify(plant.settings, LastVerify(here, now - timedelta(days=40), 0))


TROUBLES: dict[str, tuple[str, State, str, Callable[[Plant], Awaitable[None]]]] = {
    "commits that are not durable": (
        "durability",
        State.TROUBLE,
        "synchronous_commit is off",
        synchronous_commit_off,
    ),
    "a grant that is missing": (
        "roles",
        State.TROUBLE,
        "lacks update ledger.lane.seq",
        in_database("REVOKE UPDATE (seq) ON ledger.lane FROM comity_service"),
    ),
    "a grant too many": (
        "roles",
        State.TROUBLE,
        "may do more than it needs: delete ledger.journal",
        in_database("GRANT DELETE ON ledger.journal TO comity_service"),
    ),
    "an older schema": (
        "schema",
        State.TROUBLE,
        "is at revision 0007",
        in_database("UPDATE alembic_version SET version_num = '0007'"),
    ),
    "a newer schema": (
        "schema",
        State.TROUBLE,
        "this release knows none after",
        in_database("UPDATE alembic_version SET version_num = '9999'"),
    ),
    "Valkey away": ("valkey", State.WARNING, "does not answer", valkey_away),
    "a message that nobody handles": (
        "outbox",
        State.TROUBLE,
        "messages of planted are overdue",
        in_database(
            "INSERT INTO ledger.outbox (book_id, topic, payload, available_at, created_at) "
            "SELECT book_id, 'planted', '{}', now() - interval '1 hour', now() - interval '1 hour' "
            "FROM ledger.book"
        ),
    ),
    "a worker that is silent": ("workers", State.WARNING, "elsewhere-1-abc", silent_worker),
    "no seal for long": (
        "seal",
        State.WARNING,
        "a record is 9 days old",
        in_database("UPDATE ledger.journal SET recorded_at = now() - interval '9 days'"),
    ),
    "books that verify found wrong": (
        "verify",
        State.TROUBLE,
        "3 defects were found",
        verify_found_defects,
    ),
    "no verify for long": ("verify", State.WARNING, "40 days ago", verify_long_ago),
    "a supplier away": ("suppliers", State.WARNING, "1 of 1 cannot be sent orders", supplier_away),
    "a supplier without an endpoint": (
        "suppliers",
        State.WARNING,
        "cinema (has set no endpoint)",
        in_database("DELETE FROM catalog.endpoint"),
    ),
    "a supplier's secret that no key opens": (
        "secrets",
        State.TROUBLE,
        "secrets of 1 suppliers cannot be decrypted",
        in_database("UPDATE catalog.endpoint SET encrypted_secret = '\\x00'"),
    ),
    "another secret key": ("secrets", State.TROUBLE, "cannot be decrypted", other_key),
    "no secret key": ("secrets", State.TROUBLE, "secret.key", key_missing),
    "a file that others may read": ("files", State.TROUBLE, "operator.key", loose_file),
    "a public address that leads nowhere": (
        "public address",
        State.TROUBLE,
        "no answer",
        public_address_closed,
    ),
}


@pytest.mark.parametrize("name", TROUBLES)
async def test_a_planted_trouble_is_named_and_nothing_else(plant: Plant, name: str) -> None:
    check, state, says, planted = TROUBLES[name]
    assert await troubles(plant.settings) == {}
    await planted(plant)
    found = await troubles(plant.settings)
    assert {each: found[each].state for each in found} == {check: state}
    assert says in found[check].says


async def test_of_a_sound_installation_every_check_is_told(plant: Plant) -> None:
    assert (await examined(plant.settings)).keys() == CHECKS


async def test_a_disk_that_is_nearly_full_is_named(plant: Plant) -> None:
    found = await troubles(plant.settings, free_gigabytes_min=1e9)
    assert found.keys() - {"open files"} == {"disk"}


async def test_a_limit_of_open_files_that_is_too_low_is_named(plant: Plant) -> None:
    limit = files_needed(plant.settings) - 1
    shown = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "api.cli", "doctor", "--json"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=environment()
        | {
            "COMITY_DATABASE_URL": plant.settings.database_url.get_secret_value(),
            "COMITY_DATA_DIR": str(plant.settings.data_dir),
        },
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit)),
    )
    assert shown.returncode == 1, shown.stderr
    (found,) = [each for each in json.loads(shown.stdout) if each["check"] == "open files"]
    assert found["state"] == "trouble"
    assert f"may open {limit} files" in found["says"]


async def test_a_page_of_somebody_else_is_not_the_public_address(plant: Plant) -> None:
    await public_address_closed(plant)
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as other:
        thread = threading.Thread(target=other.serve_forever)
        thread.start()
        plant.set(public_url=f"http://127.0.0.1:{other.server_port}")
        found = await troubles(plant.settings)
        other.shutdown()
        thread.join()
    assert found.keys() == {"public address"}
    assert "another page answers" in found["public address"].says


async def test_a_database_that_is_away_hides_nothing_else(plant: Plant) -> None:
    await loose_file(plant)
    plant.set(database_url=SecretStr(f"postgresql://comity@{closed_address()[7:]}/comity"))
    found = await troubles(plant.settings)
    assert found.keys() == {"database", "files"}


async def test_the_privileges_of_the_migrations_are_those_of_the_database(
    database: Database,
) -> None:
    async with database.transaction() as connection:
        given = await load_privileges(connection)
    assert needed_privileges() == given
    assert {"update ledger.lane.seq", "usage ledger", "delete ledger.outbox"} <= given


async def test_the_server_refuses_every_write_of_a_look(database_url: str) -> None:
    async with looking(database_url) as database:
        with pytest.raises(DBAPIError, match="read-only transaction"):
            async with database.transaction() as connection:
                await connection.execute(text("DELETE FROM ledger.heartbeat"))


@pytest.fixture
def place() -> Iterator[Path]:
    with temporary_data_dir("comity-doctor-") as directory:
        yield directory


def lines(data_dir: Path, port: int) -> list[str]:
    """What the command says. It exits with 0, and leaves the data directory as it is."""
    before = {path.name: path.read_bytes() for path in data_dir.glob("*.key")}
    names = {path.name for path in data_dir.iterdir()}
    shown = comity(
        *("doctor", "--data-dir", str(data_dir), "--free-min", "0"), COMITY_PORT=str(port)
    )
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert {path.name for path in data_dir.iterdir()} == names
    assert {path.name: path.read_bytes() for path in data_dir.glob("*.key")} == before
    return shown.stdout.splitlines()


@pytest.mark.server
@pytest.mark.timeout(600)
def test_a_sound_installation_is_sound_whether_it_is_served_or_not(place: Path) -> None:
    data_dir = place / "data"
    with serving(data_dir, port := free_port()):
        served = lines(data_dir, port)
        assert f"✔ public address: Comity answers at http://127.0.0.1:{port}" in served
        assert "✔ valkey: it answers" in served
    stopped = lines(data_dir, port)
    assert "✔ valkey: it starts with the service, which does not run now" in stopped
    for told in (served, stopped):
        assert len(told) == len(CHECKS)
        # The machine of the tests may allow a process few files.
        assert {line[0] for line in told if "open files" not in line} == {"✔"}
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


@pytest.mark.server
def test_where_nothing_was_served_nothing_is_made(place: Path) -> None:
    shown = comity("doctor", "--data-dir", str(place / "nothing"), "--json")
    assert shown.returncode == 1
    (found,) = [each for each in json.loads(shown.stdout) if each["check"] == "database"]
    assert "there is no database" in found["says"]
    assert not (place / "nothing").exists()


@pytest.mark.parametrize(
    "address",
    ["postgresql://comity_service:hid/den@host/db", "postgresql://comity:word@hid:den@host/db"],
)
def test_no_part_of_a_malformed_address_is_told(settings: Settings, address: str) -> None:
    findings = examine(
        settings.model_copy(update={"database_url": SecretStr(address)}), ANYTHING_FREE
    )
    (found,) = (each for each in findings if each.check == "database")
    assert found.state is State.TROUBLE
    assert "COMITY_DATABASE_URL is no address" in found.says
    assert "hid" not in found.line
    assert "den" not in found.line
