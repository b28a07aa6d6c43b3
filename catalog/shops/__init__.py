"""The shops of a party: where its coupons are used.

Promises:

- A party has at most one shop of a code.
- A shop keeps its code for ever. It may close and open again.

Never:

- No shop is removed: uses name it.

Start here:

- `terms`: what is known of a shop, and what is refused.
- `shops`: shops as they are stored, singly and by the thousand.
- `place`: where and when a coupon can be used, and for what order.
- `use_terms`: what versions of offers say of it.
- `settings`: what a supplier asks of every use.
"""

from catalog.shops.place import (
    ShopNotAllowed,
    UseTerms,
    judge_order,
    judge_place,
)
from catalog.shops.settings import (
    set_require_shop,
)
from catalog.shops.shops import (
    ShopNotFound,
    add_shop,
    find_shop,
    list_shops,
    load_shops,
    set_shop_state,
)
from catalog.shops.terms import (
    GROUP_LENGTH_MAX,
    GROUPS_MAX,
    Shop,
    ShopTerms,
)
from catalog.shops.use_terms import (
    load_use_terms,
)

__all__ = [
    "GROUPS_MAX",
    "GROUP_LENGTH_MAX",
    "Shop",
    "ShopNotAllowed",
    "ShopNotFound",
    "ShopTerms",
    "UseTerms",
    "add_shop",
    "find_shop",
    "judge_order",
    "judge_place",
    "list_shops",
    "load_shops",
    "load_use_terms",
    "set_require_shop",
    "set_shop_state",
]
