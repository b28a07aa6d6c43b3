"""The log of a party's events, a page at a time. No party sees another's."""

from collections.abc import Sequence
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from api.events.envelope import LoggedEvent, uuid_of
from ledger import Refusal

_COLUMNS = "party_id, sequence, event_id, type, happened_at, data"

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM api.event
    WHERE party_id = :party_id AND sequence > :after
        AND (CAST(:type AS text) IS NULL OR type = :type)
    ORDER BY sequence LIMIT :limit
    """
)

_FIND = text(
    f"""
    SELECT {_COLUMNS} FROM api.event WHERE party_id = :party_id AND event_id = :event_id
    """
)

_LAST = text("SELECT last_sequence FROM api.event_head WHERE party_id = :party_id")


class EventNotFound(Refusal):
    """The party has no such event, or no longer."""

    code: ClassVar[str] = "event-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such event."


async def list_events(
    connection: AsyncConnection,
    party_id: int,
    *,
    after: int = 0,
    limit: int,
    of_type: str | None = None,
) -> Sequence[LoggedEvent]:
    """The events of a party with higher numbers, in order. One round trip."""
    page = {"party_id": party_id, "after": after, "limit": limit, "type": of_type}
    return [LoggedEvent(*row) for row in await connection.execute(_LIST, page)]


async def find_event(connection: AsyncConnection, party_id: int, event_id: str) -> LoggedEvent:
    """One event by its name. One round trip.

    Raises:
        EventNotFound: the party has none of this name, or no longer.
    """
    number = uuid_of(event_id)
    if number is not None:
        wanted = {"party_id": party_id, "event_id": number}
        row = (await connection.execute(_FIND, wanted)).one_or_none()
        if row is not None:
            return LoggedEvent(*row)
    raise EventNotFound("there is no such event")


async def last_sequence(connection: AsyncConnection, party_id: int) -> int:
    """The number of a party's latest event. 0 if there was none. One round trip."""
    found: int | None = await connection.scalar(_LAST, {"party_id": party_id})
    return found or 0
