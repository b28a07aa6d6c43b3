"""What the members of gifts and returns mean, in a sentence each: a part of `glossary`."""

from collections.abc import Mapping

GIFT_WORDS: Mapping[str, str] = {
    "GiveBackBody.reason": "Why the right is given back. The receipt says it.",
    "GiveBackAnswer.balance": "What the member can spend now; null without a wallet.",
    "points_back": "The points that went back; 0 for a right that was free.",
    "lots": "The lots that the points went back to.",
    "LotBackAnswer.expires_on": "The last day of the lot; null if its points do not expire.",
    "LotBackAnswer.points": "How many points went back to it.",
    "from_member": "Who has the coupon and gives it.",
    "GiftCouponBody.to_member": "Who alone may take it; null for whoever brings the token.",
    "GiftCouponBody.hours": "After how many hours it lapses.",
    "GiftCouponBody.note": "A greeting for the one who takes it.",
    "GiftCouponAnswer.gift": "The token that takes the gift. It is shown once.",
    "GiftCouponAnswer.until": "Until when it can be taken. Then the coupon is the giver's again.",
    "GiftCouponAnswer.already_shown": "Whether this is a replay, which has no token.",
    "ClaimBody.gift": "The token of the gift.",
    "ClaimBody.member": "Who takes it.",
    "ClaimBody.new_member": "Whether the member is new to the brand; null if it does not say.",
    "ClaimAnswer.member": "Who has the coupon now.",
    "ClaimAnswer.code": "The new code to show in the shop. The old one is dead.",
    "ClaimAnswer.note": "The giver's greeting; null without one.",
    "hop": "How many hands it went through after the first.",
    "hops_left": "How many more hands it may go through.",
    "counted_new": "Whether the member was counted as new by this gift, which happens once.",
    "DeactivateCouponBody.programme": "The code of the programme in which it was redeemed.",
    "DeactivateCouponBody.coupon": "The number of the coupon.",
    "DeactivateCouponBody.reason": "Why it is withdrawn. The receipt says it.",
    "DeactivateCouponBody.points": "Whether its points go back or are kept.",
    "holder": "Who has the coupon now: who redeemed it, or took it as a gift, or their heir.",
}
