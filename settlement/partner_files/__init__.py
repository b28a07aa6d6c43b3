"""A partner's own files: kept as they came, and read whatever their form is.

Promises:

- The bytes are kept. What is read of them follows from the bytes, the mapping and the calendar.
- A row that cannot be used is rejected and listed with its reason. The others go on.
- What a file says its rows come to is compared with what they do come to.
- Nothing is guessed about money: what can be read in two ways is rejected.
- A large file needs little memory: it goes through the disk, piece by piece.

Never:

- No name of a file decides how it is read, and nothing in a file is run.
- No party sees the files or the mappings of another.

Start here:

- `reading`: a whole file, from its bytes to rows in one form.
- `unpack`: what a file is, and what is packed in it.
- `decode`: the text of a file, whatever its encoding.
- `rows`: a table of text as rows on the disk.
- `workbook`: the rows of a workbook.
- `headings`: which column is which of ours.
- `normal`: what the text of a cell means.
- `judged`: the rows as values, and those that cannot be used.
- `preview`: what a file would be read as, before anything is done with it.
- `apart`: starts and ends the process that previews.
- `process`: runs a module in a process of its own, for whoever reads files.
- `lean`: what such a process begins with, so that it loads only what it needs.
- `totals`: which of these are totals, and which are at fault.
- `words`: words of totals, and sentences about faults.
- `mapping`: what is stated of a file.
- `presets`: mappings that are there from the start.
- `mappings`: mappings that parties have saved.
- `stored`: the files as they are kept.
- `refusals`: why a file or a mapping is refused.
"""

from settlement.partner_files.apart import (
    preview_kept,
)
from settlement.partner_files.mapping import (
    Encoding,
    FileMapping,
)
from settlement.partner_files.mappings import (
    find_mapping,
    list_mappings,
    save_mapping,
)
from settlement.partner_files.presets import (
    PRESETS,
)
from settlement.partner_files.preview import (
    CurrencySum,
    Line,
    Preview,
)
from settlement.partner_files.reading import (
    BYTES_MAX,
    Reading,
    read_partner_file,
)
from settlement.partner_files.refusals import (
    MappingNotFound,
    PartnerFileNotFound,
)
from settlement.partner_files.stored import (
    StoredFile,
    find_file,
    keep_file,
    list_files,
    parts_of,
)

__all__ = [
    "BYTES_MAX",
    "PRESETS",
    "CurrencySum",
    "Encoding",
    "FileMapping",
    "Line",
    "MappingNotFound",
    "PartnerFileNotFound",
    "Preview",
    "Reading",
    "StoredFile",
    "find_file",
    "find_mapping",
    "keep_file",
    "list_files",
    "list_mappings",
    "parts_of",
    "preview_kept",
    "read_partner_file",
    "save_mapping",
]
