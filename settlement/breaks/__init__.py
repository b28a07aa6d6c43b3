"""The work on what a reconciliation found, until both sides sign it off.

Promises:

- Every break is kept with all its categories, and can be read page by page, as can every match.
- What people do with a break is a step: who, when and why. Steps never change.
- A break keeps its age over runs: what was found before keeps the day on which it was opened.
- A run is signed by both sides when no break of it is open. Then it is locked.
- A brand sees its own uses alone.

Never:

- What a run found is never changed: people explain it, post what it costs, or carry it on.
- A supplier is shown no member.

Start here:

- `runs`: runs as their parties see them, and their sign-off.
- `bridge`: from the difference of the totals to zero, currency by currency.
- `read`: breaks, matches and steps, page by page.
- `steps`: what is done with a break.
- `postings`: what must stand behind an adjustment or a write-off.
"""

from settlement.breaks.bridge import (
    BridgeStep,
)
from settlement.breaks.read import (
    Break,
    BreakFilter,
    Match,
    Step,
    list_breaks,
    list_matches,
    list_steps,
)
from settlement.breaks.runs import (
    Reader,
    ReconciliationNotFound,
    Run,
    find_run,
    list_runs,
    sign_run,
)
from settlement.breaks.steps import (
    ASSIGNEE_LENGTH_MAX,
    NOTE_LENGTH_MAX,
    BreakNotFound,
    Wish,
    assign_break,
    comment_break,
    find_break,
    resolve_break,
)

__all__ = [
    "ASSIGNEE_LENGTH_MAX",
    "NOTE_LENGTH_MAX",
    "Break",
    "BreakFilter",
    "BreakNotFound",
    "BridgeStep",
    "Match",
    "Reader",
    "ReconciliationNotFound",
    "Run",
    "Step",
    "Wish",
    "assign_break",
    "comment_break",
    "find_break",
    "find_run",
    "list_breaks",
    "list_matches",
    "list_runs",
    "list_steps",
    "resolve_break",
    "sign_run",
]
