"""Partition the tables that a cluster would distribute, in a migrated and still empty database.

PostgreSQL cannot turn a table into a partitioned one. Each such table is made anew from the old
one, under its name, with its keys, indexes, triggers and privileges.

Two things are not inherited by partitions, and are repeated here on every one of them: triggers
FOR EACH STATEMENT, which keep the append-only tables as they are, and the refusal of privileges. A
partition can be named in a statement of its own; without these two that would be a way around.
"""

import asyncpg

from ledger import Placement
from ledger.database import SERVICE_ROLE
from loadtests.cluster.tables import PACKAGES, placed

PARTITIONS = 4

_ASIDE = "whole"

_KEYS = """
    SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
        pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = ANY ($1::text[]::regclass[]) AND contype::text = ANY ($2)
    ORDER BY conrelid::regclass::text, conname
"""
_INDEXES = """
    SELECT pg_get_indexdef(indexrelid) FROM pg_index
    WHERE indrelid = ANY ($1::text[]::regclass[])
        AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
"""
# Bit 1 of tgtype: FOR EACH ROW.
_TRIGGERS = """
    SELECT tgrelid::regclass::text AS relation, pg_get_triggerdef(oid) AS definition,
        tgtype & 1 = 0 AS by_statement
    FROM pg_trigger WHERE tgrelid = ANY ($1::text[]::regclass[]) AND NOT tgisinternal
"""
_GRANTS = """
    SELECT format('GRANT %s ON %s TO %I', privilege_type, c.oid::regclass, grantee::regrole::text)
    FROM pg_class c, aclexplode(c.relacl)
    WHERE (c.oid = ANY ($1::text[]::regclass[]) OR c.relkind = 'v')
        AND c.relnamespace::regnamespace::text = ANY ($2) AND grantee = $3::text::regrole
"""
_GRANTS_ON_COLUMNS = """
    SELECT format('GRANT %s (%I) ON %s TO %I', privilege_type, attname, attrelid::regclass,
        grantee::regrole::text)
    FROM pg_attribute, aclexplode(attacl)
    WHERE attrelid = ANY ($1::text[]::regclass[]) AND grantee = $2::text::regrole
"""
_VIEWS = """
    SELECT c.oid::regclass::text AS name, pg_get_viewdef(c.oid) AS definition
    FROM pg_class c WHERE relkind = 'v' AND relnamespace::regnamespace::text = ANY ($1)
"""
_STORAGE = "SELECT reloptions FROM pg_class WHERE oid = $1::text::regclass"


def partitions_of(table: str) -> list[str]:
    """The partitions' names."""
    return [f"{table}_p{number}" for number in range(PARTITIONS)]


async def partition(connection: asyncpg.Connection) -> None:
    """Partition by hash of the book, in one transaction; the connection is the owner's."""
    tables = placed(Placement.DISTRIBUTED)
    async with connection.transaction():
        for table in tables:
            assert not await connection.fetchval(f"SELECT EXISTS (SELECT FROM {table})"), table
        views = await connection.fetch(_VIEWS, PACKAGES)
        triggers = await connection.fetch(_TRIGGERS, tables)
        storage = {table: await connection.fetchval(_STORAGE, table) for table in tables}
        remade = [
            *await _column(connection, _KEYS, tables, ["p", "u"]),
            *await _column(connection, _INDEXES, tables),
            *await _column(connection, _KEYS, tables, ["f"]),
            *(f"CREATE VIEW {view['name']} AS {view['definition']}" for view in views),
            *await _column(connection, _GRANTS, tables, PACKAGES, SERVICE_ROLE),
            *await _column(connection, _GRANTS_ON_COLUMNS, tables, SERVICE_ROLE),
            *(trigger["definition"] for trigger in triggers),
        ]
        await connection.execute(f"CREATE SCHEMA {_ASIDE}")
        for view in views:
            await connection.execute(f"DROP VIEW {view['name']}")
        for table in tables:
            await _make_anew(connection, table, storage[table])
        for statement in remade:
            await connection.execute(statement)
        for trigger in triggers:
            if trigger["by_statement"]:
                for name in partitions_of(trigger["relation"]):
                    of_partition = trigger["definition"].replace(
                        f" ON {trigger['relation']} ", f" ON {name} "
                    )
                    await connection.execute(of_partition)
        await connection.execute(f"DROP SCHEMA {_ASIDE} CASCADE")


async def _make_anew(connection: asyncpg.Connection, table: str, storage: list[str] | None) -> None:
    name = table.partition(".")[2]
    await connection.execute(f"ALTER TABLE {table} SET SCHEMA {_ASIDE}")
    await connection.execute(
        f"CREATE TABLE {table} (LIKE {_ASIDE}.{name} INCLUDING ALL EXCLUDING INDEXES)"
        " PARTITION BY HASH (book_id)"
    )
    # Only partitions have storage, and so its parameters.
    parameters = f"WITH ({', '.join(storage)})" if storage else ""
    for number, part in enumerate(partitions_of(table)):
        await connection.execute(
            f"CREATE TABLE {part} PARTITION OF {table}"
            f" FOR VALUES WITH (MODULUS {PARTITIONS}, REMAINDER {number}) {parameters}"
        )
        # Through the table the service keeps its rights. A partition is nobody's to name.
        await connection.execute(f"REVOKE ALL ON {part} FROM {SERVICE_ROLE}")


async def _column(connection: asyncpg.Connection, query: str, *values: object) -> list[str]:
    return [row[0] for row in await connection.fetch(query, *values)]
