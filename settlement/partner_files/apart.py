"""Preview a kept file in a process of its own, which can be ended at any instant.

A small table of text is read at once: to start a process would take longer. No connection is held
while a file is read.
"""

import asyncio
import tempfile
from pathlib import Path

import orjson

from ledger import Database
from settlement.partner_files.mapping import FileMapping, require_mapping
from settlement.partner_files.preview import (
    FILE,
    OUTCOME_FILE,
    STATED_FILE,
    Preview,
    preview_partner_file,
)
from settlement.partner_files.process import run_process
from settlement.partner_files.refusals import refusal_of
from settlement.partner_files.stored import StoredFile, write_file

PREVIEW_SECONDS_MAX = 300.0
SMALL_BYTES_MAX = 64 * 1024
_PACKED = (b"PK", b"\x1f\x8b")
"""How archives, workbooks and packed files begin. They may unpack to much more than they are."""


async def preview_kept(
    database: Database, file: StoredFile, mapping: FileMapping | None, zone: str
) -> Preview:
    """Tell what a kept file would be read as. When this is cancelled, the process is killed.

    Raises:
        MappingInvalid: no file can be read by this mapping.
        PartnerFileTooLarge: the file is over a limit.
        PartnerFileInvalid: it cannot be read at all.
        ProcessFailed: the process died, or took longer than PREVIEW_SECONDS_MAX.
    """
    if mapping is not None:
        require_mapping(mapping)
    with tempfile.TemporaryDirectory(prefix="comity-preview-") as folder:
        work = Path(folder)
        await write_file(database, file, work / FILE)
        if await asyncio.to_thread(_is_small, work / FILE):
            return await asyncio.to_thread(preview_partner_file, work / FILE, mapping, zone=zone)
        stated = {"mapping": None if mapping is None else mapping.document(), "zone": zone}
        await asyncio.to_thread((work / STATED_FILE).write_bytes, orjson.dumps(stated))
        await run_process("settlement.partner_files.preview", work, seconds_max=PREVIEW_SECONDS_MAX)
        outcome = orjson.loads(await asyncio.to_thread((work / OUTCOME_FILE).read_bytes))
    if "refusal" in outcome:
        raise refusal_of(outcome["refusal"])
    return Preview.of_document(outcome["preview"])


def _is_small(file: Path) -> bool:
    """Whether the file is a small table of text."""
    with file.open("rb") as stream:
        begin = stream.read(SMALL_BYTES_MAX + 1)
    return len(begin) <= SMALL_BYTES_MAX and not begin.startswith(_PACKED)
