"""What each party gets or pays when all statements of a run are set off against each other (pure).

A party's position is what it is owed by them less what it owes. All positions together are zero. So
whoever pays, pays the operator, and the operator pays the others.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple


class Claim(NamedTuple):
    """What is due for a statement. Below zero, the payee owes it to the payer."""

    statement_id: int
    payer_party_id: int
    payee_party_id: int
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Position:
    """What a party is owed and owes. Above zero, it is paid the difference; below, it pays it."""

    party_id: int
    claims_minor: int
    debts_minor: int

    @property
    def position_minor(self) -> int:
        """What the party gets, or has to pay if it is below zero."""
        return self.claims_minor - self.debts_minor


def net(claims: Iterable[Claim]) -> list[Position]:
    """The position of each party that these claims name, in order of party."""
    owed: dict[int, int] = {}
    owes: dict[int, int] = {}
    for claim in claims:
        payer, payee, amount = claim.payer_party_id, claim.payee_party_id, claim.amount_minor
        if amount < 0:
            payer, payee, amount = payee, payer, -amount
        owed[payee] = owed.get(payee, 0) + amount
        owes[payer] = owes.get(payer, 0) + amount
    return [
        Position(party, owed.get(party, 0), owes.get(party, 0)) for party in sorted({*owed, *owes})
    ]


def without(claims: Iterable[Claim], parties: Collection[int]) -> list[Claim]:
    """The claims that none of these parties is a side of."""
    return [
        claim
        for claim in claims
        if claim.payer_party_id not in parties and claim.payee_party_id not in parties
    ]
