"""A coupon from its code to its end, and the receipt that tells of it."""

from exchange.coupons.codes import (
    CouponNotFound,
    normalise_code,
)
from exchange.coupons.expire import (
    expire_coupons,
)
from exchange.coupons.lifecycle import (
    CouponState,
)
from exchange.coupons.read import (
    Coupon,
    coupons_by_id,
    find_coupon,
)
from exchange.coupons.receipt import (
    ReceiptStep,
    receipt_steps,
)

__all__ = [
    "Coupon",
    "CouponNotFound",
    "CouponState",
    "ReceiptStep",
    "coupons_by_id",
    "expire_coupons",
    "find_coupon",
    "normalise_code",
    "receipt_steps",
]
