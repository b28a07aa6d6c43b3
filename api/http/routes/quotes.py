"""Quotes: what offers cost a member now, and why the member may not have one."""

from litestar import post
from litestar.params import JSONBody

from api.http.acting import ProgrammeInPath, brand_of, own_programme, require_import
from api.http.auth import BRAND, Call, context_of, require_tokens
from api.http.price_terms import words_answer
from api.http.schemas.quotes import QuoteAnswer, QuotesAnswer, QuotesBody
from exchange.redeem import OfferQuote, quote_offers

TAGS = ["prices"]


@post("/v1/programmes/{programme:str}/quotes", guards=[BRAND], status_code=200, tags=TAGS)
async def add_quotes(
    request: Call, code: ProgrammeInPath, data: JSONBody[QuotesBody]
) -> QuotesAnswer:
    """Quote up to 100 offers to a member, in order. Each `quote` freezes its price for 5 minutes.

    Nothing is stored, so no key is needed. A redemption that brings the `quote` pays its price, as
    long as the member meets the conditions of the price. No stock is promised, and whether the
    member can pay is not judged. Prices of another instant (`at`) are told, and not frozen.
    """
    require_import(request.user, data.at)
    await require_tokens(request, len(data.offer_ids))
    programme = await own_programme(request, code)
    brand = await brand_of(request, programme)
    context = context_of(request)
    async with context.database.transaction() as connection:
        found = await quote_offers(
            connection,
            programme,
            brand,
            data.member,
            data.offer_ids,
            quote_keys=context.quote_keys,
            at=data.at,
        )
    return {
        "member": found.member,
        "spendable": found.spendable,
        "quotes": [_render(each) for each in found.quotes],
    }


def _render(quote: OfferQuote) -> QuoteAnswer:
    price, refusal = quote.price, quote.refusal
    return {
        "offer_id": quote.offer_id,
        "points": None if price is None else price.points,
        "price_rule": None if price is None else price.price_id,
        "words": None if price is None else words_answer(price.words),
        "eligible": refusal is None,
        "why_not": None if refusal is None else refusal.code,
        "why": None if refusal is None else refusal.extra.get("why"),
        "stock": quote.stock.value,
        "quote": quote.token,
        "expires_at": quote.expires_at,
    }


ROUTES = [add_quotes]
