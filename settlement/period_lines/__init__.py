"""Lines of a period: what depends on the sums of a month, computed once when it closes.

Promises:

- What a period comes to is a function of the set of its lines, not of their order. The difference
  between that and the lines is a line of the period.
- Its id follows from what it is, so a step that is done again changes nothing.
- The shares of lines add up to the lines of their period, to the minor unit.
- A reversal takes back what its charge came to, even when that was billed in an earlier month.

Never:

- No closed month is computed anew. A reversal that comes later changes no tier of it.
- No share is rounded by itself: what is left goes to the largest remainders.

Start here:

- `sums`: what the uses of a period come to under one leg.
- `spread`: whole minor units over parts.
- `aggregate`: the sums of a month's lines.
- `cards`: the published cards, and when they hold.
- `month`: what every counted leg comes to in a month.
- `add`: the lines of the period as they are written.
- `allocate`: each line's share of them.
- `ahead`: what a month that is open would come to.
- `proof`: both, computed anew for a month that is closed.
"""

from settlement.period_lines.add import (
    add_period_lines,
)
from settlement.period_lines.allocate import (
    add_allocations,
)
from settlement.period_lines.proof import (
    find_changed_period,
)
from settlement.period_lines.sums import (
    tax_of,
)

__all__ = [
    "add_allocations",
    "add_period_lines",
    "find_changed_period",
    "tax_of",
]
