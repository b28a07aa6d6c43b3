"""Cases: what no rule can decide, and what a person decided."""

from datetime import datetime
from typing import Annotated, Any, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Body, Instant, Reference
from exchange.cases import COMPLAINT_LENGTH_MAX
from exchange.coupons import CouponState, OrderState
from exchange.resolve import REASON_LENGTH_MAX

KindName = Literal[
    "late_success",
    "late_failure",
    "contradiction",
    "stuck",
    "complaint",
    "partial",
    "codes_short",
    "offline_conflict",
]
DecisionName = Literal[
    "deliver",
    "return_points",
    "keep_waiting",
    "return_points_goodwill",
    "keep",
    "accept_supplier",
    "reject_supplier",
    "reinstate",
]
CaseStateName = Literal["OPEN", "RESOLVED"]
Reason = Annotated[
    str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]
Complaint = Annotated[
    str, Field(min_length=1, max_length=COMPLAINT_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]


class DecideBody(Body):
    """What the operator decides, and why.

    `deliver` needs `evidence` or a `supplier_reference`, `keep_waiting` needs `until`, and
    `reinstate` needs `member_consents`.
    """

    decision: DecisionName
    reason: Reason
    evidence: Reason | None = None
    supplier_reference: Reference | None = None
    until: Instant | None = None
    member_consents: bool = False


class ComplainBody(Body):
    """What the member says."""

    reason: Complaint


class CaseAnswer(TypedDict):
    """A case. `allowed` is what may be decided now; `member` is null to the supplier."""

    case: str
    kind: KindName
    state: CaseStateName
    programme: str
    supplier: str
    coupon: int | None
    offer: int | None
    offer_code: str | None
    member: str | None
    request_number: str | None
    order_state: OrderState | None
    coupon_state: CouponState | None
    evidence: dict[str, Any]
    allowed: list[DecisionName]
    opened_at: datetime
    decision: DecisionName | None
    reason: str | None
    decided_evidence: str | None
    waits_until: datetime | None
    points: int | None
    decided_at: datetime | None
