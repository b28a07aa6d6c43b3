"""How patient the exchange is with a supplier, as its endpoint says. What it leaves out is default.

The bounds keep what the exchange promises. A request ends before the lease of its order does, and
"no such order" proves nothing while a request may still be under way.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

TIMEOUT_MILLISECONDS_MIN = 100
TIMEOUT_MILLISECONDS_MAX = 25_000
CONCURRENCY_MAX = 200
RATE_PER_SECOND_MAX = 1_000
DEADLINE_SECONDS_MIN = 60
DEADLINE_SECONDS_MAX = 604_800
DEADLINE_SECONDS = 86_400
"""After a day an order that never reached its supplier fails, and the points return."""
ABSENT_PROVES_SECONDS_MIN = 360
ABSENT_PROVES_SECONDS_MAX = 86_400
FIRST_QUERY_SECONDS_MAX = 3_600
WAITING_MAX = 1_000
"""With so many orders that wait to be sent, a supplier gets no more."""
WAITING_LIMIT_MAX = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryTerms:
    """What an endpoint says of how its supplier is met. None: as the service meets all.

    - `timeout_ms`: how long a request may take.
    - `concurrency_max`: requests at a time, in each process.
    - `rate_per_second`: requests in a second, in each process.
    - `deadline_seconds`: after this, an order is not sent any more.
    - `absent_proves_after_seconds`: after this, "no such order" proves that none will come.
    - `first_query_after_seconds`: not before this is an order asked about.
    - `waiting_max`: with so many orders that wait to be sent, no right is sold.
    """

    timeout_ms: int | None = None
    concurrency_max: int | None = None
    rate_per_second: int | None = None
    deadline_seconds: int | None = None
    absent_proves_after_seconds: int | None = None
    first_query_after_seconds: int | None = None
    waiting_max: int | None = None


TERM_NAMES = tuple(field.name for field in fields(DeliveryTerms))
DEFAULT_TERMS = DeliveryTerms()

_LOAD = text(
    f"SELECT party_id, {', '.join(TERM_NAMES)} FROM catalog.endpoint WHERE party_id = ANY(:parties)"
).bindparams(bindparam("parties", type_=ARRAY(INTEGER)))


async def load_delivery_terms(
    connection: AsyncConnection, supplier_ids: Collection[int]
) -> dict[int, DeliveryTerms]:
    """The terms of these suppliers, by party id. One round trip, or none for nobody.

    One without an endpoint has the default terms.
    """
    if not supplier_ids:
        return {}
    rows = await connection.execute(_LOAD, {"parties": sorted(supplier_ids)})
    said = {
        row.party_id: DeliveryTerms(**dict(zip(TERM_NAMES, row[1:], strict=True))) for row in rows
    }
    return {supplier_id: said.get(supplier_id, DEFAULT_TERMS) for supplier_id in supplier_ids}
