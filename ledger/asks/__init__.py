"""What callers ask of the ledger and what it answers: operations, answers, refusals.

Promises:

- An operation is checked when it is made. A malformed one never reaches a book.
- Operations with equal bodies have equal fingerprints. Different bodies practically never do.
- A replayed answer has the document of the first one, byte for byte.

Never:

- It never reads a book, the database or a clock.
- The code of a refusal and the number of a kind never change.

Start here:

- `operation`: what all operations have in common: key, member, limits, kind and fingerprint.
- `kinds`: one class for each kind of business event, such as `Issue` or `Gift`.
- `answer`: what the ledger answers, and its document.
- `refusals`: why the ledger's rules refuse an operation.
- `companion`: how a package above the ledger commits its part together with an operation.
"""

from ledger.asks.answer import (
    Answer,
    points_asked,
)
from ledger.asks.companion import (
    Companions,
    Item,
    Judge,
)
from ledger.asks.kinds import (
    Adjust,
    Capture,
    Convert,
    Expire,
    Gift,
    Hold,
    Issue,
    Merge,
    Redeem,
    Release,
    Reverse,
)
from ledger.asks.operation import (
    FUTURE_MAX,
    KEY_LENGTH_MAX,
    MEMBER_LENGTH_MAX,
    METADATA_ITEMS_MAX,
    METADATA_NAME_LENGTH_MAX,
    NOTE_LENGTH_MAX,
    YEAR_MAX,
    YEAR_MIN,
    BatchMode,
    Operation,
    OperationInvalid,
    OperationKind,
    fingerprint_of,
)
from ledger.asks.refusals import (
    AlreadyExpired,
    BatchAborted,
    BatchStopped,
    CapExceeded,
    HoldClosed,
    MemberMerged,
    MemberNotFound,
    OccurredInFuture,
    OperationNotFound,
)

__all__ = [
    "FUTURE_MAX",
    "KEY_LENGTH_MAX",
    "MEMBER_LENGTH_MAX",
    "METADATA_ITEMS_MAX",
    "METADATA_NAME_LENGTH_MAX",
    "NOTE_LENGTH_MAX",
    "YEAR_MAX",
    "YEAR_MIN",
    "Adjust",
    "AlreadyExpired",
    "Answer",
    "BatchAborted",
    "BatchMode",
    "BatchStopped",
    "CapExceeded",
    "Capture",
    "Companions",
    "Convert",
    "Expire",
    "Gift",
    "Hold",
    "HoldClosed",
    "Issue",
    "Item",
    "Judge",
    "MemberMerged",
    "MemberNotFound",
    "Merge",
    "OccurredInFuture",
    "Operation",
    "OperationInvalid",
    "OperationKind",
    "OperationNotFound",
    "Redeem",
    "Release",
    "Reverse",
    "fingerprint_of",
    "points_asked",
]
