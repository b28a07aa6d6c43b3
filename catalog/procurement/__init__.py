"""The stock of partner rights that a brand has for its members.

Promises:

- An allotment is never drawn below zero and never given back above what was granted, however many
  callers race.

Never:

- A take never waits for more stock. It takes what there is and says how much that was.
- No coupon is made here: `exchange` does that with what it takes.

Start here:

- `allotments`: granted to a brand, taken by redemptions, given back by failed deliveries.
"""

from catalog.procurement.allotments import (
    Allotment,
    give_back,
    grant_allotment,
    list_allotments,
    load_allotments,
    shortage_refusal,
    take,
)

__all__ = [
    "Allotment",
    "give_back",
    "grant_allotment",
    "list_allotments",
    "load_allotments",
    "shortage_refusal",
    "take",
]
