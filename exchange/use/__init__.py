"""A coupon is used in a shop or an app, and a use is reversed."""

from exchange.use.request import (
    UseAnswer,
    UseRequest,
)
from exchange.use.use import (
    reverse_use,
    use_coupon,
    use_coupons,
)
from exchange.use.uses_of_book import (
    USE_REVERSED_TOPIC,
    USED_TOPIC,
)

__all__ = [
    "USED_TOPIC",
    "USE_REVERSED_TOPIC",
    "UseAnswer",
    "UseRequest",
    "reverse_use",
    "use_coupon",
    "use_coupons",
]
