"""The database: its version, its durability, its schema, and what the service may do in it."""

from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.doctor.finding import Finding, sound, trouble, warning
from api.doctor.privileges import load_privileges, needed_privileges
from api.embedded.postgres import POSTGRES_MAJOR
from api.process.migrate import head_revision, migration_config
from ledger import (
    DURABLE_SETTINGS,
    DURABLE_VALUES,
    SERVICE_ROLE,
    Database,
    UnsafeLogin,
    require_plain_login,
)

NAMED_MAX = 5
"""How many privileges a line names."""

_VERSION = text("SELECT current_setting('server_version'), current_setting('server_version_num')")
_IS_MIGRATED = text("SELECT to_regclass('alembic_version')")
_REVISION = text("SELECT version_num FROM alembic_version")
_SETTING = text("SELECT current_setting(:name)")


async def check_version(database: Database) -> Finding:
    """PostgreSQL must be the version that this release is made for."""
    async with database.transaction() as connection:
        shown, number = (await connection.execute(_VERSION)).one()
    major = int(number) // 10_000
    if major < POSTGRES_MAJOR:
        return trouble(
            "database",
            f"it is PostgreSQL {shown}, and Comity needs {POSTGRES_MAJOR}",
            f"Move the database to PostgreSQL {POSTGRES_MAJOR} with pg_upgrade or pg_dump",
        )
    if major > POSTGRES_MAJOR:
        return warning(
            "database",
            f"it is PostgreSQL {shown}, newer than the {POSTGRES_MAJOR} that Comity is tested with",
            f"Use PostgreSQL {POSTGRES_MAJOR}, or wait for a release that names {major}",
        )
    return sound("database", f"PostgreSQL {shown} answers")


async def check_durability(database: Database) -> Finding:
    """What is acknowledged must be on the disk, for the sessions of the service's own login."""
    async with database.transaction() as connection:
        values = {
            name: (await connection.execute(_SETTING, {"name": name})).scalar_one()
            for name in DURABLE_SETTINGS
        }
    unsafe = [f"{name} is {value}" for name, value in values.items() if value not in DURABLE_VALUES]
    if unsafe:
        return trouble(
            "durability",
            f"{', '.join(unsafe)}, so points that were acknowledged can be lost",
            "Set it to on: look at ALTER SYSTEM, ALTER DATABASE and ALTER ROLE, and at "
            "postgresql.conf; then reload the server",
        )
    return sound("durability", "a commit is on the disk before it is acknowledged")


async def check_schema(database: Database) -> Finding:
    """The schema must be that of this release."""
    async with database.transaction() as connection:
        is_migrated = (await connection.execute(_IS_MIGRATED)).scalar_one() is not None
        found = (await connection.execute(_REVISION)).scalar() if is_migrated else None
    head = head_revision()
    if found == head:
        return sound("schema", f"it is at revision {head}, that of this release")
    if found is not None:
        try:
            ScriptDirectory.from_config(migration_config()).get_revision(found)
        except CommandError:
            return trouble(
                "schema",
                f"it is at revision {found}, and this release knows none after {head}",
                "Install the release that migrated it, or a later one",
            )
    return trouble(
        "schema",
        f"it is at revision {found}, and this release needs {head}",
        "Back it up, and run comity migrate with the address of the database's owner",
    )


async def check_login(connection: AsyncConnection) -> Finding:
    """The login must be the service's, with the privileges that it needs and no others."""
    try:
        await require_plain_login(connection)
    except UnsafeLogin as error:
        return trouble(
            "roles",
            str(error),
            f"Take that away from {SERVICE_ROLE}: it owns nothing and is a member of nothing",
        )
    return await _check_privileges(connection)


async def _check_privileges(connection: AsyncConnection) -> Finding:
    needed, given = needed_privileges(), await load_privileges(connection)
    if missing := needed - given:
        return trouble(
            "roles",
            f"{SERVICE_ROLE} lacks {_some(missing)}",
            f"Grant it as the owner, such as GRANT {_as_granted(min(missing))} TO {SERVICE_ROLE}",
        )
    if extra := given - needed:
        return trouble(
            "roles",
            f"{SERVICE_ROLE} may do more than it needs: {_some(extra)}",
            f"Revoke it as the owner, such as REVOKE {_as_granted(min(extra))} FROM {SERVICE_ROLE}",
        )
    return sound("roles", f"{SERVICE_ROLE} has the {len(needed)} privileges that it needs, no more")


def _some(privileges: set[str]) -> str:
    named = sorted(privileges)[:NAMED_MAX]
    more = len(privileges) - len(named)
    return ", ".join(named) + (f" and {more} others" if more else "")


def _as_granted(privilege: str) -> str:
    """A privilege as GRANT takes it."""
    right, _, place = privilege.partition(" ")
    parts = place.split(".")
    if right == "usage":
        return f"USAGE ON SCHEMA {place}"
    if len(parts) > len(("schema", "table")):
        return f"{right.upper()} ({parts[2]}) ON {parts[0]}.{parts[1]}"
    return f"{right.upper()} ON {place}"
