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
"""

from exchange.earning.earn import earn_events
from exchange.earning.points_day import PointsDayCompanion, PointsDayIssue

__all__ = ["PointsDayCompanion", "PointsDayIssue", "earn_events"]
