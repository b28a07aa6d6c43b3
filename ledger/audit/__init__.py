"""How the books are proved: verification, the chain of seals, exports.

Promises:

- Verification compares everything in a book with what its journal adds up to.
- A sealed record that was altered, removed or inserted is found. Heads that are kept elsewhere show
  it even if the seals were computed anew.
- Nothing here makes a writer wait.
- The same book is exported as the same file, byte for byte.

Never:

- It never repairs a book or says how to.

Start here:

- `verify`: proof by replay. `checks` has its statements, `moves` what each kind may move,
  `consents` what is asked of the consents to conversions.
- `seal`: the chain of hashes over the journal, and its check.
- `sealed_heads`: heads of the chain, to keep outside the database.
- `states`: how far each book is sealed.
- `export`: a book as a journal for Beancount or hledger. `plaintext` has the
  formats, for other journals too.
"""

from ledger.audit.export import (
    Format,
    export_book,
)
from ledger.audit.plaintext import (
    Beancount,
    Hledger,
    Posting,
    Style,
    Transaction,
)
from ledger.audit.seal import (
    check_seals,
    last_seal_seconds,
    oldest_record_seconds,
    seal_book,
    unsealed_seconds,
)
from ledger.audit.sealed_heads import (
    ChainHead,
    Head,
    HeadsInvalid,
    chains_from_json,
    heads_as_json,
    heads_from_json,
)
from ledger.audit.states import (
    BookState,
    load_book_states,
)
from ledger.audit.verify import (
    Defect,
    Progress,
    check_book,
    verify_book,
)

__all__ = [
    "Beancount",
    "BookState",
    "ChainHead",
    "Defect",
    "Format",
    "Head",
    "HeadsInvalid",
    "Hledger",
    "Posting",
    "Progress",
    "Style",
    "Transaction",
    "chains_from_json",
    "check_book",
    "check_seals",
    "export_book",
    "heads_as_json",
    "heads_from_json",
    "last_seal_seconds",
    "load_book_states",
    "oldest_record_seconds",
    "seal_book",
    "unsealed_seconds",
    "verify_book",
]
