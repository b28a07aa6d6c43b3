"""What a brand does with a coupon: give it back, complain, show its card code, give it on."""

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, show
from api.console.brand.words import _
from api.http.auth import PAGE, Call
from api.pages.forms import Form

PAGE_OF = "/console/coupons/{coupon_id:int}"
CALL = "/v1/programmes/{programme}/coupons/{coupon}"


def _task(brand: Brand, coupon_id: int, deed: str) -> Task:
    shell, home = brand.shell, brand.to(f"/console/coupons/{coupon_id}")
    reason = Field("reason", shell._("Reason"), "textarea", required=True, attrs={"maxlength": 200})
    made: dict[str, tuple[str, str, str, tuple[Field, ...], bool]] = {
        "return": (
            shell._("Give the coupon back"),
            shell._("The points go back to the lots that they came from, and the piece to stock."),
            "return",
            (reason,),
            True,
        ),
        "complain": (
            shell._("Complain about the coupon"),
            shell._("A person looks at it. The member's receipt says so."),
            "complain",
            (reason,),
            False,
        ),
        "reveal": (
            shell._("Show the card code"),
            shell._("It is shown once here, and the audit log says that you have seen it."),
            "reveal",
            (),
            False,
        ),
        "gift": (
            shell._("Give to a member"),
            shell._("Nobody can use the coupon until the gift is taken, or taken back."),
            "gift",
            (
                Field("from_member", shell._("From"), required=True, hint=shell._("The holder")),
                Field("to_member", shell._("To"), hint=shell._("Empty: whoever has the token")),
                Field(
                    "hours",
                    shell._("For so many hours"),
                    "number",
                    value=72,
                    attrs={"min": 1, "step": 1},
                ),
                Field("note", shell._("Note"), attrs={"maxlength": 200}),
            ),
            False,
        ),
        "gift-cancel": (
            shell._("Take the gift back"),
            shell._("The token of the gift is worth nothing from then on."),
            "gift/cancel",
            (),
            False,
        ),
    }
    title, sub, path, fields, is_grave = made[deed]
    return Task(
        title=title,
        sub=sub,
        action=brand.to(f"/console/coupons/{coupon_id}/{deed}"),
        submit=title,
        fields=fields,
        call=f"POST {CALL}/{path}",
        crumbs=((shell._("Coupon %s") % coupon_id, home),),
        is_grave=is_grave,
    )


async def _form(request: Call, coupon_id: int, deed: str) -> Response[bytes]:
    brand = await enter_brand(request, "rights.write")
    coupon = await brand.need("/coupons/{coupon_id}", coupon_id=coupon_id)
    form = Form({"from_member": coupon["holder"]} if deed == "gift" else {})
    return show(brand.shell, _task(brand, coupon_id, deed), form)


@get(f"{PAGE_OF}/return", opt=PAGE, include_in_schema=False)
async def return_form(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Ask why a coupon is given back."""
    return await _form(request, coupon_id, "return")


@get(f"{PAGE_OF}/complain", opt=PAGE, include_in_schema=False)
async def complain_form(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Ask what is wrong with a coupon."""
    return await _form(request, coupon_id, "complain")


@get(f"{PAGE_OF}/reveal", opt=PAGE, include_in_schema=False)
async def reveal_form(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Ask whether the card code is to be shown."""
    return await _form(request, coupon_id, "reveal")


@get(f"{PAGE_OF}/gift", opt=PAGE, include_in_schema=False)
async def gift_form(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Ask to whom a coupon is given."""
    return await _form(request, coupon_id, "gift")


@get(f"{PAGE_OF}/gift-cancel", opt=PAGE, include_in_schema=False)
async def gift_cancel_form(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Ask whether a gift is taken back."""
    return await _form(request, coupon_id, "gift-cancel")


async def _act(request: Call, coupon_id: int, deed: str, said: str) -> Response[bytes]:
    brand, form = await enter_brand_form(request, "rights.write")
    body: dict[str, object] | None = None
    if deed in {"return", "complain"}:
        body = {"reason": form.text("reason")}
    elif deed == "gift":
        body = {
            "from_member": form.text("from_member"),
            "to_member": form.optional("to_member"),
            "hours": form.whole("hours"),
            "note": form.optional("note"),
        }
        body = {name: value for name, value in body.items() if value is not None}
    path = "/coupons/{coupon_id}/" + deed.replace("-", "/")
    answer = await brand.act("POST", path, body, form=form, coupon_id=coupon_id)
    if not answer.is_good:
        return show(brand.shell, _task(brand, coupon_id, deed), form, answer)
    if deed in {"gift", "reveal"}:
        return brand.page("brand/shown_once.html", deed=deed, shown=answer.json)
    return brand.shell.done(brand.to(f"/console/coupons/{coupon_id}"), said)


@post(f"{PAGE_OF}/return", opt=PAGE, include_in_schema=False)
async def return_coupon(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Give a coupon back."""
    return await _act(request, coupon_id, "return", _("The coupon was given back."))


@post(f"{PAGE_OF}/complain", opt=PAGE, include_in_schema=False)
async def complain(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Pass on that a member does not find a right."""
    return await _act(request, coupon_id, "complain", _("The complaint was passed on."))


@post(f"{PAGE_OF}/reveal", opt=PAGE, include_in_schema=False)
async def reveal(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Show the card code of a coupon, on a page that is not kept."""
    return await _act(request, coupon_id, "reveal", "")


@post(f"{PAGE_OF}/gift", opt=PAGE, include_in_schema=False)
async def give(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Offer a coupon to another member."""
    return await _act(request, coupon_id, "gift", "")


@post(f"{PAGE_OF}/gift-cancel", opt=PAGE, include_in_schema=False)
async def take_back(request: Call, coupon_id: FromPath[int]) -> Response[bytes]:
    """Take a gift back that nobody has taken yet."""
    return await _act(request, coupon_id, "gift-cancel", _("The gift was taken back."))


ROUTES = [
    return_form,
    complain_form,
    reveal_form,
    gift_form,
    gift_cancel_form,
    return_coupon,
    complain,
    reveal,
    give,
    take_back,
]
