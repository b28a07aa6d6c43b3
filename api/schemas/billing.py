"""Requests about contracts, and the answers of billing."""

from typing import Any, Literal, TypedDict

from pydantic import Field

from api.schemas.types import Currency, Day, Rate, Request, Slug


class ContractRequest(Request):
    """What each use costs: `home_party` and `supplier_party` absent mean any. Rates are minor units per use, as exact decimals."""

    home_party: Slug | None = None
    supplier_party: Slug | None = None
    coupon_cost_minor: Rate
    platform_fee_minor: Rate
    currency: Currency
    rounding: Literal["half_up", "half_even", "down", "up"] = "half_up"
    valid_from: Day
    valid_until: Day | None = Field(default=None, description="The first day on which the terms no longer hold.")


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
    valid_from: str
    valid_until: str | None


class PeriodAnswer(TypedDict):
    """A month and its state: open, closing or closed."""

    month: str
    state: str
    closed_at: str | None


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
    issued_at: str


class ReconciliationAnswer(TypedDict):
    """How many records of the partner's file found their billed line, and every one on either side that did not."""

    matched: int
    breaks: list[dict[str, Any]]
