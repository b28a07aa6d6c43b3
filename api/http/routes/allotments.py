"""Allotments: what a brand has procured of the offers of others, for one of its programmes."""

from litestar import Response, get, post
from litestar.params import FromPath, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import BRAND, Call, brand_of, context_of, own_programme
from api.http.batches import once_each, read_items
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.market import (
    AllotmentAnswer,
    AllotmentItem,
    AllotmentsAnswer,
    AllotmentsRequest,
)
from catalog.procurement import Allotment, grant_allotment, list_allotments
from ledger import JSON

TAGS = ["allotments"]


def _render(allotment: Allotment) -> AllotmentAnswer:
    return {
        "offer_id": allotment.offer_id,
        "granted": allotment.granted,
        "remaining": allotment.remaining,
        "points": allotment.points,
        "window_from": allotment.window_from,
        "window_until": allotment.window_until,
    }


@post(
    "/v1/programmes/{programme:str}/allotments",
    guards=[BRAND],
    status_code=200,
    opt={"body": AllotmentsRequest},
    tags=TAGS,
)
async def add_allotments(
    request: Call, programme: FromPath[str], body: RawBody
) -> Response[AllotmentsAnswer]:
    """Procure up to 1,000 quantities of offers, each with its own key, answered in order.

    The newest grant of an offer adds to what is there, and its price and window hold for all of it.
    """
    book = await own_programme(request, programme)
    brand = await brand_of(request, book)

    async def act(connection: AsyncConnection, item: AllotmentItem) -> dict[str, JSON]:
        allotment = await grant_allotment(
            connection,
            book.book_id,
            brand,
            item.offer_id,
            quantity=item.quantity,
            points=item.points,
            window_from=item.window_from,
            window_until=item.window_until,
        )
        return dict(_render(allotment))

    reads = read_items(body, "allotments", AllotmentItem)
    return await once_each(
        request, context_of(request).database, reads, act, book_of=lambda _: book.book_id
    )


@get("/v1/programmes/{programme:str}/allotments", guards=[BRAND], tags=TAGS)
async def allotments(
    request: Call, programme: FromPath[str], cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[AllotmentAnswer]:
    """What the programme has procured, and what is left of it."""
    book = await own_programme(request, programme)
    async with context_of(request).database.transaction() as connection:
        rows = await list_allotments(connection, book.book_id, after=after(cursor), limit=limit)
    found: Page[AllotmentAnswer] = page(rows, limit, _render, lambda row: row.offer_id)
    return found


ROUTES = [add_allotments, allotments]
