"""The books: who holds what, by double entry. Knows nothing of offers, coupons or bills.

What it promises:

* A book balances by construction: an entry moves a positive amount from one account of a lane to
  another.
* An operation's key answers once, for ever: the same body replays the first answer byte for byte,
  another body is refused.
* Nothing is acknowledged before its commit; a crash between any two statements leaves nothing half
  done.
* Spending takes the points that expire first; points past their last day are never spendable, swept
  or not.
* Entries and operations are never changed or deleted; `verify` replays a book from them and
  compares everything.

What it never does: read a clock of its own in a decision, keep money, know why a member redeems.

The path of an operation: `service` (front) → `ticket` (what waits together) → `lanes` (gathers,
locks, remembers) → `batch` (new or known, in which mode) → `decide` and `sheet` (pure) → `draft`,
`store` and `journal` (stored form, statements, rows) → `answer`. `holds` and `convert` finish what
time or another book must end. `reads` (SQL in `queries`), `verify` (`checks`), `seal` and `export`
look on. `database`, `outbox` and `idempotency` are the database runtime that the packages above
share.
"""

from ledger.database import (
    Database,
    driver,
    engine_url,
)
from ledger.decide.wallet import (
    lane_of,
)
from ledger.faults import is_lost_database
from ledger.refusal import (
    JSON,
    Refusal,
    StoredRefusal,
)
from ledger.service import (
    Ledger,
)
from ledger.tables import (
    Placement,
)

__all__ = [
    "JSON",
    "Database",
    "Ledger",
    "Placement",
    "Refusal",
    "StoredRefusal",
    "driver",
    "engine_url",
    "is_lost_database",
    "lane_of",
]
