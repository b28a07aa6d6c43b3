"""Periods: the months of the bill, and what their closing came to."""

from datetime import datetime
from typing import Literal, TypedDict


class PeriodAnswer(TypedDict):
    """A month and its state: open, closing or closed."""

    month: str
    state: Literal["open", "closing", "closed"]
    closed_at: datetime | None


class ClosingAnswer(PeriodAnswer):
    """A closed month, with the totals over its statements."""

    statements: int
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
