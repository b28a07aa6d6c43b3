"""What the books say: balances, histories, totals.

Promises:

- A reader never waits for a writer, nor a writer for a reader.
- A balance is of one snapshot: its lots agree with what is held beside them.
- A past balance is exact to the record, and comes from the journal alone.

Never:

- It never writes or locks.
- It never asks today's rules about the past.

Start here:

- `reads`: every question that can be put to a book, and what is answered.
- `merged`: who has the points of a merged member, and whom a member has absorbed.
- `past`: how long members have been there.
- `deeds`: who asked for which records.
- `queries`: the statements behind them.
"""

from ledger.read.deeds import PointsDeed, deeds_of
from ledger.read.merged import former_names, heirs, names_of
from ledger.read.past import Past, load_pasts, spendable_before
from ledger.read.reads import (
    PAGE_LINES_MAX,
    Balance,
    EntryRecord,
    HistoryLine,
    OperationRecord,
    Totals,
    balance,
    balance_as_of,
    balances,
    history,
    operation,
    totals,
    trial_balance,
)

__all__ = [
    "PAGE_LINES_MAX",
    "Balance",
    "EntryRecord",
    "HistoryLine",
    "OperationRecord",
    "Past",
    "PointsDeed",
    "Totals",
    "balance",
    "balance_as_of",
    "balances",
    "deeds_of",
    "former_names",
    "heirs",
    "history",
    "load_pasts",
    "names_of",
    "operation",
    "spendable_before",
    "totals",
    "trial_balance",
]
