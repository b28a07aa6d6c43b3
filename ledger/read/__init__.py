"""What the books say: balances, histories, totals."""

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
    "Totals",
    "balance",
    "balance_as_of",
    "balances",
    "history",
    "operation",
    "totals",
    "trial_balance",
]
