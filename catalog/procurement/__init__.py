"""The stock of partner rights that a brand has for its members.

Promises:

- A batch is never drawn below zero and never given back above what was granted, however many
  callers race. It never changes its price, its cost or its window.
- A brand is granted only what the supplier's terms allow or the supplier has approved, and each
  request once.
- No terms grant more than they say, in all and to each brand, however many callers race.

Never:

- Nothing is taken from the batches of a swap while they are halted.
- A take never waits for more stock. It takes what there is and says how much that was.
- No coupon is made here: `exchange` does that with what it takes.

Start here:

- `procurements`: what a brand asks for, and the supplier's yes or no.
- `returns`: what a brand cancels, gives back and closes.
- `costs`: what a piece costs the brand.
- `supply_terms`: what a supplier grants without being asked each time.
- `batches`: what one grant gave, and which batch goes first.
- `allotments`: granted to a brand, taken by redemptions, given back by failed deliveries.
- `swapped`: what two brands give each other in a swap, and how that is halted.
- `sold`: how much was taken of batches that are over.
- `totals`: whether each offer counts what all brands have of it.
"""

from catalog.procurement.allotments import (
    BatchKey,
    Grant,
    Stock,
    give_back,
    list_allotments,
    load_allotments,
    load_stock,
    take,
)
from catalog.procurement.batches import (
    Allotment,
    AllotmentExhausted,
    Batch,
    Wanted,
    shortage_refusal,
)
from catalog.procurement.procurements import (
    REASON_LENGTH_MAX,
    Procurement,
    ProcurementState,
    approve_procurement,
    find_book,
    list_asked_procurements,
    list_procurements,
    procure,
    refuse_procurement,
)
from catalog.procurement.returns import (
    cancel_procurement,
    close_procurement,
    return_stock,
)
from catalog.procurement.sold import load_sold
from catalog.procurement.supply_terms import (
    BRANDS_MAX,
    SupplyTerms,
    list_supply_terms,
    state_supply_terms,
    withdraw_supply_terms,
)
from catalog.procurement.swapped import (
    close_swapped,
    grant_swapped,
    halt_swapped,
    load_swapped,
    require_swappable,
)
from catalog.procurement.totals import verify_totals

__all__ = [
    "BRANDS_MAX",
    "REASON_LENGTH_MAX",
    "Allotment",
    "AllotmentExhausted",
    "Batch",
    "BatchKey",
    "Grant",
    "Procurement",
    "ProcurementState",
    "Stock",
    "SupplyTerms",
    "Wanted",
    "approve_procurement",
    "cancel_procurement",
    "close_procurement",
    "close_swapped",
    "find_book",
    "give_back",
    "grant_swapped",
    "halt_swapped",
    "list_allotments",
    "list_asked_procurements",
    "list_procurements",
    "list_supply_terms",
    "load_allotments",
    "load_sold",
    "load_stock",
    "load_swapped",
    "procure",
    "refuse_procurement",
    "require_swappable",
    "return_stock",
    "shortage_refusal",
    "state_supply_terms",
    "take",
    "verify_totals",
    "withdraw_supply_terms",
]
