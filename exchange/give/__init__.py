"""A member gives a right back, or gives it on to somebody, or the operator withdraws it.

Promises:

- A right that is given back and the points for it move in one transaction, or not at all. The
  points go back to the lots that they came from, and the piece to the batch that it came from.
- A gift is taken once, no matter how many try. Who takes it gets a new code, and the old one is
  dead.
- Every hand that a coupon went through is kept, in order.
- A gift that nobody takes lapses at its time. The last day of the coupon never moves.
- Whoever may not have a gift hears one and the same answer, whatever the reason.

Never:

- It never stores the token of a gift, only its digest.
- It never gives points to the one who takes a gift, or for a coupon that was used.
- It never ends a coupon whose delivery is still open.

Start here:

- `judge`: whether a coupon can be given back, given on or withdrawn. Pure.
- `held`: the coupons that one of these is about, locked.
- `endings`: a right ends before it was used, and its points go back with it.
- `returns`: a member gives a right back.
- `gifts`: a member offers a coupon to somebody, and takes the offer back.
- `claims`: somebody takes a gift.
- `tokens`: the token of a gift and its digest.
- `withdraw`: the operator withdraws a coupon, or all coupons of an offer.
- `events`: what is told of all this in the outbox.
"""

from exchange.give.claims import claim_gift
from exchange.give.events import tell_of_coupons
from exchange.give.gifts import (
    GIFT_HOURS_DEFAULT,
    GIFT_HOURS_MAX,
    GIFT_NOTE_LENGTH_MAX,
    GiftRequest,
    give_coupon,
    take_gift_back,
)
from exchange.give.returns import (
    REASON_LENGTH_MAX,
    Once,
    Return,
    return_right,
)
from exchange.give.tokens import GIFT_LENGTH_MAX
from exchange.give.withdraw import (
    Deactivation,
    ask_withdrawal,
    deactivate_coupon,
    withdraw_coupons,
)

__all__ = [
    "GIFT_HOURS_DEFAULT",
    "GIFT_HOURS_MAX",
    "GIFT_LENGTH_MAX",
    "GIFT_NOTE_LENGTH_MAX",
    "REASON_LENGTH_MAX",
    "Deactivation",
    "GiftRequest",
    "Once",
    "Return",
    "ask_withdrawal",
    "claim_gift",
    "deactivate_coupon",
    "give_coupon",
    "return_right",
    "take_gift_back",
    "tell_of_coupons",
    "withdraw_coupons",
]
