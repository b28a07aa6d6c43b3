"""The books: who holds what, by double entry.

Promises:

- A book balances by construction: an entry moves a positive amount from one account of a lane to
  another.
- An operation's key is answered once, forever. The same body replays the first answer byte for
  byte, another body is refused.
- Nothing is acknowledged before its commit. A crash between any two statements leaves nothing half
  done.
- Spending takes the points that expire first. Points past their last day are never spendable,
  swept or not.
- Entries and operations are never changed or deleted. Verification replays a book from them and
  compares everything.

Never:

- It never reads a clock of its own in a decision.
- It never keeps money with points: `money` has books of its own.
- It never knows why a member redeems: it has no offers, coupons or bills.

Start here:

- `service`: the front. Operations go in, answers come out.
- `asks`: what can be asked of a book, and how it answers.
- `book`: a programme, its rules, calendar and rates.
- `decide`: how an operation is decided. Pure.
- `write`: how decisions are gathered, locked and stored.
- `finish`: what time or another book must end.
- `read`: balances, histories, totals.
- `audit`: verification, seals, exports.
- `money`: money between parties, one book for each currency.
- `database`: the engine and its transactions, and the clock that dates business.
- `silence`: how soon a silent connection is noticed.
- `heartbeats`: which processes of the service live.
- `outbox`: effects that must follow a commit.
- `backlog`: how much waits in it, by topic.
- `parked`: messages of the outbox that wait for a person.
- `idempotency`: one answer per key, for what is neither an operation nor a use of a coupon.
- `refusal`: the base of every business error.
- `faults`: what an error of the database means.
- `gather`: what waits is answered together.
- `turns`: who goes next where many want the same, parties in turn.
- `troubles`: trouble that lasts, said at its beginning and at its end.
- `tables`: the schema, and where a cluster keeps each table.
"""

from ledger.backlog import TopicBacklog, load_backlog
from ledger.database import (
    DURABLE_SETTINGS,
    DURABLE_VALUES,
    SERVICE_ROLE,
    Database,
    UnsafeLogin,
    allow_time,
    driver,
    engine_url,
    read_clock,
    require_plain_login,
    service_url,
)
from ledger.decide.wallet import (
    lane_of,
)
from ledger.faults import is_lost_database
from ledger.gather import PUT_OFF, Asking, Gatherer, PutOff
from ledger.parked import (
    Parked,
    find_parked,
    hasten_one,
    list_parked,
    park,
    replay_parked,
)
from ledger.refusal import (
    JSON,
    Refusal,
    StoredRefusal,
)
from ledger.service import (
    Ledger,
)
from ledger.tables import (
    ACTING,
    Placement,
)
from ledger.troubles import Troubles
from ledger.turns import (
    ACTING_FOR,
    NOBODY,
    LongWork,
    name_of_party,
)

__all__ = [
    "ACTING",
    "ACTING_FOR",
    "DURABLE_SETTINGS",
    "DURABLE_VALUES",
    "JSON",
    "NOBODY",
    "PUT_OFF",
    "SERVICE_ROLE",
    "Asking",
    "Database",
    "Gatherer",
    "Ledger",
    "LongWork",
    "Parked",
    "Placement",
    "PutOff",
    "Refusal",
    "StoredRefusal",
    "TopicBacklog",
    "Troubles",
    "UnsafeLogin",
    "allow_time",
    "driver",
    "engine_url",
    "find_parked",
    "hasten_one",
    "is_lost_database",
    "lane_of",
    "list_parked",
    "load_backlog",
    "name_of_party",
    "park",
    "read_clock",
    "replay_parked",
    "require_plain_login",
    "service_url",
]
