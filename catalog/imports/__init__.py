"""Files of offers, shops, members and card codes, put into the exchange row by row.

Promises:

- A file that comes twice is imported once. A file that was cut off half-way goes on where it was.
- Each row is created, updated, unchanged or rejected, and for a rejected one its line, its column
  and the reason can be read. One bad row never stops the others.
- A dry run changes nothing and says what would become of each row.
- A file is read as text: nothing in it is run, rounded or guessed.
- What a file changes is in the audit log, under the name of who sent it.

Never:

- No file waits in clear, and what is kept of its rows names no card and no member.
- No worker writes for an import that another has taken, or that was cancelled.

Start here:

- `work`: the worker's round, from a file's turn to its end.
- `job`: what an import is, and why it is refused.
- `jobs`: imports as they are stored, and whose turn it is.
- `rows`: what became of each row.
- `kinds`: what is done with the rows of each kind.
- `logged`: what a file has changed, in the audit log.
- `members`: members of a programme, and the points with which they begin.
- `apart`: reads a file in a process of its own.
- `reading`: a whole file, from its bytes to judged rows.
- `encoding`: what encoding a file has.
- `table_file`: CSV and XLSX as headings and rows.
- `headings`: which column of a file is which of ours.
- `judge`: rows as values of their kind.
- `member_rows`: a row of a file of members as values.
- `row_cells`: the cells of a row, by our columns.
- `cells`: what the text of a cell means.
- `row_codes`: why a row is rejected, in two languages.
- `mappings`: saved answers to how a party's files are to be read.
"""

from catalog.imports.headings import (
    FileMapping,
    Kind,
)
from catalog.imports.job import (
    ENDED,
    Import,
    ImportNotFound,
    Wish,
    about_mended,
)
from catalog.imports.jobs import (
    IMPORTS_AT_WORK_MAX,
    add_import,
    apply_import,
    cancel_import,
    find_import,
    list_imports,
)
from catalog.imports.mappings import (
    MappingNotFound,
    find_mapping,
    save_mapping,
)
from catalog.imports.members import (
    require_own_programme,
)
from catalog.imports.row_codes import (
    sentences,
)
from catalog.imports.rows import (
    RowOutcome,
    find_mended,
    list_rows,
)
from catalog.imports.table_file import (
    CSV_MEDIA_TYPE,
    XLSX_MEDIA_TYPE,
)
from catalog.imports.work import (
    Importer,
    forget_old_imports,
    work_on_import,
)

__all__ = [
    "CSV_MEDIA_TYPE",
    "ENDED",
    "IMPORTS_AT_WORK_MAX",
    "XLSX_MEDIA_TYPE",
    "FileMapping",
    "Import",
    "ImportNotFound",
    "Importer",
    "Kind",
    "MappingNotFound",
    "RowOutcome",
    "Wish",
    "about_mended",
    "add_import",
    "apply_import",
    "cancel_import",
    "find_import",
    "find_mapping",
    "find_mended",
    "forget_old_imports",
    "list_imports",
    "list_rows",
    "require_own_programme",
    "save_mapping",
    "sentences",
    "work_on_import",
]
