"""Migrations: one process at a time, never backwards, and readable as SQL."""

import asyncio

import alembic.command
import asyncpg
import pytest
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from api.process.migrate import (
    ADVISORY_LOCK,
    DatabaseAheadError,
    head_revision,
    migrate,
    migration_config,
    migration_sql,
)
from ledger import engine_url


async def test_many_at_once_migrate_once(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        schemas = await connection.fetch(
            "SELECT nspname FROM pg_namespace WHERE nspname !~ '^(pg_|information)'"
        )
        for row in schemas:
            await connection.execute(f'DROP SCHEMA "{row["nspname"]}" CASCADE')
        await connection.execute("CREATE SCHEMA public")
        revisions = await asyncio.gather(*(migrate(database_url) for _ in range(4)))
        assert set(revisions) == {head_revision()}
        assert await connection.fetchval("SELECT count(*) FROM alembic_version") == 1
    finally:
        await connection.close()


async def test_waits_for_another_process_that_migrates(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(f"SELECT pg_advisory_lock({ADVISORY_LOCK})")
        waiting = asyncio.create_task(migrate(database_url))
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        assert not done
        await connection.execute(f"SELECT pg_advisory_unlock({ADVISORY_LOCK})")
        assert await waiting == head_revision()
    finally:
        await connection.close()


async def test_a_database_of_a_newer_release_is_refused(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("UPDATE alembic_version SET version_num = '9999'")
        with pytest.raises(DatabaseAheadError, match="9999"):
            await migrate(database_url)
        assert await connection.fetchval("SELECT pg_try_advisory_lock($1)", ADVISORY_LOCK)
    finally:
        await connection.close()


def test_the_history_can_be_read_as_sql() -> None:
    sql = migration_sql()
    assert "CREATE SCHEMA ledger" in sql
    assert sql.count("BEGIN;") == sql.count("COMMIT;") == sql.count("version_num=") + 1


async def test_a_role_that_may_not_create_roles_can_migrate_where_the_services_role_is_there(
    database_url: str, worker_name: str
) -> None:
    name = f"plain_{worker_name}"
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'DROP ROLE IF EXISTS "{name}"')
        await connection.execute(f"""CREATE ROLE "{name}" LOGIN PASSWORD 'plain'""")
        await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
        address = make_url(database_url).set(username=name, password="plain", database=name)
        assert await migrate(address.render_as_string(hide_password=False)) == head_revision()
    finally:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.execute(f'DROP ROLE IF EXISTS "{name}"')
        await connection.close()


async def downgrade(database_url: str, revision: str) -> None:
    """Take the database back to a revision, as its owner would."""

    def back(connection: Connection) -> None:
        config = migration_config()
        config.attributes["connection"] = connection
        alembic.command.downgrade(config, revision)

    engine = create_async_engine(engine_url(database_url), poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            await connection.run_sync(back)
    finally:
        await engine.dispose()


async def test_batches_of_which_some_went_back_become_one_again(database_url: str) -> None:
    """As many are granted as were kept, and an offer of which nothing was kept has no allotment."""
    connection = await asyncpg.connect(database_url)
    try:
        await connection.executemany(
            """
            INSERT INTO catalog.allotment (
                book_id, offer_id, allotment_no, granted, remaining, returned, window_from
            )
            VALUES (1, $1, $2, $3, $4, $5, '2026-01-01Z')
            """,
            [
                (7, 1, 10, 4, 3),
                (7, 2, 5, 0, 5),
                (7, 3, 6, 6, 0),
                (8, 1, 5, 0, 5),
                (9, 2, 2, 1, 0),
            ],
        )
        await downgrade(database_url, "0019")
        kept = await connection.fetch(
            "SELECT offer_id, granted, remaining FROM catalog.allotment ORDER BY offer_id"
        )
        assert [tuple(row) for row in kept] == [(7, 13, 10), (9, 2, 1)]
        assert await migrate(database_url) == head_revision()
        kept = await connection.fetch(
            "SELECT offer_id, allotment_no, granted, remaining, returned FROM catalog.allotment"
            " ORDER BY offer_id"
        )
        assert [tuple(row) for row in kept] == [(7, 1, 13, 10, 0), (9, 1, 2, 1, 0)]
    finally:
        await connection.close()
