"""What a file would be read as: the process `python -m …preview`. Nothing is compared or stored.

It knows no database. It reads the file of a folder and writes what it found beside it. When its
standard input ends, whoever started it is gone, and it ends too.
"""

import os
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Self

import duckdb
import orjson

from ledger import JSON, Refusal
from settlement.partner_files.judged import quoted
from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.reading import Reading, inspect_partner_file

FIRST_LINES = 20
"""So many of the rows that can be used are shown as they are understood."""
NICENESS = 10
"""Requests come first."""
FILE = "partner.file"
STATED_FILE = "stated.json"
OUTCOME_FILE = "outcome.json"
_CODE_SHOWN = 4
_CODE_LENGTH_MIN = 12
"""Of a code that is long enough, only the end is shown: who knows all of it may use the coupon."""

_LINES = """
    SELECT row, used_on, amount_minor, currency FROM read_parquet({path})
    ORDER BY row LIMIT {most}
"""

_SUMS = """
    SELECT currency, count(*), sum(amount_minor) FROM read_parquet({path})
    GROUP BY currency ORDER BY currency NULLS FIRST
"""


@dataclass(frozen=True, slots=True)
class Line:
    """A row as it is written, by our columns, and as it is understood."""

    row: int
    written: Mapping[str, str]
    used_on: str
    amount_minor: int
    currency: str | None


@dataclass(frozen=True, slots=True)
class CurrencySum:
    """What the rows of a currency come to. None: the file says none."""

    currency: str | None
    rows: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would be read as.

    `refused`: why it would be refused as a whole. Times without an offset are of
    `source_time_zone`, and days are those of `time_zone`.
    """

    reading: Reading
    refused: str | None
    time_zone: str
    source_time_zone: str
    currencies: Sequence[CurrencySum]
    lines: Sequence[Line]

    def document(self) -> dict[str, JSON]:
        """The preview as the process writes it."""
        return {**asdict(self), "reading": self.reading.document()}

    @classmethod
    def of_document(cls, document: Mapping[str, Any]) -> Self:
        """The preview that was written."""
        parts = {
            "reading": Reading.of_document(document["reading"]),
            "currencies": [CurrencySum(**each) for each in document["currencies"]],
            "lines": [Line(**each) for each in document["lines"]],
        }
        return cls(**{**document, **parts})


def preview_partner_file(
    source: Path, mapping: FileMapping | None = None, *, zone: str = "UTC"
) -> Preview:
    """Read a whole file and tell what was understood. Days are those of `zone`.

    Raises:
        PartnerFileTooLarge: it is over a limit.
        PartnerFileInvalid: it cannot be read at all.
    """
    with tempfile.TemporaryDirectory(prefix="comity-preview-", dir=source.parent) as folder:
        target = Path(folder) / "rows.parquet"
        found = inspect_partner_file(source, target, mapping, zone=zone, first_rows=FIRST_LINES)
        with duckdb.connect(":memory:") as connection:
            path = quoted(target)
            lines = connection.execute(_LINES.format(path=path, most=FIRST_LINES)).fetchall()
            sums = connection.execute(_SUMS.format(path=path)).fetchall()
    return Preview(
        reading=found.reading,
        refused=None if found.refusal is None else found.refusal.detail,
        time_zone=zone,
        source_time_zone=(mapping and mapping.time_zone) or zone,
        currencies=[CurrencySum(code, rows, int(minor)) for code, rows, minor in sums],
        lines=[_line(each, found.places, found.cells) for each in lines],
    )


def _line(
    row: tuple[int, date, int, str | None],
    places: Mapping[str, int],
    cells: Mapping[int, Sequence[str]],
) -> Line:
    number, used_on, amount_minor, currency = row
    there = cells[number]
    written = {
        column: _shown(column, there[place])
        for column, place in places.items()
        if place < len(there) and there[place]
    }
    return Line(number, written, used_on.isoformat(), amount_minor, currency)


def _shown(column: str, cell: str) -> str:
    if column != "code":
        return cell
    return f"…{cell[-_CODE_SHOWN:]}" if len(cell) >= _CODE_LENGTH_MIN else "…"


def main(folder: str) -> None:
    """Read the file of a folder and write what was found, or its refusal."""
    threading.Thread(target=_end_with_starter, daemon=True).start()
    os.nice(NICENESS)
    work = Path(folder)
    stated = orjson.loads((work / STATED_FILE).read_bytes())
    mapping = stated["mapping"] and FileMapping.of_document(stated["mapping"])
    outcome: dict[str, JSON]
    try:
        found = preview_partner_file(work / FILE, mapping, zone=stated["zone"])
        outcome = {"preview": found.document()}
    except Refusal as refusal:
        outcome = {"refusal": refusal.document()}
    (work / OUTCOME_FILE).write_bytes(orjson.dumps(outcome))


def _end_with_starter() -> None:
    while os.read(0, 1):  # not `sys.stdin`: its lock would be held while the interpreter ends
        pass
    os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
