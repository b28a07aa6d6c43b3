"""Card codes: the numbers that a supplier sells, kept encrypted until a book takes them.

Promises:

- A code is in the pool of an offer once, however often it is sent. The offer gives out card codes.
- A code is in the pool or in one book, never in both, whoever is killed on the way.
- What is stored cannot be read without the key of the supplier, which the vault encrypts.
- A withdrawn code can never be read again.

Never:

- No code is shown, logged or exported: only its last four characters are.
- No code is given to a member here: `exchange.codes` gives them out of the books.

Start here:

- `card`: what a code is, and how it is sealed.
- `pool`: the codes of an offer as they are stored.
- `moving`: from the pool into a book, and back.
- `levels`: which offers are low in codes, and what is sealed with a key of before.
"""

from catalog.codes.card import (
    BATCH_LENGTH_MAX,
    CARD_LENGTH_MAX,
    Card,
    open_card,
    read_card,
    reseal_card,
)
from catalog.codes.levels import mark_levels, reseal_pool, supplied_once
from catalog.codes.moving import (
    MOVE_CODES_MAX,
    SealedCode,
    books_with_codes,
    count_pool,
    load_recalled,
    lock_moved,
    note_recalled,
    offers_with_codes,
    put_back_into_pool,
    take_from_pool,
)
from catalog.codes.pool import (
    CODES_MAX,
    PoolPart,
    add_codes,
    require_codes_offer,
    require_own_offer,
    sum_up_pool,
    withdraw_codes,
)

__all__ = [
    "BATCH_LENGTH_MAX",
    "CARD_LENGTH_MAX",
    "CODES_MAX",
    "MOVE_CODES_MAX",
    "Card",
    "PoolPart",
    "SealedCode",
    "add_codes",
    "books_with_codes",
    "count_pool",
    "load_recalled",
    "lock_moved",
    "mark_levels",
    "note_recalled",
    "offers_with_codes",
    "open_card",
    "put_back_into_pool",
    "read_card",
    "require_codes_offer",
    "require_own_offer",
    "reseal_card",
    "reseal_pool",
    "sum_up_pool",
    "supplied_once",
    "take_from_pool",
    "withdraw_codes",
]
