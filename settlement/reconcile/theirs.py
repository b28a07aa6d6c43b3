"""The partner's side of a comparison: how its file is to be read, its rows, and what was found.

All of it lies in the folder of the comparison, because another process reads the file.
"""

from pathlib import Path

import orjson

from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.reading import Reading, read_partner_file

THEIRS_FILE = "theirs.parquet"
_STATED_FILE = "reading.json"
_FOUND_FILE = "found.json"


def state_reading(work: Path, mapping: FileMapping | None, zone: str) -> None:
    """Say how the file is to be read, before it is."""
    stated = {"mapping": None if mapping is None else mapping.document(), "zone": zone}
    (work / _STATED_FILE).write_bytes(orjson.dumps(stated))


def write_theirs(file: Path, work: Path) -> tuple[tuple[int, str], ...]:
    """Read the file, write its rows to THEIRS_FILE, and return the rejected ones.

    Raises:
        PartnerFileTooLarge: the file is over a limit.
        PartnerFileInvalid: it cannot be read, or too many of its rows cannot be used.
    """
    stated = orjson.loads((work / _STATED_FILE).read_bytes())
    mapping = stated["mapping"] and FileMapping.of_document(stated["mapping"])
    reading = read_partner_file(file, work / THEIRS_FILE, mapping, zone=stated["zone"])
    (work / _FOUND_FILE).write_bytes(orjson.dumps(reading.document()))
    return tuple((each.row, each.problem) for each in reading.rejected)


def load_reading(work: Path) -> Reading:
    """What was found in the file, after it was read."""
    return Reading.of_document(orjson.loads((work / _FOUND_FILE).read_bytes()))
