"""The states of offers, and what is said to change them."""

from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import Body
from catalog.offers import STATE_REASON_LENGTH_MAX

StateName = Literal["DRAFT", "IN_REVIEW", "LISTED", "PAUSED", "ENDED", "DEACTIVATED"]
SideName = Literal["supplier", "operator"]
_Reason = Annotated[str, Field(min_length=1, max_length=STATE_REASON_LENGTH_MAX)]


class OfferStepBody(Body):
    """What is said about a change of an offer's state."""

    reason: _Reason | None = None


class RejectBody(Body):
    """Why an offer is not listed."""

    reason: _Reason


class DeactivateBody(Body):
    """Why an offer is taken out for good, and what becomes of its coupons."""

    reason: _Reason
    coupons: Literal["honour", "withdraw"] = "honour"


class TrustBody(Body):
    """Whether the offers of a supplier are listed without a review."""

    trusted: bool


class TrustAnswer(TypedDict):
    """Whether the offers of a supplier are listed without a review."""

    party: str
    trusted: bool
