"""How the books are proved: verification, the chain of seals, exports."""

from ledger.audit.export import (
    Format,
    export_book,
)
from ledger.audit.heads import (
    Head,
    HeadsInvalid,
    heads_as_json,
    heads_from_json,
)
from ledger.audit.seal import (
    check_seals,
    seal_book,
)
from ledger.audit.verify import (
    Defect,
    verify_book,
)

__all__ = [
    "Defect",
    "Format",
    "Head",
    "HeadsInvalid",
    "check_seals",
    "export_book",
    "heads_as_json",
    "heads_from_json",
    "seal_book",
    "verify_book",
]
