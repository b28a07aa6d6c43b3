"""The market of a programme: what its members can have, found by category, words and points."""

from dataclasses import replace
from typing import Annotated, Literal

from litestar import get
from litestar.params import FromPath, FromQuery, QueryParameter

from api.http.acting import ProgrammeInPath, brand_of, member_in_path, own_programme
from api.http.auth import BRAND, Call, context_of
from api.http.copying import Copier
from api.http.figure_answers import rate_answer
from api.http.paging import LIMIT_DEFAULT, Limit
from api.http.problems import invalid_at
from api.http.routes.coupon_lists import OfSupplier, supplier_number
from api.http.routes.offers import CategoryAsked, Query
from api.http.schemas.answers import Page
from api.http.schemas.market import MarketOfferAnswer
from api.http.schemas.offers import KindName
from api.http.schemas.types import MARKET_CURSOR_PATTERN
from catalog.market import (
    RANKS,
    CursorInvalid,
    Priced,
    WantedOffers,
    find_in_market,
    in_language,
    list_market,
)
from catalog.offers import Offer
from exchange.figures import Rate, load_ranks
from exchange.redeem import shopper_of
from ledger import read_clock
from ledger.asks import MEMBER_LENGTH_MAX

TAGS = ["offers"]

MarketCursor = Annotated[
    str | None,
    QueryParameter(
        name="cursor",
        pattern=MARKET_CURSOR_PATTERN,
        description="The `next_cursor` of the page before, in the same order.",
    ),
]
MemberAsked = Annotated[
    str | None, QueryParameter(name="member", min_length=1, max_length=MEMBER_LENGTH_MAX)
]
LanguageAsked = Annotated[Literal["zh", "en"] | None, QueryParameter(name="lang")]
IsAll = Annotated[bool, QueryParameter(name="all")]

_copy = Copier(
    MarketOfferAnswer, Offer, "supplier", "price", "price_rule", "eligible", "why_not", "use_rate"
)


def _render(
    priced: Priced, language: Literal["zh", "en"] | None, use_rate: Rate | None = None
) -> MarketOfferAnswer:
    # Why an offer was paused is between its supplier and the operator.
    offer = replace(in_language(priced.offer, language), paused_by=None, state_reason=None)
    return _copy(
        offer,
        supplier=offer.supplier_code,
        price=priced.price,
        price_rule=priced.price_id,
        eligible=priced.eligible,
        why_not=priced.why_not,
        use_rate=None if use_rate is None else rate_answer(use_rate),
    )


@get("/v1/programmes/{programme:str}/offers", guards=[BRAND], tags=TAGS)
async def visible_offers(
    request: Call,
    code: ProgrammeInPath,
    *,
    category: CategoryAsked = None,
    q: Query = None,
    kind: FromQuery[KindName | None] = None,
    member: MemberAsked = None,
    affordable: FromQuery[bool] = False,
    covers_expiring: FromQuery[bool] = False,
    is_all: IsAll = False,
    supplier: OfSupplier = None,
    sort: FromQuery[Literal["new", "price", "use_rate"] | None] = None,
    language: LanguageAsked = None,
    cursor: MarketCursor = None,
    limit: Limit = LIMIT_DEFAULT,
) -> Page[MarketOfferAnswer]:
    """The offers that members of the programme can have now, without isolated ones.

    With `all`, also those that the brand may procure. With `sort=use_rate`, those come first of
    which members use the largest share, by the lower bound of the interval.
    """
    if member is None and (affordable or covers_expiring):
        raise invalid_at("/member", "A member should be named, whose points are asked about")
    if is_all and (affordable or covers_expiring):
        raise invalid_at("/all", "What a member can pay should be asked of procured offers alone")
    if is_all and sort == "use_rate":
        raise invalid_at("/all", "How offers are used should be asked of procured offers alone")
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    wanted = WantedOffers(
        category=category,
        q=q,
        kind=kind,
        affordable=affordable,
        covers_expiring=covers_expiring,
        is_all=is_all,
        supplier_id=await supplier_number(request, supplier),
        sort=sort,
        cursor=cursor,
        limit=limit,
    )
    try:
        wanted.place()
    except CursorInvalid:
        message = "The cursor should be the next_cursor of an earlier page in the same order"
        raise invalid_at("/cursor", message) from None
    async with context_of(request).database.transaction() as connection:
        at = await read_clock(connection)
        shopper = await shopper_of(connection, programme, _member(member), at)
        rates = await load_ranks(connection, programme.book_id) if sort == "use_rate" else {}
        ranks = {
            each: round((rate.low or 0) * RANKS) for each, rate in rates.items() if rate.is_ranked
        }
        found, following = await list_market(
            connection, brand, programme.book_id, wanted, shopper, ranks
        )
    items = [_render(each, language, rates.get(each.offer.offer_id)) for each in found]
    return {"items": items, "next_cursor": following}


@get("/v1/programmes/{programme:str}/offers/{offer_id:int}", guards=[BRAND], tags=TAGS)
async def offer_by_id(
    request: Call,
    code: ProgrammeInPath,
    offer_id: FromPath[int],
    member: MemberAsked = None,
    language: LanguageAsked = None,
) -> MarketOfferAnswer:
    """One offer as the programme's brand sees it, with all of its terms.

    An isolated offer is answered like one that does not exist.
    """
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    async with context_of(request).database.transaction() as connection:
        at = await read_clock(connection)
        shopper = await shopper_of(connection, programme, _member(member), at)
        found = await find_in_market(connection, brand, programme.book_id, offer_id, shopper)
    return _render(found, language)


def _member(member: str | None) -> str | None:
    return None if member is None else member_in_path(member)


ROUTES = [visible_offers, offer_by_id]
