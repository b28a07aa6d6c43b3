"""The log of what a party is told, and the stream of it."""

import weakref
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Annotated

from litestar import get, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from api.events.catalogue import TYPE_LENGTH_MAX, TYPES
from api.events.envelope import LoggedEvent
from api.events.points import AskedFor, ask_for, find_asked_for
from api.events.read import find_event, last_sequence, list_events
from api.http.acting import ProgrammeInPath, own_programme
from api.http.auth import BRAND, Call, bearer, context_of, visit_of
from api.http.deeds import changing, note_change
from api.http.front_door import WITHOUT_BODY
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.patience import PATIENCE
from api.http.schemas.answers import Page
from api.http.schemas.events import (
    AskedForAnswer,
    AskedForBody,
    EventAnswer,
    EventTypeAnswer,
)
from api.identity.sessions import UserIdentity
from api.process.context import Context
from catalog import BIGINT_MAX, Unauthenticated
from ledger import ACTING_FOR, name_of_party

TAGS = ["events"]
EVENT_STREAM = "text/event-stream"
HEARTBEAT = b": nothing new\n\n"
LAST_EVENT_ID = "Last-Event-ID"


def _render(event: LoggedEvent) -> EventAnswer:
    return {
        "id": event.id,
        "type": event.type,
        "timestamp": event.happened_at,
        "sequence": event.sequence,
        "data": event.data,
    }


@get("/v1/event-types", tags=TAGS)
async def event_types(request: Call) -> Page[EventTypeAnswer]:  # noqa: ARG001 - the caller is known
    """All types of events, each with an example."""
    return {
        "items": [
            {
                "type": name,
                "sentence": each.sentence,
                "told": list(each.told),
                "asked_for": each.asked_for,
                "example": dict(each.example),
            }
            for name, each in TYPES.items()
        ],
        "next_cursor": None,
    }


def _render_asked(programme: str, asked: AskedFor) -> AskedForAnswer:
    return {"programme": programme, "types": list(asked.types), "since": asked.since}


@get("/v1/programmes/{programme:str}/event-types", guards=[BRAND], tags=TAGS)
async def asked_event_types(request: Call, code: ProgrammeInPath) -> AskedForAnswer:
    """Which events are told of a programme's points. Without having asked for them, none are."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        return _render_asked(code, await find_asked_for(connection, programme))


@put("/v1/programmes/{programme:str}/event-types", guards=[BRAND], tags=TAGS)
async def put_asked_event_types(
    request: Call, code: ProgrammeInPath, data: JSONBody[AskedForBody]
) -> AskedForAnswer:
    """Have events of a programme's points told from now on: these types, and no others.

    There is one for each operation, so a large file makes many. They are in the log and on the
    stream of the programme's brand, and go to the webhook endpoints that name them.
    """
    programme = await own_programme(request, code)
    async with changing(request, context_of(request).database) as connection:
        asked = await ask_for(connection, programme, data.types)
        await note_change(request, connection, None)
    return _render_asked(code, asked)


@get("/v1/events", tags=TAGS)
async def events(
    request: Call,
    beyond: Annotated[
        int | None,
        QueryParameter(
            name="after",
            ge=0,
            le=BIGINT_MAX,
            description="Only events with higher numbers than this.",
        ),
    ] = None,
    of_type: Annotated[
        str | None,
        QueryParameter(
            name="type", max_length=TYPE_LENGTH_MAX, description="Only events of this type."
        ),
    ] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[EventAnswer]:
    """What your own party was told in the last thirty days, in the order of its numbers.

    The numbers have no gaps. Who has missed something asks for all after the last number it has.
    """
    async with context_of(request).database.transaction() as connection:
        rows = await list_events(
            connection,
            request.user.party.party_id,
            after=max(after(cursor), beyond or 0),
            limit=limit,
            of_type=of_type,
        )
    found: Page[EventAnswer] = page(rows, limit, _render, lambda row: row.sequence)
    return found


@get("/v1/events/{event_id:str}", tags=TAGS)
async def event_by_id(request: Call, event_id: FromPath[str]) -> EventAnswer:
    """One event of your own party."""
    async with context_of(request).database.transaction() as connection:
        return _render(await find_event(connection, request.user.party.party_id, event_id))


@get("/v1/events/stream", opt={"answers": (EVENT_STREAM,)}, tags=TAGS)
async def event_stream(
    request: Call,
    beyond: Annotated[
        int | None,
        QueryParameter(
            name="after",
            ge=0,
            le=BIGINT_MAX,
            description="Begin after the event with this number. By default, with what is new.",
        ),
    ] = None,
) -> Stream:
    """The events of your own party as they come, as server-sent events.

    Each has its id, its type and the same document as a webhook. After a break, a reader that sends
    the last id as `Last-Event-ID` gets what it has missed. A comment comes every 15 seconds if
    nothing else does. The stream ends when the service stops, or the API key does, and at any time
    if the reader is too slow: connect again.
    """
    if request.scope["state"].get(WITHOUT_BODY):
        return Stream((), media_type=EVENT_STREAM)
    context, party_id = context_of(request), request.user.party.party_id
    last_event_id = request.headers.get(LAST_EVENT_ID)
    async with context.database.transaction() as connection:
        if last_event_id is not None:
            start = (await find_event(connection, party_id, last_event_id)).sequence
        elif beyond is not None:
            start = beyond
        else:
            start = await last_sequence(connection, party_id)
    leave = context.live.enter(party_id)
    text = None if isinstance(request.user, UserIdentity) else bearer(request)
    pieces = _streamed(context, party_id, start, text, leave)
    # A reader that is gone already never asks for the first piece.
    weakref.finalize(pieces, leave)
    # A stream is no work: it holds no place, and has no time by which it must have ended.
    visit_of(request).end()
    request.scope["state"][PATIENCE].pause()
    return Stream(
        pieces,
        media_type=EVENT_STREAM,
        headers={"X-Accel-Buffering": "no"},
    )


async def _streamed(
    context: Context, party_id: int, start: int, key: str | None, leave: Callable[[], None]
) -> AsyncIterator[bytes]:
    ACTING_FOR.set(name_of_party(party_id))
    try:
        yield HEARTBEAT
        async for found in context.live.follow(party_id, start):
            # A key that was revoked, or is past its end, opens no more of a stream either.
            if not await _lets_in(context, key):
                return
            yield written(found)
    finally:
        leave()


async def _lets_in(context: Context, key: str | None) -> bool:
    if key is not None:
        try:
            await context.keys.caller(key)
        except Unauthenticated:
            return False
    return True


def written(found: Sequence[LoggedEvent]) -> bytes:
    """Events as a reader of server-sent events takes them. None: a comment."""
    return (
        b"".join(
            f"id: {event.id}\nevent: {event.type}\ndata: ".encode() + event.body() + b"\n\n"
            for event in found
        )
        or HEARTBEAT
    )


ROUTES = [
    event_types,
    asked_event_types,
    put_asked_event_types,
    events,
    event_stream,
    event_by_id,
]
