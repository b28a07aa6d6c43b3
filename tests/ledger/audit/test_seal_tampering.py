"""Every change of a sealed book is found, and where."""

import asyncpg
import pytest
from sqlalchemy import text

from ledger import Database, service_url
from ledger.audit import Head, heads_as_json, heads_from_json, seal_book
from ledger.audit import seal as sealing
from ledger.audit.seal import read_heads
from ledger.book import Programme
from tests.ledger.audit.seals import EVERYTHING, NOON, check, entry, fill, tamper, write

SECOND = "WHERE lane = 0 AND seq = 2"
TAMPERINGS = {
    "a figure": "UPDATE ledger.journal SET amount = 11 WHERE lane = 0 AND seq = 2",
    "an instant, by a microsecond": (
        f"UPDATE ledger.journal SET recorded_at = recorded_at + interval '1 microsecond' {SECOND}"
    ),
    "a day": "UPDATE ledger.journal SET expires_on = '2099-01-01' WHERE lane = 0 AND seq = 2",
    "the end of time": (
        f"UPDATE ledger.journal SET expires_on = 'infinity', occurred_at = '-infinity' {SECOND}"
    ),
    "the space in a document": f"UPDATE ledger.journal SET metadata = '{{ }}' {SECOND}",
    "nothing to empty": "UPDATE ledger.journal SET store = '' WHERE lane = 0 AND seq = 2",
    "a text from one column to the next": (
        "UPDATE ledger.journal SET channel = store, store = NULL WHERE lane = 0 AND seq = 1"
    ),
    "a record is gone": "DELETE FROM ledger.journal WHERE lane = 0 AND seq = 2",
    "an entry is gone": "DELETE FROM ledger.journal WHERE lane = 0 AND seq = 1 AND part = 1",
    "all of a lane is gone": "DELETE FROM ledger.journal WHERE lane = 0",
    "an entry is added": (
        "INSERT INTO ledger.journal (book_id, lane, seq, part, recorded_at, kind, amount,"
        " account_id, balance, from_kind, to_kind)"
        " SELECT book_id, lane, seq, 7, recorded_at, kind, 1, account_id, 1, 0, 15"
        f" FROM ledger.journal {SECOND}"
    ),
    "a record before the first": (
        "INSERT INTO ledger.journal (book_id, lane, seq, part, recorded_at, kind, amount)"
        " SELECT book_id, 0, 0, 0, now(), 1, 0 FROM ledger.book"
    ),
    "two figures change places": (
        "UPDATE ledger.journal SET balance = 30 - balance WHERE lane = 0 AND seq IN (1, 2)"
    ),
    "a record moves to another lane": f"UPDATE ledger.journal SET lane = 2 {SECOND}",
}


@pytest.fixture
async def sealed(
    database: Database, programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> list[Head]:
    """A book of three blocks of two records in one lane, and one in another."""
    monkeypatch.setattr(sealing, "BLOCK_RECORDS_MAX", 2)
    async with database.transaction() as connection:
        await write(connection, [entry(programme, 0, 1, store="kiosk"), entry(programme, 0, 1, 1)])
    await fill(database, programme, 0, 2, 6)
    await fill(database, programme, 1, 1, 2)
    return await seal_book(database, programme)


@pytest.mark.parametrize("tampering", TAMPERINGS.values(), ids=TAMPERINGS.keys())
async def test_every_tampering_is_found_and_where(
    database: Database, database_url: str, programme: Programme, sealed: list[Head], tampering: str
) -> None:
    assert await check(database, programme, sealed) == []
    await tamper(database_url, tampering)
    found = await check(database, programme)
    assert found[0] == "sealed records are as they were sealed: lane 0 records 1 to 2"
    if "WHERE lane = 0 AND seq" in tampering:
        assert len(found) == 1, "the blocks that were not touched are right"


async def test_what_comes_after_the_seals_is_not_theirs(
    database: Database, database_url: str, programme: Programme, sealed: list[Head]
) -> None:
    await fill(database, programme, 0, 7, 7)
    await tamper(database_url, "UPDATE ledger.journal SET amount = 11 WHERE lane = 0 AND seq = 7")
    assert await check(database, programme, sealed) == []


@pytest.mark.parametrize("block", [1, 2, 3, 1000])
async def test_a_chain_made_anew_is_found_against_heads_kept_elsewhere(
    database: Database,
    database_url: str,
    programme: Programme,
    sealed: list[Head],
    monkeypatch: pytest.MonkeyPatch,
    *,
    block: int,
) -> None:
    await tamper(
        database_url,
        "UPDATE ledger.journal SET amount = 11 WHERE lane = 0 AND seq = 2",
        "DELETE FROM ledger.seal WHERE lane = 0",
    )
    monkeypatch.setattr(sealing, "BLOCK_RECORDS_MAX", block)
    await seal_book(database, programme)
    assert await check(database, programme) == []
    (found,) = await check(database, programme, heads_from_json(heads_as_json(sealed)))
    assert found.startswith("seals are the ones that were exported: lane 0 record 6 of ")


async def test_a_tail_cut_off_with_its_seals_is_found_against_heads(
    database: Database, database_url: str, programme: Programme, sealed: list[Head]
) -> None:
    await tamper(
        database_url,
        *(
            f"DELETE FROM ledger.{table} WHERE lane = 0 AND seq > 4"
            for table in ("journal", "seal")
        ),
        "UPDATE ledger.lane SET seq = 4 WHERE lane = 0",
    )
    assert await check(database, programme) == []
    assert len(await check(database, programme, sealed)) == 1


async def test_a_changed_seal_and_one_that_overlaps_are_found(
    database: Database, database_url: str, programme: Programme, sealed: list[Head]
) -> None:
    await tamper(
        database_url, "UPDATE ledger.seal SET head = sha256('x') WHERE lane = 0 AND seq = 4"
    )
    assert await check(database, programme) == [
        "sealed records are as they were sealed: lane 0 records 3 to 4",
        "sealed records are as they were sealed: lane 0 records 5 to 6",
    ]
    await tamper(database_url, "UPDATE ledger.seal SET first_seq = 2 WHERE lane = 1")
    assert "each seal begins where the one before it ended: lane 1 records 2 to 2" in await check(
        database, programme
    )


async def test_no_setting_of_a_session_has_a_part(
    database: Database, database_url: str, programme: Programme, sealed: list[Head]
) -> None:
    async with database.transaction() as connection:
        await write(connection, [entry(programme, 2, 1, **EVERYTHING)])
    heads = await seal_book(database, programme)
    name = database_url.rpartition("/")[2].partition("?")[0]
    connection = await asyncpg.connect(database_url)
    for setting in (
        "TimeZone = 'Asia/Kolkata'",
        "DateStyle = 'German, DMY'",
        "bytea_output = 'escape'",
    ):
        await connection.execute(f'ALTER DATABASE "{name}" SET {setting}')
    await connection.close()
    elsewhere = await Database.open(service_url(database_url))
    try:
        async with elsewhere.transaction() as session:
            shown = await session.execute(text("SELECT CAST(CAST('2026-02-01' AS date) AS text)"))
            assert shown.scalar_one() == "01.02.2026"
        assert await check(elsewhere, programme, heads) == []
    finally:
        await elsewhere.close()


async def test_heads_of_another_book_are_not_asked_for(
    database: Database, programme: Programme, sealed: list[Head]
) -> None:
    other = Head("coffee-club", 0, 99, bytes(32), NOON)
    assert await check(database, programme, [*sealed, other]) == []
    async with database.transaction() as connection:
        assert await read_heads(connection, programme) == sealed
