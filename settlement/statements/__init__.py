"""The bill of a month: its closing, its statements and their downloads.

Promises:

- There is one statement for each payer, payee, operator and currency of a month. When it is issued
  it is frozen, numbered without gaps per year, and chained to the number before it.
- The sum of a statement's lines is its total, in the statement and in its detail file.

Never:

- An issued statement is never corrected. What comes later is a line of a later one.
- A statement is never shown to a party that it does not name, except the operator.

Start here:

- `drafts`: sums the lines of a closing month.
- `drafted`: the drafts, for those who review them.
- `issue`: reviews, numbers, chains and freezes statements.
- `verify`: whether issued statements are what they were.
- `statements`: who sees a statement, and the steps it takes.
- `totals`: what the issued statements add up to.
"""

from settlement.statements.drafted import (
    Draft,
    find_draft,
    list_drafts,
)
from settlement.statements.issue import (
    issue_month,
    issue_statement,
    review_statement,
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
from settlement.statements.totals import (
    load_totals,
)
from settlement.statements.verify import (
    verify_statements,
)

__all__ = [
    "REASON_LENGTH_MAX",
    "Draft",
    "Statement",
    "StatementNotFound",
    "StatementStep",
    "find_draft",
    "find_statement",
    "issue_month",
    "issue_statement",
    "list_drafts",
    "list_statements",
    "load_totals",
    "review_statement",
    "transition",
    "verify_statements",
]
