"""Procurement: a brand's stock, how long it lasts, and what the brand has asked suppliers for."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand import columns
from api.console.brand.choice import Brand, choose, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, require_good, show
from api.console.brand.words import _
from api.console.shell import enter
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound
from api.pages.ask import PAGE_LIMIT
from api.pages.render import see_other

HOME = "/console/procurement"
SAID = {"cancel": _("The procurement was cancelled."), "close": _("The batch was closed.")}
REQUESTS = "/console/procurements-waiting"
"""Where a supplier answers what brands ask for."""


@get(HOME, opt=PAGE, include_in_schema=False)
async def procurement(request: Call) -> Response[bytes]:
    """A brand's stock and procurements. A supplier goes on to the requests it answers."""
    shell = await enter(request, "market.read")
    if not shell.is_party("brand"):
        return see_other(REQUESTS)
    return await _of_brand(await choose(shell))


async def _of_brand(brand: Brand) -> Response[bytes]:
    shell = brand.shell
    if shell.query.get("export") == "csv":
        path = f"/v1/programmes/{brand.code}/burn-down"
        return await shell.export(path, {}, name="stock", columns=columns.STOCK)
    stock = await brand.get("/burn-down", {"limit": 200})
    windows = await brand.get("/allotments", {"limit": 1000})
    query = {name: shell.query.get(name) for name in ("state", "cursor")}
    asked = await brand.get("/procurements", {**query, "limit": PAGE_LIMIT})
    return brand.page(
        "brand/procurement.html",
        stock=stock.items,
        windows={each["offer_id"]: each for each in windows.items},
        rows=asked.items,
        next_cursor=asked.next_cursor,
        problem=asked.problem,
        status=asked.status,
        names=await brand.names(),
    )


def _return_task(brand: Brand, procurement_id: int) -> Task:
    _ = brand.shell._
    return Task(
        title=_("Return unsold pieces"),
        sub=_("They go back to the supplier's stock, and are not sold any more."),
        action=brand.to(f"{HOME}/{procurement_id}/return"),
        submit=_("Return unsold pieces"),
        fields=(
            Field("quantity", _("Pieces"), "number", required=True, attrs={"min": 1, "step": 1}),
        ),
        call="POST /v1/programmes/{programme}/procurements/{procurement_id}/return",
        crumbs=((_("Procurement"), brand.to(HOME)),),
    )


@get(f"{HOME}/{{procurement_id:int}}/return", opt=PAGE, include_in_schema=False)
async def return_form(request: Call, procurement_id: FromPath[int]) -> Response[bytes]:
    """Ask how many pieces go back."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, _return_task(brand, procurement_id))


@post(f"{HOME}/{{procurement_id:int}}/return", opt=PAGE, include_in_schema=False)
async def return_pieces(request: Call, procurement_id: FromPath[int]) -> Response[bytes]:
    """Give unsold pieces back to the supplier."""
    brand, form = await enter_brand_form(request, "market.write")
    path = "/procurements/{procurement_id}/return"
    body: dict[str, Any] = {"quantity": form.whole("quantity")}
    answer = await brand.act("POST", path, body, form=form, procurement_id=procurement_id)
    if not answer.is_good:
        return show(brand.shell, _return_task(brand, procurement_id), form, answer)
    return brand.shell.done(brand.to(HOME), _("The pieces went back."))


@post(f"{HOME}/{{procurement_id:int}}/{{deed:str}}", opt=PAGE, include_in_schema=False)
async def act_on_procurement(
    request: Call, procurement_id: FromPath[int], deed: FromPath[str]
) -> Response[bytes]:
    """Cancel or close what a brand has asked for."""
    if deed not in SAID:
        raise RouteNotFound
    brand, form = await enter_brand_form(request, "market.write")
    path = "/procurements/{procurement_id}/" + deed
    answer = await brand.act("POST", path, form=form, procurement_id=procurement_id)
    require_good(answer)
    return brand.shell.done(brand.to(HOME), SAID[deed])


ROUTES = [procurement, return_form, return_pieces, act_on_procurement]
