"""The till: a code is typed or scanned, looked up, used, and its use taken back.

It works without a script, by typing or with a scanner that types. A code never stands in an
address. What was scanned is a code, or the token of a QR code: tokens begin with `cq1`.
"""

from typing import Any

from litestar import Response, get, post

from api.console.shell import PREFERENCE_SECONDS, Shell
from api.console.supply import words
from api.console.supply.frame import enter_supplier, enter_supplier_form, language
from api.console.supply.typed import said, typed_minor
from api.http.auth import PAGE, Call
from api.pages.ask import Answer
from api.pages.forms import Form
from api.pages.guard import cookie, read_cookie
from catalog import CODE_LENGTH_MAX

SHOP_COOKIE = "comity-shop"
SHOPS_SHOWN = 500
LATEST = 20
TOKEN_START = "cq1"
NAME_LENGTH_MAX = 200
_ABOUT_THE_ORDER = ("order_minor", "reference", "staff")
_CHOSEN_ELSEWHERE = {"shop-not-found", "shop-required"}


def shown_code(form: Form) -> dict[str, str]:
    """What was typed or scanned, as the interface names it: a token, or a code without gaps."""
    text = "".join(form.text("code").split())
    if text.startswith(TOKEN_START):
        return {"token": text}
    return {"code": text.upper()} if text else {}


def _carried(form: Form) -> str:
    """The name of the offer, as the look-up before had told it to this page."""
    return form.text("name")[:NAME_LENGTH_MAX]


def shop_of(shell: Shell) -> str:
    """The shop of this till: of the address, or the one that was chosen before."""
    given = shell.query.get("shop")
    return (given if given is not None else read_cookie(shell.request, SHOP_COOKIE)) or ""


async def _page(shell: Shell, *, status: int = 200, **values: Any) -> Response[bytes]:
    shop = values.pop("shop", None)
    shop = shop_of(shell) if shop is None else shop
    shops = await shell.get("/v1/shops", {"state": "open", "limit": SHOPS_SHOWN})
    latest = await shell.get("/v1/coupons/uses", {"store": shop, "limit": LATEST})
    shown: dict[str, Any] = {"found": None, "used": None, "refusal": None, "shown": {}, **values}
    shown.setdefault("offer_name", "")
    return shell.page(
        "supply/till.html",
        status=status,
        words=words,
        shop=shop,
        shops=shops.items,
        latest=latest.items,
        **shown,
    )


def _name(shell: Shell, answer: Answer) -> dict[str, Any]:
    """Why a coupon was not taken: the problem, as one plain sentence."""
    document = answer.problem or {}
    sentence = words.REFUSED_AT_TILL.get(answer.code)
    return {
        "code": answer.code,
        "sentence": shell._(sentence) if sentence else None,
        "document": document,
        "chooses_shop": answer.code in _CHOSEN_ELSEWHERE,
    }


@get("/console/till", opt=PAGE, include_in_schema=False)
async def till(request: Call) -> Response[bytes]:
    """Where a code is typed or scanned."""
    return await _page(await enter_supplier(request, "coupons.use"))


@post("/console/till/shop", opt=PAGE, include_in_schema=False)
async def choose_shop(request: Call) -> Response[bytes]:
    """Choose the shop of this till, once. The browser keeps it."""
    shell, form = await enter_supplier_form(request, "coupons.use")
    shop = form.text("shop")[:CODE_LENGTH_MAX]
    answer = shell.done("/console/till", "The shop was chosen.")
    answer.set_cookie(cookie(request, SHOP_COOKIE, shop, seconds=PREFERENCE_SECONDS))
    return answer


@post("/console/till/look-up", opt=PAGE, include_in_schema=False)
async def look_up(request: Call) -> Response[bytes]:
    """How the coupon stands, and whether it can be used here and now."""
    shell, form = await enter_supplier_form(request, "coupons.use")
    shop, shown = form.text("shop"), shown_code(form)
    asked = {**shown, **said({"shop": shop}.items())}
    answer = await shell.read_by_post("/v1/coupons/look-up", asked)
    if not answer.is_good:
        refusal = _name(shell, answer)
        return await _page(shell, status=answer.status, shop=shop, refusal=refusal)
    name = answer.json["names"][language(shell)]
    return await _page(shell, shop=shop, found=answer.json, shown=shown, offer_name=name)


@post("/console/till/use", opt=PAGE, include_in_schema=False)
async def use(request: Call) -> Response[bytes]:
    """Use the coupon. Sent twice it is used once, and answered alike."""
    shell, form = await enter_supplier_form(request, "coupons.use")
    shop, shown, name = form.text("shop"), shown_code(form), _carried(form)
    body = {
        **shown,
        **said(
            {
                "shop": shop,
                "reference": form.optional("reference"),
                "staff": form.optional("staff"),
                "order_minor": typed_minor(form, "order_minor", form.text("currency")),
            }.items()
        ),
    }
    answer = await shell.act("POST", "/v1/coupons/use", body, form=form)
    if not answer.is_good:
        if any(form.wrong(each) for each in _ABOUT_THE_ORDER):
            # The coupon is good, and only an amount was mistyped: it is asked for once more.
            asked = await shell.read_by_post(
                "/v1/coupons/look-up", {**shown, **said({"shop": shop}.items())}
            )
            if asked.is_good:
                values = {"found": asked.json, "shown": shown, "offer_name": name, "form": form}
                return await _page(shell, status=answer.status, shop=shop, **values)
        refusal = _name(shell, answer)
        return await _page(shell, status=answer.status, shop=shop, refusal=refusal, shown=shown)
    return await _page(
        shell, shop=shop, used=answer.json, shown=shown, is_reversal=False, offer_name=name
    )


@post("/console/till/reverse", opt=PAGE, include_in_schema=False)
async def reverse(request: Call) -> Response[bytes]:
    """Take the use of a coupon back."""
    shell, form = await enter_supplier_form(request, "coupons.reverse")
    shop, shown, name = form.text("shop"), shown_code(form), _carried(form)
    body = {**shown, **said({"shop": shop}.items())}
    answer = await shell.act("POST", "/v1/coupons/reverse-use", body, form=form)
    if not answer.is_good:
        refusal = _name(shell, answer)
        return await _page(shell, status=answer.status, shop=shop, refusal=refusal)
    return await _page(
        shell, shop=shop, used=answer.json, shown={}, is_reversal=True, offer_name=name
    )


ROUTES = [till, choose_shop, look_up, use, reverse]
