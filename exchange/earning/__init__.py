"""Members earn points by counted facts: a sign-in, an invite, a code on a bottle, a points day.

Promises:

- Points are fixed by the programme's rules. Whoever tells of an event never names a sum.
- Caps and budgets are exact, however many tell of events at once: all of an event's points are
  given, or none.
- The same event earns once, whoever tells of it under whichever key.
- A key is answered once: a replay is told the same, also after the rules have changed.

Never:

- It never computes points from a purchase: whoever knows the purchase issues them.
- It never keeps a product code, or how a friend is known, in plain text.

Start here:

- `earn`: the use case, from events to points.
- `terms`: what an earning rule says.
- `rules`: the stored rules of a programme.
- `decide`: which rule speaks, and why it gives or does not (pure).
- `request`: what is told of an event, and the operation that pays for it.
- `known`: what decides about the events of a transaction.
- `companion`: how they are judged, and what is committed along with the points.
- `product_codes`: codes that are printed on goods.
- `friends`: whether those who were invited are new.
- `invitations`: invites that wait until the friend has used a coupon.
- `points_day`: what is earned on a points day is multiplied.
- `staff`: staff and partners earn by the uses that they attend to.
- `gift_plan`: what a brand gives by itself.
- `birthdays`: the round that gives birthday gifts.
- `forget`: what is forgotten with a member.
"""

from exchange.earning.birthdays import give_birthday_gifts, tell_birthdays
from exchange.earning.decide import Why
from exchange.earning.earn import earn_events
from exchange.earning.forget import forget_earning
from exchange.earning.gift_plan import (
    BIRTHDAY_HOUR_DEFAULT,
    HOUR_MAX,
    BirthdayGift,
    GiftPlan,
    find_gift_plan,
    list_birthday_gifts,
    put_gift_plan,
)
from exchange.earning.invitations import settle_invitations
from exchange.earning.points_day import PointsDayCompanion, PointsDayIssue
from exchange.earning.product_codes import (
    PRODUCT_CODE_LENGTH_MAX,
    PRODUCT_CODES_MAX,
    ProductBatch,
    add_product_batch,
    add_product_codes,
    close_product_batch,
    digest_of_code,
    list_product_batches,
    new_product_codes,
)
from exchange.earning.request import EarnRequest, ProductCodeNotFound, why_of
from exchange.earning.rules import (
    add_earning_rule,
    end_earning_rule,
    list_earning_rules,
)
from exchange.earning.staff import reward_staff
from exchange.earning.terms import (
    EVENT_LENGTH_MAX,
    EVENT_PATTERN,
    EarningRule,
    EarningTerms,
)

__all__ = [
    "BIRTHDAY_HOUR_DEFAULT",
    "EVENT_LENGTH_MAX",
    "EVENT_PATTERN",
    "HOUR_MAX",
    "PRODUCT_CODES_MAX",
    "PRODUCT_CODE_LENGTH_MAX",
    "BirthdayGift",
    "EarnRequest",
    "EarningRule",
    "EarningTerms",
    "GiftPlan",
    "PointsDayCompanion",
    "PointsDayIssue",
    "ProductBatch",
    "ProductCodeNotFound",
    "Why",
    "add_earning_rule",
    "add_product_batch",
    "add_product_codes",
    "close_product_batch",
    "digest_of_code",
    "earn_events",
    "end_earning_rule",
    "find_gift_plan",
    "forget_earning",
    "give_birthday_gifts",
    "list_birthday_gifts",
    "list_earning_rules",
    "list_product_batches",
    "new_product_codes",
    "put_gift_plan",
    "reward_staff",
    "settle_invitations",
    "tell_birthdays",
    "why_of",
]
