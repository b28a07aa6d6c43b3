"""Download a statement as CSV or XLSX: its lines by section, each section's total, the total.

Lines come from a cursor and are written as they come, so a statement of a million lines needs no
more memory than one of ten. A thread writes them, a chunk at a time. Text that a spreadsheet could
take for a formula is written as text: in XLSX by its type, in CSV behind an apostrophe.
"""

import asyncio
import csv
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, Protocol

import xlsxwriter
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, find_party_by_id
from ledger import allow_time, driver
from settlement.calendar import ZONE_SQL
from settlement.money import currency_decimals, major
from settlement.rating.uses import Leg
from settlement.statements.statements import Statement, find_statement

DownloadFormat = Literal["csv", "xlsx"]
Cell = str | int | Decimal | date | None

LINES_AT_ONCE = 5_000
DOWNLOAD_TIMEOUT_SECONDS = 600
SHEET_ROWS_MAX = 1_048_576
"""As many as a worksheet holds. A longer statement continues on another sheet."""

MEDIA_TYPES: dict[DownloadFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SECTION_NAMES: dict[Leg, str] = {
    "coupon_cost": "Coupon cost",
    "platform_fee": "Platform fee",
    "conversion": "Conversions",
}

HEADINGS = (
    "section",
    "kind",
    "reference",
    "coupon_code_tail",
    "programme",
    "member",
    "offer_code",
    "used_on",
    "late",
    "contract",
    "calculation",
    "amount",
    "amount_minor",
    "currency",
)
_AMOUNT_COLUMN = HEADINGS.index("amount")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")

_LINES = f"""
    SELECT kind, reference, coupon_code_tail, programme, member, offer_code,
        (used_at AT TIME ZONE {ZONE_SQL})::date AS used_on, late,
        contract_id || ' v' || contract_version AS contract, calculation, amount_minor
    FROM settlement.line
    WHERE month = $1 AND payer_party_id = $2 AND payee_party_id = $3 AND operator_party_id = $4
        AND currency = $5 AND leg = $6
    ORDER BY used_at, book_id, use_id COLLATE "C", kind COLLATE "C"
"""

CROSS_BOOK: tuple[str, ...] = (_LINES,)
"""The statement here that names no book: a bill is between parties, whatever books its uses are of.

A cluster sends it to every node.
"""


@dataclass(frozen=True, slots=True)
class Download:
    """A written file, and the name and media type to send it with."""

    path: Path
    file_name: str
    media_type: str


class _Writer(Protocol):
    def rows(self, rows: Sequence[Sequence[Cell]]) -> None: ...

    def close(self) -> None: ...


async def write_download(
    connection: AsyncConnection,
    viewer: Party,
    statement_id: int,
    *,
    download_format: DownloadFormat,
    target: Path,
) -> Download:
    """Write a statement to `target` for a party that may see it.

    Raises:
        StatementNotFound: there is none, or it is not the viewer's.
    """
    statement = await find_statement(connection, viewer, statement_id)
    head = await _head(connection, statement)
    await allow_time(connection, DOWNLOAD_TIMEOUT_SECONDS)
    writer: _Writer = (
        _Csv(target) if download_format == "csv" else _Xlsx(target, head, statement.currency)
    )
    try:
        await asyncio.to_thread(writer.rows, [HEADINGS])
        for leg in SECTION_NAMES:
            async for rows in _section(connection, statement, leg):
                await asyncio.to_thread(writer.rows, rows)
        await asyncio.to_thread(
            writer.rows, [_total(statement, "Statement", statement.billed_minor)]
        )
    finally:
        await asyncio.to_thread(writer.close)
    return Download(
        target, f"statement-{statement.number}.{download_format}", MEDIA_TYPES[download_format]
    )


async def _head(connection: AsyncConnection, statement: Statement) -> list[tuple[str, str]]:
    parties = [
        await find_party_by_id(connection, party_id)
        for party_id in (
            statement.payer_party_id,
            statement.payee_party_id,
            statement.operator_party_id,
        )
    ]
    payer, payee, operator = (f"{party.code} ({party.name})" for party in parties)
    return [
        ("Statement", statement.number),
        ("Month", statement.month),
        ("Payer", payer),
        ("Payee", payee),
        ("Operator", operator),
        ("Issued at", statement.issued_at.isoformat()),
        ("Uses", str(statement.uses)),
        ("Reversals", str(statement.reversals)),
        ("Lines billed late", str(statement.late_lines)),
        (
            "Coupon cost",
            f"{major(statement.coupon_cost_minor, statement.currency)} {statement.currency}",
        ),
        (
            "Platform fee",
            f"{major(statement.platform_fee_minor, statement.currency)} {statement.currency}",
        ),
        *_head_of_conversions(statement),
        ("Total", f"{major(statement.billed_minor, statement.currency)} {statement.currency}"),
        ("Content SHA-256", statement.content_sha256.hex()),
    ]


def _head_of_conversions(statement: Statement) -> list[tuple[str, str]]:
    if not statement.conversions:
        return []
    amount = major(statement.conversion_minor, statement.currency)
    return [
        ("Conversions", str(statement.conversions)),
        ("Conversions owed", f"{amount} {statement.currency}"),
    ]


async def _section(
    connection: AsyncConnection, statement: Statement, leg: Leg
) -> AsyncIterator[list[tuple[Cell, ...]]]:
    raw = await driver(connection)
    key = (
        statement.month,
        statement.payer_party_id,
        statement.payee_party_id,
        statement.operator_party_id,
        statement.currency,
        leg,
    )
    cursor = await raw.cursor(_LINES, *key)
    total_minor = count = 0
    while records := await cursor.fetch(LINES_AT_ONCE):
        count += len(records)
        total_minor += sum(record["amount_minor"] for record in records)
        yield [_line(statement, leg, record) for record in records]
    # The total is the sum of the lines just written and must be the frozen one. A file that
    # disagrees with its statement is never handed out.
    frozen_minor = {
        "coupon_cost": statement.coupon_cost_minor,
        "platform_fee": statement.platform_fee_minor,
        "conversion": statement.conversion_minor,
    }[leg]
    assert total_minor == frozen_minor, (statement.number, leg, total_minor, frozen_minor)
    if count:
        yield [_total(statement, SECTION_NAMES[leg], total_minor)]


def _line(statement: Statement, leg: Leg, record: Sequence[object]) -> tuple[Cell, ...]:
    (
        kind,
        reference,
        tail,
        programme,
        member,
        offer_code,
        used_on,
        late,
        contract,
        calculation,
        amount_minor,
    ) = record
    assert isinstance(amount_minor, int)
    assert isinstance(used_on, date)
    texts = [
        None if each is None else str(each)
        for each in (kind, reference, tail, programme, member, offer_code)
    ]
    amount = major(amount_minor, statement.currency)
    late_text = "late" if late else ""
    tail_cells = (
        late_text,
        str(contract),
        str(calculation),
        amount,
        amount_minor,
        statement.currency,
    )
    return (SECTION_NAMES[leg], *texts, used_on, *tail_cells)


def _total(statement: Statement, section: str, amount_minor: int) -> tuple[Cell, ...]:
    blank = (None,) * (_AMOUNT_COLUMN - 2)
    return (
        section,
        "total",
        *blank,
        major(amount_minor, statement.currency),
        amount_minor,
        statement.currency,
    )


class _Csv:
    """UTF-8 with a byte order mark, and lines that end in CRLF (RFC 4180).

    Without the mark, spreadsheets do not read names in Chinese.
    """

    def __init__(self, target: Path) -> None:
        self._file = target.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        self._writer.writerows([[_plain_text(cell) for cell in row] for row in rows])

    def close(self) -> None:
        self._file.close()


def _plain_text(cell: Cell) -> Cell:
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA_STARTS) else cell


class _Xlsx:
    """A sheet for the head and one or more for the lines."""

    def __init__(self, target: Path, head: Iterable[tuple[str, str]], currency: str) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._book = xlsxwriter.Workbook(str(target), options)
        decimals = currency_decimals(currency)
        self._money = self._book.add_format(
            {"num_format": "#,##0" + ("." + "0" * decimals if decimals else "")}
        )
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._bold = self._book.add_format({"bold": True})
        front = self._book.add_worksheet("Statement")
        front.set_column(0, 1, 28)
        for number, (name, value) in enumerate(head):
            front.write_string(number, 0, name, self._bold)
            front.write_string(number, 1, value)
        self._sheets = 0
        self._sheet = self._next_sheet()

    def _next_sheet(self) -> Any:
        self._sheets += 1
        self._row = 0
        sheet = self._book.add_worksheet("Lines" if self._sheets == 1 else f"Lines {self._sheets}")
        sheet.set_column(0, len(HEADINGS) - 1, 16)
        sheet.freeze_panes(1, 0)
        return sheet

    def rows(self, rows: Sequence[Sequence[Cell]]) -> None:
        for row in rows:
            if self._row == SHEET_ROWS_MAX:
                self._sheet = self._next_sheet()
                self._write(HEADINGS)
            self._write(row)

    def _write(self, row: Sequence[Cell]) -> None:
        style = self._bold if self._row == 0 else None
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                self._sheet.write_string(self._row, column, cell, style)
            elif isinstance(cell, date):
                self._sheet.write_datetime(self._row, column, cell, self._day)
            elif isinstance(cell, Decimal):
                self._sheet.write_number(self._row, column, cell, self._money)
            elif cell is not None:
                self._sheet.write_number(self._row, column, cell)
        self._row += 1

    def close(self) -> None:
        self._book.close()
