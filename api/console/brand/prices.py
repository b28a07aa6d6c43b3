"""Prices: rules, the rate, points days, a simulator, and what an offer costs a member now."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand import columns
from api.console.brand.choice import Brand, enter_brand, enter_brand_form, language
from api.console.brand.price_forms import (
    SIMULATED_DAYS,
    blame_price,
    price_task,
    read_price,
    simulation_task,
)
from api.console.brand.tasks import Field, Task, require_good, show
from api.console.brand.who import told_who
from api.console.brand.words import _
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT, Query

HOME = "/console/prices"
QUOTED_MAX = 100


@get(HOME, opt=PAGE, include_in_schema=False)
async def prices(request: Call) -> Response[bytes]:
    """The programme's price rules, its rate and its points days."""
    brand = await enter_brand(request, "market.read")
    shell = brand.shell
    wanted = "all" if shell.query.get("state") == "all" else "in_force"
    if shell.query.get("export") == "csv":
        return await shell.export(
            f"/v1/programmes/{brand.code}/prices",
            {"state": wanted},
            name="prices",
            columns=columns.prices(language(shell), await brand.names()),
        )
    query: Query = {"state": wanted, "limit": PAGE_LIMIT, "cursor": shell.query.get("cursor")}
    answer = await brand.get("/prices", query)
    rate = await brand.need("/price-rate")
    days = await brand.need("/points-days")
    return brand.page(
        "brand/prices.html",
        rows=[{**each, "whom": told_who(shell, each["who"])} for each in answer.items],
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
        rate=rate["rate"],
        days=days["days"],
        names=await brand.names(),
    )


@get(f"{HOME}/add", opt=PAGE, include_in_schema=False)
async def add_form(request: Call) -> Response[bytes]:
    """Ask what a new price rule says."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, price_task(brand, await brand.names()))


@post(f"{HOME}/add", opt=PAGE, include_in_schema=False)
async def add_price(request: Call) -> Response[bytes]:
    """Make a price rule."""
    brand, form = await enter_brand_form(request, "market.write")
    answer = await brand.act("POST", "/prices", read_price(brand, form), form=form)
    if not answer.is_good:
        blame_price(form)
        return show(brand.shell, price_task(brand, await brand.names()), form, answer)
    return brand.shell.done(brand.to(HOME), _("The rule holds."))


@post(f"{HOME}/{{price_id:int}}/end", opt=PAGE, include_in_schema=False)
async def end_price(request: Call, price_id: FromPath[int]) -> Response[bytes]:
    """End a price rule for good."""
    brand, form = await enter_brand_form(request, "market.write")
    answer = await brand.act("POST", "/prices/{price_id}/end", form=form, price_id=price_id)
    require_good(answer)
    return brand.shell.done(brand.to(HOME), _("The rule was ended."))


def _rate_task(brand: Brand, rate: dict[str, Any] | None) -> Task:
    _ = brand.shell._
    held = rate or {}
    currency = held.get("currency") or brand.programme["currency"] or "CNY"
    return Task(
        title=_("Rate for prices"),
        sub=_("By it a face value is a price, where no rule and no batch says one."),
        action=brand.to(f"{HOME}/rate"),
        submit=_("Save"),
        fields=(
            Field(
                "rate.points",
                _("So many points"),
                "number",
                value=held.get("points"),
                hint=_("Empty: no rate"),
                attrs={"min": 1},
            ),
            Field(
                "rate.minor",
                _("are worth so much, in the smallest unit"),
                "number",
                value=held.get("minor"),
                attrs={"min": 1},
            ),
            Field(
                "rate.step_points",
                _("Rounded up to whole steps of so many points"),
                "number",
                value=held.get("step_points", 1),
                attrs={"min": 1},
            ),
            Field("rate.currency", _("Currency"), value=currency, attrs={"maxlength": 3}),
        ),
        call="PUT /v1/programmes/{programme}/price-rate",
        crumbs=((_("Prices"), brand.to(HOME)),),
    )


@get(f"{HOME}/rate", opt=PAGE, include_in_schema=False)
async def rate_form(request: Call) -> Response[bytes]:
    """Ask how many points are how much money."""
    brand = await enter_brand(request, "market.write")
    found = await brand.need("/price-rate")
    return show(brand.shell, _rate_task(brand, found["rate"]))


@post(f"{HOME}/rate", opt=PAGE, include_in_schema=False)
async def set_rate(request: Call) -> Response[bytes]:
    """State the rate for prices, or turn it off."""
    brand, form = await enter_brand_form(request, "market.write")
    rate: dict[str, Any] | None = None
    if form.text("rate.points"):
        rate = {name: form.whole(f"rate.{name}") for name in ("points", "minor", "step_points")}
        rate["step_points"] = rate["step_points"] or 1
        rate["currency"] = form.text("rate.currency")
    answer = await brand.act("PUT", "/price-rate", {"rate": rate}, form=form)
    if not answer.is_good:
        return show(brand.shell, _rate_task(brand, None), form, answer)
    return brand.shell.done(brand.to(HOME), _("It holds from now on."))


@get(f"{HOME}/simulate", opt=PAGE, include_in_schema=False)
async def simulate_form(request: Call) -> Response[bytes]:
    """Ask which rule is to be tried."""
    brand = await enter_brand(request, "market.read")
    return show(brand.shell, simulation_task(brand, await brand.names()))


@post(f"{HOME}/simulate", opt=PAGE, include_in_schema=False)
async def simulate(request: Call) -> Response[bytes]:
    """What the redemptions of the last days would have cost under a rule. Nothing is stored."""
    brand, form = await enter_brand_form(request, "market.read")
    names = await brand.names()
    days = form.whole("days") or SIMULATED_DAYS  # the form of a new rule does not ask for them
    body = {"rule": read_price(brand, form), "days": days}
    answer = await brand.act("POST", "/prices/simulate", body, form=form)
    if not answer.is_good:
        errors = (answer.problem or {}).get("errors", [])
        form.blame({"errors": [_of_form(each) for each in errors]})
        blame_price(form)
        return show(brand.shell, simulation_task(brand, names), form, answer)
    return brand.page(
        "brand/simulation.html",
        found=answer.json,
        names=names,
        form=form,
        task=simulation_task(brand, names),
    )


def _of_form(error: dict[str, Any]) -> dict[str, Any]:
    """What is wrong with a rule, under the name that it has in the form."""
    return {**error, "pointer": str(error.get("pointer", "")).removeprefix("/rule")}


@get(f"{HOME}/quotes", opt=PAGE, include_in_schema=False)
async def quotes(request: Call) -> Response[bytes]:
    """What the programme's offers cost a member now, and why the member may not have one."""
    brand = await enter_brand(request, "market.read")
    shell = brand.shell
    member = shell.query.get("member", "").strip()
    found: dict[str, Any] | None = None
    problem, status = None, 200
    names = await brand.names()
    if member:
        stock = (await brand.get("/allotments", {"limit": QUOTED_MAX})).items
        offers = [each["offer_id"] for each in stock]
        if offers:
            body: dict[str, Any] = {"member": member, "offer_ids": offers}
            if at := brand.instant(shell.query.get("at")):
                body["at"] = at
            path = "/v1/programmes/{programme}/quotes"
            answer = await shell.read_by_post(path, body, programme=brand.code)
            found, problem, status = answer.json, answer.problem, answer.status
            found = found if answer.is_good else None
    return brand.page(
        "brand/quotes.html",
        found=found,
        member=member,
        names=names,
        problem=problem,
        status=status,
    )


ROUTES = [
    prices,
    add_form,
    add_price,
    end_price,
    rate_form,
    set_rate,
    simulate_form,
    simulate,
    quotes,
]
