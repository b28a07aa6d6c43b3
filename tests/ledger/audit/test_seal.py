"""Seals: computed again here from a COPY of the journal, in plain Python; every tampering is found; sealers never stand in anyone's way."""

import asyncio
import hashlib
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database
from ledger.audit import Head, HeadsInvalid, check_seals, heads_as_json, heads_from_json, seal_book
from ledger.audit import seal as sealing
from ledger.audit.seal import COLUMNS, read_heads
from ledger.book import Programme, create_programme

NOON = datetime(2026, 1, 10, 12, 0, 0, 123456, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LANES = 3

SPEECH = 'naïve "quotes", \\back\\slash, 茶会 🍵, 5:colon - and\ttab'


@pytest.fixture
async def programme(database: Database) -> Programme:
    async with database.transaction() as connection:
        return await create_programme(
            connection,
            code="tea-club",
            party_id=1,
            name="Tea Club",
            time_zone="Asia/Shanghai",
            lanes=LANES,
        )


def row(programme: Programme, lane: int, seq: int, part: int = 0, **columns: Any) -> dict[str, Any]:
    """A row of the journal, plain unless something is said of it."""
    return {
        **dict.fromkeys(COLUMNS),
        "book_id": programme.book_id,
        "lane": lane,
        "seq": seq,
        "part": part,
        "amount": 0,
        "kind": 1,
        "recorded_at": NOON + timedelta(seconds=seq),
        **columns,
    }


def entry(
    programme: Programme, lane: int, seq: int, part: int = 0, **columns: Any
) -> dict[str, Any]:
    """A row that moves points, with something in every column that may be there."""
    moved = {
        "account_id": 4096 + lane,
        "amount": 10,
        "balance": 10 * seq,
        "from_kind": 0,
        "to_kind": 15,
    }
    return row(programme, lane, seq, part, **{**moved, **columns})


EVERYTHING: dict[str, Any] = {
    "previous": 0,
    "fingerprint": -(2**63),
    "expires_on": date(9999, 12, 31),
    "key": SPEECH,
    "available_on": date(1969, 12, 31),
    "funder": "",
    "held": 2**62,
    "debt": 1,
    "points": -7,
    "spendable": -8,
    "subject": 256,
    "occurred_at": datetime(1900, 1, 1, 0, 0, 0, 1, tzinfo=UTC),
    "last_day": date(2024, 2, 29),
    "slides_until": date(2026, 3, 1),
    "store": "-",
    "channel": "0:",
    "staff": "1:x",
    "reference": "\n",
    "owner": "right",
    "refusal": '{"code" : "x",  "a":[1.50, null]}',
    "detail": '{"b":1,"a":2}',
    "metadata": json.dumps({"名": SPEECH}, ensure_ascii=False),
}


async def write(connection: AsyncConnection, rows: list[dict[str, Any]]) -> None:
    """Record rows, and with them how far their lanes are."""
    names = list(COLUMNS)
    values = ", ".join(
        f"CAST(:{name} AS json)" if name in {"refusal", "detail", "metadata"} else f":{name}"
        for name in names
    )
    await connection.execute(
        text(f"INSERT INTO ledger.journal ({', '.join(names)}) VALUES ({values})"), rows
    )
    for each in rows:
        await connection.execute(
            text(
                "UPDATE ledger.lane SET seq = greatest(seq, :seq) WHERE book_id = :book_id AND lane = :lane"
            ),
            each,
        )


async def fill(database: Database, programme: Programme, lane: int, first: int, last: int) -> None:
    """Record so many more entries of a lane."""
    async with database.transaction() as connection:
        await write(connection, [entry(programme, lane, seq) for seq in range(first, last + 1)])


async def check(
    database: Database, programme: Programme, heads: list[Head] | None = None
) -> list[str]:
    async with database.transaction() as connection:
        return [
            f"{defect.check}: {defect.where}"
            for defect in await check_seals(connection, programme, heads)
        ]


async def tamper(url: str, *statements: str) -> None:
    """Change what nobody may change, as the database's owner could."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")
        for statement in statements:
            assert (await connection.execute(statement)).split()[-1] != "0", statement
    finally:
        await connection.close()


async def copied(url: str, table: str) -> list[list[str | None]]:
    """A table as COPY writes it, read by the rules of its text format."""
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'")
        file = io.BytesIO()
        await connection.copy_from_table(table, schema_name="ledger", output=file)
    finally:
        await connection.close()
    escapes = {"\\": "\\", "n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}

    def value(field: str) -> str | None:
        if field == "\\N":
            return None
        characters = iter(field)
        return "".join(escapes[next(characters)] if char == "\\" else char for char in characters)

    return [
        [value(field) for field in line.split("\t")]
        for line in file.getvalue().decode().split("\n")[:-1]
    ]


INSTANTS = {"recorded_at", "occurred_at"}
DAYS = {"expires_on", "available_on", "last_day", "slides_until"}


def plain_text(values: dict[str, str | None]) -> str:
    """A row's text by the definition in `ledger.seal`, and by nothing else of it."""
    fields = []
    for name, stored in values.items():
        value = stored
        if stored is None:
            fields.append("-")
            continue
        if stored.endswith("infinity"):
            value = stored.replace("i", "I", 1)
        elif name in INSTANTS:
            value = str((datetime.fromisoformat(stored) - EPOCH) // timedelta(microseconds=1))
        elif name in DAYS:
            value = str((date.fromisoformat(stored) - EPOCH.date()).days)
        assert value is not None
        fields.append(f"{len(value)}:{value}")
    return "".join(fields)


async def heads_from_a_copy(url: str) -> dict[tuple[int, int], str]:
    """Every head of a database with one book, from the journal's rows and the ends of its seals."""
    connection = await asyncpg.connect(url)
    query = "SELECT column_name FROM information_schema.columns WHERE table_schema = 'ledger' AND table_name = 'journal'"
    names = [found[0] for found in await connection.fetch(f"{query} ORDER BY ordinal_position")]
    await connection.close()
    rows = [dict(zip(names, values, strict=True)) for values in await copied(url, "journal")]
    rows = [{name: values[name] for name in COLUMNS} for values in rows]
    rows.sort(key=lambda values: (int(values["seq"] or 0), int(values["part"] or 0)))
    found: dict[tuple[int, int], str] = {}
    ends: dict[int, list[int]] = {}
    for _book, of_lane, seq, *_rest in await copied(url, "seal"):
        ends.setdefault(int(of_lane or 0), []).append(int(seq or 0))
    for lane, seqs in ends.items():
        head, first = bytes(32), 0
        for last in sorted(seqs):
            block = [
                each
                for each in rows
                if each["lane"] == str(lane) and first < int(each["seq"] or 0) <= last
            ]
            head = hashlib.sha256(
                head + b"comity journal 1\n" + "".join(map(plain_text, block)).encode()
            ).digest()
            found[lane, last], first = head.hex(), last
    return found


async def test_every_column_of_the_journal_is_sealed(database: Database) -> None:
    async with database.transaction() as connection:
        names = await connection.execute(
            text(
                "SELECT column_name FROM information_schema.columns WHERE (table_schema, table_name) = ('ledger', 'journal')"
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
                "INSERT INTO ledger.seal (book_id, lane, seq, first_seq, head) VALUES (:book_id, 0, 2, 1, sha256('x'))"
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
    written = dict.fromkeys(range(LANES), 0)

    async def writer() -> None:
        for _ in range(6):
            for lane in range(LANES):
                await fill(database, programme, lane, written[lane] + 1, written[lane] + 5)
                written[lane] += 5

    async def sealer() -> None:
        for _ in range(4):
            await seal_book(database, programme)

    await asyncio.gather(writer(), *(sealer() for _ in range(4)))
    heads = await seal_book(database, programme)
    assert {head.lane: head.seq for head in heads} == written
    assert await check(database, programme, heads) == []


TAMPERINGS = {
    "a figure": "UPDATE ledger.journal SET amount = 11 WHERE lane = 0 AND seq = 2",
    "an instant, by a microsecond": (
        "UPDATE ledger.journal SET recorded_at = recorded_at + interval '1 microsecond' WHERE lane = 0 AND seq = 2"
    ),
    "a day": "UPDATE ledger.journal SET expires_on = '2099-01-01' WHERE lane = 0 AND seq = 2",
    "the end of time": "UPDATE ledger.journal SET expires_on = 'infinity', occurred_at = '-infinity' WHERE lane = 0 AND seq = 2",
    "the space in a document": "UPDATE ledger.journal SET metadata = '{ }' WHERE lane = 0 AND seq = 2",
    "nothing to empty": "UPDATE ledger.journal SET store = '' WHERE lane = 0 AND seq = 2",
    "a text from one column to the next": "UPDATE ledger.journal SET channel = store, store = NULL WHERE lane = 0 AND seq = 1",
    "a record is gone": "DELETE FROM ledger.journal WHERE lane = 0 AND seq = 2",
    "an entry is gone": "DELETE FROM ledger.journal WHERE lane = 0 AND seq = 1 AND part = 1",
    "all of a lane is gone": "DELETE FROM ledger.journal WHERE lane = 0",
    "an entry is added": (
        "INSERT INTO ledger.journal (book_id, lane, seq, part, recorded_at, kind, amount, account_id, balance, from_kind, to_kind)"
        " SELECT book_id, lane, seq, 7, recorded_at, kind, 1, account_id, 1, 0, 15 FROM ledger.journal WHERE lane = 0 AND seq = 2"
    ),
    "a record before the first": (
        "INSERT INTO ledger.journal (book_id, lane, seq, part, recorded_at, kind, amount)"
        " SELECT book_id, 0, 0, 0, now(), 1, 0 FROM ledger.book"
    ),
    "two figures change places": "UPDATE ledger.journal SET balance = 30 - balance WHERE lane = 0 AND seq IN (1, 2)",
    "a record moves to another lane": "UPDATE ledger.journal SET lane = 2 WHERE lane = 0 AND seq = 2",
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
    elsewhere = await Database.open(database_url)
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


def test_heads_travel_as_json() -> None:
    heads = [Head("tea-club", 3, 2**40, hashlib.sha256(b"x").digest(), NOON)]
    document = json.loads(heads_as_json(heads))
    assert document == {
        "version": 1,
        "heads": [
            {
                "book": "tea-club",
                "lane": 3,
                "seq": 2**40,
                "head": hashlib.sha256(b"x").hexdigest(),
                "sealed_at": "2026-01-10T12:00:00.123456+00:00",
            }
        ],
    }
    assert heads_from_json(heads_as_json(heads)) == heads


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"version": 2, "heads": []}',
        b'{"version": 1}',
        b'{"version": 1, "heads": [{"book": "x", "lane": 0, "seq": 1, "head": "ab", "sealed_at": "2026-01-10T12:00:00Z"}]}',
        b'{"version": 1, "heads": [], "more": 1}',
    ],
)
def test_what_is_not_a_document_of_heads_is_refused(stored: bytes) -> None:
    with pytest.raises(HeadsInvalid):
        heads_from_json(stored)
