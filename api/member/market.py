"""What a member can have, and redeeming it."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.http.auth import PAGE, Call
from api.member.visit import CHANNEL, Visit, coupon_path, enter, enter_form
from api.member.words import OTHER_WHY, WHY_NOT
from api.pages.ask import Answer
from api.pages.forms import Form
from api.pages.render import see_other

MARKET_OFFERS = 20


@get("/m/market", opt=PAGE, include_in_schema=False)
async def market(request: Call) -> Response[bytes]:
    """The offers of the market, by category and words."""
    visit = await enter(request)
    asked = request.query_params
    offers = await visit.get(
        "/offers",
        {
            "member": visit.member,
            "lang": visit.language,
            "category": asked.get("category"),
            "q": (asked.get("q") or "")[:100],
            "cursor": asked.get("cursor"),
            "limit": MARKET_OFFERS,
        },
    )
    return visit.page(
        "member/market.html",
        tab="market",
        offers=offers.items,
        next_cursor=offers.next_cursor,
        category=asked.get("category", ""),
        words=asked.get("q", ""),
        problem=offers.problem,
        why_not=WHY_NOT,
        other_why=OTHER_WHY,
    )


async def _offer_page(
    visit: Visit, offer_id: int, *, form: Form | None = None, refused: Answer | None = None
) -> Response[bytes]:
    offer = await visit.need(
        "/offers/{offer}", {"member": visit.member, "lang": visit.language}, offer=offer_id
    )
    answer = await visit.act("/quotes", {"member": visit.member, "offer_ids": [offer_id]})
    quote = answer.json["quotes"][0] if answer.is_good else None
    spendable = answer.json["spendable"] if answer.is_good else 0
    return visit.page(
        "member/offer.html",
        tab="market",
        status=answer.status if refused is None else refused.status,
        form=form,
        problem=(refused or answer).problem,
        offer=offer,
        quote=quote,
        spendable=spendable,
        why_not=WHY_NOT,
        other_why=OTHER_WHY,
    )


@get("/m/offers/{offer_id:int}", opt=PAGE, include_in_schema=False)
async def offer(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """One offer: what it is, what it costs this member, and the button."""
    return await _offer_page(await enter(request), offer_id)


@post("/m/offers/{offer_id:int}/redeem", opt=PAGE, include_in_schema=False)
async def redeem(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Turn points into the right, once for the key of the form."""
    visit, form = await enter_form(request)
    body = {
        "member": visit.member,
        "offer_id": offer_id,
        "account": form.optional("account"),
        "quote": form.optional("quote"),
        "channel": CHANNEL,
    }
    answer = await visit.act("/rights", body, key=form.key)
    if answer.is_good:
        return see_other(coupon_path(answer.json["coupon"]))
    form.blame(answer.problem)
    return await _offer_page(visit, offer_id, form=form, refused=answer)


ROUTES = [market, offer, redeem]
