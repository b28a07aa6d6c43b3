"""Coupons at the supplier: their use, and the reversal of a use."""

from datetime import datetime
from typing import Annotated, Literal, NotRequired, Self, TypedDict

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.http.schemas.answers import RefusedAnswer
from api.http.schemas.types import (
    BATCH_ITEMS_MAX,
    KEY_PATTERN,
    Body,
    Code,
    Instant,
    Key,
    Money,
    Reference,
)
from exchange.coupons import TOKEN_LENGTH_MAX, CouponState
from exchange.use import LOCK_LENGTH_MAX

Token = Annotated[
    str,
    Field(
        min_length=1,
        max_length=TOKEN_LENGTH_MAX,
        pattern=KEY_PATTERN,
        description="A token of the coupon, as its QR code says it.",
    ),
]
LockName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=LOCK_LENGTH_MAX,
        pattern=KEY_PATTERN,
        description="The name of the lock, from the answer that made it.",
    ),
]


class Shown(Body):
    """What a member shows at a till: a code, or a token."""

    code: Reference | None = None
    token: Token | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.code is None) == (self.token is None):
            raise PydanticCustomError("shown", "Give the code of the coupon or a token of it")
        return self


class UseBody(Shown):
    """A coupon is used at the calling supplier."""

    occurred_at: Instant | None = None
    shop: Code | None = None
    store: Reference | None = None
    reference: Reference | None = None
    staff: Reference | None = None
    order_minor: Money | None = None
    paid_minor: Money | None = None
    new_member: bool | None = None
    lock: LockName | None = None


class UseItem(UseBody):
    """One use of a batch."""

    key: Key


class UsesBody(Body):
    """Up to 1,000 uses, each with its own key."""

    uses: Annotated[list[UseItem], Field(min_length=1, max_length=BATCH_ITEMS_MAX)]


class ReverseUseBody(Shown):
    """The use of a coupon is reversed."""

    occurred_at: Instant | None = None
    shop: Code | None = None
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
    shop: NotRequired[str | None]
    staff: NotRequired[str | None]
    order_minor: NotRequired[int | None]
    price_rule: NotRequired[int | None]
    counted_new: NotRequired[bool]


class UsesAnswer(TypedDict):
    """One answer per use, in the order of the request."""

    answers: list[UseAnswer | RefusedAnswer]
