"""The canary: a new supplier serves few members, until its figures prove what it is worth.

Promises:

- A supplier is suspended only when even the lower bound of its share of failures is too high, or
  when it contradicts what it has said.
- It is opened by itself only if the operator has said that it may be.

Never:

- It never touches a supplier that nobody has staged.
- It never counts the mistake of a member as a failure of the supplier.

Start here:

- `judge`: promote, suspend or stay, by Wilson bounds (pure).
- `stats`: what became of a supplier's orders.
- `watch`: the worker's round.
- `suspend`: a supplier is suspended, and the logs tell why.

Who is in a canary is decided in `catalog.stages`, and how much it has room for in
`exchange.redeem.canary`.
"""

from exchange.canary.watch import (
    judged,
    watch_suppliers,
)

__all__ = [
    "judged",
    "watch_suppliers",
]
