"""Statements: the monthly bills between two parties."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Body
from settlement.statements import REASON_LENGTH_MAX


class DisputeBody(Body):
    """Why a party does not agree with a statement."""

    reason: Annotated[
        str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
    ]


StatementState = Literal["issued", "agreed", "disputed", "final", "settled"]


class StatementAnswer(TypedDict):
    """What a home brand owes for one month's uses of one supplier's coupons.

    If the supplier is a brand, conversions into its programmes are billed here, too. `billed_minor`
    is coupon cost, platform fee and conversions together.
    """

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
    conversions: int
    conversion_minor: int
    billed_minor: int
    state: StatementState
    content_sha256: str
    issued_at: datetime
    home_agreed_at: datetime | None
    supplier_agreed_at: datetime | None
    dispute_reason: str | None
