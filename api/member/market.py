"""What a member can have, and redeeming it."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.http.auth import PAGE, Call
from api.member.visit import CHANNEL, Visit, coupon_path, enter, enter_form
from api.member.words import DELIVERIES, OTHER_WHY, WHY_NOT
from api.pages.ask import Answer
from api.pages.forms import Form
from api.pages.render import see_other
from exchange.coupons import masked

MARKET_OFFERS = 20
DIRECT = "direct"
"""A right that is recharged to an account of the member at the supplier."""


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
        categories=await visit.categories(),
        next_cursor=offers.next_cursor,
        category=asked.get("category", ""),
        words=asked.get("q", ""),
        problem=offers.problem,
        why_not=WHY_NOT,
        other_why=OTHER_WHY,
    )


async def _offer_page(
    visit: Visit,
    offer_id: int,
    *,
    template: str = "member/offer.html",
    form: Form | None = None,
    refused: Answer | None = None,
) -> Response[bytes]:
    offer = await visit.need(
        "/offers/{offer}", {"member": visit.member, "lang": visit.language}, offer=offer_id
    )
    answer = await visit.act("/quotes", {"member": visit.member, "offer_ids": [offer_id]})
    quote = answer.json["quotes"][0] if answer.is_good else None
    spendable = answer.json["spendable"] if answer.is_good else 0
    form = form or Form()
    is_direct = offer["fulfilment"] == DIRECT
    return visit.page(
        template,
        tab="market",
        status=answer.status if refused is None else refused.status,
        form=form,
        problem=(refused or answer).problem,
        offer=offer,
        quote=quote,
        spendable=spendable,
        delivery=DELIVERIES[offer["fulfilment"]],
        own_account=masked(visit.account) if is_direct and visit.account else None,
        typed_account=form.value("account") if is_direct else "",
        why_not=WHY_NOT,
        other_why=OTHER_WHY,
    )


@get("/m/offers/{offer_id:int}", opt=PAGE, include_in_schema=False)
async def offer(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """One offer: what it is, and what it costs this member."""
    return await _offer_page(await enter(request), offer_id)


@get("/m/offers/{offer_id:int}/confirm", opt=PAGE, include_in_schema=False)
async def confirm(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Once more what will happen, and the button. Nothing has happened yet."""
    visit = await enter(request)
    return await _offer_page(visit, offer_id, template="member/confirm.html")


@post("/m/offers/{offer_id:int}/confirm", opt=PAGE, include_in_schema=False)
async def confirm_account(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """The same, with an account that was typed. It comes in a form: addresses stand in logs."""
    visit, form = await enter_form(request)
    return await _offer_page(visit, offer_id, template="member/confirm.html", form=form)


@post("/m/offers/{offer_id:int}/redeem", opt=PAGE, include_in_schema=False)
async def redeem(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Turn points into the right, once for the key of the form."""
    visit, form = await enter_form(request)
    own = visit.account if form.optional("own") else None
    body = {
        "member": visit.member,
        "offer_id": offer_id,
        "account": form.optional("account") or own,
        "quote": form.optional("quote"),
        "channel": CHANNEL,
    }
    answer = await visit.act("/rights", body, key=form.key)
    if answer.is_good:
        return see_other(coupon_path(answer.json["coupon"]))
    form.blame(answer.problem)
    return await _offer_page(visit, offer_id, form=form, refused=answer)


ROUTES = [market, offer, confirm, confirm_account, redeem]
