"""What a file is, by its content, and what is packed in it.

A file is a table of text, a workbook, or one of them packed by gzip or in a ZIP archive. Nothing
is taken from its name. What comes out of a package goes to a folder, a piece at a time, and only as
far as the limit: a small package may hold very much.
"""

import gzip
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from settlement.partner_files.refusals import PartnerFileTooLarge, refuse_whole

Format = Literal["csv", "xlsx"]
Packing = Literal["gzip", "zip"]

UNPACKED_BYTES_MAX = 2 * 1024 * 1024 * 1024
ENTRIES_MAX = 100
PIECE_BYTES = 1024 * 1024

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
_WORKBOOK_PART = "xl/workbook.xml"

PACKAGE_ERRORS = (
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError),
    *(NotImplementedError, RuntimeError),
)
"""What libraries say of a broken package. Some of them also say `OSError`, without a number."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file that may be a table. `entry` is its name in an archive."""

    path: Path
    format: Format
    packing: Packing | None = None
    entry: str | None = None


def unpack(source: Path, folder: Path) -> Iterator[Table]:
    """The tables in a file, one after another, for as long as somebody asks for them.

    Raises:
        PartnerFileInvalid: the file, or what it holds, cannot be read.
        PartnerFileTooLarge: what it holds comes to more than UNPACKED_BYTES_MAX.
    """
    start = _start_of(source)
    if start.startswith(_GZIP):
        target = folder / "unpacked"
        with _readable(), gzip.open(source) as packed:
            _copy(packed, target)
        for table in _tables_of(target, folder, is_packed=True):
            yield Table(table.path, table.format, "gzip", table.entry)
    else:
        yield from _tables_of(source, folder, is_packed=False)


def _tables_of(source: Path, folder: Path, *, is_packed: bool) -> Iterator[Table]:
    start = _start_of(source)
    if start.startswith(_OLD_WORKBOOK):
        raise refuse_whole("a workbook of the old form (.xls): save it as .xlsx or as CSV")
    if start.startswith(_GZIP):
        raise refuse_whole("packed twice: pack it once")
    if not start.startswith(_ZIP):
        yield Table(source, "csv")
        return
    with _readable(), zipfile.ZipFile(source) as archive:
        names = archive.namelist()
    if _WORKBOOK_PART in names:
        yield Table(source, "xlsx")
    elif is_packed:
        raise refuse_whole("packed twice: pack it once")
    else:
        yield from _entries(source, folder)


def _entries(source: Path, folder: Path) -> Iterator[Table]:
    """The largest one first: beside a table of details there may be one of sums."""
    with _readable(), zipfile.ZipFile(source) as archive:
        entries = [entry for entry in archive.infolist() if _may_be_table(entry)]
        if not 0 < len(entries) <= ENTRIES_MAX:
            raise refuse_whole(f"the archive holds {len(entries)} files that may be tables")
        for number, entry in enumerate(sorted(entries, key=lambda each: -each.file_size)):
            if entry.flag_bits & 1:
                raise refuse_whole("the archive has a password: pack it without one")
            target = folder / f"entry-{number}"
            with archive.open(entry) as packed:
                _copy(packed, target)
            for table in _tables_of(target, folder, is_packed=True):
                yield Table(table.path, table.format, "zip", entry.filename)
            target.unlink()


def _may_be_table(entry: zipfile.ZipInfo) -> bool:
    name = entry.filename.rpartition("/")[2]
    return not (
        entry.is_dir() or name.startswith((".", "~$")) or entry.filename.startswith("__MACOSX/")
    )


def _start_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(4)


def _copy(packed: IO[bytes] | gzip.GzipFile, target: Path) -> None:
    size = 0
    with target.open("wb") as output:
        while piece := packed.read(PIECE_BYTES):
            size += len(piece)
            if size > UNPACKED_BYTES_MAX:
                raise PartnerFileTooLarge(
                    f"the file unpacks to more than {UNPACKED_BYTES_MAX} bytes",
                    limit_bytes=UNPACKED_BYTES_MAX,
                )
            output.write(piece)


@contextmanager
def _readable() -> Iterator[None]:
    """Say that a package is broken, whatever its library says."""
    try:
        yield
    except (*PACKAGE_ERRORS, UnicodeDecodeError) as error:
        raise refuse_whole(f"the package cannot be opened: {error}") from None
    except OSError as error:
        if error.errno is not None:  # it is the disk that is at fault
            raise
        raise refuse_whole(f"the package cannot be opened: {error}") from None
