"""How events are written into the log of their party: with their numbers, and with deliveries.

The numbers of a party have no gaps: they are counted in a row of the party, under its lock, and a
rollback gives them back. Whoever writes for several parties locks their rows in one order.

In the same transaction each endpoint that wants an event gets a delivery, and who listens is woken.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.catalogue import ASKED_FOR

CHANNEL = "comity_events"
"""Where processes hear of new events. A notice has the number of the party, and nothing else."""

_NUMBER = text(
    """
    INSERT INTO api.event_head AS head (party_id, last_sequence)
    SELECT party_id, counted FROM unnest(:parties, :counts) AS t(party_id, counted)
    ORDER BY party_id
    ON CONFLICT (party_id) DO UPDATE SET last_sequence = head.last_sequence + excluded.last_sequence
    RETURNING party_id, last_sequence
    """
).bindparams(bindparam("parties", type_=ARRAY(INTEGER)), bindparam("counts", type_=ARRAY(BIGINT)))

_LOG = text(
    """
    INSERT INTO api.event (party_id, sequence, type, happened_at, data)
    SELECT party_id, sequence, type, happened_at, CAST(data AS jsonb)
    FROM unnest(:parties, :sequences, :types, :times, :data)
        AS t(party_id, sequence, type, happened_at, data)
    ORDER BY party_id, sequence
    """
).bindparams(
    bindparam("parties", type_=ARRAY(INTEGER)),
    bindparam("sequences", type_=ARRAY(BIGINT)),
    bindparam("types", type_=ARRAY(TEXT)),
    bindparam("times", type_=ARRAY(TIMESTAMP(timezone=True))),
    bindparam("data", type_=ARRAY(TEXT)),
)

# An event that names an endpoint, such as a ping, is for that one alone. What is told only to those
# who ask for it is sent only to those that name it.
_FAN_OUT = text(
    """
    INSERT INTO api.delivery (endpoint_id, party_id, sequence, due_at)
    SELECT e.endpoint_id, t.party_id, t.sequence, :now
    FROM unnest(:parties, :sequences, :types, :targets) AS t(party_id, sequence, type, target)
    JOIN api.webhook_endpoint AS e ON e.party_id = t.party_id AND e.state = 'enabled'
    WHERE CASE WHEN t.target IS NOT NULL THEN e.endpoint_id = t.target
        ELSE t.type = ANY(e.types) OR cardinality(e.types) = 0 AND t.type <> ALL(:asked_for) END
    ORDER BY e.endpoint_id, t.sequence
    RETURNING delivery_id
    """
).bindparams(
    bindparam("parties", type_=ARRAY(INTEGER)),
    bindparam("sequences", type_=ARRAY(BIGINT)),
    bindparam("types", type_=ARRAY(TEXT)),
    bindparam("targets", type_=ARRAY(BIGINT)),
    bindparam("asked_for", type_=ARRAY(TEXT)),
)

_WAKE = text(
    "SELECT pg_notify(:channel, CAST(party_id AS text)) FROM unnest(:parties) AS party_id"
).bindparams(bindparam("parties", type_=ARRAY(INTEGER)))


@dataclass(frozen=True, slots=True)
class Told:
    """What one party is told: the type, when it happened, and the data as a JSON document.

    With a `target`, it is sent to that endpoint alone.
    """

    party_id: int
    type: str
    happened_at: datetime
    data: str
    target: int | None = None


async def write_events(connection: AsyncConnection, events: Sequence[Told], now: datetime) -> None:
    """Write events into the logs of their parties, in this order. Four round trips, or none."""
    if not events:
        return
    parties = [each.party_id for each in events]
    counts = Counter(parties)
    numbered = {"parties": list(counts), "counts": list(counts.values())}
    rows = await connection.execute(_NUMBER, numbered)
    following = {row.party_id: row.last_sequence - counts[row.party_id] + 1 for row in rows}
    sequences = []
    for party_id in parties:
        sequences.append(following[party_id])
        following[party_id] += 1
    columns: dict[str, Any] = {
        "parties": parties,
        "sequences": sequences,
        "types": [each.type for each in events],
    }
    logged = {
        "times": [each.happened_at for each in events],
        "data": [each.data for each in events],
    }
    await connection.execute(_LOG, columns | logged)
    sent = {
        "targets": [each.target for each in events],
        "asked_for": sorted(ASKED_FOR),
        "now": now,
    }
    await connection.execute(_FAN_OUT, columns | sent)
    await connection.execute(_WAKE, {"channel": CHANNEL, "parties": sorted(counts)})
