"""The audit log: who did what to what.

Points have no entries of their own. The journal names who asked for each record, and is read for
the objects `member:…` and `operation:…`, and for an actor's records of one programme.
"""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator, own_programme
from api.http.auth import SLOW, Call, context_of
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after
from api.http.problems import invalid_at
from api.http.schemas.answers import Page
from api.http.schemas.audit_log import AuditEntryAnswer
from api.http.schemas.types import SLUG_PATTERN
from catalog import (
    CODE_LENGTH_MAX,
    INTEGER_MAX,
    OBJECT_LENGTH_MAX,
    AuditEntry,
    ObjectName,
    PartyNotFound,
    find_actor_id,
    find_party,
    list_audit_entries,
    load_actor_names,
    read_actor,
    read_object,
)
from ledger import read
from ledger.book import Programme

TAGS = ["audit"]
ACTION_LENGTH_MAX = 100
OF_POINTS = ("member", "operation")
"""The kinds of objects that the journal tells of."""

ActorFilter = Annotated[
    str | None, QueryParameter(max_length=100, description="Only what this actor did: key:12.")
]
ObjectFilter = Annotated[
    str | None,
    QueryParameter(
        max_length=OBJECT_LENGTH_MAX, description="Only what was done to this: offer:7."
    ),
]
PartyFilter = Annotated[
    str | None,
    QueryParameter(
        name="party",
        max_length=CODE_LENGTH_MAX,
        pattern=SLUG_PATTERN,
        description="Only what was done for this party.",
    ),
]
ActionFilter = Annotated[
    str | None,
    QueryParameter(
        name="action",
        max_length=ACTION_LENGTH_MAX,
        description="Only this action: the id of an operation of this interface, or a command.",
    ),
]
ProgrammeFilter = Annotated[
    str | None,
    QueryParameter(max_length=64, description="Look into the journal of this programme."),
]


def _render(entry: AuditEntry) -> AuditEntryAnswer:
    return {
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "party": entry.party,
        "action": entry.action,
        "object": entry.object,
        "key": entry.key,
        "request_id": entry.request_id,
    }


@get("/v1/audit-log", opt=SLOW, tags=TAGS)
async def audit_log(  # noqa: PLR0917 - the parameters of the address
    request: Call,
    actor: ActorFilter = None,
    object: ObjectFilter = None,  # noqa: A002 - the query's word
    party: PartyFilter = None,
    action: ActionFilter = None,
    programme: ProgrammeFilter = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[AuditEntryAnswer]:
    """Who did what, the latest first: what your own party did, or all for the operator.

    With `programme`, the journal of its points is read: for `object=member:…`, for
    `object=operation:…`, or for an `actor`, whose records come in the order of the journal.
    """
    of = None if object is None else read_object(object)
    if programme is not None:
        found = await own_programme(request, programme)
        async with context_of(request).database.transaction() as connection:
            return await _of_points(connection, found, of, actor, cursor, limit)
    if of is not None and of.kind in OF_POINTS:
        raise invalid_at("/programme", f"Name the programme of the {of.kind}")
    async with context_of(request).database.transaction() as connection:
        entries = await list_audit_entries(
            connection,
            party_id=await _party_id(request, connection, party),
            actor=None if actor is None else read_actor(actor),
            of=of,
            action=action,
            before=after(cursor) or None,
            limit=limit,
        )
    full = len(entries) == limit
    return {
        "items": [_render(entry) for entry in entries],
        "next_cursor": str(entries[-1].entry_id) if full else None,
    }


async def _party_id(request: Call, connection: AsyncConnection, party: str | None) -> int | None:
    """The party whose entries are listed: the caller's own, or any and all for the operator.

    Raises:
        PartyNotFound: the caller may not know of it, or there is none.
    """
    own = request.user.party
    if not is_operator(request.user):
        if party not in {None, own.code}:
            raise PartyNotFound(f"there is no party {party}")
        return own.party_id
    return None if party is None else (await find_party(connection, party)).party_id


async def _of_points(  # noqa: PLR0917 - the parameters of the address
    connection: AsyncConnection,
    programme: Programme,
    of: ObjectName | None,
    actor: str | None,
    cursor: str | None,
    limit: int,
) -> Page[AuditEntryAnswer]:
    wanted = None if actor is None else read_actor(actor)
    following: int | None = None
    deeds: list[read.PointsDeed] = []
    if of is not None and of.kind == "member":
        before = after(cursor, INTEGER_MAX) or None
        lines, following = await read.history(
            connection,
            programme,
            of.name,
            before=before,
            limit=min(limit, read.PAGE_LINES_MAX),
        )
        deeds = [
            read.PointsDeed(line.recorded_at, line.recorded_by, line.kind, of.name, line.key)
            for line in lines
        ]
    elif of is not None and of.kind == "operation":
        stored = await read.operation(connection, programme, of.name)
        deeds = [
            read.PointsDeed(
                stored.recorded_at, stored.recorded_by, stored.kind, stored.member, stored.key
            )
        ]
    elif of is None and wanted is not None:
        actor_id = await find_actor_id(connection, wanted)
        if actor_id is not None:
            deeds, following = await read.deeds_of(
                connection, programme, actor_id, place=after(cursor), limit=limit
            )
    else:
        raise invalid_at("/programme", "Name an actor, a member or an operation of the programme")
    names = await load_actor_names(connection, [each.recorded_by for each in deeds])
    items: list[AuditEntryAnswer] = [
        {
            "recorded_at": each.recorded_at,
            "actor": names.get(each.recorded_by or 0),
            "party": None,
            "action": each.kind,
            "object": f"operation:{each.key}" if each.member is None else f"member:{each.member}",
            "key": each.key,
            "request_id": None,
        }
        for each in deeds
    ]
    if wanted is not None:
        items = [each for each in items if each["actor"] == str(wanted)]
    return {"items": items, "next_cursor": None if following is None else str(following)}


ROUTES = [audit_log]
