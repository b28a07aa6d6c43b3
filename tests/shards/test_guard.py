"""The guard finds what touches two partitions, and nothing else."""

import pytest
from sqlalchemy import text

from ledger import Database, Ledger, outbox
from ledger.asks import Issue
from ledger.book import Programme, create_programme
from tests.shards.guard import Watch

PLANTED = {
    "a read that names no book": "SELECT count(*) FROM ledger.journal WHERE kind = 1",
    "a read of two books": "SELECT count(*) FROM ledger.account WHERE book_id = ANY('{1,2}')",
    "a join that leaves one side free": (
        "SELECT count(*) FROM ledger.lane JOIN ledger.hold USING (lane) WHERE lane.book_id = 1"
    ),
    "a change that names no book": "UPDATE ledger.lane SET seq = seq WHERE lane = 1",
    "rows for two books": (
        "INSERT INTO ledger.outbox (book_id, topic, payload)"
        " SELECT book_id, 'planted', '{}' FROM generate_series(1, 9) AS t(book_id)"
    ),
}


@pytest.fixture
async def programmes(database: Database) -> list[Programme]:
    """Programmes enough for every partition to have one."""
    async with database.transaction() as connection:
        return [
            await create_programme(
                connection, code=f"tea-{number}", party_id=1, name="Tea", time_zone="UTC"
            )
            for number in range(9)
        ]


@pytest.mark.parametrize("planted", PLANTED)
async def test_a_planted_statement_is_found(
    database: Database, programmes: list[Programme], watch: Watch, planted: str
) -> None:
    assert len(programmes) == 9
    async with database.transaction() as connection:
        await connection.execute(text(PLANTED[planted]))
    assert {each.sql for each in watch.crossings()} == {PLANTED[planted]}


async def test_a_copy_into_two_books_is_found(
    database: Database, programmes: list[Programme], watch: Watch
) -> None:
    records = [(programme.book_id, "planted", "{}") for programme in programmes]
    async with database.driver_transaction() as connection:
        await connection.copy_records_to_table(
            "outbox", schema_name="ledger", columns=("book_id", "topic", "payload"), records=records
        )
    (crossing,) = watch.crossings()
    assert crossing.sql.startswith('COPY "ledger"."outbox"')


async def test_the_work_of_one_book_touches_one_partition(
    database: Database, programmes: list[Programme], watch: Watch
) -> None:
    ledger = Ledger(database)
    for programme in programmes:
        issues = [Issue(key=f"i-{n}", member=f"m-{n}", points=5) for n in range(100)]
        await ledger.submit(programme, issues)
        async with database.transaction() as connection:
            await outbox.append(connection, programme.book_id, "topic", [{}])
    assert watch.crossings() == []
    assert watch.seen() > len(programmes)
