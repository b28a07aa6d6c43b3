"""Coupons of a programme or a supplier, as people look for them."""

from datetime import date, datetime
from typing import TypedDict

from exchange.coupons import CouponState, OrderState


class SupplierCouponAnswer(TypedDict):
    """A coupon of a supplier's offer. Its member is not told.

    `code_tail` is null until the right is delivered, and once it was returned or withdrawn.
    `state` is judged by time.
    """

    coupon: int
    programme: str
    state: CouponState
    offer: int
    offer_code: str
    code_tail: str | None
    face_value_minor: int
    currency: str
    delivery: OrderState | None
    redeemed_at: datetime
    first_day: date | None
    last_day: date | None
    used_at: datetime | None
    used_store: str | None
    uses: int


class ListedCouponAnswer(TypedDict):
    """A coupon of a programme. To the operator, `member` and `holder` have dots in the middle.

    `code_tail` is null until the right is delivered, and once it was returned or withdrawn.
    `state` is judged by time. The receipt of the coupon tells the rest.
    """

    coupon: int
    state: CouponState
    member: str
    holder: str
    offer: int
    offer_code: str
    supplier: str
    points: int
    free: bool
    code_tail: str | None
    delivery: OrderState | None
    request_number: str | None
    redeemed_at: datetime
    first_day: date | None
    last_day: date | None
    used_at: datetime | None
    used_store: str | None
    uses: int


class StateCountAnswer(TypedDict):
    """How many coupons are in a state."""

    state: CouponState
    coupons: int


class CouponSummaryAnswer(TypedDict):
    """How many of a programme's newest coupons are in each state now."""

    states: list[StateCountAnswer]
    counted: int
    oldest_at: datetime | None
    is_complete: bool
