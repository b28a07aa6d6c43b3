"""The rows of a workbook (XLSX), read as they come, in little memory whatever its size.

A library that reads whole sheets needs a gigabyte for a million rows. Here the XML is read as a
stream. All cells become text: a number of at most 15 digits as it is, a day or a time in ISO 8601
where its format says that it is one, and a number whose further digits the spreadsheet has lost
with an exponent, so that nobody takes it for the whole.
"""

import re
import zipfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from pathlib import Path
from typing import IO
from xml.parsers import expat

from settlement.partner_files.headings import CELLS_MAX, LINES_LOOKED_AT, find_heading
from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.refusals import Fault, PartnerFileTooLarge, refuse, refuse_whole
from settlement.partner_files.rows import SEPARATOR, Rows, write_row
from settlement.partner_files.unpack import PACKAGE_ERRORS, PIECE_BYTES, UNPACKED_BYTES_MAX

DIGITS_KEPT = 15
"""A spreadsheet keeps so many digits of a number, and makes zeros of the others."""
CELL_LENGTH_MAX = 32_767
"""As long as a cell of a workbook can be."""
ROW_NUMBER_MAX = 1_048_576
"""As many rows as a sheet can have."""
STRINGS_BYTES_MAX = 256 * 1024 * 1024
"""The most that texts which cells share may come to: they are all held in memory."""

_DAY_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no time zones
_SECONDS = 86_400
_LATER_BY_DAYS = 1_462
"""In workbooks that count from 1904."""
_SERIAL_MAX = 2_958_466
_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
"""Formats of days and times that every workbook has, those of Chinese ones among them."""
_NOT_CODE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_IS_DATE = re.compile("[ymdhs年月日时]", re.IGNORECASE)
_PLACE = re.compile("[A-Z]+")

Start = Callable[[str, dict[str, str]], None]


def rows_of_workbook(source: Path, folder: Path, mapping: FileMapping) -> Rows:
    """The rows of the first sheet that has a heading, or of the one that the mapping names.

    Raises:
        PartnerFileInvalid: it is no workbook, or none of its sheets has a heading.
        PartnerFileTooLarge: a part of it unpacks to more than UNPACKED_BYTES_MAX.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            return _rows(_Workbook(archive), folder, mapping)
    except (*PACKAGE_ERRORS, LookupError, ValueError, OverflowError, expat.ExpatError) as error:
        raise refuse_whole(f"the workbook cannot be read: {error}") from None
    except OSError as error:
        if error.errno is not None:  # it is the disk that is at fault
            raise
        raise refuse_whole(f"the workbook cannot be read: {error}") from None


def _rows(workbook: "_Workbook", folder: Path, mapping: FileMapping) -> Rows:
    names = list(workbook.sheets) if mapping.sheet is None else [mapping.sheet]
    if mapping.sheet is not None and mapping.sheet not in workbook.sheets:
        raise refuse_whole(f"the workbook has no sheet {mapping.sheet!r}")
    faults: list[Fault] = []
    for name in names:
        rows = workbook.rows(name)
        first = list(islice(rows, LINES_LOOKED_AT))
        found = find_heading(first, mapping)
        if isinstance(found, list):
            faults = faults or found
            continue
        heading, plan = found
        target = folder / "rows"
        with target.open("w", encoding="utf-8", newline="") as output:
            for number, cells in chain(first, rows):
                if number > heading:
                    write_row(output, number, cells)
        return Rows(target, SEPARATOR, True, heading, plan, sheet=name)
    raise refuse(faults or [Fault(1, "", "the workbook has no sheet")])


class _Workbook:
    """The parts of a workbook that its rows need."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._strings = _Strings()
        self._names = set(archive.namelist())
        self._later_by = 0
        self.sheets: dict[str, str] = {}
        self._read_parts()
        self._dates = _date_styles(archive) if "xl/styles.xml" in self._names else []
        if "xl/sharedStrings.xml" in self._names:
            self._strings.read(archive)

    def _read_parts(self) -> None:
        targets: dict[str, str] = {}

        def relation(name: str, given: dict[str, str]) -> None:
            if name == "Relationship":
                target = given["Target"]
                at_root = target.startswith("/")
                targets[given["Id"]] = target[1:] if at_root else f"xl/{target}"

        def sheet(name: str, given: dict[str, str]) -> None:
            if name == "sheet":
                wanted = [value for key, value in given.items() if key.endswith(":id")]
                self.sheets[given["name"]] = targets[wanted[0]]
            elif name == "workbookPr" and given.get("date1904") in {"1", "true"}:
                self._later_by = _LATER_BY_DAYS

        _walk(self._archive, "xl/_rels/workbook.xml.rels", relation)
        _walk(self._archive, "xl/workbook.xml", sheet)

    def rows(self, name: str) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows of a sheet that hold anything, with their numbers."""
        reader = _Sheet(self._strings, self._dates, self._later_by)
        with self._archive.open(self.sheets[name]) as stream:
            for piece in _pieces(stream):
                reader.feed(piece)
                yield from reader.take()


class _Strings:
    """The texts that cells share, one after another, as they take little room."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._ends = array("Q", [0])

    def read(self, archive: zipfile.ZipFile) -> None:
        parts: list[str] = []
        state = {"is_text": False, "is_reading_aid": False, "length": 0}

        def start(name: str, _: dict[str, str]) -> None:
            state["is_text"] = name == "t" and not state["is_reading_aid"]
            state["is_reading_aid"] = state["is_reading_aid"] or name == "rPh"

        def end(name: str) -> None:
            state["is_text"] = False
            if name == "rPh":
                state["is_reading_aid"] = False
            elif name == "si":
                self._add("".join(parts))
                parts.clear()
                state["length"] = 0

        def text(piece: str) -> None:
            if state["is_text"] and state["length"] < CELL_LENGTH_MAX:
                parts.append(piece)
                state["length"] += len(piece)

        _walk(archive, "xl/sharedStrings.xml", start, end, text)

    def _add(self, text: str) -> None:
        self._bytes += text.encode()
        if len(self._bytes) > STRINGS_BYTES_MAX:
            raise PartnerFileTooLarge(
                f"the texts of the workbook come to more than {STRINGS_BYTES_MAX} bytes",
                limit_bytes=STRINGS_BYTES_MAX,
            )
        self._ends.append(len(self._bytes))

    def __getitem__(self, number: int) -> str:
        if number < 0:
            raise IndexError(f"there is no text {number}")
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()


class _Sheet:
    """Reads the XML of a sheet, piece by piece, into rows."""

    def __init__(self, strings: _Strings, dates: Sequence[bool], later_by: int) -> None:
        self._strings = strings
        self._dates = dates
        self._later_by = later_by
        self._done: list[tuple[int, Sequence[str]]] = []
        self._number = 0
        self._cells: list[str] = []
        self._place = 0
        self._kind = "n"
        self._style = 0
        self._parts: list[str] = []
        self._length = 0
        self._is_text = False
        self._places: dict[str, int] = {}
        self._parser = _parser(self._start, self._end, self._text)

    def feed(self, piece: bytes) -> None:
        """Read a piece. An empty one is the last."""
        self._parser.Parse(piece, not piece)

    def take(self) -> list[tuple[int, Sequence[str]]]:
        """The rows that are whole."""
        done, self._done = self._done, []
        return done

    def _start(self, name: str, given: dict[str, str]) -> None:
        if name == "c":
            where = given.get("r")
            self._place = len(self._cells) if where is None else self._place_of(where)
            self._kind = given.get("t", "n")
            self._style = int(given.get("s", "0"))
            self._parts.clear()
            self._length = 0
        elif name in {"v", "t"}:
            self._is_text = True
        elif name == "row":
            number = int(given.get("r", self._number + 1))
            if not self._number < number <= ROW_NUMBER_MAX:
                raise ValueError(f"row {number} follows row {self._number}")
            self._number = number
            self._cells = []

    def _end(self, name: str) -> None:
        if name in {"v", "t"}:
            self._is_text = False
        elif name == "c":
            if self._parts and self._place < CELLS_MAX:
                missing = self._place - len(self._cells)
                self._cells += [""] * missing
                self._cells.append(self._value("".join(self._parts)))
        elif name == "row" and any(self._cells):
            self._done.append((self._number, self._cells))

    def _text(self, piece: str) -> None:
        if self._is_text and self._length < CELL_LENGTH_MAX:
            self._parts.append(piece)
            self._length += len(piece)

    def _place_of(self, where: str) -> int:
        """Of AB12 it is 27."""
        letters = where.rstrip("0123456789")
        place = self._places.get(letters)
        if place is None:
            if _PLACE.fullmatch(letters) is None:
                raise ValueError(f"no cell is called {where[:20]!r}")
            place = 0
            for letter in letters:
                place = place * 26 + ord(letter) - ord("A") + 1
            place = self._places[letters] = place - 1
        return place

    def _value(self, text: str) -> str:
        if self._kind == "s":
            return self._strings[int(text)][:CELL_LENGTH_MAX]
        if self._kind == "n":
            is_date = 0 <= self._style < len(self._dates) and self._dates[self._style]
            return _instant(float(text) + self._later_by) if is_date else _number(text)
        return text[:CELL_LENGTH_MAX]


def _number(text: str) -> str:
    """A number without the noise of its binary form. One with lost digits has an exponent."""
    if text.isdecimal() and len(text) <= DIGITS_KEPT:
        return text
    value = float(text)
    if abs(value) >= 10**DIGITS_KEPT:
        return f"{value:.{DIGITS_KEPT - 1}E}"
    return f"{value:.{DIGITS_KEPT}f}".rstrip("0").rstrip(".") if abs(value) < 1 else _plain(value)


def _plain(value: float) -> str:
    return f"{value:.{DIGITS_KEPT}g}"


def _instant(serial: float) -> str:
    """A day, or a time of a day, in ISO 8601."""
    if not 0 <= serial < _SERIAL_MAX:
        return _plain(serial)
    found = _DAY_ZERO + timedelta(seconds=round(serial * _SECONDS))
    if serial < 1:
        return found.time().isoformat()
    return found.date().isoformat() if serial == int(serial) else found.isoformat(" ")


def _date_styles(archive: zipfile.ZipFile) -> list[bool]:
    """Of each style, by its number, whether its format shows days or times."""
    custom: dict[int, bool] = {}
    styles: list[bool] = []
    within: list[str] = []

    def start(name: str, given: dict[str, str]) -> None:
        if name == "numFmt":
            code = _NOT_CODE.sub("", given["formatCode"])
            custom[int(given["numFmtId"])] = _IS_DATE.search(code) is not None
        elif name == "xf" and within and within[-1] == "cellXfs":
            number = int(given.get("numFmtId", "0"))
            styles.append(custom.get(number, number in _DATE_FORMATS))
        elif name in {"cellXfs", "cellStyleXfs"}:
            within.append(name)

    def end(name: str) -> None:
        if within and name == within[-1]:
            within.pop()

    _walk(archive, "xl/styles.xml", start, end)
    return styles


def _walk(
    archive: zipfile.ZipFile,
    part: str,
    start: Start,
    end: Callable[[str], None] = lambda _: None,
    text: Callable[[str], None] = lambda _: None,
) -> None:
    parser = _parser(start, end, text)
    with archive.open(part) as stream:
        for piece in _pieces(stream):
            parser.Parse(piece, not piece)


def _parser(
    start: Start, end: Callable[[str], None], text: Callable[[str], None]
) -> expat.XMLParserType:
    """A parser whose names have no prefix, as some programs write one."""

    def start_plain(name: str, given: dict[str, str]) -> None:
        start(name.rpartition(":")[2], given)

    def end_plain(name: str) -> None:
        end(name.rpartition(":")[2])

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start_plain
    parser.EndElementHandler = end_plain
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _refuse_document_type
    return parser


def _refuse_document_type(*_: object) -> None:
    raise ValueError("it declares a document type")


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A part of a workbook, piece by piece. The last piece is empty."""
    size = 0
    while piece := stream.read(PIECE_BYTES):
        size += len(piece)
        if size > UNPACKED_BYTES_MAX:
            raise PartnerFileTooLarge(
                f"the workbook unpacks to more than {UNPACKED_BYTES_MAX} bytes",
                limit_bytes=UNPACKED_BYTES_MAX,
            )
        yield piece
    yield b""
