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


StatementState = Literal["issued", "agreed", "disputed", "final", "settled", "void"]
StatementKindState = Literal["coupons", "fees", "conversions", "other"]


class StatementAnswer(TypedDict):
    """What one party owes another for one month, in one currency.

    `billed_minor` is all together: coupon cost, platform fees, conversions, what other legs of a
    rate card come to, corrections of earlier statements, and tax that is added to prices.
    """

    statement_id: int
    number: str
    month: str
    payer_party: str
    payee_party: str
    operator_party: str
    currency: str
    kind: StatementKindState
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    added_tax_minor: int
    tax_minor: int
    billed_minor: int
    state: StatementState
    content_sha256: str
    issued_at: datetime
    payer_agreed_at: datetime | None
    payee_agreed_at: datetime | None
    dispute_reason: str | None
    disputed_minor: int
    term_ends_at: datetime | None
    replaces: int | None
    voided_at: datetime | None
