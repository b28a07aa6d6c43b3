"""Events go from the outbox into the log of their party, get their number, and go on to endpoints.

One transaction takes messages, writes them into the log (`log`), and removes the messages. So an
event is in the log once, whenever a worker dies.

An advisory lock lets one worker do this at a time. Messages are taken in the order in which they
were written, and whoever writes one has seen what it depends on committed. So what depends on
something has the higher number.

An event that is not in the catalogue would be a fault of ours. It is parked for a person.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.catalogue import TYPES
from api.events.log import Told, write_events
from ledger import EVENT_TOPIC, NO_BOOK, Database, outbox, park, read_clock
from ledger.book import Programme, find_programme_by_book
from ledger.outbox import Message

RECORD_MAX = 1_000
"""The most events in one round."""

_log = structlog.get_logger("comity.events")

_TAKE_TURN = text("SELECT pg_try_advisory_xact_lock(hashtextextended('api.event', 0))")


async def record_events(database: Database, limit: int = RECORD_MAX) -> int:
    """Move events into the log. Returns how many messages were taken.

    None, if another worker is at it. Some eight round trips.
    """
    async with database.transaction() as connection:
        if not await connection.scalar(_TAKE_TURN):
            return 0
        messages = await outbox.claim(connection, [EVENT_TOPIC], limit)
        known = []
        for message in messages:
            if message.payload.get("name") in TYPES:
                known.append(message)
                continue
            _log.error("event_unknown", type=message.payload.get("name"))
            await park(connection, message, error="an event that is not in the catalogue")
        if known:
            await _record(connection, sorted(known, key=lambda each: each.outbox_id))
            await outbox.done(connection, known)
        return len(messages)


async def _record(connection: AsyncConnection, messages: Sequence[Message]) -> None:
    brands = await _brands(connection, messages)
    now = await read_clock(connection)
    told = [_told(each, brands, now) for each in messages]
    await write_events(connection, told, now)


async def _brands(connection: AsyncConnection, messages: Sequence[Message]) -> dict[int, Programme]:
    """The programmes of the books in which something happened. A statement for each."""
    books = sorted({each.book_id for each in messages} - {NO_BOOK})
    return {book_id: await find_programme_by_book(connection, book_id) for book_id in books}


def _told(message: Message, brands: Mapping[int, Programme], now: datetime) -> Told:
    """What a message tells. What happened in a book names its programme."""
    payload: Any = message.payload
    data = dict(payload["data"])
    party_id = payload["party_id"]
    if message.book_id != NO_BOOK:
        brand = brands[message.book_id]
        data = {"programme": brand.code, **data}
        party_id = party_id or brand.party_id
    document = orjson.dumps(data).decode()
    happened_at = message.created_at or now
    return Told(int(party_id), payload["name"], happened_at, document, payload.get("target"))
