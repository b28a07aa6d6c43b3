"""Rows of the journal to be sealed, and the heads of a book computed without the ledger's code."""

import hashlib
import io
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import asyncpg
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database
from ledger.audit import Head, check_seals
from ledger.audit.seal import COLUMNS
from ledger.book import Programme

NOON = datetime(2026, 1, 10, 12, 0, 0, 123456, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

SPEECH = 'naïve "quotes", \\back\\slash, 茶会 🍵, 5:colon - and\ttab'


def row(programme: Programme, lane: int, seq: int, part: int = 0, **columns: Any) -> dict[str, Any]:
    """A row of the journal, plain but for the columns given."""
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
    """A row that moves points."""
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
    "recorded_by": 2**31 - 1,
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
                "UPDATE ledger.lane SET seq = greatest(seq, :seq)"
                " WHERE book_id = :book_id AND lane = :lane"
            ),
            each,
        )


async def fill(database: Database, programme: Programme, lane: int, first: int, last: int) -> None:
    """Record more entries of a lane, from one to another."""
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
    """Change what nobody may change, as the database's owner can."""
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
    """A row's text by the definition in `ledger.audit.seal`, without any of its code."""
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
    query = """
        SELECT column_name FROM information_schema.columns
        WHERE table_schema = 'ledger' AND table_name = 'journal' ORDER BY ordinal_position
    """
    names = [found[0] for found in await connection.fetch(query)]
    await connection.close()
    rows = [dict(zip(names, values, strict=True)) for values in await copied(url, "journal")]
    rows = [{name: values[name] for name in COLUMNS} for values in rows]
    rows.sort(key=lambda values: (int(values["seq"] or 0), int(values["part"] or 0)))
    found: dict[tuple[int, int], str] = {}
    ends: dict[int, list[tuple[int, int]]] = {}
    for _book, of_lane, seq, _first, _head, version, _at in await copied(url, "seal"):
        ends.setdefault(int(of_lane or 0), []).append((int(seq or 0), int(version or 0)))
    for lane, seqs in ends.items():
        head, first = bytes(32), 0
        for last, form in sorted(seqs):
            block = [
                each
                for each in rows
                if each["lane"] == str(lane) and first < int(each["seq"] or 0) <= last
            ]
            if form == 1:  # before there was the column
                block = [
                    {name: each[name] for name in each if name != "recorded_by"} for each in block
                ]
            mark = f"comity journal {form}\n"
            head = hashlib.sha256(head + (mark + "".join(map(plain_text, block))).encode()).digest()
            found[lane, last], first = head.hex(), last
    return found
