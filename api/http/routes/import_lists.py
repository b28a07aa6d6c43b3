"""Lists of imports."""

from litestar import get

from api.http.acting import PartyInQuery, party_acted_for
from api.http.auth import Call, context_of
from api.http.paging import LIMIT_DEFAULT, Limit, PlacedCursor, place_of, placed
from api.http.routes.imports import TAGS, render_import
from api.http.schemas.answers import Page
from api.http.schemas.imports import ImportAnswer
from catalog.imports import list_imports


@get("/v1/imports", tags=TAGS)
async def imports(
    request: Call,
    party: PartyInQuery = None,
    cursor: PlacedCursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[ImportAnswer]:
    """The party's imports, the latest first, without their rejected rows."""
    async with context_of(request).database.transaction() as connection:
        owner = await party_acted_for(request, connection, party)
        found = await list_imports(connection, owner.party_id, before=place_of(cursor), limit=limit)
    last = found[-1] if len(found) == limit else None
    following = None if last is None else placed(last.received_at, last.import_id)
    return {"items": [render_import(job, []) for job in found], "next_cursor": following}


ROUTES = [imports]
