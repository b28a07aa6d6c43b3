"""Coupons at the supplier: their use, and the reversal of a use."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.types import BATCH_ITEMS_MAX, Body, Instant, Key, Reference
from exchange.coupons import CouponState


class UseBody(Body):
    """A coupon is used at the calling supplier."""

    code: Reference
    occurred_at: Instant | None = None
    store: Reference | None = None
    reference: Reference | None = None


class UseItem(UseBody):
    """One use of a batch."""

    key: Key


class UsesBody(Body):
    """Up to 1,000 uses, each with its own key."""

    uses: Annotated[list[UseItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class ReverseUseBody(Body):
    """The use of a coupon is reversed."""

    code: Reference
    occurred_at: Instant | None = None
    store: Reference | None = None
    reference: Reference | None = None


class UseAnswer(TypedDict):
    """An accepted use or reversal, with the coupon's new state."""

    key: str
    status: Literal["accepted"]
    coupon: int
    state: CouponState
    use: int
    offer_code: str
    programme: str
    face_value_minor: int
    currency: str
    occurred_at: datetime
    store: str | None
    reference: str | None


class UsesAnswer(TypedDict):
    """One answer per use, in the order of the request."""

    answers: list[UseAnswer | RefusedAnswer]
