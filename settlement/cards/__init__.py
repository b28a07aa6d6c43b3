"""Rate cards: what a use costs between the parties of a contract, as data.

Promises:

- A card says all that decides a price: legs, models, limits, tax, rounding. Numbers are exact.
- What has no clear meaning is refused, with its place in the document.
- Equal cards are written in one way, so they have equal digests.

Never:

- A use's own line never depends on other uses. What depends on sums is a line of the period.

Start here:

- `document`: a card and its digest.
- `legs`: the legs of a card, and what depends on other uses.
- `leg_document`: a leg as it is read and written.
- `reading`: an object of the document as it is read, with the place of each fault.
- `line`: what one leg of one use costs by itself, step by step.
"""

from settlement.cards.document import (
    RateCard,
    flat_card,
    shown_card,
)
from settlement.cards.legs import (
    LEGS_MAX,
    ROLES,
    TIERS_MAX,
    Leg,
)
from settlement.cards.line import (
    BasisMissing,
    Inputs,
    RatedLine,
    rate_line,
    words_of,
)
from settlement.cards.reading import (
    RateCardInvalid,
)

__all__ = [
    "LEGS_MAX",
    "ROLES",
    "TIERS_MAX",
    "BasisMissing",
    "Inputs",
    "Leg",
    "RateCard",
    "RateCardInvalid",
    "RatedLine",
    "flat_card",
    "rate_line",
    "shown_card",
    "words_of",
]
