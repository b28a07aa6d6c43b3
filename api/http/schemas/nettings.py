"""Netting runs, their positions and their statements."""

from datetime import date, datetime
from typing import Literal, TypedDict

from api.http.schemas.types import Body, Currency, Day, Slug


class NettingBody(Body):
    """A run of all final statements of a currency that were issued up to `closure_on`."""

    currency: Currency
    closure_on: Day
    advice_on: Day
    call_on: Day


class NettingPartyBody(Body):
    """The party that is taken out of a run."""

    party: Slug


class NettingPositionAnswer(TypedDict):
    """What a party is owed and owes in a run, and what is still to be paid of the difference."""

    party: str
    claims_minor: int
    debts_minor: int
    position_minor: int
    paid_minor: int
    due_minor: int
    taken_out: Literal["removed", "defaulted"] | None


class NettingAnswer(TypedDict):
    """A netting run. A party sees its own position alone, the operator all of them."""

    netting_id: int
    currency: str
    closure_on: date
    advice_on: date
    call_on: date
    state: Literal["draft", "advised", "confirmed", "paid", "cancelled"]
    revision: int
    drafted_at: datetime
    positions: list[NettingPositionAnswer]


class NettedStatementAnswer(TypedDict):
    """A statement of a run, and what was due for it."""

    statement_id: int
    number: str
    payer_party: str
    payee_party: str
    amount_minor: int
    state: Literal["planned", "netted", "taken_out"]
