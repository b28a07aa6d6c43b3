"""A table as lines of cells on the disk, as DuckDB reads them in parallel.

A file without quotation marks is read as it is: each of its lines is a row. All others are read
here once and written anew, with the number of each row before its cells.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TextIO

from settlement.partner_files.decode import Text
from settlement.partner_files.headings import LINES_LOOKED_AT, Plan, find_heading
from settlement.partner_files.mapping import DELIMITERS, FileMapping
from settlement.partner_files.refusals import Fault, refuse, refuse_whole
from settlement.partner_files.unpack import PIECE_BYTES

SEPARATOR = "\x1f"
"""Between cells that were written anew. No text holds it."""
LINE_LENGTH_MAX = 1_000_000
UNUSED = "\x1d\x1e"
"""Neither are these in any text that is read as lines."""
_IN_CELLS = str.maketrans({"\n": " ", "\r": " ", **dict.fromkeys(SEPARATOR + UNUSED, "\x1a")})
_SPECIAL = re.compile(f"[\n\r{UNUSED}]")
_SPECIAL_BYTES = re.compile(f"[{SEPARATOR}{UNUSED}]".encode())


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows on the disk. Those up to `heading` are no details.

    `is_numbered`: the number of a row stands before its cells. Else it is that of its line.
    `delimiter` is that of the file as it came.
    """

    path: Path
    separator: str
    is_numbered: bool
    heading: int
    plan: Plan
    delimiter: str | None = None
    sheet: str | None = None


def rows_of_text(text: Text, folder: Path, mapping: FileMapping) -> Rows:
    """The rows of a table of text.

    Raises:
        PartnerFileInvalid: no line is a heading, or the lines are no table.
    """
    with text.path.open(encoding="utf-8", newline="") as stream:
        first = list(islice(_lines(stream), LINES_LOOKED_AT))
    delimiter, (heading, plan) = _heading_of(first, mapping)
    if _is_plain(text.path):
        return Rows(text.path, delimiter, False, heading, plan, delimiter)
    target = folder / "rows"
    with (
        text.path.open(encoding="utf-8", newline="") as stream,
        target.open("w", encoding="utf-8", newline="") as output,
    ):
        for number, cells in _records(stream, heading, delimiter):
            write_row(output, number, cells)
    return Rows(target, SEPARATOR, True, heading, plan, delimiter)


def write_row(output: TextIO, number: int, cells: Sequence[str]) -> None:
    """Write a row as DuckDB reads it: no cell holds the end of a line."""
    line = SEPARATOR.join(cells)
    if _SPECIAL.search(line) or line.count(SEPARATOR) >= len(cells):
        line = SEPARATOR.join([cell.translate(_IN_CELLS) for cell in cells])
    output.write(f"{number}{SEPARATOR}{line}\n")


def _lines(stream: TextIO) -> Iterator[str]:
    while line := stream.readline(LINE_LENGTH_MAX):
        if len(line) == LINE_LENGTH_MAX:
            raise refuse_whole(f"a line has more than {LINE_LENGTH_MAX} characters")
        yield line


def _heading_of(first: Sequence[str], mapping: FileMapping) -> tuple[str, tuple[int, Plan]]:
    """The delimiter with which a line is a heading: the one that finds most of our columns."""
    if mapping.delimiter is None:
        delimiters = tuple(DELIMITERS.values())
    else:
        delimiters = (DELIMITERS[mapping.delimiter],)
    best: tuple[str, tuple[int, Plan]] | None = None
    faults: list[Fault] = []
    for delimiter in delimiters:
        cells = [_cells(line, delimiter) for line in first]
        numbered = [(number, each) for number, each in enumerate(cells, start=1) if any(each)]
        found = find_heading(numbered, mapping)
        if isinstance(found, list):
            if not faults or len(found) < len(faults):
                faults = found
        elif best is None or len(found[1].places) > len(best[1][1].places):
            best = delimiter, found
    if best is None:
        raise refuse(faults)
    return best


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _is_plain(path: Path) -> bool:
    """Whether each line is a row with nothing in it but cells: no quotation mark, no empty line."""
    tail = b"\n"
    with path.open("rb") as stream:
        while piece := stream.read(PIECE_BYTES):
            data = tail + piece
            body = data.rstrip(b"\r\n")
            if b'"' in piece or b"\n\n" in body or b"\n\r\n" in body:
                return False
            if _SPECIAL_BYTES.search(piece) or body.count(b"\r") != body.count(b"\r\n"):
                return False
            tail = data[len(body) :]
    return True


def _records(stream: TextIO, heading: int, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each row below the heading with the line it begins on.

    Raises:
        PartnerFileInvalid: a quotation mark is never closed, or a cell is far too long.
    """
    lines = _Counted(stream)
    for _ in islice(lines, heading):
        pass
    begins, lines.quotes = heading + 1, 0
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for cells in reader:
            # A mark within a cell that has none around it is text. Over the end of a line, it is
            # one that nobody closed.
            if lines.number > begins and lines.quotes % 2:
                raise refuse_whole("a quotation mark is not closed", begins)
            if cells:
                yield begins, cells
            begins, lines.quotes = lines.number + 1, 0
    except csv.Error as error:
        raise refuse_whole(f"not CSV: {error}", begins) from None


class _Counted:
    """The lines of a stream: how many have been read, and their quotation marks."""

    def __init__(self, stream: TextIO) -> None:
        self._lines = _lines(stream)
        self.number = 0
        self.quotes = 0

    def __iter__(self) -> "_Counted":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.number += 1
        self.quotes += line.count('"')
        return line
