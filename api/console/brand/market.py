"""The market (权益超市) of a programme: what its members could have, and one offer of it."""

import asyncio
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand import columns
from api.console.brand.choice import Brand, enter_brand, enter_brand_form, language
from api.console.brand.tasks import Field, Task, show
from api.console.brand.who import read_who, told_who, who_fields
from api.console.brand.words import _
from api.http.auth import PAGE, Call

CARDS = 24
SORTS = ("new", "price")
WINDOW_DAYS = 90


@get("/console/market", opt=PAGE, include_in_schema=False)
async def market(request: Call) -> Response[bytes]:
    """Offers as cards, found by category, words and kind."""
    brand = await enter_brand(request, "market.read")
    shell = brand.shell
    asked = shell.query
    is_all = asked.get("show") != "own"
    sort = asked.get("sort", "")
    query: dict[str, str | int | bool | None] = {
        "category": asked.get("category"),
        "q": asked.get("q", "").strip(),
        "kind": asked.get("kind"),
        "supplier": asked.get("supplier"),
        "all": is_all,
        "sort": sort if sort in SORTS or (sort == "use_rate" and not is_all) else None,
        "lang": language(shell),
    }
    if asked.get("export") == "csv":
        shown = columns.market(await _remaining(brand))
        path = f"/v1/programmes/{brand.code}/offers"
        return await shell.export(path, query, name="market", columns=shown)
    page = {"limit": CARDS, "cursor": asked.get("cursor")}
    answer = await brand.get("/offers", {**query, **page})
    categories = await shell.get("/v1/categories", {"limit": 200})
    return brand.page(
        "brand/market.html",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
        categories=categories.items,
        remaining=await _remaining(brand),
        delivered=await _delivered(brand),
    )


async def _remaining(brand: Brand) -> dict[int, int]:
    """What is left of the offers that the programme has procured."""
    listed = await brand.get("/allotments", {"limit": 1000})
    return {each["offer_id"]: each["remaining"] for each in listed.items}


async def _delivered(brand: Brand) -> dict[str, dict[str, Any]]:
    """How each supplier's deliveries to the brand do: its figures, by its code."""
    if not brand.shell.may("figures.read"):
        return {}
    found = await brand.shell.get("/v1/figures/funnel", {"by": "supplier", "programme": brand.code})
    if not found.is_good:
        return {}
    return {
        each["label"]: {figure["figure"]: figure for figure in each["figures"]}
        for each in found.json["groups"]
    }


async def _offer(brand: Brand, offer_id: int) -> dict[str, Any]:
    """An offer as the brand sees it.

    Raises:
        Problem: there is none, or it is isolated.
    """
    found: dict[str, Any] = await brand.need(
        "/offers/{offer_id}", {"lang": language(brand.shell)}, offer_id=offer_id
    )
    return found


@get("/console/market/{offer_id:int}", opt=PAGE, include_in_schema=False)
async def offer_page(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """One offer: its terms, its price, its stock, and who may have it."""
    brand = await enter_brand(request, "market.read")
    offer = await _offer(brand, offer_id)
    access, prices, allotments, procurements, delivered = await asyncio.gather(
        brand.get("/offers/{offer_id}/access", offer_id=offer_id),
        brand.get("/prices", {"limit": 200}),
        brand.get("/allotments", {"limit": 1000}),
        brand.get("/procurements", {"limit": 200}),
        _delivered(brand),
    )
    stock = [each for each in allotments.items if each["offer_id"] == offer_id]
    return brand.page(
        "brand/offer.html",
        offer=offer,
        access=access.json if access.is_good else None,
        who=told_who(brand.shell, access.json["open_to"]) if access.is_good else [],
        prices=[each for each in prices.items if _is_for(each["scope"], offer)],
        stock=stock[0] if stock else None,
        procurements=[each for each in procurements.items if each["offer_id"] == offer_id],
        figures=delivered.get(offer["supplier"], {}),
    )


def _is_for(scope: dict[str, Any], offer: dict[str, Any]) -> bool:
    """Whether a price rule may set the price of an offer."""
    category = scope["category"]
    named = offer["category"] or ""
    return bool(
        scope["all"]
        or scope["offer_id"] == offer["offer_id"]
        or (category is not None and f"{named}.".startswith(f"{category}."))
    )


def _procure_task(brand: Brand, offer: dict[str, Any]) -> Task:
    _ = brand.shell._
    today = brand.shell.today
    until = today.fromordinal(today.toordinal() + WINDOW_DAYS)
    return Task(
        title=_("Procure: %s") % offer["name"],
        sub=_("It is granted at once if the supplier's terms allow it, and otherwise waits."),
        action=brand.to(f"/console/market/{offer['offer_id']}/procure"),
        submit=_("Procure"),
        fields=(
            Field("quantity", _("Pieces"), "number", required=True, attrs={"min": 1, "step": 1}),
            Field(
                "points",
                _("Price in points"),
                "number",
                hint=_("Empty: the offer's own price, %s") % brand.shell.f.number(offer["points"]),
                attrs={"min": 0, "step": 1},
            ),
            Field(
                "unit_cost_minor",
                _("Cost of a piece, in the smallest unit of %s") % offer["currency"],
                "number",
                hint=_("Empty: what the supplier's terms say"),
                attrs={"min": 0, "step": 1},
            ),
            Field("window_from", _("From"), "date", required=True, value=today.isoformat()),
            Field("window_until", _("Until before"), "date", value=until.isoformat()),
        ),
        call="POST /v1/programmes/{programme}/procurements",
        crumbs=(
            (_("Market"), brand.to("/console/market")),
            (offer["name"], brand.to(f"/console/market/{offer['offer_id']}")),
        ),
    )


@get("/console/market/{offer_id:int}/procure", opt=PAGE, include_in_schema=False)
async def procure_form(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Ask how many pieces are wanted, at which price and for how long."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, _procure_task(brand, await _offer(brand, offer_id)))


@post("/console/market/{offer_id:int}/procure", opt=PAGE, include_in_schema=False)
async def procure(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Ask the supplier for pieces of an offer."""
    brand, form = await enter_brand_form(request, "market.write")
    offer = await _offer(brand, offer_id)
    cost = form.whole("unit_cost_minor")
    body: dict[str, Any] = {
        "offer_id": offer_id,
        "quantity": form.whole("quantity"),
        "points": form.whole("points"),
        "unit_cost_minor": cost,
        "currency": None if cost is None else offer["currency"],
        "window_from": brand.instant(form.text("window_from")),
        "window_until": brand.instant(form.text("window_until")),
    }
    told = {name: value for name, value in body.items() if value is not None}
    answer = await brand.act("POST", "/procurements", told, form=form)
    if not answer.is_good:
        return show(brand.shell, _procure_task(brand, offer), form, answer)
    granted = answer.json["state"] == "granted"
    said = _("It was granted.") if granted else _("It waits for the supplier's answer.")
    return brand.shell.done(brand.to("/console/procurement"), said)


def _access_task(brand: Brand, offer: dict[str, Any], open_to: dict[str, Any]) -> Task:
    _ = brand.shell._
    return Task(
        title=_("Who may have it: %s") % offer["name"],
        sub=_("All conditions must hold. Without any, every member may have it."),
        action=brand.to(f"/console/market/{offer['offer_id']}/access"),
        submit=_("Save"),
        fields=who_fields(brand.shell, "open_to", open_to),
        call="PUT /v1/programmes/{programme}/offers/{offer_id}/access",
        crumbs=((offer["name"], brand.to(f"/console/market/{offer['offer_id']}")),),
    )


@get("/console/market/{offer_id:int}/access", opt=PAGE, include_in_schema=False)
async def access_form(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Ask who may have an offer at all."""
    brand = await enter_brand(request, "market.write")
    offer = await _offer(brand, offer_id)
    found = await brand.need("/offers/{offer_id}/access", offer_id=offer_id)
    return show(brand.shell, _access_task(brand, offer, found["open_to"]))


@post("/console/market/{offer_id:int}/access", opt=PAGE, include_in_schema=False)
async def set_access(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Say who may have an offer. It holds at once."""
    brand, form = await enter_brand_form(request, "market.write")
    body = {"open_to": read_who(form, "open_to")}
    path = "/offers/{offer_id}/access"
    answer = await brand.act("PUT", path, body, form=form, offer_id=offer_id)
    if not answer.is_good:
        offer = await _offer(brand, offer_id)
        return show(brand.shell, _access_task(brand, offer, {}), form, answer)
    return brand.shell.done(brand.to(f"/console/market/{offer_id}"), _("It holds from now on."))


ROUTES = [market, offer_page, procure_form, procure, access_form, set_access]
