"""A coupon is locked and used in a shop or an app, and a use is reversed.

Promises:

- A coupon is used once, no matter how many requests race for it.
- Every request has its own key and is answered once. A replay gets the same answer, byte for byte.
- Each use and each reversal is handed to settlement in the transaction that stores it.
- One refused use never fails the others of its batch.

Never:

- It never bills anybody: `settlement` does, from the events.
- It never tells a supplier whether another supplier's code exists.
- It never asks who works in a shop: `staff` is the shop's own word.

Start here:

- `use`: the use cases, and how requests race.
- `request`: what a shop asks and what it is told.
- `uses_of_book`: the uses of one book, locked, judged and stored in one transaction. Here is the
  lock that makes two uses of one coupon safe.
- `gathered`: single uses that arrive together share a transaction.
- `held`: what is told of a coupon once it is judged.
- `changes`: what becomes of coupons, as it is stored.
- `new_users`: users who are new to the supplier, by its own word, each counted once.
- `look_up`: how a coupon stands at a till, and why it cannot be used.
- `words`: that in two languages.
- `latest`: what a supplier has used in all its shops, the latest first.
- `shop_day`: what a shop has used on a day.
- `events`: what settlement is told of a use and of a reversal.
- `told`: what brands and suppliers are told of them.
- `staff`: what is told of uses from which staff may earn.
"""

from exchange.use.events import (
    USE_REVERSED_TOPIC,
    USED_TOPIC,
    CouponUsed,
    UseReversed,
    name_of_use,
)
from exchange.use.gathered import (
    GatheredUses,
)
from exchange.use.latest import (
    LatestUse,
    list_latest_uses,
)
from exchange.use.request import (
    LOCK_LENGTH_MAX,
    LOCK_SECONDS,
    LOCK_SECONDS_MAX,
    LOCK_SECONDS_MIN,
    UseAnswer,
    UseRequest,
    Verb,
)
from exchange.use.shop_day import (
    ShopUse,
    list_shop_uses,
)
from exchange.use.use import (
    answer_uses,
)

__all__ = [
    "LOCK_LENGTH_MAX",
    "LOCK_SECONDS",
    "LOCK_SECONDS_MAX",
    "LOCK_SECONDS_MIN",
    "USED_TOPIC",
    "USE_REVERSED_TOPIC",
    "CouponUsed",
    "GatheredUses",
    "LatestUse",
    "ShopUse",
    "UseAnswer",
    "UseRequest",
    "UseReversed",
    "Verb",
    "answer_uses",
    "list_latest_uses",
    "list_shop_uses",
    "name_of_use",
]
