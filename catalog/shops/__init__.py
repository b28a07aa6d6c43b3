"""The shops of a party: where its coupons are used.

Promises:

- A party has at most one shop of a code.
- A shop keeps its code for ever. It may close and open again.

Never:

- No shop is removed: uses name it.

Start here:

- `terms`: what is known of a shop, and what is refused.
- `shops`: shops as they are stored, singly and by the thousand.
"""

from catalog.shops.shops import (
    add_shop,
    find_shop,
    list_shops,
    set_shop_state,
)
from catalog.shops.terms import (
    GROUP_LENGTH_MAX,
    GROUPS_MAX,
    Shop,
    ShopTerms,
)

__all__ = [
    "GROUPS_MAX",
    "GROUP_LENGTH_MAX",
    "Shop",
    "ShopTerms",
    "add_shop",
    "find_shop",
    "list_shops",
    "set_shop_state",
]
