"""A file as a table: a heading line and rows of text, each with the line it begins on.

CSV is RFC 4180, separated by commas, semicolons or tabs: whichever its heading line has most of.
Of an XLSX workbook, the first sheet that holds anything is read. All cells are text: what looks
like a formula is text, and leading zeros stay. A number of a workbook with more than 15 digits has
lost the others already (`digits-lost`).

What we write for people to open in a spreadsheet has an apostrophe before a cell that would be run
as a formula (`guarded`), and reading takes it away again.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from python_calamine import CalamineError, CalamineWorkbook

from catalog.imports.encoding import decode
from ledger import Refusal

FILE_BYTES_MAX = 8 * 1024 * 1024
ROWS_MAX = 500_000
COLUMNS_MAX = 60
CELL_LENGTH_MAX = 2_000
UNPACKED_BYTES_MAX = 256 * 1024 * 1024
"""What the parts of a workbook may come to when they are unpacked."""
DIGITS_KEPT = 15
"""A spreadsheet keeps so many digits of a number, and makes zeros of the others."""

CSV_MEDIA_TYPE = "text/csv"
XLSX_MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_DELIMITERS = (",", ";", "\t")
XLSX_SIGNATURE = b"PK\x03\x04"
"""How a workbook begins, which is a ZIP archive."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MIDNIGHT = time()
_ALLOWED_CONTROLS = frozenset("\n\r\t")


class ImportFileUnreadable(Refusal):
    """The file is not CSV or XLSX, or not as these are written. Nothing was read of it."""

    code: ClassVar[str] = "import-file-unreadable"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The file cannot be read as a table."


class ImportFileTooLarge(Refusal):
    """The file has too many bytes, rows or columns."""

    code: ClassVar[str] = "import-file-too-large"
    status: ClassVar[int] = 413
    title: ClassVar[str] = "The file is too large."


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row. `faults` names the cells that cannot be used, by their place."""

    line: int
    cells: Sequence[str]
    faults: dict[int, str] = field(default_factory=dict)
    fault: str | None = None
    """What is wrong with the row as a whole."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that was read. `encoding` and `delimiter` are those of CSV, `sheet` is of XLSX."""

    headings: Sequence[str]
    rows: Sequence[Row]
    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None


def read_table(raw: bytes, encoding: str | None = None) -> TableFile:
    """Read a file, by its content. `encoding`: as whoever sent it says.

    Raises:
        ImportFileUnreadable: it is no table.
        ImportFileTooLarge: it is over a limit.
        EncodingUnknown, EncodingDoubtful: `decode` refuses its bytes.
    """
    if len(raw) > FILE_BYTES_MAX:
        raise ImportFileTooLarge(
            f"a file has at most {FILE_BYTES_MAX} bytes", limit_bytes=FILE_BYTES_MAX
        )
    table = _read_xlsx(raw) if raw.startswith(XLSX_SIGNATURE) else _read_csv(raw, encoding)
    if not any(table.headings):
        raise ImportFileUnreadable("the file has no heading line", line=1)
    if len(table.headings) > COLUMNS_MAX:
        raise ImportFileTooLarge(
            f"a file has at most {COLUMNS_MAX} columns", limit_columns=COLUMNS_MAX
        )
    return table


def guarded(cell: str) -> str:
    """The cell as it is written for a spreadsheet, which must not run it as a formula."""
    return f"'{cell}" if cell.lstrip("'").startswith(_FORMULA) else cell


def write_csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Rows as CSV in UTF-8 with a byte order mark, which spreadsheets need to see that it is."""
    output = io.StringIO(newline="")
    csv.writer(output, lineterminator="\r\n").writerows(
        [[guarded(cell) for cell in row] for row in rows]
    )
    return output.getvalue().encode("utf-8-sig")


def _read_csv(raw: bytes, encoding: str | None) -> TableFile:
    decoded = decode(raw, encoding)
    delimiter = _delimiter(decoded.text)
    reader = csv.reader(io.StringIO(decoded.text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    begins = 1
    try:
        headings = _trimmed([_clean(each) for each in next(reader, [])])
        begins = reader.line_num + 1
        for cells in reader:
            line, begins = begins, reader.line_num + 1
            if any(cell.strip() for cell in cells):
                rows.append(_row(line, [_clean(cell) for cell in cells], {}, len(headings)))
                _require_rows(len(rows))
    except csv.Error as error:
        raise ImportFileUnreadable(f"line {begins} is not CSV: {error}", line=begins) from None
    return TableFile(headings, rows, encoding=decoded.encoding, delimiter=delimiter)


def _delimiter(text: str) -> str:
    """The one that the heading line has most of. Quoted headings hold none of them by custom."""
    heading = text.lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=heading.count)


def _read_xlsx(raw: bytes) -> TableFile:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
        if unpacked > UNPACKED_BYTES_MAX:
            raise ImportFileTooLarge(
                f"the workbook unpacks to more than {UNPACKED_BYTES_MAX} bytes",
                limit_bytes=UNPACKED_BYTES_MAX,
            )
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for name in workbook.sheet_names:
            found = _read_sheet(workbook, name)
            if found is not None:
                return found
    except (CalamineError, zipfile.BadZipFile, OSError, OverflowError, ValueError) as error:
        raise ImportFileUnreadable(f"the workbook cannot be read: {error}") from None
    raise ImportFileUnreadable("no sheet of the workbook holds anything", line=1)


def _read_sheet(workbook: CalamineWorkbook, name: str) -> TableFile | None:
    sheet = workbook.get_sheet_by_name(name)
    headings: list[str] | None = None
    rows: list[Row] = []
    for line, values in enumerate(sheet.iter_rows(), start=1):
        read = [_of_value(value) for value in values]
        cells = [cell for cell, _ in read]
        if not any(cells):
            continue
        if headings is None:
            headings = _trimmed(cells)
            continue
        faults = {place: fault for place, (_, fault) in enumerate(read) if fault}
        rows.append(_row(line, cells, faults, len(headings)))
        _require_rows(len(rows))
    return None if headings is None else TableFile(headings, rows, sheet=name)


def _of_value(value: Any) -> tuple[str, str | None]:
    """A cell of a workbook as text, and what is wrong with it."""
    if isinstance(value, bool):
        return ("true" if value else "false"), None
    if isinstance(value, int | float):
        if value != int(value):
            return f"{value:.{DIGITS_KEPT}g}", None
        text = str(int(value))
        return text, "digits-lost" if len(text.lstrip("-")) > DIGITS_KEPT else None
    if isinstance(value, datetime):
        is_day = value.time() == _MIDNIGHT
        return (value.date().isoformat() if is_day else value.isoformat()), None
    if isinstance(value, date | time):
        return value.isoformat(), None
    if isinstance(value, timedelta):
        return str(value), None
    return _clean(str(value)), None


def _clean(cell: str) -> str:
    """A cell without padding, and without the apostrophe of `guarded`."""
    cell = cell.strip()
    if cell.startswith("'") and cell.lstrip("'").startswith(_FORMULA):
        return cell[1:]
    return cell


def _trimmed(headings: list[str]) -> list[str]:
    """Headings without the empty ones at the end, as spreadsheets leave them."""
    while headings and not headings[-1]:
        headings.pop()
    return headings


def _row(line: int, cells: list[str], faults: dict[int, str], width: int) -> Row:
    """A row as wide as the headings. Empty cells beyond them are nothing."""
    surplus = cells[width:]
    cells = cells[:width] + [""] * (width - len(cells))
    if any(surplus):
        return Row(line, cells, faults, "too-many-cells")
    for place, cell in enumerate(cells):
        if len(cell) > CELL_LENGTH_MAX:
            faults[place] = "cell-too-long"
        elif not cell.isprintable() and _has_control(cell):
            faults[place] = "control-character"
    return Row(line, cells, faults)


def _has_control(cell: str) -> bool:
    return any(
        unicodedata.category(sign) in {"Cc", "Cs"} and sign not in _ALLOWED_CONTROLS
        for sign in cell
    )


def _require_rows(count: int) -> None:
    if count > ROWS_MAX:
        raise ImportFileTooLarge(f"a file has at most {ROWS_MAX} rows", limit_rows=ROWS_MAX)
