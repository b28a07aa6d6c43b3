"""What no rule can decide is seen by a person, and decided once.

Promises:

- Each case has its evidence, and one of its kind is open for a coupon at a time.
- A decision names who made it and why, and stands on the member's receipt.
- What was proven before stays proven. A decision adds to it.

Never:

- It never decides by itself.
- It never shows a member's reference to the supplier.

Start here:

- `kinds`: what cases there are, and what may be decided in each.
- `open`: a case begins.
- `stuck`: an order whose promised time is past gets a case.
- `complaint`: a member says that a right is not there.
- `payment`: by which operation a right was paid for.
- `rulings`: what a person decided, stored with what follows from it.
- `read`: cases as the operator and the parties read them.
- `orders`: orders as they read them.
- `readers`: who reads, and what of it.
- `promise`: what a receipt says first.

Whoever finds one calls `open_case` of `open`; whoever decides one begins in `exchange.resolve`.
"""

from exchange.cases.complaint import (
    COMPLAINT_LENGTH_MAX,
    complain,
)
from exchange.cases.kinds import (
    CaseKind,
    Decision,
)
from exchange.cases.orders import (
    OLDER_THAN_SECONDS_MAX,
    OrderSeen,
    find_seen_order,
    list_parked_orders,
    list_seen_orders,
)
from exchange.cases.promise import (
    PointsAre,
    tell,
)
from exchange.cases.read import (
    Case,
    CasesWanted,
    find_case,
    list_cases,
)
from exchange.cases.readers import (
    Reader,
)
from exchange.cases.stuck import (
    open_stuck,
    tell_cases,
)

__all__ = [
    "COMPLAINT_LENGTH_MAX",
    "OLDER_THAN_SECONDS_MAX",
    "Case",
    "CaseKind",
    "CasesWanted",
    "Decision",
    "OrderSeen",
    "PointsAre",
    "Reader",
    "complain",
    "find_case",
    "find_seen_order",
    "list_cases",
    "list_parked_orders",
    "list_seen_orders",
    "open_stuck",
    "tell",
    "tell_cases",
]
