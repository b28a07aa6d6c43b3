"""The accounts of a money book: what is open with a party, what it nets to, and the bank (pure).

An account is written as text: `open:7` and `net:7` are those of party 7, and `bank` is the one that
all payments pass. An account gains what is moved to it. So a party whose open account is above zero
is owed money, and one whose account is below zero owes it.
"""

import re
from typing import NamedTuple

BANK = "bank"
_OF_PARTY = re.compile(r"(open|net):([1-9][0-9]{0,9})")


class MoneyAccountInvalid(ValueError):
    """A text names no account of a money book."""


class MoneyAccount(NamedTuple):
    """An account, taken apart: "open", "net" or "bank", and the party of the first two."""

    kind: str
    party_id: int | None


def open_account(party_id: int) -> str:
    """The account of what a party's statements come to, until it is netted or paid."""
    return f"open:{party_id}"


def net_account(party_id: int) -> str:
    """The account of what a party has to pay or to get after a netting run."""
    return f"net:{party_id}"


def account_parts(account: str) -> MoneyAccount:
    """What an account is.

    Raises:
        MoneyAccountInvalid: the text is none.
    """
    if account == BANK:
        return MoneyAccount(BANK, None)
    found = _OF_PARTY.fullmatch(account)
    if found is None:
        raise MoneyAccountInvalid(f"{account!r} is no account of a money book")
    return MoneyAccount(found[1], int(found[2]))
