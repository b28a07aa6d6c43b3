"""The service's own login on a server that asks for passwords, as an operator's own does."""

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from api.embedded.postgres import ROLE
from api.embedded.services import running, temporary_data_dir
from api.kept_files import SettingsError
from api.process.bootstrap import prepare, prepare_database
from api.process.login import is_service_login
from api.process.migrate import DatabaseUnusableError, MigrationError
from api.settings import DATABASE_PASSWORD_FILE, Settings
from ledger import Database, service_url
from ledger.database import SERVICE_ROLE, UnsafeLogin
from tests.ledger.test_database_defends import CHANGES, FORBIDDEN, WAYS_OUT

pytestmark = pytest.mark.server

OWNER = "shop"
OWNERS_PASSWORD = "of the shop"
PASSWORDS = "local all {administrator} trust\nlocal all all scram-sha-256\n"
MORE_THAN_THE_SERVICE_NEEDS = {
    "it is a member of another role": ("GRANT pg_monitor TO {}", "REVOKE pg_monitor FROM {}"),
    "it has powers over the server": ("ALTER ROLE {} CREATEDB", "ALTER ROLE {} NOCREATEDB"),
    "it owns something": ("ALTER SCHEMA spare OWNER TO {}", "ALTER SCHEMA spare OWNER TO shop"),
}


@pytest.fixture(scope="module")
def administrator_url() -> Iterator[str]:
    """A server of this module's own. All but its administrator need a password."""
    with temporary_data_dir("comity-login-") as directory, running(directory, cache=False) as own:
        assert own.database_url is not None
        rules = directory / "postgres" / "pg_hba.conf"
        rules.write_text(PASSWORDS.format(administrator=ROLE), encoding="ascii")
        asyncio.run(_execute(own.database_url, "SELECT pg_reload_conf()"))
        yield own.database_url


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


@pytest.fixture
async def owner_url(administrator_url: str) -> AsyncIterator[str]:
    """The address of the owner of a new database, who may create roles and nothing else."""
    away = (
        f"DROP DATABASE IF EXISTS {OWNER} WITH (FORCE)",
        f"DROP ROLE IF EXISTS {SERVICE_ROLE}",
        f"DROP ROLE IF EXISTS {OWNER}",
    )
    await _execute(
        administrator_url,
        *away,
        f"CREATE ROLE {OWNER} LOGIN CREATEROLE PASSWORD '{OWNERS_PASSWORD}'",
        f"CREATE DATABASE {OWNER} OWNER {OWNER}",
    )
    address = make_url(administrator_url).set(
        username=OWNER, password=OWNERS_PASSWORD, database=OWNER
    )
    yield address.render_as_string(hide_password=False)
    await _execute(administrator_url, *away)


def settings(url: str, data_dir: Path, password: str = "") -> Settings:
    return Settings.load(
        database_url=SecretStr(url), data_dir=data_dir, database_password=SecretStr(password)
    )


async def test_the_owners_address_is_enough(owner_url: str, tmp_path: Path) -> None:
    given = settings(owner_url, tmp_path)
    ready = await prepare_database(given)
    url = ready.database_url.get_secret_value()
    assert is_service_login(url)
    assert OWNERS_PASSWORD not in url
    assert await prepare(ready) is not None, "the operator has a key"
    assert (tmp_path / DATABASE_PASSWORD_FILE).stat().st_mode & 0o077 == 0
    assert await prepare_database(given) == ready, "again, with the kept password"

    thief = await asyncpg.connect(url)
    try:
        for way_out in WAYS_OUT:
            await thief.execute(way_out)
            for change in (*CHANGES, *FORBIDDEN, f"SET ROLE {OWNER}", f"SET ROLE {ROLE}"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await thief.execute(change)
    finally:
        await thief.close()


async def test_another_machine_is_given_the_password(owner_url: str, tmp_path: Path) -> None:
    first = await prepare_database(settings(owner_url, tmp_path / "one"))
    with pytest.raises(DatabaseUnusableError, match="COMITY_DATABASE_PASSWORD"):
        await prepare_database(settings(owner_url, tmp_path / "other"))
    password = (tmp_path / "one" / DATABASE_PASSWORD_FILE).read_text(encoding="ascii").strip()
    other = await prepare_database(settings(owner_url, tmp_path / "other", password))
    assert other.database_url == first.database_url, "and the first one's was not changed"


async def test_the_owners_address_need_not_be_on_the_machine(
    owner_url: str, tmp_path: Path
) -> None:
    password = base64.b64encode(b"chosen by the operator").decode()
    alone = settings(service_url(owner_url, password), tmp_path)
    with pytest.raises(MigrationError):
        await prepare_database(alone)
    await prepare_database(settings(owner_url, tmp_path, password))
    assert await prepare_database(alone) == alone
    await prepare(alone)


async def test_an_owner_that_may_not_say_who_logs_in_says_what_to_do(
    administrator_url: str, owner_url: str, tmp_path: Path
) -> None:
    await _execute(
        administrator_url, f"CREATE ROLE {SERVICE_ROLE}", f"ALTER ROLE {OWNER} NOCREATEROLE"
    )
    given = settings(owner_url, tmp_path, "agreed")
    with pytest.raises(DatabaseUnusableError, match="ALTER ROLE comity_service LOGIN PASSWORD"):
        await prepare_database(given)
    await _execute(administrator_url, f"ALTER ROLE {SERVICE_ROLE} LOGIN PASSWORD 'agreed'")
    await prepare(await prepare_database(given))


async def test_a_login_with_more_than_the_service_needs_is_refused(
    administrator_url: str, owner_url: str, tmp_path: Path
) -> None:
    ready = await prepare_database(settings(owner_url, tmp_path))
    url = ready.database_url.get_secret_value()
    in_database = (
        make_url(administrator_url).set(database=OWNER).render_as_string(hide_password=False)
    )
    await _execute(owner_url, "CREATE SCHEMA spare")
    for reason, (give, take) in MORE_THAN_THE_SERVICE_NEEDS.items():
        await _execute(in_database, give.format(SERVICE_ROLE))
        with pytest.raises(UnsafeLogin, match=reason):
            await Database.open(url)
        await _execute(in_database, take.format(SERVICE_ROLE))
        await (await Database.open(url)).close()


def test_a_password_is_ascii(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="must be ASCII"):
        settings("postgresql://shop@/shop", tmp_path, "clé")
