"""Files that are kept in parts: written to the disk again, and read row by row.

Whoever gets one gets the very bytes whose SHA-256 the statement names. Anything else is an error of
this installation, and nothing is handed out.
"""

import csv
import gzip
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import driver

if TYPE_CHECKING:
    import asyncpg

PARTS_AT_ONCE = 4

_PARTS = """
    SELECT content FROM settlement.statement_file_part WHERE statement_id = $1 ORDER BY part
"""

_BILL_PARTS = """
    SELECT content FROM settlement.daily_bill_part
    WHERE supplier_party_id = $1 AND day = $2 ORDER BY part
"""


async def fetch_details(
    connection: AsyncConnection, statement_id: int, sha256: bytes, target: Path
) -> None:
    """Write the detail file of a statement to `target`."""
    await _fetch(connection, _PARTS, (statement_id,), sha256, target)


async def fetch_daily_bill(
    connection: AsyncConnection, key: tuple[object, ...], sha256: bytes, target: Path
) -> None:
    """Write the daily bill of a supplier and day to `target`."""
    await _fetch(connection, _BILL_PARTS, key, sha256, target)


async def _fetch(
    connection: AsyncConnection, sql: str, key: tuple[object, ...], sha256: bytes, target: Path
) -> None:
    raw: asyncpg.Connection = await driver(connection)
    cursor = await raw.cursor(sql, *key)
    found = hashlib.sha256()
    with target.open("wb") as file:
        while parts := await cursor.fetch(PARTS_AT_ONCE):
            for (content,) in parts:
                found.update(content)
                file.write(content)
    assert found.digest() == sha256, (key, found.hexdigest(), sha256.hex())


def rows_of(source: Path) -> Iterator[list[str]]:
    """The rows of a zipped CSV file, its headings first."""
    with gzip.open(source, "rb") as zipped:
        yield from csv.reader(io.TextIOWrapper(zipped, encoding="utf-8", newline=""))
