"""Requests about contracts, and the answers of billing."""

from datetime import date, datetime
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Currency, Day, Rate, Request, Slug
from settlement.statements import REASON_LENGTH_MAX


class ContractRequest(Request):
    """What each use costs: `home_party` and `supplier_party` absent mean any.

    Rates are minor units per use, as exact decimals.
    """

    home_party: Slug | None = None
    supplier_party: Slug | None = None
    coupon_cost_minor: Rate
    platform_fee_minor: Rate
    currency: Currency
    rounding: Literal["half_up", "half_even", "down", "up"] = "half_up"
    valid_from: Day
    valid_until: Day | None = Field(
        default=None, description="The first day on which the terms no longer hold."
    )


class DisputeRequest(Request):
    """Why a party does not agree with a statement."""

    reason: Annotated[
        str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
    ]


class ContractAnswer(TypedDict):
    """A version of the terms between two parties; null stands for any party."""

    contract_id: int
    home_party: str | None
    supplier_party: str | None
    version: int
    coupon_cost_minor: str
    platform_fee_minor: str
    currency: str
    rounding: str
    valid_from: date
    valid_until: date | None


class PeriodAnswer(TypedDict):
    """A month and its state: open, closing or closed."""

    month: str
    state: str
    closed_at: datetime | None


class ClosingAnswer(PeriodAnswer):
    """What the closing of a month came to."""

    statements: int
    uses: int
    reversals: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    billed_minor: int
    currencies: list[str]


class StatementAnswer(TypedDict):
    """What a home brand owes for the uses of one supplier's coupons in one month; `billed_minor` is coupon cost and platform fee together."""

    statement_id: int
    number: str
    month: str
    home_party: str
    supplier_party: str
    operator_party: str
    currency: str
    uses: int
    reversals: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    billed_minor: int
    state: str
    content_sha256: str
    issued_at: datetime
    home_agreed_at: datetime | None
    supplier_agreed_at: datetime | None
    dispute_reason: str | None


class ReconciliationAnswer(TypedDict):
    """How many records of the partner's file found their billed line, and those on either side that did not.

    `break_count` and `breaks_by_category` are of all; `breaks` lists the first ones, up to a limit.
    """

    reconciliation_id: int
    supplier: str
    month: str | None
    ran_at: datetime
    matched: int
    break_count: int
    breaks_by_category: dict[str, int]
    breaks: list[dict[str, Any]]
    suggestions: list[dict[str, Any]]
