"""The journal of money: transactions, and the transfers in them."""

from datetime import date, datetime
from typing import Literal, TypedDict


class TransferAnswer(TypedDict):
    """An amount that one account gives and another one gains."""

    from_account: str
    to_account: str
    amount_minor: int


class JournalEntryAnswer(TypedDict):
    """What one event of business moved."""

    entry: int
    kind: Literal[
        "statement_issued",
        "statement_void",
        "payment",
        "write_off",
        "netting",
        "netting_taken_back",
    ]
    posted_on: date
    document: str
    key: str
    transfers: list[TransferAnswer]
    sha256: str
    recorded_at: datetime
