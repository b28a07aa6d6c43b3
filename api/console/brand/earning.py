"""Earning rules, and batches of product codes that earn by them."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand import columns
from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, points_field, require_good, show
from api.console.brand.words import ONCE_PER, _
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound
from api.pages.ask import PAGE_LIMIT, Query, at

RULES = "/console/points/earning"
BATCHES = "/console/points/batches"


def _number(name: str, label: str, **more: Any) -> Field:
    return Field(name, label, "number", attrs={"min": 1, "step": 1}, **more)


def _rule_task(brand: Brand) -> Task:
    _ = brand.shell._
    today = brand.shell.today.isoformat()
    none = (("", _("As often as it happens")),)
    return Task(
        title=_("Add an earning rule"),
        sub=_("A rule never changes. To change it, end it and add another one."),
        action=brand.to(f"{RULES}/add"),
        submit=_("Add an earning rule"),
        fields=(
            Field("rule", _("Short name"), required=True, hint=_("Such as sign-in")),
            Field(
                "event",
                _("Event"),
                required=True,
                hint=_("Such as sign-in or product-code. Your own begin with custom:"),
            ),
            Field("label", _("What it is called"), required=True),
            points_field(_("Points")),
            Field(
                "once_per",
                _("How often"),
                choices=(*none, *((each, _(word)) for each, word in ONCE_PER.items())),
            ),
            _number("per_member_per_day", _("At most so often a day for a member")),
            _number("budget_points_per_day", _("Budget of points for a day")),
            _number("budget_points_total", _("Budget of points in all")),
            Field("valid_from", _("From"), "date", required=True, value=today),
            Field("valid_until", _("Until before"), "date"),
        ),
        call="POST /v1/programmes/{programme}/earning-rules",
        crumbs=((_("Earning rules"), brand.to(RULES)),),
    )


@get(RULES, opt=PAGE, include_in_schema=False)
async def earning_rules(request: Call) -> Response[bytes]:
    """The programme's earning rules."""
    brand = await enter_brand(request, "programmes.read")
    shell = brand.shell
    wanted = "all" if shell.query.get("state") == "all" else "in_force"
    if shell.query.get("export") == "csv":
        return await shell.export(
            f"/v1/programmes/{brand.code}/earning-rules",
            {"state": wanted},
            name="earning-rules",
            columns=columns.EARNING_RULES,
        )
    query: Query = {"state": wanted, "limit": PAGE_LIMIT, "cursor": shell.query.get("cursor")}
    answer = await brand.get("/earning-rules", query)
    return brand.page(
        "brand/earning.html",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
    )


@get(f"{RULES}/add", opt=PAGE, include_in_schema=False)
async def add_rule_form(request: Call) -> Response[bytes]:
    """Ask what a new rule gives."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, _rule_task(brand))


@post(f"{RULES}/add", opt=PAGE, include_in_schema=False)
async def add_rule(request: Call) -> Response[bytes]:
    """Make an earning rule."""
    brand, form = await enter_brand_form(request, "market.write")
    body: dict[str, Any] = {name: form.optional(name) for name in ("rule", "event", "label")}
    body["once_per"] = form.optional("once_per")
    for name in ("points", "per_member_per_day", "budget_points_per_day", "budget_points_total"):
        body[name] = form.whole(name)
    for name in ("valid_from", "valid_until"):
        body[name] = brand.instant(form.text(name))
    told = {name: value for name, value in body.items() if value is not None}
    answer = await brand.act("POST", "/earning-rules", told, form=form)
    if not answer.is_good:
        return show(brand.shell, _rule_task(brand), form, answer)
    return brand.shell.done(brand.to(RULES), _("The rule holds."))


@post(f"{RULES}/{{rule:str}}/end", opt=PAGE, include_in_schema=False)
async def end_rule(request: Call, rule: FromPath[str]) -> Response[bytes]:
    """End an earning rule for good."""
    brand, form = await enter_brand_form(request, "market.write")
    answer = await brand.act("POST", "/earning-rules/{rule}/end", form=form, rule=rule)
    require_good(answer)
    return brand.shell.done(brand.to(RULES), _("The rule was ended."))


@get(BATCHES, opt=PAGE, include_in_schema=False)
async def product_batches(request: Call) -> Response[bytes]:
    """Batches of product codes, and what came of them."""
    brand = await enter_brand(request, "programmes.read")
    shell = brand.shell
    if shell.query.get("export") == "csv":
        path = f"/v1/programmes/{brand.code}/product-batches"
        return await shell.export(path, {}, name="product-codes", columns=columns.BATCHES)
    query = {"limit": PAGE_LIMIT, "cursor": shell.query.get("cursor")}
    answer = await brand.get("/product-batches", query)
    return brand.page(
        "brand/batches.html",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
    )


def _batch_task(brand: Brand, rules: list[dict[str, Any]]) -> Task:
    _ = brand.shell._
    return Task(
        title=_("Add a batch of product codes"),
        sub=_("Codes on goods give points by an earning rule, each of them once."),
        action=brand.to(f"{BATCHES}/add"),
        submit=_("Add a batch of product codes"),
        fields=(
            Field("batch", _("Short name"), required=True),
            Field("label", _("What it is called"), required=True),
            Field(
                "rule",
                _("Earning rule"),
                required=True,
                choices=[(each["rule"], f"{each['label']} ({each['points']})") for each in rules],
            ),
        ),
        call="POST /v1/programmes/{programme}/product-batches",
        crumbs=((_("Product codes"), brand.to(BATCHES)),),
    )


async def _rules(brand: Brand) -> list[dict[str, Any]]:
    return (await brand.get("/earning-rules", {"limit": 200})).items


@get(f"{BATCHES}/add", opt=PAGE, include_in_schema=False)
async def add_batch_form(request: Call) -> Response[bytes]:
    """Ask by which rule the codes of a new batch earn."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, _batch_task(brand, await _rules(brand)))


@post(f"{BATCHES}/add", opt=PAGE, include_in_schema=False)
async def add_batch(request: Call) -> Response[bytes]:
    """Make a batch of product codes."""
    brand, form = await enter_brand_form(request, "market.write")
    body = {name: form.text(name) for name in ("batch", "label", "rule")}
    answer = await brand.act("POST", "/product-batches", body, form=form)
    if not answer.is_good:
        return show(brand.shell, _batch_task(brand, await _rules(brand)), form, answer)
    return brand.shell.done(brand.to(BATCHES), _("The batch is there. Now add its codes."))


BATCH_DEEDS = {"end": _("The batch was ended."), "void": _("The codes of the batch are void.")}


@post(f"{BATCHES}/{{batch:str}}/{{deed:str}}", opt=PAGE, include_in_schema=False)
async def act_on_batch(request: Call, batch: FromPath[str], deed: FromPath[str]) -> Response[bytes]:
    """End a batch, make its codes void, take codes in, or make new ones."""
    brand, form = await enter_brand_form(request, "market.write")
    if deed in BATCH_DEEDS:
        path = "/product-batches/{batch}/" + deed
        answer = await brand.act("POST", path, form=form, batch=batch)
        require_good(answer)
        return brand.shell.done(brand.to(BATCHES), BATCH_DEEDS[deed])
    if deed not in CODE_TASKS:
        raise RouteNotFound
    body = (
        {"count": form.whole("count")}
        if deed == "new-codes"
        else {"codes": form.text("codes").split()}
    )
    path = "/product-batches/{batch}/" + deed
    answer = await brand.act("POST", path, body, form=form, batch=batch)
    if not answer.is_good:
        return show(brand.shell, _code_task(brand, batch, deed), form, answer)
    return brand.page("brand/batch_codes.html", made=answer.json)


CODE_TASKS = {
    "codes": (_("Take codes in"), _("Codes that are on goods already, one a line.")),
    "new-codes": (_("Make codes"), _("They are shown once: only their digests are stored.")),
}


def _code_task(brand: Brand, batch: str, deed: str) -> Task:
    _ = brand.shell._
    title, sub = _(CODE_TASKS[deed][0]), _(CODE_TASKS[deed][1])
    field = (
        Field("codes", _("Product codes"), "textarea", required=True)
        if deed == "codes"
        else _number("count", _("How many"), required=True)
    )
    return Task(
        title=f"{title}: {batch}",
        sub=sub,
        action=brand.to(at(f"{BATCHES}/{{batch}}/{{deed}}", batch=batch, deed=deed)),
        submit=title,
        fields=(field,),
        call=f"POST /v1/programmes/{{programme}}/product-batches/{{batch}}/{deed}",
        crumbs=((_("Product codes"), brand.to(BATCHES)),),
    )


@get(f"{BATCHES}/{{batch:str}}/{{deed:str}}", opt=PAGE, include_in_schema=False)
async def codes_form(request: Call, batch: FromPath[str], deed: FromPath[str]) -> Response[bytes]:
    """Ask for codes, or how many to make."""
    brand = await enter_brand(request, "market.write")
    if deed not in CODE_TASKS:
        raise RouteNotFound
    return show(brand.shell, _code_task(brand, batch, deed))


ROUTES = [
    earning_rules,
    add_rule_form,
    add_rule,
    end_rule,
    product_batches,
    add_batch_form,
    add_batch,
    codes_form,
    act_on_batch,
]
