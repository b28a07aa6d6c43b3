"""Rate cards: what a use costs between the parties of a contract, as data.

Promises:

- A card says all that decides a price: legs, models, limits, tax, rounding. Numbers are exact.
- What has no clear meaning is refused, with its place in the document.
- Equal cards are written in one way, so they have equal digests.

Never:

- A use's own line never depends on other uses. What depends on sums is a line of the period.

Start here:

- `document`: a card, its legs and its digest.
- `reading`: a card's document as it is read, with the place of each fault.
"""

from settlement.cards.document import (
    Barter,
    Free,
    Leg,
    Limit,
    Package,
    RateCard,
    Tax,
    Tier,
    flat_card,
)
from settlement.cards.reading import (
    RateCardInvalid,
)

__all__ = [
    "Barter",
    "Free",
    "Leg",
    "Limit",
    "Package",
    "RateCard",
    "RateCardInvalid",
    "Tax",
    "Tier",
    "flat_card",
]
