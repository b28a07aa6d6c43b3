"""Swaps of rights between two brands, and placements of offers in apps."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand import columns
from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, require_good, show
from api.console.brand.words import _
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form

HOME = "/console/swaps"
LINES = 3
"""A form has room for so many offers on each side."""
WINDOW_DAYS = 90


async def _names(brand: Brand) -> dict[int, str]:
    """What offers are called: those that the brand can have, and its own."""
    found = await brand.names()
    if brand.shell.is_party("supplier") and brand.shell.may("offers.read"):
        own = await brand.shell.get("/v1/offers", {"limit": 200})
        found |= {each["offer_id"]: each["name"] for each in own.items}
    return found


@get(HOME, opt=PAGE, include_in_schema=False)
async def swaps(request: Call) -> Response[bytes]:
    """The brand's swaps, and the placements in its app or of its offers."""
    brand = await enter_brand(request, "market.read")
    shell = brand.shell
    own = shell.user.party.code
    if shell.query.get("export") == "csv":
        shown = columns.swaps(own, await _names(brand))
        return await shell.export("/v1/swaps", {}, name="swaps", columns=shown)
    found = await shell.get("/v1/swaps", {"limit": PAGE_LIMIT, "cursor": shell.query.get("cursor")})
    placements = await shell.get("/v1/placements", {"limit": 200})
    return brand.page(
        "brand/swaps.html",
        rows=found.items,
        next_cursor=found.next_cursor,
        problem=found.problem,
        status=found.status,
        placements=placements.items,
        mine=own,
        names=await _names(brand),
    )


@get(f"{HOME}/{{swap_id:int}}", opt=PAGE, include_in_schema=False)
async def swap_page(request: Call, swap_id: FromPath[int]) -> Response[bytes]:
    """One swap: what each side gives, and who owes whom."""
    brand = await enter_brand(request, "market.read")
    swap = await brand.shell.need("/v1/swaps/{swap_id}", swap_id=swap_id)
    return brand.page(
        "brand/swap.html",
        swap=swap,
        mine=brand.shell.user.party.code,
        names=await _names(brand),
    )


@get(f"{HOME}/placements/{{placement_id:int}}", opt=PAGE, include_in_schema=False)
async def placement_page(request: Call, placement_id: FromPath[int]) -> Response[bytes]:
    """One placement: what its host reports beside what was measured."""
    brand = await enter_brand(request, "market.read")
    path = "/v1/placements/{placement_id}"
    found = await brand.shell.need(path, placement_id=placement_id)
    return brand.page(
        "brand/placement.html",
        block="drawer",
        placement=found,
        names=await _names(brand),
    )


async def _propose_task(brand: Brand) -> Task:
    shell = brand.shell
    _ = shell._
    today = shell.today
    until = today.fromordinal(today.toordinal() + WINDOW_DAYS).isoformat()
    own = await shell.get("/v1/offers", {"limit": 200}) if shell.is_party("supplier") else None
    mine = [] if own is None else own.items
    theirs = await brand.names()
    nothing = [("", "–")]
    gives = nothing + [(str(each["offer_id"]), each["name"]) for each in mine]
    takes = nothing + [(str(each), name) for each, name in theirs.items()]
    fields = [
        Field(
            "other", _("With the party"), required=True, hint=_("Its code"), attrs={"maxlength": 64}
        )
    ]
    for place in range(LINES):
        fields += _line_fields(brand, "gives", place, _("We give"), gives)
    for place in range(LINES):
        fields += _line_fields(brand, "takes", place, _("We take"), takes)
    currency = brand.programme["currency"] or "CNY"
    fields += [
        Field("currency", _("Currency"), required=True, value=currency, attrs={"maxlength": 3}),
        Field(
            "limit_minor",
            _("Nobody owes more than this, in the smallest unit"),
            "number",
            required=True,
            attrs={"min": 1},
        ),
        Field("window_from", _("From"), "date", required=True, value=today.isoformat()),
        Field("window_until", _("Until before"), "date", required=True, value=until),
    ]
    return Task(
        title=_("Propose a swap"),
        sub=_("Rights that two brands give each other's members. Nothing holds before both agree."),
        action=brand.to(f"{HOME}/propose"),
        submit=_("Propose a swap"),
        fields=fields,
        call="POST /v1/swaps",
        crumbs=((_("Swaps"), brand.to(HOME)),),
    )


def _line_fields(
    brand: Brand, side: str, place: int, label: str, offers: list[tuple[str, str]]
) -> list[Field]:
    _ = brand.shell._
    title = f"{label} {place + 1}"
    return [
        Field(f"{side}.{place}.offer_id", title, choices=offers),
        Field(f"{side}.{place}.quantity", f"{title}: {_('pieces')}", "number", attrs={"min": 1}),
        Field(
            f"{side}.{place}.unit_value_minor",
            f"{title}: {_('value of a used one, in the smallest unit')}",
            "number",
            attrs={"min": 1},
        ),
    ]


@get(f"{HOME}/propose", opt=PAGE, include_in_schema=False)
async def propose_form(request: Call) -> Response[bytes]:
    """Ask what is swapped, and with whom."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, await _propose_task(brand))


def _lines(form: Form, side: str) -> list[dict[str, Any]]:
    names = ("offer_id", "quantity", "unit_value_minor")
    typed = [
        {name: form.whole(f"{side}.{place}.{name}") for name in names} for place in range(LINES)
    ]
    return [each for each in typed if each["offer_id"] is not None]


@post(f"{HOME}/propose", opt=PAGE, include_in_schema=False)
async def propose(request: Call) -> Response[bytes]:
    """Propose a swap to another party."""
    brand, form = await enter_brand_form(request, "market.write")
    body = {
        "other": form.text("other"),
        "programme": brand.code,
        "gives": _lines(form, "gives"),
        "takes": _lines(form, "takes"),
        "currency": form.text("currency"),
        "window_from": brand.instant(form.text("window_from")),
        "window_until": brand.instant(form.text("window_until")),
        "limit_minor": form.whole("limit_minor"),
    }
    answer = await brand.shell.act("POST", "/v1/swaps", body, form=form)
    if not answer.is_good:
        return show(brand.shell, await _propose_task(brand), form, answer)
    path = brand.to(f"{HOME}/{answer.json['swap_id']}")
    return brand.shell.done(path, _("The swap was proposed."))


@post(f"{HOME}/{{swap_id:int}}/agree", opt=PAGE, include_in_schema=False)
async def agree(request: Call, swap_id: FromPath[int]) -> Response[bytes]:
    """Agree to a swap. What it grants is in stock from now on."""
    brand, form = await enter_brand_form(request, "market.write")
    body = {"programme": brand.code}
    path = "/v1/swaps/{swap_id}/agree"
    require_good(await brand.shell.act("POST", path, body, form=form, swap_id=swap_id))
    return brand.shell.done(brand.to(f"{HOME}/{swap_id}"), _("The swap is agreed."))


@post(f"{HOME}/{{swap_id:int}}/end", opt=PAGE, include_in_schema=False)
async def end(request: Call, swap_id: FromPath[int]) -> Response[bytes]:
    """End a swap. What is unsold goes back to both."""
    brand, form = await enter_brand_form(request, "market.write")
    path = "/v1/swaps/{swap_id}/end"
    require_good(await brand.shell.act("POST", path, form=form, swap_id=swap_id))
    return brand.shell.done(brand.to(f"{HOME}/{swap_id}"), _("The swap has ended."))


@post(f"{HOME}/placements/{{placement_id:int}}/end", opt=PAGE, include_in_schema=False)
async def end_placement(request: Call, placement_id: FromPath[int]) -> Response[bytes]:
    """End a placement now."""
    brand, form = await enter_brand_form(request, "market.write")
    path = "/v1/placements/{placement_id}/end"
    require_good(await brand.shell.act("POST", path, form=form, placement_id=placement_id))
    return brand.shell.done(brand.to(HOME), _("The placement has ended."))


ROUTES = [swaps, swap_page, placement_page, propose_form, propose, agree, end, end_placement]
