"""Events go from the outbox into the log of their party, get their number, and go on to endpoints.

One transaction takes messages, numbers them, writes them into the log, adds a delivery for each
endpoint that wants them, wakes who listens, and removes the messages. So an event is in the log
once, whenever a worker dies.

The numbers of a party have no gaps: they are counted in a row of the party, under its lock, and a
rollback gives them back. An advisory lock lets one worker do this at a time. Messages are taken in
the order in which they were written, and whoever writes one has seen what it depends on committed.
So what depends on something has the higher number.

An event that is not in the catalogue would be a fault of ours. It is parked for a person.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.catalogue import TYPES
from ledger import EVENT_TOPIC, NO_BOOK, Database, outbox, park, read_clock
from ledger.book import find_programme_by_book
from ledger.outbox import Message

RECORD_MAX = 1_000
"""The most events in one round."""
CHANNEL = "comity_events"
"""Where processes hear of new events. A notice has the number of the party, and nothing else."""

_log = structlog.get_logger("comity.events")

_TAKE_TURN = text("SELECT pg_try_advisory_xact_lock(hashtextextended('api.event', 0))")

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

# An event that names an endpoint, such as a ping, is for that one alone.
_FAN_OUT = text(
    """
    INSERT INTO api.delivery (endpoint_id, party_id, sequence, due_at)
    SELECT e.endpoint_id, t.party_id, t.sequence, :now
    FROM unnest(:parties, :sequences, :types, :targets) AS t(party_id, sequence, type, target)
    JOIN api.webhook_endpoint AS e ON e.party_id = t.party_id AND e.state = 'enabled'
    WHERE CASE WHEN t.target IS NOT NULL THEN e.endpoint_id = t.target
        ELSE cardinality(e.types) = 0 OR t.type = ANY(e.types) END
    ORDER BY e.endpoint_id, t.sequence
    RETURNING delivery_id
    """
).bindparams(
    bindparam("parties", type_=ARRAY(INTEGER)),
    bindparam("sequences", type_=ARRAY(BIGINT)),
    bindparam("types", type_=ARRAY(TEXT)),
    bindparam("targets", type_=ARRAY(BIGINT)),
)

_WAKE = text(
    "SELECT pg_notify(:channel, CAST(party_id AS text)) FROM unnest(:parties) AS party_id"
).bindparams(bindparam("parties", type_=ARRAY(INTEGER)))


async def record_events(database: Database, limit: int = RECORD_MAX) -> int:
    """Move events into the log. Returns how many messages were taken.

    None, if another worker is at it. Some eight round trips.
    """
    async with database.transaction() as connection:
        if not await connection.scalar(_TAKE_TURN):
            return 0
        messages = await outbox.claim(connection, [EVENT_TOPIC], limit)
        known = [each for each in messages if each.payload.get("name") in TYPES]
        for message in messages:
            if message not in known:
                _log.error("event_unknown", type=message.payload.get("name"))
                await park(connection, message, error="an event that is not in the catalogue")
        if known:
            await _record(connection, sorted(known, key=lambda each: each.outbox_id))
            await outbox.done(connection, known)
        return len(messages)


async def _record(connection: AsyncConnection, messages: Sequence[Message]) -> None:
    brands = await _brands(connection, messages)
    parties = [int(each.payload["party_id"] or brands[each.book_id].party_id) for each in messages]
    counts = Counter(parties)
    numbered = {"parties": list(counts), "counts": list(counts.values())}
    rows = await connection.execute(_NUMBER, numbered)
    following = {row.party_id: row.last_sequence - counts[row.party_id] + 1 for row in rows}
    sequences = []
    for party_id in parties:
        sequences.append(following[party_id])
        following[party_id] += 1
    now = await read_clock(connection)
    columns: dict[str, Any] = {
        "parties": parties,
        "sequences": sequences,
        "types": [each.payload["name"] for each in messages],
    }
    logged = {
        "times": [_time_of(each, now) for each in messages],
        "data": [_data_of(each, brands) for each in messages],
    }
    await connection.execute(_LOG, columns | logged)
    sent = {
        "targets": [each.payload.get("target") for each in messages],
        "now": now,
    }
    await connection.execute(_FAN_OUT, columns | sent)
    await connection.execute(_WAKE, {"channel": CHANNEL, "parties": sorted(counts)})


async def _brands(connection: AsyncConnection, messages: Sequence[Message]) -> dict[int, Any]:
    """The programmes of the books in which something happened. A statement for each."""
    books = sorted({each.book_id for each in messages} - {NO_BOOK})
    return {book_id: await find_programme_by_book(connection, book_id) for book_id in books}


def _time_of(message: Message, now: datetime) -> datetime:
    return message.created_at or now


def _data_of(message: Message, brands: dict[int, Any]) -> str:
    """The data of an event. What happened in a book names its programme."""
    data = dict(message.payload["data"])
    if message.book_id != NO_BOOK:
        data = {"programme": brands[message.book_id].code, **data}
    return orjson.dumps(data).decode()
