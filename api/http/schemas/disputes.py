"""Disputes: which lines of a statement a party says are wrong, and what was answered."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.line_names import LegName, PeriodLine, UseKey
from api.http.schemas.types import (
    NO_CONTROL_PATTERN,
    Body,
)
from settlement.corrections import ADJUSTMENT_MINOR_MAX
from settlement.disputes import DISPUTE_LINES_MAX
from settlement.statements import REASON_LENGTH_MAX

DisputeReasonName = Literal["not_used", "not_ours", "duplicate", "price", "amount", "tax", "other"]
DisputeStateName = Literal["open", "accepted", "rejected", "withdrawn", "lapsed"]
LineKindName = Literal["charge", "reversal"]
Said = Annotated[str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)]
Claimed = Annotated[
    int,
    Field(
        ge=-ADJUSTMENT_MINOR_MAX,
        le=ADJUSTMENT_MINOR_MAX,
        description="What the lines should come to together, with tax, in minor units.",
    ),
]


class DisputedLineItem(Body):
    """A line: the `use` and its `leg`, or a `period_line`."""

    use: UseKey | None = None
    leg: LegName | None = None
    kind: LineKindName | None = None
    period_line: PeriodLine | None = None


class OpenDisputeBody(Body):
    """What a party says is wrong. Without lines it is the statement as a whole."""

    lines: Annotated[list[DisputedLineItem], Field(max_length=DISPUTE_LINES_MAX)] | None = None
    reason: DisputeReasonName
    text: Said
    claimed_minor: Claimed | None = None


class AcceptDisputeBody(Body):
    """What the other side says. `claimed_minor` is needed where the dispute says none."""

    answer: Said | None = None
    claimed_minor: Claimed | None = None


class RejectDisputeBody(Body):
    """Why the lines are right."""

    answer: Said


class NamedLineAnswer(TypedDict):
    """A line, and an amount of it with tax. All names are null for a statement as a whole."""

    use: str | None
    leg: str | None
    kind: LineKindName | None
    period_line: str | None
    amount_minor: int


class DisputeAnswer(TypedDict):
    """What a party says is wrong, and what became of it."""

    dispute_id: int
    statement_id: int
    party: str
    reason: DisputeReasonName
    text: str
    lines: list[NamedLineAnswer]
    disputed_minor: int
    claimed_minor: int | None
    state: DisputeStateName
    opened_at: datetime
    answer: str | None
    closed_at: datetime | None
    closed_by_party: str | None
    adjustment_id: int | None
