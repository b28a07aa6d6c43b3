"""Who offers what to whom: parties and their keys, categories, isolation, offers, allotments.

It promises:

- a brand is never shown, sold or delivered an offer isolated from it, and for any brand and offer
  it can say which rule decided: one pure function, `isolation.decide`, is behind list, get, redeem
  and procurement alike;
- a published version of an offer never changes, and at any instant at most one version of an offer
  is sold;
- an allotment is never drawn below zero or given back above what was granted, whoever races;
- an API key is stored as its SHA-256 alone and compared in constant time.

It never commits, reads a clock or the environment, or moves points: the caller owns the transaction
and gives the instant; points belong to `ledger`. Signing secrets arrive encrypted and stay so. Shared
data (parties, categories, rules, offers) has no book; what belongs to a book (allotments) has it
first in its key.

One file per noun: `parties`, `keys`, `endpoints`, `categories`, `isolation` (pure) and
`isolation_rules` (stored), `publishing` (a supplier writes offers), `offers` (reading them),
`allotments`; `limits` names every limit. Refusals stand beside the code that raises.
"""

from catalog.categories import (
    create_category,
    list_categories,
)
from catalog.endpoints import (
    EndpointNotFound,
    find_endpoint,
    set_endpoint,
)
from catalog.fields import (
    BIGINT_MAX,
    CATEGORY_LENGTH_MAX,
    CATEGORY_PATTERN,
    CODE_LENGTH_MAX,
    CURRENCY_PATTERN,
    FACE_VALUE_MINOR_MAX,
    INTEGER_MAX,
    LABEL_LENGTH_MAX,
    NAME_LENGTH_MAX,
    OFFER_CODE_PATTERN,
    PAGE_ITEMS_MAX,
    QUANTITY_MAX,
    SLUG_PATTERN,
    URL_LENGTH_MAX,
    USE_WITHIN_DAYS_MAX,
)
from catalog.keys import (
    PERMISSIONS,
    Identity,
    Key,
    KeyTaken,
    Unauthenticated,
    authenticate,
    create_key,
    ensure_key,
    list_keys,
    new_key_text,
    revoke_key,
)
from catalog.parties import (
    Party,
    PartyExists,
    PartyNotFound,
    create_party,
    find_party,
    find_party_by_id,
    list_parties,
)

__all__ = [
    "BIGINT_MAX",
    "CATEGORY_LENGTH_MAX",
    "CATEGORY_PATTERN",
    "CODE_LENGTH_MAX",
    "CURRENCY_PATTERN",
    "FACE_VALUE_MINOR_MAX",
    "INTEGER_MAX",
    "LABEL_LENGTH_MAX",
    "NAME_LENGTH_MAX",
    "OFFER_CODE_PATTERN",
    "PAGE_ITEMS_MAX",
    "PERMISSIONS",
    "QUANTITY_MAX",
    "SLUG_PATTERN",
    "URL_LENGTH_MAX",
    "USE_WITHIN_DAYS_MAX",
    "EndpointNotFound",
    "Identity",
    "Key",
    "KeyTaken",
    "Party",
    "PartyExists",
    "PartyNotFound",
    "Unauthenticated",
    "authenticate",
    "create_category",
    "create_key",
    "create_party",
    "ensure_key",
    "find_endpoint",
    "find_party",
    "find_party_by_id",
    "list_categories",
    "list_keys",
    "list_parties",
    "new_key_text",
    "revoke_key",
    "set_endpoint",
]
