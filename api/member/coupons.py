"""A member's wallet, receipts, codes and gifts."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.http.auth import PAGE, Call
from api.http.routes.rights import WAIT_SECONDS_MAX
from api.member.visit import CouponNotYours, Visit, coupon_path, enter, enter_form
from api.member.words import STATES, told_steps
from api.pages.ask import Answer
from api.pages.render import see_other
from exchange.coupons import CouponPhase, CouponState

WALLET_COUPONS = 50
TABS = tuple(str(each) for each in CouponPhase)
CODE_GROUP_LENGTH = 6
"""A code is read aloud in groups of so many signs."""
GIVE_BACK = "the member gives it back"
"""The reason that is stored with a right that was given back here."""


@get("/m/wallet", opt=PAGE, include_in_schema=False)
async def wallet(request: Call) -> Response[bytes]:
    """The member's coupons, the newest first: to use, used, and over."""
    visit = await enter(request)
    shown = request.query_params.get("show", "open")
    shown = shown if shown in TABS else "open"
    query = {
        "phase": shown,
        "sort": "new",
        "cursor": request.query_params.get("cursor"),
        "limit": WALLET_COUPONS,
    }
    found = await visit.need("/members/{member}/coupons", query, member=visit.member)
    coupons = found["items"]
    return visit.page(
        "member/wallet.html",
        tab="wallet",
        coupons=coupons,
        next_cursor=found["next_cursor"],
        shown=shown,
        states=STATES,
        names=await visit.names(coupons),
    )


def in_groups(code: str) -> str:
    """A code as people read it, in groups with spaces between."""
    starts = range(0, len(code), CODE_GROUP_LENGTH)
    return " ".join(code[start : start + CODE_GROUP_LENGTH] for start in starts)


async def _coupon_page(
    visit: Visit, coupon: int, *, answer: Answer | None = None, **shown: object
) -> Response[bytes]:
    found = await visit.own_coupon(coupon)
    is_holder = found["holder"] == visit.member
    qr = None
    if is_holder and found["state"] == CouponState.ACTIVE and found["code"]:
        picture = await visit.get("/coupons/{coupon}/qr", coupon=coupon)
        qr = picture.body.decode() if picture.is_good else None
    offer = await visit.get("/offers/{offer}", {"lang": visit.language}, offer=found["offer"])
    return visit.page(
        "member/coupon.html",
        tab="wallet",
        status=200 if answer is None else answer.status,
        problem=None if answer is None else answer.problem,
        block="receipt" if visit.request.headers.get("x-part") == "receipt" else None,
        coupon=found,
        offer=offer.json if offer.is_good else None,
        is_holder=is_holder,
        is_moving=found["state"] == CouponState.HELD,
        qr=qr,
        code=in_groups(found["code"] or ""),
        states=STATES,
        steps=told_steps(found, visit.member),
        is_own=visit.member in {found["member"], found["merged_into"]},
        name=offer.json["name"] if offer.is_good else (await visit.names([found]))[found["offer"]],
        secret=shown.get("secret"),
        gift=shown.get("gift"),
    )


@get("/m/coupons/{coupon:int}", opt=PAGE, include_in_schema=False)
async def coupon_page(request: Call, coupon: FromPath[int]) -> Response[bytes]:
    """The receipt of a coupon, with its code as long as it can be used.

    With `wait`, the answer waits for the next step: so the page's script asks.
    """
    visit = await enter(request)
    if request.query_params.get("wait"):
        await visit.own_coupon(coupon)
        await visit.get("/coupons/{coupon}", {"wait_seconds": WAIT_SECONDS_MAX}, coupon=coupon)
    return await _coupon_page(visit, coupon)


async def _holder(visit: Visit, coupon: int) -> None:
    """Refuse a deed with a coupon that somebody else has by now."""
    if (await visit.own_coupon(coupon))["holder"] != visit.member:
        raise CouponNotYours


@post("/m/coupons/{coupon:int}/reveal", opt=PAGE, include_in_schema=False)
async def reveal(request: Call, coupon: FromPath[int]) -> Response[bytes]:
    """Show a card code. It is not kept by the page."""
    visit, form = await enter_form(request)
    await _holder(visit, coupon)
    answer = await visit.act("/coupons/{coupon}/reveal", {}, key=form.key, coupon=coupon)
    if not answer.is_good:
        return await _coupon_page(visit, coupon, answer=answer)
    return await _coupon_page(visit, coupon, secret=answer.json)


@post("/m/coupons/{coupon:int}/give-back", opt=PAGE, include_in_schema=False)
async def give_back(request: Call, coupon: FromPath[int]) -> Response[bytes]:
    """Give a right back for its points, where the offer allows that."""
    visit, form = await enter_form(request)
    await _holder(visit, coupon)
    answer = await visit.act(
        "/coupons/{coupon}/return", {"reason": GIVE_BACK}, key=form.key, coupon=coupon
    )
    if not answer.is_good:
        return await _coupon_page(visit, coupon, answer=answer)
    return see_other(coupon_path(coupon))


@post("/m/coupons/{coupon:int}/gift", opt=PAGE, include_in_schema=False)
async def gift(request: Call, coupon: FromPath[int]) -> Response[bytes]:
    """Offer a coupon to somebody. The token of the gift is shown once."""
    visit, form = await enter_form(request)
    await _holder(visit, coupon)
    body = {"from_member": visit.member, "note": form.optional("note")}
    answer = await visit.act("/coupons/{coupon}/gift", body, key=form.key, coupon=coupon)
    if not answer.is_good:
        return await _coupon_page(visit, coupon, answer=answer)
    return await _coupon_page(visit, coupon, gift=answer.json)


@post("/m/coupons/{coupon:int}/gift/cancel", opt=PAGE, include_in_schema=False)
async def cancel_gift(request: Call, coupon: FromPath[int]) -> Response[bytes]:
    """Take a gift back that nobody has taken yet."""
    visit, form = await enter_form(request)
    await _holder(visit, coupon)
    answer = await visit.act("/coupons/{coupon}/gift/cancel", {}, key=form.key, coupon=coupon)
    if not answer.is_good:
        return await _coupon_page(visit, coupon, answer=answer)
    return see_other(coupon_path(coupon))


@get("/m/claim", opt=PAGE, include_in_schema=False)
async def claim_page(request: Call) -> Response[bytes]:
    """Where a member takes a gift."""
    visit = await enter(request)
    return visit.page("member/claim.html", tab="wallet")


@post("/m/claim", opt=PAGE, include_in_schema=False)
async def claim(request: Call) -> Response[bytes]:
    """Take a gift."""
    visit, form = await enter_form(request)
    body = {"gift": form.text("gift"), "member": visit.member}
    answer = await visit.act("/gifts/claim", body, key=form.key)
    if answer.is_good:
        return see_other(coupon_path(answer.json["coupon"]))
    form.blame(answer.problem)
    return visit.page(
        "member/claim.html",
        tab="wallet",
        status=answer.status,
        problem=answer.problem,
        form=form,
    )


ROUTES = [wallet, coupon_page, reveal, give_back, gift, cancel_gift, claim_page, claim]
