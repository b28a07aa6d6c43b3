"""A partitioned database is as well defended as a plain one, also where a partition is named."""

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger import Database, Ledger, Placement
from ledger.asks import Issue
from ledger.book import Programme, create_programme
from loadtests.cluster.tables import placed
from tests.architecture.test_schema import APPEND_ONLY
from tests.shards.partitions import partitions_of


@pytest.fixture
async def programme(database: Database) -> Programme:
    """A programme whose book has one record."""
    async with database.transaction() as connection:
        made = await create_programme(
            connection, code="tea", party_id=1, name="Tea", time_zone="UTC"
        )
    await Ledger(database).submit(made, [Issue(key="i", member="ann", points=5)])
    return made


async def test_every_distributed_table_is_partitioned(database: Database) -> None:
    query = text("""
        SELECT i.inhparent::regclass::text, array_agg(i.inhrelid::regclass::text ORDER BY 1)
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhparent
        WHERE c.relkind = 'p' GROUP BY i.inhparent
    """)
    async with database.transaction() as connection:
        found = {name: sorted(parts) for name, parts in await connection.execute(query)}
    assert found == {table: partitions_of(table) for table in placed(Placement.DISTRIBUTED)}


@pytest.mark.parametrize("action", ["UPDATE", "DELETE"])
async def test_the_service_cannot_change_a_partition_of_what_is_append_only(
    database: Database, programme: Programme, action: str
) -> None:
    for table in sorted(APPEND_ONLY.intersection(placed(Placement.DISTRIBUTED))):
        for name in (table, *partitions_of(table)):
            change = (
                f"DELETE FROM {name}" if action == "DELETE" else f"UPDATE {name} SET book_id = 1"
            )
            with pytest.raises(DBAPIError, match="permission denied"):
                async with database.transaction() as connection:
                    await connection.execute(text(change))
    assert programme.book_id == 1


async def test_the_owner_cannot_change_a_partition_of_what_is_append_only(
    database_url: str, programme: Programme
) -> None:
    assert programme.book_id == 1
    owner = await asyncpg.connect(database_url)
    try:
        for table in sorted(APPEND_ONLY.intersection(placed(Placement.DISTRIBUTED))):
            for name in (table, *partitions_of(table)):
                for change in (
                    f"UPDATE {name} SET book_id = 1",
                    f"DELETE FROM {name}",
                    f"TRUNCATE {name}",
                ):
                    with pytest.raises(asyncpg.RestrictViolationError, match="append-only"):
                        await owner.execute(change)
    finally:
        await owner.close()


async def test_the_service_has_no_privilege_on_any_partition(database: Database) -> None:
    query = text("""
        SELECT oid::regclass::text FROM pg_class
        WHERE relispartition AND relkind = 'r' AND has_table_privilege(
            current_user, oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
    """)
    async with database.transaction() as connection:
        assert list((await connection.execute(query)).scalars()) == []


async def test_what_a_partition_lacks_is_found_missing(
    database_url: str, database: Database, programme: Programme
) -> None:
    """The hole itself: partitions inherit neither the trigger nor the refusal."""
    (table,) = {table for table in APPEND_ONLY if table.endswith(".journal")}
    (holder,) = await _holders(database_url, table, programme.book_id)
    owner = await asyncpg.connect(database_url)
    try:
        await owner.execute(f"DROP TRIGGER journal_append_only ON {holder}")
        await owner.execute(f"GRANT ALL ON {holder} TO comity_service")
        async with database.transaction() as connection:
            changed = await connection.execute(text(f"UPDATE {holder} SET amount = amount"))
            assert changed.rowcount == 1
    finally:
        await owner.close()


async def _holders(url: str, table: str, book_id: int) -> list[str]:
    """The partitions that have rows of a book."""
    owner = await asyncpg.connect(url)
    try:
        query = f"SELECT DISTINCT tableoid::regclass::text FROM {table} WHERE book_id = $1"
        return [row[0] for row in await owner.fetch(query, book_id)]
    finally:
        await owner.close()
