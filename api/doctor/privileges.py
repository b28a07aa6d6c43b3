"""What the service's login may do in the database: as the migrations say, and as it is.

What it should be is read from the statements of the migrations themselves. So a new migration
needs no second list here.
"""

import re
from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.process.migrate import migration_sql
from ledger import SERVICE_ROLE

VERSION_TABLE = "alembic_version"
_STATEMENT = re.compile(
    r"CREATE (?:TABLE|VIEW) (?P<created>\w+\.\w+)"
    r"|DROP (?:TABLE|VIEW) (?P<dropped>\w+\.\w+)"
    r"|ALTER TABLE (?P<altered>\w+\.\w+) RENAME COLUMN (?P<before>\w+) TO (?P<after>\w+)"
    r"|ALTER TABLE (?P<cut>\w+\.\w+)(?P<columns>(?:\s*,?\s*DROP COLUMN \w+)+)"
    rf"|(?P<verb>GRANT|REVOKE) (?P<rights>[A-Z][^;]*?)\s+ON\s+(?P<on>[^;]+?)"
    rf"\s+(?:TO|FROM)\s+{SERVICE_ROLE}\s*;"
)
_CUT_COLUMN = re.compile(r"DROP COLUMN (\w+)")
_RIGHT = re.compile(r"([A-Z]+)(?:\s*\(([^)]*)\))?")
_PRIVILEGES = text(
    """
    SELECT namespace.nspname AS name, lower(acl.privilege_type) AS privilege
    FROM pg_namespace AS namespace, aclexplode(namespace.nspacl) AS acl
    WHERE acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = :role)
        AND namespace.nspname IN ('ledger', 'catalog', 'exchange', 'settlement')
    UNION
    SELECT CASE nspname WHEN 'public' THEN '' ELSE nspname || '.' END || relation.relname,
        lower(acl.privilege_type)
    FROM pg_class AS relation JOIN pg_namespace AS namespace ON namespace.oid = relnamespace,
        aclexplode(relation.relacl) AS acl
    WHERE acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = :role)
        AND relation.relkind IN ('r', 'p', 'v')
        AND (
            nspname IN ('ledger', 'catalog', 'exchange', 'settlement')
            OR relation.relname = 'alembic_version'
        )
    UNION
    SELECT nspname || '.' || relation.relname || '.' || attname, lower(acl.privilege_type)
    FROM pg_attribute
    JOIN pg_class AS relation ON relation.oid = attrelid
    JOIN pg_namespace AS namespace ON namespace.oid = relnamespace,
        aclexplode(attacl) AS acl
    WHERE acl.grantee = (SELECT oid FROM pg_roles WHERE rolname = :role)
        AND nspname IN ('ledger', 'catalog', 'exchange', 'settlement')
    """
)


def needed_privileges() -> set[str]:
    """What the migrations of this release give, such as "update ledger.lane.seq"."""
    tables: set[str] = set()
    privileges: set[str] = set()
    for found in _STATEMENT.finditer(migration_sql()):
        if found["created"]:
            tables.add(found["created"])
        elif found["dropped"]:
            tables.discard(found["dropped"])
            privileges = {each for each in privileges if not _is_about(each, found["dropped"])}
        elif found["cut"]:
            gone = tuple(
                f" {found['cut']}.{name}" for name in _CUT_COLUMN.findall(found["columns"])
            )
            privileges = {each for each in privileges if not each.endswith(gone)}
        elif found["altered"]:
            before, after = (f" {found['altered']}.{found[name]}" for name in ("before", "after"))
            privileges = {
                each.replace(before, after) if each.endswith(before) else each
                for each in privileges
            }
        else:
            some = set(_stated(found["rights"], found["on"], tables))
            if found["verb"] == "GRANT":
                privileges |= some
            else:
                # What is taken from a table is taken from each of its columns, too.
                privileges = {
                    each for each in privileges if not some & {each, each.rpartition(".")[0]}
                }
    return privileges


def _is_about(privilege: str, table: str) -> bool:
    return f"{privilege.partition(' ')[2]}.".startswith(f"{table}.")


async def load_privileges(connection: AsyncConnection) -> set[str]:
    """What the login was given, in the same form."""
    rows = await connection.execute(_PRIVILEGES, {"role": SERVICE_ROLE})
    return {f"{row.privilege} {row.name}" for row in rows}


def _stated(rights: str, on: str, tables: set[str]) -> Iterator[str]:
    """The privileges that one statement is about."""
    words = on.split()
    if words[:4] == ["ALL", "TABLES", "IN", "SCHEMA"]:
        names = sorted(each for each in tables if each.startswith(f"{words[4]}."))
    elif words[0] == "SCHEMA":
        names = words[1:]
    else:
        names = [each.strip() for each in on.removeprefix("TABLE ").split(",")]
    for right, columns in _RIGHT.findall(rights):
        suffixes = [f".{each.strip()}" for each in columns.split(",")] if columns else [""]
        for name in names:
            for suffix in suffixes:
                yield f"{right.lower()} {name}{suffix}"
