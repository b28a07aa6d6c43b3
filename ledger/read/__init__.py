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
- `known`: which keys have an answer already.
- `members`: members in the order of their references, and what a member has set aside.
- `past`: how long members have been there.
- `deeds`: who asked for which records.
- `movements`: which points came in or went out, by month and cohort. `rows` says which row of a
  roll-forward an entry counts in.
- `cohorts`: how cohorts are named of a programme whose plan of expiry has changed.
- `stretches`: the journal part by part, and who could spend so much, for figures.
- `since`: the journal record by record, for whoever tells others of it.
- `expiring`: what a whole book's members lose soon.
- `queries`: the statements behind them.
"""

from ledger.read.cohorts import NamedBy, Naming
from ledger.read.deeds import PointsDeed, deeds_of
from ledger.read.expiring import ExpiringSoon, expiring_soon
from ledger.read.known import known_keys
from ledger.read.members import OpenHold, list_members, list_open_holds
from ledger.read.merged import former_names, heirs, names_of
from ledger.read.movements import (
    UndatedStep,
    balances_at,
    has_undated,
    position_of,
    read_movements,
    undated_steps,
)
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
from ledger.read.rows import OWED, UNTIL, Row, month_text
from ledger.read.since import PointsRecord, read_records
from ledger.read.stretches import (
    Stretch,
    able_to_spend,
    heads_of,
    read_stretch,
    wallets_opened,
)

__all__ = [
    "OWED",
    "PAGE_LINES_MAX",
    "UNTIL",
    "Balance",
    "EntryRecord",
    "ExpiringSoon",
    "HistoryLine",
    "NamedBy",
    "Naming",
    "OpenHold",
    "OperationRecord",
    "Past",
    "PointsDeed",
    "PointsRecord",
    "Row",
    "Stretch",
    "Totals",
    "UndatedStep",
    "able_to_spend",
    "balance",
    "balance_as_of",
    "balances",
    "balances_at",
    "deeds_of",
    "expiring_soon",
    "former_names",
    "has_undated",
    "heads_of",
    "heirs",
    "history",
    "known_keys",
    "list_members",
    "list_open_holds",
    "load_pasts",
    "month_text",
    "names_of",
    "operation",
    "position_of",
    "read_movements",
    "read_records",
    "read_stretch",
    "spendable_before",
    "totals",
    "trial_balance",
    "undated_steps",
    "wallets_opened",
]
