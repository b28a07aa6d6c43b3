"""Events: what parties are told of, written in the transaction in which it happens.

A use case writes an event into the outbox, under one topic for all. The process moves it from there
into the party's log and gives it its number. So no use case waits for the row that counts a party's
events: a busy party would do one thing at a time.

What an event is called and what its data hold is agreed with the parties. A member of the data may
be added, and none is renamed or removed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import orjson

from ledger.database import AnyConnection, fetch
from ledger.refusal import JSON

EVENT_TOPIC = "event"
NO_BOOK = 0
"""In place of a book's number, for what happened in no book."""


@dataclass(frozen=True, slots=True)
class Event:
    """What one party is told: the name of what happened, and the facts as that party may see them.

    It happened at the time of the transaction that tells it. Without a `party_id`, it is for the
    party whose book it happened in.
    """

    party_id: int | None
    name: str
    data: Mapping[str, JSON]


# Events are taken in the order in which they were written. The time of a transaction is that of its
# begin: who waited for another may have begun before it.
_TELL = f"""
    INSERT INTO ledger.outbox (book_id, topic, payload, available_at)
    SELECT $1, topic, item::jsonb,
        CASE topic WHEN '{EVENT_TOPIC}' THEN clock_timestamp() ELSE now() END
    FROM unnest($2::text[], $3::text[]) WITH ORDINALITY AS t(topic, item, position)
    ORDER BY position
"""


async def tell(
    connection: AnyConnection,
    book_id: int,
    events: Sequence[Event],
    *,
    topic: str = "",
    payloads: Sequence[Mapping[str, JSON]] = (),
) -> None:
    """Add events to the outbox, after the messages of another topic that go with them.

    One round trip for both, or none if there is nothing to tell.
    """
    if not events and not payloads:
        return
    told = [{"party_id": each.party_id, "name": each.name, "data": each.data} for each in events]
    topics = [topic] * len(payloads) + [EVENT_TOPIC] * len(told)
    items = [orjson.dumps(each).decode() for each in (*payloads, *told)]
    await fetch(connection, _TELL, book_id, topics, items)
