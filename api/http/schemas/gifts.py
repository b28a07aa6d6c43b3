"""Rights that are given back, given on, or withdrawn."""

from datetime import date, datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import NO_CONTROL_PATTERN, Body, Identifier, Member, ProgrammeCode
from exchange.coupons import CouponState
from exchange.give import (
    GIFT_HOURS_DEFAULT,
    GIFT_HOURS_MAX,
    GIFT_LENGTH_MAX,
    GIFT_NOTE_LENGTH_MAX,
    REASON_LENGTH_MAX,
)

_Reason = Annotated[
    str, Field(min_length=1, max_length=REASON_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]


class GiveBackBody(Body):
    """Why a member gives a right back."""

    reason: _Reason


class LotBackAnswer(TypedDict):
    """Points that went back to a lot, with its last day; null if they do not expire."""

    expires_on: date | None
    points: int


class GiveBackAnswer(TypedDict):
    """A right that was given back: its points, the lots that they went to, and what there is now.

    A right that was free moves no points.
    """

    coupon: int
    state: CouponState
    points_back: int
    lots: list[LotBackAnswer]
    balance: int | None


class GiftCouponBody(Body):
    """A member offers a coupon. Without `to_member`, whoever brings the token may have it."""

    from_member: Member
    to_member: Member | None = None
    hours: Annotated[int, Field(ge=1, le=GIFT_HOURS_MAX)] = GIFT_HOURS_DEFAULT
    note: (
        Annotated[
            str, Field(min_length=1, max_length=GIFT_NOTE_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
        ]
        | None
    ) = None


class GiftCouponAnswer(TypedDict):
    """A gift that waits. Its token is shown once: in a replay, `gift` is null."""

    coupon: int
    state: CouponState
    gift: str | None
    until: datetime
    already_shown: bool


class GiftBackAnswer(TypedDict):
    """A coupon whose gift was taken back."""

    coupon: int
    state: CouponState


class ClaimBody(Body):
    """A member takes a gift. `new_member` says that the brand did not have this member before."""

    gift: Annotated[
        str, Field(min_length=1, max_length=GIFT_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
    ]
    member: Member
    new_member: bool | None = None


class ClaimAnswer(TypedDict):
    """A gift that was taken: the coupon with its new code.

    `hop` is how many hands it went through after the first, and `hops_left` how many it still may.
    `counted_new` tells whether the member was counted as new by this gift.
    """

    coupon: int
    state: CouponState
    member: str
    code: str
    offer: int
    offer_code: str
    first_day: date | None
    last_day: date | None
    hop: int
    hops_left: int
    note: str | None
    counted_new: bool


class DeactivateCouponBody(Body):
    """Which coupon is withdrawn, why, and whether its points go back or are kept."""

    programme: ProgrammeCode
    coupon: Identifier
    reason: _Reason
    points: Literal["back", "keep"] = "back"


class DeactivateCouponAnswer(TypedDict):
    """A coupon that was withdrawn, and the points that went back."""

    coupon: int
    state: CouponState
    points_back: int
