"""What an event of business moves between parties: its transaction of the money book (pure).

| event | moves |
|---|---|
| a statement is issued: A owes B an amount | open:A to open:B |
| it is void | open:B to open:A |
| a netting run is confirmed: P gets its position | open:P to net:P |
| the same, and P pays it | net:P to open:P |
| A pays B for a statement | bank to open:A, and open:B to bank |
| P pays for a run | bank to net:P |
| P is paid for a run | net:P to bank |
| an amount is written off | open:B to open:A |

Below zero, the sides change. A credit adjustment is a line of a later statement, and moves nothing
by itself. The bank pays out what it gets for a statement, so it keeps only what comes of runs that
are not paid in full.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from ledger.money import BANK, MoneyTransaction, Transfer, net_account, open_account

DOCUMENT_REFERENCE_MAX = 200


@dataclass(frozen=True, slots=True)
class Bill:
    """What the events of a statement need of it. Its amount is below zero if the payee owes it."""

    statement_id: int
    number: str
    payer_party_id: int
    payee_party_id: int
    currency: str
    billed_minor: int


def _owed(payer: int, payee: int, amount_minor: int) -> tuple[Transfer, ...]:
    if amount_minor < 0:
        payer, payee, amount_minor = payee, payer, -amount_minor
    return (Transfer(open_account(payer), open_account(payee), amount_minor),)


def statement_issued(bill: Bill, posted_on: date) -> MoneyTransaction | None:
    """The payer owes the payee what is billed. A statement of nothing moves nothing."""
    if not bill.billed_minor:
        return None
    return MoneyTransaction(
        f"issued:{bill.statement_id}",
        "statement_issued",
        posted_on,
        bill.number,
        _owed(bill.payer_party_id, bill.payee_party_id, bill.billed_minor),
    )


def statement_void(bill: Bill, posted_on: date) -> MoneyTransaction | None:
    """Nothing is owed for a void statement: what its issue moved is moved back."""
    if not bill.billed_minor:
        return None
    return MoneyTransaction(
        f"void:{bill.statement_id}",
        "statement_void",
        posted_on,
        bill.number,
        _owed(bill.payee_party_id, bill.payer_party_id, bill.billed_minor),
    )


def statement_paid(
    bill: Bill,
    payment_id: int,
    payer_party_id: int,
    amount_minor: int,
    posted_on: date,
    *,
    reference: str | None = None,
) -> MoneyTransaction:
    """One of a statement's parties has paid the other. Both sides pass the bank."""
    payee = bill.payee_party_id if payer_party_id == bill.payer_party_id else bill.payer_party_id
    return MoneyTransaction(
        f"payment:{payment_id}",
        "payment",
        posted_on,
        _with_reference(bill.number, reference),
        (
            Transfer(BANK, open_account(payer_party_id), amount_minor),
            Transfer(open_account(payee), BANK, amount_minor),
        ),
    )


def written_off(
    bill: Bill, payment_id: int, amount_minor: int, posted_on: date, document: str
) -> MoneyTransaction:
    """The payer owes so much less. Below zero it owes more."""
    return MoneyTransaction(
        f"write_off:{payment_id}",
        "write_off",
        posted_on,
        _with_reference(bill.number, document),
        _owed(bill.payee_party_id, bill.payer_party_id, amount_minor),
    )


def netting_confirmed(
    netting_id: int, revision: int, positions: Mapping[int, int], posted_on: date
) -> MoneyTransaction | None:
    """What is open with each party becomes one amount that it pays or gets."""
    return _netted(f"netting:{netting_id}:{revision}", netting_id, positions, posted_on)


def netting_taken_back(
    netting_id: int, revision: int, positions: Mapping[int, int], posted_on: date
) -> MoneyTransaction | None:
    """A run is repeated without a party that does not pay: its positions are moved back."""
    turned = {party: -position for party, position in positions.items()}
    key = f"netting_taken_back:{netting_id}:{revision}"
    return _netted(key, netting_id, turned, posted_on)


def _netted(
    key: str, netting_id: int, positions: Mapping[int, int], posted_on: date
) -> MoneyTransaction | None:
    transfers = tuple(
        Transfer(open_account(party), net_account(party), position)
        if position > 0
        else Transfer(net_account(party), open_account(party), -position)
        for party, position in sorted(positions.items())
        if position
    )
    if not transfers:
        return None
    kind = key.partition(":")[0]
    return MoneyTransaction(key, kind, posted_on, f"netting {netting_id}", transfers)


def netting_paid(
    netting_id: int,
    payment_id: int,
    party_id: int,
    amount_minor: int,
    posted_on: date,
    *,
    is_received: bool,
    reference: str | None = None,
) -> MoneyTransaction:
    """A party has paid the operator for a run, or the operator has paid the party."""
    sides = (BANK, net_account(party_id))
    if not is_received:
        sides = (sides[1], sides[0])
    return MoneyTransaction(
        f"payment:{payment_id}",
        "payment",
        posted_on,
        _with_reference(f"netting {netting_id}", reference),
        (Transfer(*sides, amount_minor),),
    )


def _with_reference(document: str, reference: str | None) -> str:
    """What a transaction is about. It begins with our own words, whatever was typed after them."""
    return document if reference is None else f"{document}, {reference}"
