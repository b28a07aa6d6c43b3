"""The journal of money: what events of business post, and what a general ledger gets of it.

Promises:

- A statement is posted in the transaction that issues it, and moved back in the one that voids it.
- For each party, what is open and what it nets to come to its statements and its payments.
- An entry is dated by the day on which it is recorded, so what was posted up to a day never grows.
- A file for a general ledger leads from the balances before it to those after it, or is not
  written.

Never:

- It never changes what was posted.
- It never adds up floating-point numbers.

Start here:

- `events`: what each event moves. Pure.
- `post`: issued and void statements as they are posted.
- `export`: the book of a currency as a file.
- `general_ledger`: such a file as CSV, for Beancount or for hledger. Pure.
- `mapping`: which account of a general ledger stands for which of ours. Pure.
- `names`: what our accounts are called. Pure.
"""

from settlement.journal.export import JournalScope, export_journal, require_money_book
from settlement.journal.general_ledger import JournalFormat
from settlement.journal.mapping import (
    AccountMapping,
    MappingInvalid,
    read_mapping,
)
from settlement.journal.names import account_name

__all__ = [
    "AccountMapping",
    "JournalFormat",
    "JournalScope",
    "MappingInvalid",
    "account_name",
    "export_journal",
    "read_mapping",
    "require_money_book",
]
