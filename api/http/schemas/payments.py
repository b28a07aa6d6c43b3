"""Payments, what is due for a statement, and what parties owe each other in all."""

from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Body, Day, Identifier, Slug
from ledger.money import AMOUNT_MINOR_MAX
from settlement.payments import REFERENCE_LENGTH_MAX

AmountMinor = Annotated[
    int, Field(ge=1, le=AMOUNT_MINOR_MAX, description="Money in minor units, above zero.")
]


class PaymentBody(Body):
    """That one party has paid another: for a statement, or for its position in a netting run.

    It names either a `statement_id`, or a `netting_id` and the `party` whose position it is.
    """

    statement_id: Identifier | None = None
    netting_id: Identifier | None = None
    party: Slug | None = None
    paid_on: Day
    amount_minor: AmountMinor
    reference: (
        Annotated[
            str,
            Field(min_length=1, max_length=REFERENCE_LENGTH_MAX, pattern=NO_CONTROL_PATTERN),
        ]
        | None
    ) = None


class PaymentAnswer(TypedDict):
    """Who paid whom how much, or what was written off of a statement."""

    payment_id: int
    kind: Literal["payment", "write_off"]
    statement_id: int | None
    netting_id: int | None
    party: str | None
    payer_party: str
    payee_party: str
    currency: str
    amount_minor: int
    paid_on: date
    reference: str | None
    recorded_at: datetime


class DueAnswer(TypedDict):
    """What is left to pay of a statement. Below zero, the payee owes it to the payer."""

    statement_id: int
    billed_minor: int
    carried_minor: int
    paid_minor: int
    netted_minor: int
    written_off_minor: int
    due_minor: int
    netting_id: int | None


class PositionAnswer(TypedDict):
    """What a party is owed in a currency, or owes if it is below zero."""

    party: str
    currency: str
    open_minor: int
    netted_minor: int


class PositionsAnswer(TypedDict):
    """The positions of the calling party, or those of all for the operator."""

    positions: list[PositionAnswer]
