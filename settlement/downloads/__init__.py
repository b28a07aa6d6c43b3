"""A statement in the form that a party wants: for spreadsheets, for programs, and on paper.

Promises:

- All forms of a statement are made of its kept detail file, and say the same. The same statement
  gives the same bytes.
- Text that a spreadsheet would take for a formula or round is marked, so that it can be had back.

Never:

- A supplier gets a brand's reference of a member.
- A cell of a file begins a formula of somebody else.

Start here:

- `download`: a statement in the form that a party wants.
- `spreadsheet`, `workbook`, `parquet`, `paper`: its forms.
- `front`: the front page of a statement, `items`: the rows of its table.
- `words`, `amount_words`: its words in two languages (pure).
"""

from settlement.downloads.download import (
    MEDIA_TYPES,
    DownloadFormat,
    write_download,
)
from settlement.downloads.words import Language

__all__ = [
    "MEDIA_TYPES",
    "DownloadFormat",
    "Language",
    "write_download",
]
