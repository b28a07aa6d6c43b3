"""What the accounts of the money book are called outside of it (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.money import account_parts

BANK_NAME = "Assets:Bank"
_ROOTS = {"open": "Liabilities:Open", "net": "Liabilities:Net"}


@dataclass(frozen=True, slots=True)
class AccountName:
    """An account with the code of its party."""

    kind: str
    party: str | None

    @property
    def text(self) -> str:
        """The account as a mapping names it: `open:sunny`."""
        return self.kind if self.party is None else f"{self.kind}:{self.party}"

    @property
    def path(self) -> str:
        """The account as programs of accounting name it: `Liabilities:Open:SUNNY`.

        What a party is owed is a liability. What it owes is the same account below zero.
        """
        return BANK_NAME if self.party is None else f"{_ROOTS[self.kind]}:{self.party.upper()}"


def account_name(account: str, codes: Mapping[int, str]) -> AccountName:
    """An account, with the codes of parties by their number."""
    kind, party_id = account_parts(account)
    return AccountName(kind, None if party_id is None else codes[party_id])
