"""What can be asked of a market, and where its next page begins (pure)."""

import re
from dataclasses import dataclass
from typing import Literal

from catalog.fields import BIGINT_MAX, require_category_path, require_page
from catalog.offers.search import require_query
from catalog.offers.terms import Kind

Sort = Literal["new", "price", "use_rate"]
"""The newest first, the cheapest, or those that members use most surely. Else, in order of ids."""

RANKS = 1_000_000
"""What a sure use is told by in the order of uses. A rank is a part of it."""

MARKET_CURSOR_PATTERN = r"[0-9]{1,19}(?:\.[0-9]{1,19})?"
_CURSOR = re.compile(MARKET_CURSOR_PATTERN)


class CursorInvalid(ValueError):
    """A cursor was not given with a page of the same order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedOffers:
    """A page of a market.

    - `is_all`: also what the brand has not procured, or not any more. There may be very many of
      these, so the cheapest of them are those that cost the least before the brand's price rules.
    - `affordable`: only what the member can pay now. `covers_expiring`: only what it can pay with
      points that expire soon.
    - `supplier_id`: only what this party supplies.
    - `cursor`: the `next_cursor` of the page before. It belongs to one order.
    """

    category: str | None = None
    q: str | None = None
    kind: Kind | None = None
    affordable: bool = False
    covers_expiring: bool = False
    is_all: bool = False
    supplier_id: int | None = None
    sort: Sort | None = None
    cursor: str | None = None
    limit: int

    def require_valid(self) -> None:
        """Refuse what is malformed.

        Raises:
            PageOutOfRange, CategoryPathInvalid, SearchInvalid, CursorInvalid: in this order.
            ValueError: what a member can pay, or how offers are used, is asked of all offers.
        """
        require_page(0, self.limit)
        if self.category is not None:
            require_category_path(self.category)
        if self.q is not None:
            require_query(self.q)
        self.place()
        if self.is_all and (self.affordable or self.covers_expiring):
            raise ValueError("what a member can pay is told of procured offers alone")
        if self.is_all and self.sort == "use_rate":
            raise ValueError("how offers are used is told of procured offers alone")

    @property
    def is_sorted_here(self) -> bool:
        """Whether the page depends on what each offer costs the member, or on how it is used."""
        return self.sort in {"price", "use_rate"} or self.affordable or self.covers_expiring

    def cursor_at(self, key: int, offer_id: int) -> str:
        """The cursor of the page that goes on after this offer."""
        return str(offer_id) if self.sort is None else f"{key}.{offer_id}"

    def place(self) -> tuple[int | None, int]:
        """The sort key and the id after which the page begins. None: at the beginning.

        Raises:
            CursorInvalid: the cursor belongs to another order.
        """
        if self.cursor is None:
            return None, 0
        key, dot, offer_id = self.cursor.rpartition(".")
        fits = _CURSOR.fullmatch(self.cursor) is not None and bool(dot) is (self.sort is not None)
        if not fits or max(int(key or 0), int(offer_id)) > BIGINT_MAX:
            raise CursorInvalid("it is not the next_cursor of a page in this order")
        return (int(key) if dot else None), int(offer_id)
