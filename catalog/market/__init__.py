"""The market of a programme: what its members can have now, and for what.

Promises:

- A page has listed offers alone, and none that is isolated from the brand.
- Unless everything is asked for, each offer on it can be redeemed now: it is sold, and the brand
  has stock of it in an open window.
- The price, and why an offer cannot be had, are those that a quote and a redemption of the same
  instant name.
- Pages follow each other without a gap, whatever is published or sold out between them.

Never:

- It never changes anything, and takes no lock.
- It never says to a brand why an offer is missing.

Start here:

- `wanted`: what can be asked for, and where a page goes on.
- `shopper`: who looks, and what the exchange is asked about it.
- `listing`: a page of the market, and one offer of it.
- `rows`: the statements that find offers.
- `priced`: what an offer costs one member, or why it cannot be had.
- `languages`: an offer in the words of one language.
"""

from catalog.market.languages import (
    in_language,
)
from catalog.market.listing import (
    find_in_market,
    list_market,
)
from catalog.market.priced import (
    Priced,
)
from catalog.market.shopper import (
    Purse,
    purse_of,
)
from catalog.market.wanted import (
    MARKET_CURSOR_PATTERN,
    RANKS,
    CursorInvalid,
    WantedOffers,
)

__all__ = [
    "MARKET_CURSOR_PATTERN",
    "RANKS",
    "CursorInvalid",
    "Priced",
    "Purse",
    "WantedOffers",
    "find_in_market",
    "in_language",
    "list_market",
    "purse_of",
]
