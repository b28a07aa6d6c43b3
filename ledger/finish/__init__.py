"""What time or another book must end: sweeps, holds past their time, conversions.

Promises:

- Each of these can stop anywhere and be done again: it goes on where it was, and nothing counts
  twice.
- Several workers may do the same at once.
- The points of a conversion are credited in the other book, or given back. None is credited
  beyond the consent of that book's programme.

Never:

- It never writes a book except by the operations that it submits.

Start here:

- `sweep`: points past their last day leave a whole book.
- `holds`: points that were set aside go back when their time is over.
- `convert`: points of one programme become another's.
- `consented`: only as far as that one has consented.
- `converted`: what is told of a conversion, so that it is billed.
"""

from ledger.finish.convert import (
    deliver_conversions,
)
from ledger.finish.converted import CONVERTED, Converted
from ledger.finish.holds import (
    release_overdue,
)
from ledger.finish.sweep import expire_book

__all__ = [
    "CONVERTED",
    "Converted",
    "deliver_conversions",
    "expire_book",
    "release_overdue",
]
