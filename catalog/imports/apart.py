"""Read files in a process of its own: `python -m catalog.imports.apart`.

Python shares its time badly with the requests of the same process, and a workbook can unpack to
more than anybody expects. So the process has limits of memory and of time, and can be ended at any
instant. It knows no database. What it reads comes and goes through pipes, so that no card number
is written to a disk in clear.
"""

import asyncio
import os
import resource
import sys
from collections.abc import Mapping
from typing import Any

import orjson

from catalog.imports.encoding import EncodingDoubtful, EncodingUnknown
from catalog.imports.headings import FileMapping, HeaderMissing, Kind, MappingInvalid
from catalog.imports.reading import PackedReading, mended, pack, read_file, unpack
from catalog.imports.table_file import (
    XLSX_SIGNATURE,
    ImportFileTooLarge,
    ImportFileUnreadable,
)
from ledger import Refusal

NICENESS = 10
"""Requests come first."""
MEMORY_BYTES_MAX = 3 * 1024 * 1024 * 1024
SECONDS_MAX = 120
TROUBLE_LENGTH_MAX = 2_000
SMALL_BYTES_MAX = 64 * 1024
"""CSV of up to so many bytes is read at once: to start a process would take longer."""

_REFUSED = b"refused "
"""Stands before the document of a refusal, where a reading is not."""

REFUSALS: Mapping[str, type[Refusal]] = {
    kind.code: kind
    for kind in (
        *(EncodingUnknown, EncodingDoubtful, HeaderMissing, MappingInvalid),
        *(ImportFileTooLarge, ImportFileUnreadable),
    )
}
"""Why a file as a whole can be refused."""


class ReadingFailed(Exception):
    """The process did not end well. The message has the end of what it said."""


async def read_apart(
    kind: Kind, raw: bytes, encoding: str | None, mapping: FileMapping
) -> PackedReading:
    """Read and judge a file. When this is cancelled, the process is killed.

    Raises:
        Refusal: the file as a whole is refused, with one of REFUSALS.
        ReadingFailed: the process died, or took too long.
    """
    asked = {"kind": kind, "encoding": encoding, "mapping": mapping.document()}
    if _is_small(raw):
        said = await asyncio.to_thread(_read, asked, raw)
    else:
        said = await _run(orjson.dumps(asked) + b"\n" + raw)
    if said.startswith(_REFUSED):
        raise refusal_of(orjson.loads(said.removeprefix(_REFUSED)))
    return unpack(said)


async def mend_apart(
    raw: bytes, encoding: str | None, wrong: Mapping[int, tuple[str | None, str]]
) -> bytes:
    """The rejected rows of a file that was read before, see `mended`."""
    if _is_small(raw):
        return await asyncio.to_thread(mended, raw, encoding, wrong)
    asked = {"encoding": encoding, "wrong": list(wrong.items())}
    return await _run(orjson.dumps(asked) + b"\n" + raw)


def _is_small(raw: bytes) -> bool:
    """Whether a file is read in no time. A workbook may be larger than it looks."""
    return len(raw) <= SMALL_BYTES_MAX and not raw.startswith(XLSX_SIGNATURE)


def refusal_of(document: Mapping[str, Any]) -> Refusal:
    """The refusal of a file, from its document."""
    rest = {name: value for name, value in document.items() if name not in {"status", "title"}}
    return REFUSALS[rest.pop("code")](rest.pop("detail"), **rest)


async def _run(given: bytes) -> bytes:
    # With -P no file of the working directory can stand in for a module.
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "catalog.imports.apart"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(SECONDS_MAX):
            said, trouble = await process.communicate(given)
    except TimeoutError:
        raise ReadingFailed(f"it took longer than {SECONDS_MAX} s") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0:
        text = trouble.decode(errors="replace")[-TROUBLE_LENGTH_MAX:]
        raise ReadingFailed(f"it ended with {process.returncode}: {text}")
    return said


def main() -> None:
    """Read what standard input holds: a line of JSON that says what is asked, then the file."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS_MAX, SECONDS_MAX))
    line, _, raw = sys.stdin.buffer.read().partition(b"\n")
    asked = orjson.loads(line)
    sys.stdout.buffer.write(
        mended(raw, asked["encoding"], dict(asked["wrong"]))
        if "wrong" in asked
        else _read(asked, raw)
    )


def _read(asked: Mapping[str, Any], raw: bytes) -> bytes:
    mapping = FileMapping.of_document(asked["mapping"])
    try:
        return pack(read_file(asked["kind"], raw, asked["encoding"], mapping))
    except Refusal as refusal:
        return _REFUSED + orjson.dumps(refusal.document())


if __name__ == "__main__":
    main()
