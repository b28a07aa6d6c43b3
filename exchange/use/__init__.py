"""A coupon is used in a shop or an app, and a use is reversed.

Promises:

- A coupon is used once, no matter how many requests race for it.
- Every request has its own key and is answered once. A replay gets the same answer, byte for byte.
- Each use and each reversal is handed to settlement in the transaction that stores it.
- One refused use never fails the others of its batch.

Never:

- It never bills anybody: `settlement` does, from the events.
- It never tells a supplier whether another supplier's code exists.

Start here:

- `use`: the use cases, and how requests race.
- `request`: what a shop asks and what it is told.
- `uses_of_book`: the uses of one book, locked, judged and stored in one transaction. Here is the
  lock that makes two uses of one coupon safe.
- `events`: what settlement is told of a use and of a reversal.
"""

from exchange.use.events import (
    USE_REVERSED_TOPIC,
    USED_TOPIC,
    CouponUsed,
    UseReversed,
)
from exchange.use.request import (
    UseAnswer,
    UseRequest,
    Verb,
)
from exchange.use.use import (
    answer_uses,
)

__all__ = [
    "USED_TOPIC",
    "USE_REVERSED_TOPIC",
    "CouponUsed",
    "UseAnswer",
    "UseRequest",
    "UseReversed",
    "Verb",
    "answer_uses",
]
