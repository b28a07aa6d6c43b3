"""A person decides a case, and what follows is committed with the decision.

Promises:

- Only what the case and its order allow is decided, and once.
- A decision, the points it moves, the coupon and the receipt are one transaction.
- What a supplier has proven is never changed by a decision.

Never:

- It never decides without a reason and somebody who gives it.

Start here:

- `decide`: what is allowed, what it needs, and what follows.
- `goodwill`: the points go back although the delivery is proven.
- `reinstate`: the member pays again for what was delivered late.
- `accept`: the supplier is paid for what it delivered late.
"""

from exchange.resolve.decide import (
    REASON_LENGTH_MAX,
    Asked,
    resolve_case,
)

__all__ = [
    "REASON_LENGTH_MAX",
    "Asked",
    "resolve_case",
]
