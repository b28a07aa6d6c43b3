"""What time or another book must end: sweeps, holds past their time, conversions."""

from ledger.finish.convert import (
    deliver_conversions,
)
from ledger.finish.holds import (
    release_overdue,
)
from ledger.finish.sweep import expire_book

__all__ = [
    "deliver_conversions",
    "expire_book",
    "release_overdue",
]
