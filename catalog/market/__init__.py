"""The market of a programme: what its members can have now, and for what.

Promises:

- A page has listed offers alone, and none that is isolated from the brand.
- Unless everything is asked for, each offer on it can be redeemed now: it is sold, and the brand
  has stock of it in an open window.
- Pages follow each other without a gap, whatever is published or sold out between them.

Never:

- It never changes anything, and takes no lock.
- It never says to a brand why an offer is missing.

Start here:

- `wanted`: what can be asked for, and where a page goes on.
- `listing`: a page of the market.
- `priced`: what an offer costs one member, or why it cannot be had.
- `languages`: an offer in the words of one language.
"""

from catalog.market.languages import (
    in_language,
)
from catalog.market.listing import (
    list_market,
)
from catalog.market.priced import (
    Priced,
    Purse,
    find_in_market,
    purse_of,
)
from catalog.market.wanted import (
    MARKET_CURSOR_PATTERN,
    CursorInvalid,
    WantedOffers,
)

__all__ = [
    "MARKET_CURSOR_PATTERN",
    "CursorInvalid",
    "Priced",
    "Purse",
    "WantedOffers",
    "find_in_market",
    "in_language",
    "list_market",
    "purse_of",
]
