"""Download a statement: its detail file as it is kept, or what is made of that for people.

Everything is made of the kept file, so all forms say the same. They are made in threads, part by
part: a statement of a million lines needs no more memory than one of ten. A brand finds its
members in the last column of its own spreadsheets. Nobody else gets them.
"""

import asyncio
import hashlib
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Literal, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import allow_time, driver
from settlement.downloads.front import load_front
from settlement.downloads.paper import write_paper
from settlement.downloads.parquet import items_of, write_parquet
from settlement.downloads.spreadsheet import Spreadsheet
from settlement.downloads.words import Language
from settlement.downloads.workbook import Workbook
from settlement.files.kept import fetch_details, rows_of
from settlement.files.layout import HEADINGS, MONEY, OPTIONAL_MONEY
from settlement.statements.statements import Statement, find_statement

DownloadFormat = Literal["csv", "csv.gz", "parquet", "pdf", "xlsx"]

LINES_AT_ONCE = 5_000
DOWNLOAD_TIMEOUT_SECONDS = 600
MEMBER = "member"

MEDIA_TYPES: dict[DownloadFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "csv.gz": "application/gzip",
    "parquet": "application/vnd.apache.parquet",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

_NUMBERS = [
    HEADINGS.index(name) for name in (*MONEY, *OPTIONAL_MONEY, "rate", "tax_rate", "points")
]

# In the order of the detail file.
_MEMBERS = """
    SELECT book_id || ':' || use_id AS line, kind, leg, member FROM settlement.line
    WHERE month = $1 AND payer_party_id = $2 AND payee_party_id = $3 AND operator_party_id = $4
        AND currency = $5 AND home_party_id = $6
    ORDER BY used_at, book_id, use_id COLLATE "C", leg COLLATE "C", kind COLLATE "C"
"""

CROSS_BOOK: tuple[str, ...] = (_MEMBERS,)
"""The statement here that names no book: a bill is between parties, whatever books its uses are of.

A cluster sends it to every node.
"""


@dataclass(frozen=True, slots=True)
class Download:
    """A written file, and the name, media type and SHA-256 to send it with."""

    path: Path
    file_name: str
    media_type: str
    sha256: str


class _Writer(Protocol):
    def rows(self, rows: list[list[str]]) -> None: ...

    def close(self) -> None: ...


async def write_download(
    connection: AsyncConnection,
    viewer: Party,
    statement_id: int,
    *,
    download_format: DownloadFormat,
    target: Path,
    language: Language = "en",
) -> Download:
    """Write a statement to `target` for a party that may see it. Other files are left beside it.

    Raises:
        StatementNotFound: there is none, or it is not the viewer's.
    """
    statement = await find_statement(connection, viewer, statement_id)
    await allow_time(connection, DOWNLOAD_TIMEOUT_SECONDS)
    assert statement.file_sha256 is not None, statement.number
    kept = target if download_format == "csv.gz" else target.with_suffix(".details")
    await fetch_details(connection, statement_id, statement.file_sha256, kept)
    made = _Made(connection, viewer, statement, kept, target)
    if download_format == "csv":
        await made.spreadsheet()
    elif download_format == "parquet":
        await asyncio.to_thread(write_parquet, kept, statement.currency, target)
    elif download_format != "csv.gz":
        await made.with_front(download_format, language)
    return Download(
        target,
        f"statement-{statement.number}.{download_format}",
        MEDIA_TYPES[download_format],
        await asyncio.to_thread(_sha256, target),
    )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True, slots=True)
class _Made:
    """What is made of a kept file for one viewer."""

    connection: AsyncConnection
    viewer: Party
    statement: Statement
    kept: Path
    target: Path

    @property
    def headings(self) -> tuple[str, ...]:
        return (*HEADINGS, MEMBER) if self._shows_members else HEADINGS

    @property
    def _shows_members(self) -> bool:
        statement = self.statement
        between = self.viewer.party_id in (statement.payer_party_id, statement.payee_party_id)
        return between and "brand" in self.viewer.roles

    async def spreadsheet(self) -> None:
        writer = Spreadsheet(self.target, _NUMBERS)
        await asyncio.to_thread(writer.rows, [list(self.headings)])
        await self._write_rows(writer)

    async def with_front(self, download_format: Literal["pdf", "xlsx"], language: Language) -> None:
        statement = self.statement
        items = await asyncio.to_thread(items_of, self.kept, statement.currency, self.target)
        front = await load_front(self.connection, statement, items, language)
        if download_format == "pdf":
            await asyncio.to_thread(write_paper, front, self.target)
        else:
            writer = Workbook(self.target, front, self.headings, language)
            await self._write_rows(writer)

    async def _write_rows(self, writer: _Writer) -> None:
        """Write the rows of the kept file, each with its member if the viewer knows that."""
        rows = rows_of(self.kept)
        try:
            await asyncio.to_thread(next, rows)
            members = self._members() if self._shows_members else None
            while part := await asyncio.to_thread(_some, rows):
                if members is not None:
                    for row in part:
                        row.append(await members.of(row))
                await asyncio.to_thread(writer.rows, part)
        finally:
            await asyncio.to_thread(writer.close)

    def _members(self) -> "_Members":
        statement = self.statement
        return _Members(
            self.connection,
            (
                statement.month,
                statement.payer_party_id,
                statement.payee_party_id,
                statement.operator_party_id,
                statement.currency,
                self.viewer.party_id,
            ),
        )


def _some(rows: Iterator[list[str]]) -> list[list[str]]:
    return list(islice(rows, LINES_AT_ONCE))


class _Members:
    """The members of a viewer's own programmes, read in step with the rows of the file."""

    def __init__(self, connection: AsyncConnection, key: tuple[object, ...]) -> None:
        self._connection, self._key = connection, key
        self._cursor: Any = None
        self._next: deque[Any] = deque()

    async def of(self, row: list[str]) -> str:
        """The member of a row. It is empty where the row has none, or another programme's."""
        if self._cursor is None:
            raw = await driver(self._connection)
            self._cursor = await raw.cursor(_MEMBERS, *self._key)
        if not self._next:
            self._next.extend(await self._cursor.fetch(LINES_AT_ONCE))
        if self._next and tuple(self._next[0])[:3] == tuple(row[:3]):
            return str(self._next.popleft()["member"])
        return ""
