"""Why a line says what it says, and what uses would cost under another card.

Promises:

- A line is explained by the function that rated it, from what the line keeps, when it is asked.
- What a card would have cost is told by the functions that rate and close.

Never:

- Nobody is told of a line that it neither pays nor is paid, except the operator. Nor of the digest
  of a card, unless it sees all of its prices.
- A simulation stores nothing.

Start here:

- `explain`: a line, its steps, and the same again.
- `lines`: the lines of a use, and what they share of their period.
- `simulate`: what uses of past months would have cost under another card.
"""

from settlement.explain.explain import (
    Explained,
)
from settlement.explain.lines import (
    Shared,
    UseNotBilled,
    explain_use,
    load_shared,
)
from settlement.explain.simulate import (
    MONTHS_MAX,
    Change,
    LegSum,
    Simulation,
    months_between,
    named_parties,
    try_card,
)

__all__ = [
    "MONTHS_MAX",
    "Change",
    "Explained",
    "LegSum",
    "Shared",
    "Simulation",
    "UseNotBilled",
    "explain_use",
    "load_shared",
    "months_between",
    "named_parties",
    "try_card",
]
