"""The bill of a month: its closing, its statements and their downloads.

Promises:

- Closing a month issues one statement for each home brand, supplier, operator and currency. It is
  frozen, hashed, and numbered without gaps per year. Empty months close too.
- The sum of a statement's lines is its total, in the statement and in each download.

Never:

- An issued statement is never corrected. What comes later is a line of a later one.
- A supplier is never shown a member.
- A statement is never shown to a party that it does not name, except the operator.

Start here:

- `close`: rates what waits and closes a month.
- `issue`: drafts, numbers, hashes and freezes the statements of a month.
- `statements`: what a statement holds, who sees it, and its lock.
- `steps`: the steps that it takes, and the agreement by silence.
- `disputed`: what of it is in question, and the state that this puts it in.
- `history`: which steps were taken, when and by whom.
- `lines`: its lines, a page at a time.
- `parts`: what its lines come to, with their share and their tax.
- `totals`: what the issued statements add up to.
- `download`: a statement as CSV or XLSX.
"""

from settlement.statements.close import (
    Closing,
    close_period,
    rate_and_close,
)
from settlement.statements.download import (
    MEDIA_TYPES,
    DownloadFormat,
    write_download,
)
from settlement.statements.history import (
    Step,
    list_steps,
)
from settlement.statements.issue import (
    verify_statements,
)
from settlement.statements.lines import (
    LINE_CURSOR_PATTERN,
    LineCursorInvalid,
    StatementLine,
    list_lines,
)
from settlement.statements.parts import (
    LEG_PATTERN,
    PERIOD_LINE_LENGTH_MAX,
    USE_KEY_PATTERN,
    read_line_key,
)
from settlement.statements.statements import (
    Statement,
    StatementNotFound,
    StatementsWanted,
    find_statement,
    list_statements,
)
from settlement.statements.steps import (
    REASON_LENGTH_MAX,
    StatementStep,
    agree_by_silence,
    transition,
)

__all__ = [
    "LEG_PATTERN",
    "LINE_CURSOR_PATTERN",
    "MEDIA_TYPES",
    "PERIOD_LINE_LENGTH_MAX",
    "REASON_LENGTH_MAX",
    "USE_KEY_PATTERN",
    "Closing",
    "DownloadFormat",
    "LineCursorInvalid",
    "Statement",
    "StatementLine",
    "StatementNotFound",
    "StatementStep",
    "StatementsWanted",
    "Step",
    "agree_by_silence",
    "close_period",
    "find_statement",
    "list_lines",
    "list_statements",
    "list_steps",
    "rate_and_close",
    "read_line_key",
    "transition",
    "verify_statements",
    "write_download",
]
