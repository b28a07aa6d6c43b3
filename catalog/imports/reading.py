"""A whole file, from its bytes to judged rows: pure, and run in a process of its own (`apart`)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter

import orjson

from catalog.imports.headings import COLUMNS, FileMapping, Kind, Plan, plan_columns
from catalog.imports.judge import JudgedRow, judge
from catalog.imports.table_file import TableFile, read_table, write_csv
from ledger import JSON

CHUNK_ROWS = 500
"""The most rows of one part, and of one transaction."""
FIRST_ROWS = 5
HIDDEN = "•••"
"""Stands for what is in a private column, wherever rows are shown."""
LOOKED_AT_LENGTH_MAX = 200
_FIELDS_OF = attrgetter(*(each.name for each in fields(JudgedRow)))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found in a file: `document` describes it as a whole."""

    document: dict[str, JSON]
    rows: Sequence[JudgedRow]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file, one after another, as JSON until they are needed.

    All rows of a large file as objects would take much memory, and the garbage collector would look
    at them again and again.
    """

    count: int
    last_line: int
    text: bytes = field(repr=False)

    def rows(self) -> list[JudgedRow]:
        """The rows."""
        return [JudgedRow(*fields) for fields in orjson.loads(self.text)]


@dataclass(frozen=True, slots=True)
class PackedReading:
    """A reading whose rows are packed: CHUNK_ROWS of them in each part but the last."""

    document: dict[str, JSON]
    parts: Sequence[Part]

    @property
    def count(self) -> int:
        """How many rows there are."""
        return sum(part.count for part in self.parts)


def read_file(kind: Kind, raw: bytes, encoding: str | None, mapping: FileMapping) -> Reading:
    """Read and judge a file.

    Raises:
        Refusal: the file as a whole cannot be read, see `table_file` and `headings`.
    """
    table = read_table(raw, encoding)
    plan = plan_columns(kind, table.headings, mapping)
    return Reading(_describe(kind, table, plan, raw), judge(kind, table, plan, mapping))


def mended(raw: bytes, encoding: str | None, wrong: Mapping[int, tuple[str | None, str]]) -> bytes:
    """The rows of a file that were rejected, as CSV with their own columns and two more.

    `wrong` gives for each line the column and the sentence. Whoever mends the rows can send the
    file again as it is: the two columns are none of ours, and are not read.
    """
    table = read_table(raw, encoding)
    rows = [
        [*row.cells, *(part or "" for part in wrong[row.line])]
        for row in table.rows
        if row.line in wrong
    ]
    return write_csv([[*table.headings, "error column", "error"], *rows])


def pack(reading: Reading) -> bytes:
    """The reading as it goes from one process to another: a line about it, and one of each part."""
    rows = reading.rows
    parts = [rows[start : start + CHUNK_ROWS] for start in range(0, len(rows), CHUNK_ROWS)]
    head = {
        "document": reading.document,
        "parts": [(len(part), part[-1].line) for part in parts],
    }
    texts = (orjson.dumps([_FIELDS_OF(row) for row in part]) for part in parts)
    return b"\n".join([orjson.dumps(head), *texts])


def unpack(packed: bytes) -> PackedReading:
    """The reading that was packed. Days and instants are text by now."""
    head, *texts = packed.split(b"\n")
    said = orjson.loads(head)
    parts = [
        Part(count, last_line, text)
        for (count, last_line), text in zip(said["parts"], texts, strict=True)
    ]
    return PackedReading(said["document"], parts)


def _describe(kind: Kind, table: TableFile, plan: Plan, raw: bytes) -> dict[str, JSON]:
    names = {place: name for name, place in plan.places.items()}
    private = {column.name for column in COLUMNS[kind] if column.is_private}
    open_places = [place for place, name in names.items() if name not in private]
    columns = [
        {
            "heading": heading,
            "column": names.get(place),
            "filled_percent": _filled(table, place),
        }
        for place, heading in enumerate(table.headings)
    ]
    return {
        "bytes": len(raw),
        "encoding": table.encoding,
        "delimiter": table.delimiter,
        "sheet": table.sheet,
        "rows": len(table.rows),
        "columns": columns,
        "first_rows": [
            [_shown(cell, is_open=place in open_places) for place, cell in enumerate(row.cells)]
            for row in table.rows[:FIRST_ROWS]
        ],
    }


def _filled(table: TableFile, place: int) -> int:
    if not table.rows:
        return 0
    return sum(bool(row.cells[place]) for row in table.rows) * 100 // len(table.rows)


def _shown(cell: str, *, is_open: bool) -> str:
    """A cell as it was read. One that may hold a secret is hidden, also in an unknown column."""
    if not cell:
        return ""
    return cell[:LOOKED_AT_LENGTH_MAX] if is_open else HIDDEN
