"""Periods: the months of the bill, and what their closing came to."""

from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Body
from settlement.closing import ACCEPTABLE, CLOSE_REASON_LENGTH_MAX, Reason

PeriodState = Literal["open", "closing", "closed"]


class CloseBody(Body):
    """How a month is closed. Without a body it is closed, and issued unless four eyes are wanted.

    What waits for a reason in `accept_waiting` holds up nothing. It is billed late, once it can be
    rated. Who accepts that gives a `reason`.
    """

    accept_waiting: Annotated[list[Reason], Field(max_length=len(ACCEPTABLE))] = Field(
        default_factory=list
    )
    reason: (
        Annotated[
            str,
            Field(min_length=1, max_length=CLOSE_REASON_LENGTH_MAX, pattern=NO_CONTROL_PATTERN),
        ]
        | None
    ) = None
    issue: bool | None = None


class PeriodAnswer(TypedDict):
    """A month and its state: open, closing or closed."""

    month: str
    state: PeriodState
    closed_at: datetime | None


class ClosingAnswer(PeriodAnswer):
    """A closed month, with the totals over its statements. Drafts are among them."""

    statements: int
    drafts: int
    coupon_statements: int
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    tax_minor: int
    billed_minor: int
    currencies: list[str]


class ClosingStep(TypedDict):
    """A step of a closing, and how far it has come. One without `began_at` is still to come."""

    name: str
    done: int
    total: int
    began_at: datetime | None
    finished_at: datetime | None


class PeriodProgressAnswer(PeriodAnswer):
    """A month, the steps of its closing, and how many of its statements are issued."""

    opened_at: datetime
    closing_at: datetime | None
    accepted_waiting: dict[str, int]
    reason: str | None
    steps: list[ClosingStep]
    drafts: int
    statements: int


class OwedItem(TypedDict):
    """What a payer would owe a payee by the lines of a month."""

    payer_party: str
    payee_party: str
    currency: str
    uses: int
    reversals: int
    late_lines: int
    billed_minor: int


class CurrencySumItem(TypedDict):
    """All that would be billed in one currency, between so many pairs of parties."""

    currency: str
    pairs: int
    billed_minor: int


class SuspiciousItem(TypedDict):
    """Something unusual between two parties, for somebody to look at. It holds up nothing."""

    rule: Literal["rate-zero", "day-jump", "pair-missing", "currencies"]
    payer_party: str
    payee_party: str
    count: int
    leg: str | None
    day: date | None


class DryRunAnswer(TypedDict):
    """What a closing would come to now, without the lines that depend on sums.

    `obstacles` are the codes of what would refuse it now.
    """

    month: str
    state: PeriodState
    obstacles: list[str]
    waiting: dict[str, int]
    waiting_errors: list[str]
    currencies: list[CurrencySumItem]
    pair_count: int
    pairs: list[OwedItem]
    suspicious: list[SuspiciousItem]
