"""What the members of lists and overviews mean: a part of `glossary`."""

from collections.abc import Mapping

READ_WORDS: Mapping[str, str] = {
    "code_tail": "The last characters of the code; null while nobody may see it.",
    "ListedCouponAnswer.state": "How the coupon stands now.",
    "SupplierCouponAnswer.state": "How the coupon stands now.",
    "StateCountAnswer.state": "The state.",
    "StateCountAnswer.coupons": "How many are in it now.",
    "is_owned": "Whether a right is paid with it, so that only the exchange ends it.",
    "OpenHoldAnswer.expires_at": "When the hold ends by itself; null if it does not.",
    "OpenHoldAnswer.operation": "The place of the hold in the book.",
    "OpenHoldAnswer.key": "The key of the hold, by which it is captured or released.",
    "OpenHoldAnswer.points": "How many points are set aside.",
    "ListedCouponAnswer.redeemed_at": "When the coupon was redeemed.",
    "SupplierCouponAnswer.redeemed_at": "When the coupon was redeemed.",
    "states": "Every state, with how many are in it.",
    "counted": "How many were counted.",
    "oldest_at": "When the oldest of those was redeemed; null if there are none.",
    "is_complete": "Whether these are all; otherwise, older ones were not counted.",
}
