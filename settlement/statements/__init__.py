"""The bill of a month: its closing, its statements and their downloads.

Promises:

- There is one statement for each payer, payee, operator and currency of a month. When it is issued
  it is frozen, numbered without gaps per year, and chained to the number before it.
- The sum of a statement's lines is its total, in the statement and in its detail file.

Never:

- An issued statement is never corrected. What comes later is a line of a later one.
- A supplier is never shown a member.
- A statement is never shown to a party that it does not name, except the operator.

Start here:

- `drafts`: sums the lines of a closing month.
- `drafted`: the drafts, for those who review them.
- `issue`: reviews, numbers, chains and freezes statements.
- `verify`: whether issued statements are what they were.
- `statements`: what a statement holds, who sees it, and its lock.
- `steps`: the steps that it takes, and the agreement by silence.
- `disputed`: what of it is in question, and the state that this puts it in.
- `history`: which steps were taken, when and by whom.
- `told`: what its parties are told of these steps.
- `lines`: its lines, a page at a time.
- `parts`: what its lines come to, with their share and their tax.
- `totals`: what the issued statements add up to.
"""

from settlement.statements.drafted import (
    Draft,
    find_draft,
    list_drafts,
)
from settlement.statements.history import (
    Step,
    list_steps,
)
from settlement.statements.issue import (
    issue_month,
    issue_statement,
    review_statement,
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
from settlement.statements.totals import (
    load_totals,
)
from settlement.statements.verify import (
    verify_statements,
)

__all__ = [
    "LEG_PATTERN",
    "LINE_CURSOR_PATTERN",
    "PERIOD_LINE_LENGTH_MAX",
    "REASON_LENGTH_MAX",
    "USE_KEY_PATTERN",
    "Draft",
    "LineCursorInvalid",
    "Statement",
    "StatementLine",
    "StatementNotFound",
    "StatementStep",
    "StatementsWanted",
    "Step",
    "agree_by_silence",
    "find_draft",
    "find_statement",
    "issue_month",
    "issue_statement",
    "list_drafts",
    "list_lines",
    "list_statements",
    "list_steps",
    "load_totals",
    "read_line_key",
    "review_statement",
    "transition",
    "verify_statements",
]
