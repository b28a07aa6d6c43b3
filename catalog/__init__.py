"""Who offers what to whom: parties, their keys and categories, isolation, offers, allotments.

Promises:

- A brand is never shown, sold or delivered an offer that is isolated from it, and cannot tell it
  from one that does not exist. For any brand and offer the catalogue can say which rule decided.
- A published version of an offer never changes. At any instant at most one version is sold.
- An allotment is never drawn below zero or given back above what was granted.
- A brand gets stock only if the supplier's terms allow it or the supplier says yes.
- Of an API key only the SHA-256 is stored. Keys are compared in constant time.
- What all programmes share (parties, categories, rules, offers) has no book. What belongs to a book
  (allotments, procurements) has it first in its key.

Never:

- It never commits and never reads a clock or the environment. The caller owns the transaction and
  gives the instant.
- It moves no points: they belong to `ledger`.
- It never sees a signing secret in clear: the caller encrypts it.
- No card code and no file that waits to be imported is stored in clear.

Start here:

- `parties`: brands, suppliers and the operator.
- `keys`: the API keys of a party, made, replaced and revoked.
- `key_text`: how a key is written, and what is stored of it.
- `scopes`: what a key may do.
- `identity`: who a key stands for.
- `actors`: who changes something: a key, a supplier, a command, the system.
- `audit`: the log of who did what.
- `endpoints`: where a supplier is reached.
- `delivery_terms`: how patient the exchange is with it.
- `signing_secrets`: the encrypted secrets in use, and those that were replaced a while ago.
- `party_keys`: a party's key for data that the vault does not encrypt one by one.
- `addresses`: at which addresses a supplier may be reached.
- `categories`: the tree that parties trade in.
- `isolation`: which offers a brand must never see.
- `offers`: what suppliers publish and what brands see of it.
- `market`: what a programme's members can have now, and for what.
- `procurement`: what a brand has procured for its members.
- `pricing`: what an offer costs a member, and whether the member may have it.
- `members`: what a brand says of its members.
- `shops`: where coupons are used.
- `codes`: a supplier's card codes, encrypted, until they are given out.
- `stages`: who meets a supplier that is new, and until when.
- `imports`: files of offers, shops, members and card codes.
- `identifiers`: ids that cannot be guessed.
- `fields`: the limits of each field, and the checks that refuse what is outside them. The length
  of a name and the form of a currency are those of `ledger.book`.
- `tables`: the schema; `rule_tables` has those of isolation, `import_tables` those of files,
  `price_tables`, `member_tables` and `stage_tables` what their names say, and `schema` what all
  have in common.

A refusal stands beside the code that raises it.
"""

from catalog.actors import (
    WORKER,
    ensure_actor,
    find_actor_id,
    load_actor_names,
    read_actor,
)
from catalog.addresses import (
    Address,
    EndpointNotAllowed,
    SupplierNetworks,
    read_address,
)
from catalog.audit import (
    OBJECT_LENGTH_MAX,
    AuditEntry,
    Deed,
    ObjectName,
    list_audit_entries,
    note,
    note_each,
    read_object,
)
from catalog.categories import (
    add_usual_categories,
    create_category,
    list_categories,
)
from catalog.delivery_terms import (
    ABSENT_PROVES_SECONDS_MAX,
    ABSENT_PROVES_SECONDS_MIN,
    CONCURRENCY_MAX,
    DEADLINE_SECONDS,
    DEADLINE_SECONDS_MAX,
    DEADLINE_SECONDS_MIN,
    DEFAULT_TERMS,
    FIRST_QUERY_SECONDS_MAX,
    RATE_PER_SECOND_MAX,
    TERM_NAMES,
    TIMEOUT_MILLISECONDS_MAX,
    TIMEOUT_MILLISECONDS_MIN,
    WAITING_LIMIT_MAX,
    WAITING_MAX,
    DeliveryTerms,
    load_delivery_terms,
)
from catalog.endpoints import (
    URL_LENGTH_MAX,
    EndpointNotFound,
    Wire,
    find_endpoint,
    load_wires,
    set_endpoint,
)
from catalog.fields import (
    BIGINT_MAX,
    CATEGORY_DEPTH_MAX,
    CATEGORY_LENGTH_MAX,
    CATEGORY_PATTERN,
    CODE_LENGTH_MAX,
    FACE_VALUE_MINOR_MAX,
    INTEGER_MAX,
    LABEL_LENGTH_MAX,
    OFFER_CODE_PATTERN,
    PAGE_ITEMS_MAX,
    PRICE_POINTS_MAX,
    QUANTITY_MAX,
    REGION_PATTERN,
    SLUG_PATTERN,
    USE_WITHIN_DAYS_MAX,
    is_code,
    is_whole,
    require_code,
    require_name,
    require_page,
    require_period,
)
from catalog.identifiers import new_identifier
from catalog.identity import (
    Identity,
    authenticate,
    note_use,
)
from catalog.key_text import (
    Unauthenticated,
    new_key_text,
)
from catalog.keys import (
    KEY_OVERLAP_SECONDS,
    KEY_OVERLAP_SECONDS_MAX,
    Key,
    KeyTaken,
    NewKey,
    create_key,
    ensure_key,
    hold_key_rights,
    load_keys,
    revoke_key,
    rotate_key,
)
from catalog.parties import (
    CATEGORIES_PER_PARTY_MAX,
    Party,
    PartyExists,
    PartyNotFound,
    Role,
    change_categories,
    create_party,
    find_party,
    find_party_by_id,
    list_parties,
    load_party_codes,
    load_suppliers,
    rename_party,
)
from catalog.party_keys import (
    FindPartyKey,
    PartyKey,
    keep_encrypted_key,
    load_encrypted_keys,
    new_party_key,
    party_key_of,
)
from catalog.scopes import (
    IMPORT,
    SCOPES,
    TILL,
    Grant,
    Scope,
    ScopeRequired,
    scopes_of,
)
from catalog.signing_secrets import (
    OVERLAP_SECONDS,
    OVERLAP_SECONDS_MAX,
    EncryptedSecret,
    end_retired_secrets,
    load_retired_secrets,
    load_secrets,
    replace_secret,
    retire_secret,
    retired_until,
)

__all__ = [
    "ABSENT_PROVES_SECONDS_MAX",
    "ABSENT_PROVES_SECONDS_MIN",
    "BIGINT_MAX",
    "CATEGORIES_PER_PARTY_MAX",
    "CATEGORY_DEPTH_MAX",
    "CATEGORY_LENGTH_MAX",
    "CATEGORY_PATTERN",
    "CODE_LENGTH_MAX",
    "CONCURRENCY_MAX",
    "DEADLINE_SECONDS",
    "DEADLINE_SECONDS_MAX",
    "DEADLINE_SECONDS_MIN",
    "DEFAULT_TERMS",
    "FACE_VALUE_MINOR_MAX",
    "FIRST_QUERY_SECONDS_MAX",
    "IMPORT",
    "INTEGER_MAX",
    "KEY_OVERLAP_SECONDS",
    "KEY_OVERLAP_SECONDS_MAX",
    "LABEL_LENGTH_MAX",
    "OBJECT_LENGTH_MAX",
    "OFFER_CODE_PATTERN",
    "OVERLAP_SECONDS",
    "OVERLAP_SECONDS_MAX",
    "PAGE_ITEMS_MAX",
    "PRICE_POINTS_MAX",
    "QUANTITY_MAX",
    "RATE_PER_SECOND_MAX",
    "REGION_PATTERN",
    "SCOPES",
    "SLUG_PATTERN",
    "TERM_NAMES",
    "TILL",
    "TIMEOUT_MILLISECONDS_MAX",
    "TIMEOUT_MILLISECONDS_MIN",
    "URL_LENGTH_MAX",
    "USE_WITHIN_DAYS_MAX",
    "WAITING_LIMIT_MAX",
    "WAITING_MAX",
    "WORKER",
    "Address",
    "AuditEntry",
    "Deed",
    "DeliveryTerms",
    "EncryptedSecret",
    "EndpointNotAllowed",
    "EndpointNotFound",
    "FindPartyKey",
    "Grant",
    "Identity",
    "Key",
    "KeyTaken",
    "NewKey",
    "ObjectName",
    "Party",
    "PartyExists",
    "PartyKey",
    "PartyNotFound",
    "Role",
    "Scope",
    "ScopeRequired",
    "SupplierNetworks",
    "Unauthenticated",
    "Wire",
    "add_usual_categories",
    "authenticate",
    "change_categories",
    "create_category",
    "create_key",
    "create_party",
    "end_retired_secrets",
    "ensure_actor",
    "ensure_key",
    "find_actor_id",
    "find_endpoint",
    "find_party",
    "find_party_by_id",
    "hold_key_rights",
    "is_code",
    "is_whole",
    "keep_encrypted_key",
    "list_audit_entries",
    "list_categories",
    "list_parties",
    "load_actor_names",
    "load_delivery_terms",
    "load_encrypted_keys",
    "load_keys",
    "load_party_codes",
    "load_retired_secrets",
    "load_secrets",
    "load_suppliers",
    "load_wires",
    "new_identifier",
    "new_key_text",
    "new_party_key",
    "note",
    "note_each",
    "note_use",
    "party_key_of",
    "read_actor",
    "read_address",
    "read_object",
    "rename_party",
    "replace_secret",
    "require_code",
    "require_name",
    "require_page",
    "require_period",
    "retire_secret",
    "retired_until",
    "revoke_key",
    "rotate_key",
    "scopes_of",
    "set_endpoint",
]
