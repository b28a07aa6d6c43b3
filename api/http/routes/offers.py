"""Offers: published by a supplier, and visible to brands that are not isolated from it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, brand_of, is_operator, own_programme
from api.http.auth import BRAND, CHANGES, SUPPLIER, Call, context_of, require_tokens
from api.http.batches import answer_each_once, read_items
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page
from api.http.schemas.offers import (
    IsolationAnswer,
    OfferAnswer,
    OfferBody,
    OfferItem,
    OffersAnswer,
    OffersBody,
    plain,
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


_copy = Copier(OfferAnswer, Offer, "supplier")


def render(offer: Offer) -> OfferAnswer:
    """An offer as JSON."""
    return _copy(offer, supplier=offer.supplier_code)


async def _publish(connection: AsyncConnection, supplier: Party, data: OfferBody) -> dict[str, Any]:
    terms = OfferTerms(**{name: plain(value) for name, value in terms_by_name(data).items()})
    return dict(render(await publish_offer(connection, supplier, data.code, terms)))


@post("/v1/offers", guards=[SUPPLIER], opt=CHANGES, tags=TAGS)
async def add_offer(request: Call, data: JSONBody[OfferBody]) -> Response[OfferAnswer]:
    """Publish an offer of the calling supplier."""

    async def act(connection: AsyncConnection) -> JSON:
        return await _publish(connection, request.user.party, data)

    return await answer_once(request, context_of(request).database, act)


@post("/v1/offers/batch", guards=[SUPPLIER], status_code=200, opt={"body": OffersBody}, tags=TAGS)
async def add_offers(request: Call, body: RawBody) -> Response[OffersAnswer]:
    """Publish up to 1,000 offers, each with its own key, answered in order."""

    async def act(connection: AsyncConnection, item: OfferItem) -> dict[str, JSON]:
        return await _publish(connection, request.user.party, item)

    reads = read_items(body, "offers", OfferItem)
    await require_tokens(request, len(reads))
    return await answer_each_once(request, context_of(request).database, reads, act)


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
    request: Call, code: ProgrammeInPath, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[OfferAnswer]:
    """The offers that members of the programme may see, without those of isolated suppliers."""
    brand = await brand_of(request, await own_programme(request, code))
    async with context_of(request).database.transaction() as connection:
        rows = await list_visible_offers(connection, brand, after=after(cursor), limit=limit)
    found: Page[OfferAnswer] = page(rows, limit, render, lambda row: row.offer_id)
    return found


@get("/v1/programmes/{programme:str}/offers/{offer_id:int}", guards=[BRAND], tags=TAGS)
async def offer_by_id(request: Call, code: ProgrammeInPath, offer_id: FromPath[int]) -> OfferAnswer:
    """One offer as the programme's brand sees it.

    An isolated offer is answered like one that does not exist.
    """
    brand = await brand_of(request, await own_programme(request, code))
    async with context_of(request).database.transaction() as connection:
        return render(await find_visible_offer(connection, brand, offer_id))


@get("/v1/programmes/{programme:str}/offers/{offer_id:int}/isolation", guards=[BRAND], tags=TAGS)
async def offer_isolation(
    request: Call, code: ProgrammeInPath, offer_id: FromPath[int]
) -> IsolationAnswer:
    """Whether an offer is isolated from the programme's brand, and why.

    Only the operator hears of an isolated one. To a brand it does not exist.
    """
    brand = await brand_of(request, await own_programme(request, code))
    async with context_of(request).database.transaction() as connection:
        decision = await explain_isolation(
            connection, brand, offer_id, to_buyer=not is_operator(request.user)
        )
    return {
        "offer_id": offer_id,
        "isolated": decision.isolated,
        "rule": decision.rule,
        "explanation": decision.explanation,
    }


ROUTES = [add_offer, add_offers, own_offers, visible_offers, offer_by_id, offer_isolation]
