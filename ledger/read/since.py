"""What was recorded in a stretch of the journal, record by record, for whoever tells others of it.

A lane's records are numbered without gaps under its lock, and the transaction that writes them
writes its head. So whoever goes on from a place in each lane up to its head misses no record,
whichever of two writers committed first.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.operation import OperationKind
from ledger.book.programme import Programme
from ledger.decide.wallet import LANE_BITS, LANE_MASK
from ledger.read.stretches import Stretch

# Row by row, by the primary keys: the planner is told so, whatever it believes of a young table.
_RECORDS = text(
    f"""
    SELECT o.kind, o.lane, o.lane || '-' || o.seq AS operation, o.key, a.member, o.points,
        o.spendable, o.occurred_at, o.recorded_at, o.last_day,
        (o.subject & {LANE_MASK}) || '-' || (o.subject >> {LANE_BITS}) AS subject,
        s.key AS subject_key, o.store, o.channel, o.staff, o.reference
    FROM unnest(:lane_numbers, :afters, :ends) AS stretch(lane, after, until)
    CROSS JOIN LATERAL (
        SELECT * FROM ledger.operation
        WHERE operation.book_id = :book_id AND operation.lane = stretch.lane
            AND operation.seq > stretch.after AND operation.seq <= stretch.until
        OFFSET 0
    ) o
    CROSS JOIN LATERAL (
        SELECT member FROM ledger.account
        WHERE account.book_id = :book_id AND account.account_id = o.account_id OFFSET 0
    ) a
    LEFT JOIN LATERAL (
        SELECT r.key FROM ledger.journal r
        WHERE r.book_id = :book_id AND r.lane = (o.subject & {LANE_MASK})::smallint
            AND r.seq = (o.subject >> {LANE_BITS})::integer AND r.part = 0
        OFFSET 0
    ) s ON true
    WHERE o.refusal IS NULL AND o.points <> 0 AND o.kind = ANY(:kinds)
    ORDER BY o.lane, o.seq
    """
).bindparams(
    *(bindparam(name, type_=ARRAY(INTEGER)) for name in ("lane_numbers", "afters", "ends")),
    bindparam("kinds", type_=ARRAY(INTEGER)),
)


@dataclass(frozen=True, slots=True)
class PointsRecord:
    """What was done to the points of a member.

    - `operation`: its place in the book. `balance`: what the member may spend after it.
    - `subject`: the record that it ends or reverses, and `subject_key` the key of that one.
    """

    kind: OperationKind
    lane: int
    operation: str
    key: str
    member: str
    points: int
    balance: int | None
    occurred_at: datetime
    recorded_at: datetime
    expires_on: date | None
    subject: str | None
    subject_key: str | None
    store: str | None
    channel: str | None
    staff: str | None
    reference: str | None


async def read_records(
    connection: AsyncConnection,
    programme: Programme,
    stretch: Stretch,
    kinds: Collection[OperationKind],
) -> list[PointsRecord]:
    """The records of these kinds in a stretch that moved points, by lane and in the order of it.

    One round trip.
    """
    lanes = sorted(stretch.until)
    bound = {
        "book_id": programme.book_id,
        "lane_numbers": lanes,
        "afters": [stretch.after.get(lane, 0) for lane in lanes],
        "ends": [stretch.until[lane] for lane in lanes],
        "kinds": [int(kind) for kind in kinds],
    }
    rows = await connection.execute(_RECORDS, bound)
    return [PointsRecord(OperationKind(kind), *facts) for kind, *facts in rows]
