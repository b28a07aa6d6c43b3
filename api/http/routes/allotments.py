"""Allotments: the stock of other parties' offers that a brand procures for a programme.

What the supplier's terms do not allow waits for the supplier (`procurements`).
"""

from litestar import Response, get, post
from litestar.params import RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, brand_of, own_programme
from api.http.auth import BRAND, Call, context_of, require_tokens
from api.http.batches import answer_each_once, read_items
from api.http.copying import Copier
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.routes.market import LanguageAsked
from api.http.routes.procurements import render_procurement
from api.http.schemas.allotments import (
    AllotmentAnswer,
    AllotmentItem,
    AllotmentsAnswer,
    AllotmentsBody,
    BatchAnswer,
    GrantAnswer,
)
from api.http.schemas.answers import Page
from catalog.offers import load_names
from catalog.procurement import Allotment, Batch, Grant, Wanted, list_allotments, procure
from ledger import JSON

TAGS = ["allotments"]


_render_grant = Copier(GrantAnswer, Grant)
_render_batch = Copier(BatchAnswer, Batch)
_render_allotment = Copier(AllotmentAnswer, Allotment, "batches", "name")


def _render(held: Allotment, name: str) -> AllotmentAnswer:
    return _render_allotment(
        held, name=name, batches=[_render_batch(batch) for batch in held.batches]
    )


@post(
    "/v1/programmes/{programme:str}/allotments",
    guards=[BRAND],
    status_code=200,
    opt={"body": AllotmentsBody},
    tags=TAGS,
)
async def add_allotments(
    request: Call, code: ProgrammeInPath, body: RawBody
) -> Response[AllotmentsAnswer]:
    """Procure up to 1,000 quantities of offers, each with its own key, answered in order.

    What a supplier's terms allow is granted at once (`accepted`). Anything else becomes a request
    that waits for the supplier's yes (`waiting`). A grant adds a batch, which keeps the price and
    the window it was granted with. Earlier batches stay as they are.
    """
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)

    async def act(connection: AsyncConnection, item: AllotmentItem) -> dict[str, JSON]:
        wanted = Wanted(
            offer_id=item.offer_id,
            quantity=item.quantity,
            points=item.points,
            unit_cost_minor=item.unit_cost_minor,
            currency=item.currency,
            window_from=item.window_from,
            window_until=item.window_until,
        )
        asked, grant = await procure(connection, programme.book_id, brand, wanted)
        if grant is None:
            return {"status": "waiting", **render_procurement(asked)}
        return {"procurement_id": asked.procurement_id, **_render_grant(grant)}

    reads = read_items(body, "allotments", AllotmentItem)
    await require_tokens(request, len(reads))
    context = context_of(request)
    answer = await answer_each_once(
        request, context.database, reads, act, book_id=programme.book_id
    )
    await context.sold_out.forget(
        programme.book_id, {each.item.offer_id for each in reads if each.item is not None}
    )
    return answer


@get("/v1/programmes/{programme:str}/allotments", guards=[BRAND], tags=TAGS)
async def allotments(
    request: Call,
    code: ProgrammeInPath,
    language: LanguageAsked = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[AllotmentAnswer]:
    """What the programme has procured, and what is left of it.

    Offers that are sold no longer are among them, by their names.
    """
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        rows = await list_allotments(
            connection, programme.book_id, after=after(cursor), limit=limit
        )
        names = await load_names(connection, [row.offer_id for row in rows], language)
    found: Page[AllotmentAnswer] = page(
        rows, limit, lambda row: _render(row, names[row.offer_id]), lambda row: row.offer_id
    )
    return found


ROUTES = [add_allotments, allotments]
