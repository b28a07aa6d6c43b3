"""A transaction of a money book, what makes it sound, and its link of the chain (pure).

Each of its transfers moves an amount from one account to another, so a book always sums to zero. A
transaction also keeps two parts of the book apart. What is open sums to zero by itself, and so do
net accounts and bank together. Only a transaction that moves as much out of the open accounts as
into them keeps this.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import NamedTuple

from ledger.money.accounts import account_parts

AMOUNT_MINOR_MAX = 10**15
"""Ten million million major units: more than any statement comes to, and sums of it fit."""
TRANSFERS_MAX = 32_000
"""Transfers of one transaction. A netting run has one for each party."""


class MoneyTransactionInvalid(ValueError):
    """A transaction that no event of business leads to. Whoever made it has a defect."""


class Transfer(NamedTuple):
    """An amount that one account gives and another one gains."""

    from_account: str
    to_account: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class MoneyTransaction:
    """What one event of business moves. Its key is posted once in a book, forever."""

    key: str
    kind: str
    posted_on: date
    document: str
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the book adds to a transaction: its number, when it was recorded, and by whom."""

    seq: int
    recorded_at: datetime
    recorded_by: int | None


def require_sound(transaction: MoneyTransaction) -> None:
    """Check what the type does not say.

    Raises:
        MoneyTransactionInvalid: it moves nothing, or too much, or from an account to itself, or
            it moves money between what is open and the rest.
        MoneyAccountInvalid: it names an account that there is not.
    """
    if not transaction.key or not transaction.kind or not transaction.document:
        raise MoneyTransactionInvalid("a transaction has a key, a kind and a document")
    if not 1 <= len(transaction.transfers) <= TRANSFERS_MAX:
        raise MoneyTransactionInvalid(f"a transaction has 1 to {TRANSFERS_MAX} transfers")
    crossing = 0
    for from_account, to_account, amount_minor in transaction.transfers:
        if from_account == to_account:
            raise MoneyTransactionInvalid(f"{from_account} gives to itself")
        if not 0 < amount_minor <= AMOUNT_MINOR_MAX:
            raise MoneyTransactionInvalid(f"{amount_minor} is no amount to move")
        crossing += amount_minor * (_is_open(to_account) - _is_open(from_account))
    if crossing:
        raise MoneyTransactionInvalid(
            f"{transaction.key} moves {crossing} between what is open and the rest"
        )


def _is_open(account: str) -> bool:
    return account_parts(account).kind == "open"


def balances_after(transactions: Sequence[MoneyTransaction]) -> dict[str, int]:
    """What each account holds after these transactions."""
    held: dict[str, int] = {}
    for transaction in transactions:
        for from_account, to_account, amount_minor in transaction.transfers:
            held[from_account] = held.get(from_account, 0) - amount_minor
            held[to_account] = held.get(to_account, 0) + amount_minor
    return held


def link(
    previous: bytes, currency: str, recorded: Recorded, transaction: MoneyTransaction
) -> bytes:
    """The next link of a book's chain: the SHA-256 over the one before and the transaction's own.

    The transaction is hashed as a JSON array, as `json.dumps(…, ensure_ascii=False)` writes it.
    """
    content = [
        currency,
        recorded.seq,
        transaction.key,
        transaction.kind,
        transaction.posted_on.isoformat(),
        transaction.document,
        [list(transfer) for transfer in transaction.transfers],
        recorded.recorded_at.astimezone(UTC).isoformat(timespec="microseconds"),
        recorded.recorded_by,
    ]
    own = hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).digest()
    return hashlib.sha256(previous + own).digest()
