"""Offers: published by their supplier, seen by the brands that are not isolated from it."""

from typing import Any, cast

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import BRAND, CHANGES, SUPPLIER, Call, brand_of, context_of, own_programme
from api.http.batches import once_each, read_items
from api.http.idempotency import once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.market import (
    IsolationAnswer,
    OfferAnswer,
    OfferItem,
    OfferRequest,
    OffersAnswer,
    OffersRequest,
)
from catalog import Party
from catalog.offers import (
    Offer,
    OfferTerms,
    explain_isolation,
    find_visible_offer,
    list_own_offers,
    list_visible_offers,
    publish_offer,
    terms_by_name,
)
from ledger import JSON

TAGS = ["offers"]


def render(offer: Offer) -> OfferAnswer:
    """An offer as JSON."""
    answer = {
        "offer_id": offer.offer_id,
        "supplier": offer.supplier_code,
        "code": offer.code,
        **terms_by_name(offer),
        "version": offer.version,
    }
    return cast("OfferAnswer", answer)


async def _publish(
    connection: AsyncConnection, supplier: Party, data: OfferRequest
) -> dict[str, Any]:
    terms = OfferTerms(**terms_by_name(data))
    return dict(render(await publish_offer(connection, supplier, data.code, terms)))


@post("/v1/offers", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def add_offer(request: Call, data: JSONBody[OfferRequest]) -> Response[OfferAnswer]:
    """Publish an offer of the calling supplier."""

    async def act(connection: AsyncConnection) -> JSON:
        return await _publish(connection, request.user.party, data)

    return await once(request, context_of(request).database, act)


@post(
    "/v1/offers/batch", guards=[SUPPLIER], status_code=200, opt={"body": OffersRequest}, tags=TAGS
)
async def add_offers(request: Call, body: RawBody) -> Response[OffersAnswer]:
    """Publish up to 1,000 offers, each with its own key, answered in order."""

    async def act(connection: AsyncConnection, item: OfferItem) -> dict[str, JSON]:
        return await _publish(connection, request.user.party, item)

    return await once_each(
        request, context_of(request).database, read_items(body, "offers", OfferItem), act
    )


@get("/v1/offers", guards=[SUPPLIER], tags=TAGS)
async def own_offers(
    request: Call, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[OfferAnswer]:
    """The calling supplier's own offers."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_own_offers(
            connection, request.user.party, after=after(cursor), limit=limit
        )
    found: Page[OfferAnswer] = page(rows, limit, render, lambda row: row.offer_id)
    return found


@get("/v1/programmes/{programme:str}/offers", guards=[BRAND], tags=TAGS)
async def visible_offers(
    request: Call, programme: FromPath[str], cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[OfferAnswer]:
    """The offers the programme's members may see: never one of an isolated supplier."""
    brand = await brand_of(request, await own_programme(request, programme))
    async with context_of(request).database.transaction() as connection:
        rows = await list_visible_offers(connection, brand, after=after(cursor), limit=limit)
    found: Page[OfferAnswer] = page(rows, limit, render, lambda row: row.offer_id)
    return found


@get("/v1/programmes/{programme:str}/offers/{offer_id:int}", guards=[BRAND], tags=TAGS)
async def offer_by_id(
    request: Call, programme: FromPath[str], offer_id: FromPath[int]
) -> OfferAnswer:
    """One offer as the programme's brand sees it; an isolated one is refused with the rule that decided."""
    brand = await brand_of(request, await own_programme(request, programme))
    async with context_of(request).database.transaction() as connection:
        return render(await find_visible_offer(connection, brand, offer_id))


@get("/v1/programmes/{programme:str}/offers/{offer_id:int}/isolation", guards=[BRAND], tags=TAGS)
async def offer_isolation(
    request: Call, programme: FromPath[str], offer_id: FromPath[int]
) -> IsolationAnswer:
    """Whether an offer is isolated from the programme's brand, and why."""
    brand = await brand_of(request, await own_programme(request, programme))
    async with context_of(request).database.transaction() as connection:
        decision = await explain_isolation(connection, brand, offer_id)
    return {
        "offer_id": offer_id,
        "isolated": decision.isolated,
        "rule": decision.rule,
        "explanation": decision.explanation,
    }


ROUTES = [add_offer, add_offers, own_offers, visible_offers, offer_by_id, offer_isolation]
