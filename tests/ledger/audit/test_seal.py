"""Seals: computed again from a COPY of the journal, and made without standing in anybody's way."""

import asyncio

import pytest
from sqlalchemy import text

from ledger import Database
from ledger.audit import seal as sealing
from ledger.audit import seal_book
from ledger.audit.seal import COLUMNS
from ledger.book import Programme
from tests.ledger.audit.seals import (
    EVERYTHING,
    check,
    entry,
    fill,
    heads_from_a_copy,
    row,
    tamper,
    write,
)


async def test_every_column_of_the_journal_is_sealed(database: Database) -> None:
    async with database.transaction() as connection:
        names = await connection.execute(
            text(
                "SELECT column_name FROM information_schema.columns"
                " WHERE (table_schema, table_name) = ('ledger', 'journal')"
            )
        )
        assert set(COLUMNS) == set(names.scalars())


async def test_heads_can_be_computed_from_a_copy(
    database: Database, database_url: str, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BLOCK_RECORDS_MAX", 2)
    async with database.transaction() as connection:
        await write(
            connection, [entry(programme, 0, 1, **EVERYTHING), entry(programme, 0, 1, 1, amount=3)]
        )
        await write(
            connection, [row(programme, 0, 2), entry(programme, 0, 3, 0), entry(programme, 0, 3, 1)]
        )
        await write(connection, [entry(programme, 2, 1)])
    await seal_book(database, programme)
    async with database.transaction() as connection:
        stored = await connection.execute(
            text("SELECT lane, seq, first_seq, head FROM ledger.seal ORDER BY lane, seq")
        )
        seals = [tuple(each) for each in stored]
    assert [each[:3] for each in seals] == [(0, 2, 1), (0, 3, 3), (2, 1, 1)]
    assert await heads_from_a_copy(database_url) == {
        (lane, seq): head.hex() for lane, seq, _first, head in seals
    }
    assert await check(database, programme) == []


async def test_seals_of_before_the_column_of_actors_still_hold(
    database: Database, database_url: str, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(database, programme, 0, 1, 2)
    with monkeypatch.context() as before:
        before.setattr(sealing, "VERSION", 1)
        old = await seal_book(database, programme)
    async with database.transaction() as connection:
        await write(connection, [entry(programme, 0, 3, recorded_by=7)])
    new = await seal_book(database, programme)
    assert await check(database, programme, [*old, *new]) == []
    assert await heads_from_a_copy(database_url) == {
        (head.lane, head.seq): head.head.hex() for head in (*old, *new)
    }
    for seq, value, wrong in (
        (1, "7", "lane 0 records 1 to 2"),
        (3, "8", "lane 0 records 3 to 3"),
        (3, "NULL", "lane 0 records 3 to 3"),
    ):
        where = f"WHERE lane = 0 AND seq = {seq}"
        await tamper(database_url, f"UPDATE ledger.journal SET recorded_by = {value} {where}")
        assert await check(database, programme) == [
            f"sealed records are as they were sealed: {wrong}"
        ]
        kept = "NULL" if seq == 1 else "7"
        await tamper(database_url, f"UPDATE ledger.journal SET recorded_by = {kept} {where}")
    await tamper(database_url, "UPDATE ledger.seal SET version = 1 WHERE version = 2")
    assert await check(database, programme) != []


async def test_sealing_goes_on_where_it_ended(database: Database, programme: Programme) -> None:
    assert await seal_book(database, programme) == []
    await fill(database, programme, 0, 1, 5)
    (first,) = await seal_book(database, programme)
    assert (first.book, first.lane, first.seq) == ("tea-club", 0, 5)
    assert await seal_book(database, programme) == [first]
    await fill(database, programme, 0, 6, 6)
    await fill(database, programme, 1, 1, 1)
    told: list[tuple[int, int]] = []
    heads = await seal_book(database, programme, lambda done, total: told.append((done, total)))
    assert [(head.lane, head.seq) for head in heads] == [(0, 6), (1, 1)]
    assert told == [(1, 2), (2, 2)]
    assert await check(database, programme, [first, *heads]) == []


async def test_a_writer_is_not_waited_for_and_what_it_commits_late_is_sealed_next(
    database: Database, programme: Programme
) -> None:
    await fill(database, programme, 0, 1, 2)
    async with database.engine.connect() as writer:
        await write(writer, [entry(programme, 0, 3), entry(programme, 1, 1)])
        async with asyncio.timeout(5):
            heads = await seal_book(database, programme)
        assert [(head.lane, head.seq) for head in heads] == [(0, 2)]
        await writer.commit()
    heads = await seal_book(database, programme)
    assert [(head.lane, head.seq) for head in heads] == [(0, 3), (1, 1)]
    assert await check(database, programme) == []


async def test_a_sealer_holds_no_writer_up(database: Database, programme: Programme) -> None:
    """Not even one that stops in the middle of a block, with its turn taken and a seal written."""
    await fill(database, programme, 0, 1, 2)
    async with database.engine.connect() as sealer:
        turn = {"book_id": programme.book_id}
        await sealer.execute(
            text("SELECT pg_advisory_xact_lock(hashtextextended('ledger.seal', :book_id))"), turn
        )
        await sealer.execute(
            text(
                "INSERT INTO ledger.seal (book_id, lane, seq, first_seq, head)"
                " VALUES (:book_id, 0, 2, 1, sha256('x'))"
            ),
            turn,
        )
        async with asyncio.timeout(5):
            await fill(database, programme, 0, 3, 4)
        await sealer.rollback()
    assert [head.seq for head in await seal_book(database, programme)] == [4]


async def test_many_sealers_at_once_make_one_chain(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BLOCK_RECORDS_MAX", 3)
    written = dict.fromkeys(range(programme.lanes), 0)

    async def writer() -> None:
        for _ in range(6):
            for lane in range(programme.lanes):
                await fill(database, programme, lane, written[lane] + 1, written[lane] + 5)
                written[lane] += 5

    async def sealer() -> None:
        for _ in range(4):
            await seal_book(database, programme)

    await asyncio.gather(writer(), *(sealer() for _ in range(4)))
    heads = await seal_book(database, programme)
    assert {head.lane: head.seq for head in heads} == written
    assert await check(database, programme, heads) == []
