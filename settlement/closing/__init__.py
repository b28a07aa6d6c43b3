"""Closing a month: its lines are frozen, what depends on them is computed, its statements follow.

Promises:

- The lines of a month are fixed by one short transaction. All that follows is computed from rows
  that no longer change, so a closing that died goes on to the same result: by another call, or by
  the worker.
- A month is not closed before its drafts come to its lines, and before every use that the exchange
  counts is in a line, waits to be rated, or is set aside.
- A dry run changes nothing.

Never:

- Raters never wait for the sums: only for the one transaction that freezes the month.
- A closed month is never opened again. What is rated later is a late line of an open month.

Start here:

- `close`: closes a month, and goes on with one that somebody left.
- `freeze`: the one transaction that fixes the lines of a month, and what refuses it.
- `waiting`: the uses that wait to be rated, by the reason.
- `steps`: what is computed from the frozen lines, step by step, and how far each has come.
- `finish`: the proof that nothing is missing, and the end of the closing.
- `dry_run`: what a closing would bill, and what somebody should look at before.
- `suspicious`: what is unusual in a month.
- `progress`: a month, the steps of its closing and its statements.
"""

from settlement.closing.close import (
    close_period,
    end_closing,
    prepare_closing,
    until_closed,
    work_on_closing,
)
from settlement.closing.dry_run import (
    DryRun,
    Owed,
    run_dry,
)
from settlement.closing.finish import (
    Closing,
)
from settlement.closing.freeze import (
    CLOSE_REASON_LENGTH_MAX,
    CloseWish,
)
from settlement.closing.progress import (
    PeriodProgress,
    find_period,
)
from settlement.closing.suspicious import (
    Finding,
)
from settlement.closing.waiting import (
    ACCEPTABLE,
    Reason,
)

__all__ = [
    "ACCEPTABLE",
    "CLOSE_REASON_LENGTH_MAX",
    "CloseWish",
    "Closing",
    "DryRun",
    "Finding",
    "Owed",
    "PeriodProgress",
    "Reason",
    "close_period",
    "end_closing",
    "find_period",
    "prepare_closing",
    "run_dry",
    "until_closed",
    "work_on_closing",
]
