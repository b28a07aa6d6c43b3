"""Offers: published by a supplier, and visible to brands that are not isolated from it."""

from typing import Annotated, Any, cast

from litestar import Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, brand_of, is_operator, own_programme
from api.http.auth import (
    BRAND,
    CHANGES,
    SUPPLIER,
    SUPPLIER_OR_OPERATOR,
    Call,
    context_of,
    require_tokens,
)
from api.http.batches import answer_each_once, read_items
from api.http.copying import Copier
from api.http.idempotency import answer_once
from api.http.paging import LIMIT_DEFAULT, Cursor, Limit, after, page
from api.http.schemas.answers import Page, WordsAnswer
from api.http.schemas.isolation import ConsideredAnswer, IsolationAnswer
from api.http.schemas.offer_states import StateName
from api.http.schemas.offers import (
    OfferAnswer,
    OfferBody,
    OfferItem,
    OffersAnswer,
    OffersBody,
    VersionBody,
    plain,
)
from api.http.schemas.types import CATEGORY_PATTERN
from api.http.times import JudgedAt, instant_of
from catalog import CATEGORY_LENGTH_MAX, Party
from catalog.offers import (
    QUERY_LENGTH_MAX,
    Offer,
    OfferState,
    OfferTerms,
    explain_isolation,
    find_own_offer,
    list_own_offers,
    list_versions,
    publish_offer,
    terms_by_name,
)
from ledger import JSON

TAGS = ["offers"]

StateAsked = Annotated[StateName | None, QueryParameter(name="state")]
CategoryAsked = Annotated[
    str | None,
    QueryParameter(pattern=CATEGORY_PATTERN, max_length=CATEGORY_LENGTH_MAX),
]
Query = Annotated[str | None, QueryParameter(min_length=1, max_length=QUERY_LENGTH_MAX)]

_copy = Copier(OfferAnswer, Offer, "supplier")


def render(offer: Offer) -> OfferAnswer:
    """An offer as its supplier and the operator read it."""
    return _copy(offer, supplier=offer.supplier_code)


def terms_of(data: VersionBody) -> OfferTerms:
    """The terms that a body states."""
    return OfferTerms(**{name: plain(value) for name, value in terms_by_name(data).items()})


def _whose(request: Call) -> Party | None:
    """Whose offers the caller reads. None: an operator that supplies nothing reads all."""
    party = request.user.party
    return party if "supplier" in party.roles else None


async def _publish(connection: AsyncConnection, supplier: Party, data: OfferBody) -> dict[str, Any]:
    published = await publish_offer(
        connection, supplier, data.code, terms_of(data), is_draft=data.state == "DRAFT"
    )
    return dict(render(published))


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


@get("/v1/offers", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def own_offers(
    request: Call,
    *,
    wanted: StateAsked = None,
    category: CategoryAsked = None,
    q: Query = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[OfferAnswer]:
    """The calling supplier's own offers. An operator that supplies nothing sees everybody's."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_own_offers(
            connection,
            _whose(request),
            after=after(cursor),
            limit=limit,
            state=None if wanted is None else OfferState(wanted),
            category=category,
            q=q,
        )
    found: Page[OfferAnswer] = page(rows, limit, render, lambda row: row.offer_id)
    return found


@get("/v1/offers/{offer_id:int}", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def own_offer(request: Call, offer_id: FromPath[int]) -> OfferAnswer:
    """One of the calling supplier's own offers, in its latest version."""
    async with context_of(request).database.transaction() as connection:
        return render(await find_own_offer(connection, _whose(request), offer_id))


@get("/v1/offers/{offer_id:int}/versions", guards=[SUPPLIER_OR_OPERATOR], tags=TAGS)
async def offer_versions(
    request: Call, offer_id: FromPath[int], cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> Page[OfferAnswer]:
    """The versions of an own offer, the newest first, each with when it is sold."""
    async with context_of(request).database.transaction() as connection:
        rows = await list_versions(
            connection, _whose(request), offer_id, before=after(cursor) or None, limit=limit
        )
    found: Page[OfferAnswer] = page(rows, limit, render, lambda row: row.version)
    return found


@get("/v1/programmes/{programme:str}/offers/{offer_id:int}/isolation", guards=[BRAND], tags=TAGS)
async def offer_isolation(
    request: Call, code: ProgrammeInPath, offer_id: FromPath[int], as_of: JudgedAt = None
) -> IsolationAnswer:
    """Whether an offer is isolated from the programme's brand, and why, now or at an instant.

    Only the operator hears of an isolated one. To a brand it does not exist.
    """
    brand = await brand_of(request, await own_programme(request, code))
    instant = instant_of(as_of)
    async with context_of(request).database.transaction() as connection:
        decision = await explain_isolation(
            connection, brand, offer_id, to_buyer=not is_operator(request.user), as_of=instant
        )
    considered = [
        ConsideredAnswer(
            rule_id=each.rule_id,
            rule=each.rule,
            facet=each.facet,
            applies=each.applies,
            nearness=list(each.nearness),
        )
        for each in decision.considered
    ]
    return {
        "offer_id": offer_id,
        "isolated": decision.isolated,
        "rule": decision.rule,
        "explanation": decision.explanation,
        "as_of": instant,
        "layer": decision.layer,
        "facet": decision.facet,
        "rule_id": decision.rule_id,
        "words": cast("WordsAnswer", decision.words),
        # An open offer is explained to its brand, too. What the operator and others have stated is
        # not for it to know.
        "considered": considered if is_operator(request.user) else [],
        "rules_version": decision.rules_version,
    }


ROUTES = [add_offer, add_offers, own_offers, own_offer, offer_versions, offer_isolation]
