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
"""

from exchange.cases.kinds import (
    CaseKind,
    Decision,
)
from exchange.cases.open import (
    NewCase,
    open_case,
)

__all__ = [
    "CaseKind",
    "Decision",
    "NewCase",
    "open_case",
]
