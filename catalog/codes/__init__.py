"""Card codes: the numbers that a supplier sells, kept encrypted until they are given out.

Promises:

- A code is in the pool of an offer once, however often it is sent. The offer gives out card codes.
- What is stored cannot be read without the key of the supplier, which the vault encrypts.
- A withdrawn code can never be read again.

Never:

- No code is shown, logged or exported: only its last four characters are.
- No code is given out yet. Until coupons take them, a pool is only filled, counted and withdrawn.

Start here:

- `card`: what a code is, and how it is sealed.
- `pool`: the codes of an offer as they are stored.
"""

from catalog.codes.card import (
    BATCH_LENGTH_MAX,
    CARD_LENGTH_MAX,
    Card,
    read_card,
)
from catalog.codes.pool import (
    CODES_MAX,
    PoolPart,
    add_codes,
    require_codes_offer,
    require_own_offer,
    sum_up_codes,
    withdraw_codes,
)

__all__ = [
    "BATCH_LENGTH_MAX",
    "CARD_LENGTH_MAX",
    "CODES_MAX",
    "Card",
    "PoolPart",
    "add_codes",
    "read_card",
    "require_codes_offer",
    "require_own_offer",
    "sum_up_codes",
    "withdraw_codes",
]
