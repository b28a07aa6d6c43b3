"""The code of a right, as the member is shown it."""

from datetime import date, datetime
from typing import TypedDict

from exchange.coupons import CouponState


class RevealedCodeAnswer(TypedDict):
    """A card code in clear. It is in no other answer, and nowhere in what is stored or logged."""

    coupon: int
    state: CouponState
    number: str
    secret: str | None
    expires_on: date | None
    revealed_at: datetime
