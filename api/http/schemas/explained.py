"""Lines that are explained, and cards that are tried on past uses."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, Month, Slug
from settlement.explain import MONTHS_MAX

PeriodLineState = Literal["tier", "free", "package", "barter", "rounding", "cap", "minimum", "tax"]


class ExplainedInputsAnswer(TypedDict):
    """What a line was rated from. Null is not known."""

    used_at: datetime
    used_on: date
    offer_code: str | None
    face_minor: int | None
    order_minor: int | None
    paid_minor: int | None
    points: int | None


class ExplainedCardAnswer(TypedDict):
    """The version of the contract that a line was rated by, and the digest of its rate card.

    The digest is null for a party that does not see all legs of the card.
    """

    contract_id: int
    version: int
    card_id: int | None
    sha256: str | None


class SharedLineAnswer(TypedDict):
    """A line of the period of which this line has a share."""

    id: str
    kind: PeriodLineState
    amount_minor: int
    calculation: dict[str, Any]


class ExplainedLineAnswer(TypedDict):
    """A line, how it comes about, and whether it comes about in the same way today.

    What it comes to in the end is null until its month is closed.
    """

    line: str
    month: str
    late: bool
    statement: str | None
    payer_party: str
    payee_party: str
    currency: str
    card: ExplainedCardAnswer
    inputs: ExplainedInputsAnswer
    steps: list[dict[str, Any]]
    period_lines: list[SharedLineAnswer]
    calculation: str
    amount_minor: int
    effective_minor: int | None
    tax_minor: int | None
    net_minor: int | None
    replay: Literal["same", "differs"]


class ExplainedLinesAnswer(TypedDict):
    """The lines of a use that concern the calling party."""

    lines: list[ExplainedLineAnswer]


class SimulateCardBody(Body):
    """A rate card, and the months whose uses it is tried on. A party that is left out is any."""

    card: dict[str, Any]
    months: Annotated[list[Month], Field(min_length=1, max_length=MONTHS_MAX)]
    home_party: Slug | None = None
    supplier_party: Slug | None = None


class MonthChangeAnswer(TypedDict):
    """What a payer owed a payee for these uses in a month, and what it would have owed."""

    month: str
    payer_party: str
    payee_party: str
    currency: str
    now_minor: int
    then_minor: int
    difference_minor: int


class TriedPartAnswer(TypedDict):
    """A line of the period that the card would have made. An offer of null is all of them."""

    kind: PeriodLineState
    offer_id: int | None
    amount_minor: int
    calculation: dict[str, Any]


class TriedLegAnswer(TypedDict):
    """What a leg would have come to in a month between two parties."""

    month: str
    leg: str
    payer_party: str
    payee_party: str
    currency: str
    uses: int
    lines_minor: int
    period_lines: list[TriedPartAnswer]
    then_minor: int


class TriedLineAnswer(TypedDict):
    """What a leg would have cost for one use by itself, step by step."""

    leg: str
    payer_party: str
    payee_party: str
    amount_minor: int
    steps: list[dict[str, Any]]
    calculation: str


class UseChangeAnswer(TypedDict):
    """Uses that are alike, and what their lines come to by the card: `lines` are those of one."""

    month: str
    offer_code: str
    uses: int
    example: str
    now_minor: int
    then_minor: int
    lines: list[TriedLineAnswer]


class CardSimulationAnswer(TypedDict):
    """What the card would have changed. Nothing was stored."""

    months: list[MonthChangeAnswer]
    legs: list[TriedLegAnswer]
    largest: list[UseChangeAnswer]
    uses: int
    waiting: int
