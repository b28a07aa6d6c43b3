"""What callers say to the ledger and what they hear: operations, answers, refusals."""

from ledger.asks.answer import (
    Answer,
)
from ledger.asks.companion import (
    Item,
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
    fingerprint_of,
)
from ledger.asks.refusals import (
    BatchAborted,
    BatchStopped,
    HoldClosed,
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
    "Answer",
    "BatchAborted",
    "BatchMode",
    "BatchStopped",
    "Capture",
    "Convert",
    "Expire",
    "Gift",
    "Hold",
    "HoldClosed",
    "Issue",
    "Item",
    "MemberNotFound",
    "Merge",
    "OccurredInFuture",
    "Operation",
    "OperationInvalid",
    "OperationNotFound",
    "Redeem",
    "Release",
    "Reverse",
    "fingerprint_of",
]
