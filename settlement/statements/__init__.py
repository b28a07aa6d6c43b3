"""The bill of a month: its closing, its statements and their downloads.

Promises:

- Closing a month issues one statement for each home brand, supplier, operator and currency. It is
  frozen, hashed, and numbered without gaps per year. Empty months close too.
- The sum of a statement's lines is its total, in the statement and in its detail file.

Never:

- An issued statement is never corrected. What comes later is a line of a later one.
- A statement is never shown to a party that it does not name, except the operator.

Start here:

- `close`: rates what waits and closes a month.
- `issue`: drafts, numbers, hashes and freezes the statements of a month.
- `statements`: who sees a statement, and the steps it takes.
- `totals`: what the issued statements add up to.
"""

from settlement.statements.close import (
    Closing,
    close_period,
    rate_and_close,
)
from settlement.statements.issue import (
    verify_statements,
)
from settlement.statements.statements import (
    REASON_LENGTH_MAX,
    Statement,
    StatementNotFound,
    StatementStep,
    find_statement,
    list_statements,
    transition,
)

__all__ = [
    "REASON_LENGTH_MAX",
    "Closing",
    "Statement",
    "StatementNotFound",
    "StatementStep",
    "close_period",
    "find_statement",
    "list_statements",
    "rate_and_close",
    "transition",
    "verify_statements",
]
