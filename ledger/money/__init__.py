"""Money between parties, by double entry: one book for each currency.

Promises:

- A book sums to zero by construction: an entry moves a positive amount from one account to another.
- What is open between parties sums to zero by itself, and so do what they net to and the bank.
- A key is posted once, forever. Numbers have no gaps, entries are never changed or deleted, and
  each transaction is a link of the book's chain.

Never:

- It never decides what is owed, or why: it is told.
- It never holds points, and no book of points holds money.
- It knows parties by their numbers only.

Start here:

- `transactions`: what a transaction is, what makes it sound, and its link of the chain. Pure.
- `accounts`: the accounts of a book. Pure.
- `post`: how transactions are posted.
- `read`: balances, pages of transactions, and all of them.
- `verify`: how a book is proved.
"""

from ledger.money.accounts import (
    BANK,
    account_parts,
    net_account,
    open_account,
)
from ledger.money.post import post_money
from ledger.money.read import (
    Posted,
    list_money,
    load_money_balances,
    load_money_books,
    load_money_days,
    stream_money,
)
from ledger.money.transactions import (
    AMOUNT_MINOR_MAX,
    MoneyTransaction,
    Transfer,
)
from ledger.money.verify import verify_money

__all__ = [
    "AMOUNT_MINOR_MAX",
    "BANK",
    "MoneyTransaction",
    "Posted",
    "Transfer",
    "account_parts",
    "list_money",
    "load_money_balances",
    "load_money_books",
    "load_money_days",
    "net_account",
    "open_account",
    "post_money",
    "stream_money",
    "verify_money",
]
