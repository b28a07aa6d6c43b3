"""The programme's settings: its rules, tags, tiers and gift plan, and what else holds for it."""

import asyncio
from typing import Any

from litestar import Response, get, post

from api.console.brand.choice import (
    Brand,
    NoProgramme,
    choose,
    enter_brand,
    enter_brand_form,
    show_page,
)
from api.console.brand.dated import dated_facts, history
from api.console.brand.tasks import Field, Task, show
from api.console.brand.words import DEBTS, EXPIRIES, _
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.forms import Form

HOME = "/console/programme"


@get(HOME, opt=PAGE, include_in_schema=False)
async def programme(request: Call) -> Response[bytes]:
    """The rules of a programme, and what it states beside them."""
    shell = await enter(request, "programmes.read")
    try:
        brand = await choose(shell)
    except NoProgramme:
        if shell.may("programmes.manage"):
            return show(shell, _programme_task(shell))
        return show_page(shell, "brand/begin.html")
    paths = ("/rates", "/consents", "/tags", "/tiers", "/gift-plan", "/rules")
    rates, consents, tags, tiers, plan, rules = await asyncio.gather(
        *(brand.get(path) for path in paths)
    )
    return brand.page(
        "brand/programme.html",
        rates=rates.json["rates"],
        consents=consents.json["consents"],
        tags=tags.json["tags"],
        tiers=tiers.json["tiers"],
        plan=plan.json,
        planned=dated_facts(shell, brand.programme["dated_rules"], brand.programme["currency"]),
        history=history(shell, rules.items),
        names=await brand.names(),
    )


def _programme_task(shell: Shell) -> Task:
    _ = shell._
    code = shell.user.party.code
    return Task(
        title=_("Make a programme"),
        sub=_("Its time zone and its currency hold for good. A brand may have several."),
        action=f"{HOME}/add",
        submit=_("Make a programme"),
        fields=(
            Field(
                "code",
                _("Programme code"),
                required=True,
                value=code,
                hint=_("%(code)s, or one that begins with %(code)s--") % {"code": code},
            ),
            Field("name", _("Name"), required=True, attrs={"maxlength": 200}),
            Field("time_zone", _("Time zone"), required=True, value="Asia/Shanghai"),
            Field("unit", _("What a point is called"), attrs={"maxlength": 40}),
            Field("point_value", _("Value of a point"), hint=_("Such as 0.05, with a currency")),
            Field("currency", _("Currency"), attrs={"maxlength": 3}),
            Field(
                "expiry.kind",
                _("When points expire"),
                choices=[(value, _(word)) for value, word in EXPIRIES.items() if value != "dates"],
            ),
            Field("expiry.count", _("Days or months"), "number", attrs={"min": 0, "step": 1}),
            Field(
                "available_after_days",
                _("Return window, in days"),
                "number",
                value=0,
                attrs={"min": 0, "step": 1},
            ),
            Field(
                "debt",
                _("If the points of a reversed issue are spent"),
                choices=[(value, _(word)) for value, word in DEBTS.items()],
            ),
        ),
        call="POST /v1/programmes",
        crumbs=((_("Programme"), HOME),),
    )


@get(f"{HOME}/add", opt=PAGE, include_in_schema=False)
async def add_form(request: Call) -> Response[bytes]:
    """Ask which rules a new programme has."""
    shell = await enter(request, "programmes.manage")
    return show(shell, _programme_task(shell))


@post(f"{HOME}/add", opt=PAGE, include_in_schema=False)
async def add_programme(request: Call) -> Response[bytes]:
    """Make a programme."""
    shell, form = await enter_form(request, "programmes.manage")
    texts = ("code", "name", "time_zone", "unit", "point_value", "currency", "debt")
    body: dict[str, Any] = {name: form.optional(name) for name in texts}
    body["expiry"] = {"kind": form.text("expiry.kind") or "none"}
    if (count := form.whole("expiry.count")) is not None:
        body["expiry"]["count"] = count
    body["available_after_days"] = form.whole("available_after_days")
    told = {name: value for name, value in body.items() if value is not None}
    answer = await shell.act("POST", "/v1/programmes", told, form=form)
    if not answer.is_good:
        return show(shell, _programme_task(shell), form, answer)
    return shell.done(f"{HOME}?programme={answer.json['code']}", _("The programme is there."))


def _lines_task(brand: Brand, kind: str, held: str) -> Task:
    _ = brand.shell._
    titles = {"tags": _("Tags"), "tiers": _("Tiers")}
    hints = {
        "tags": _("One a line: its code, a comma, its label. Such as brand:tea-lover, Tea lovers"),
        "tiers": _("One a line: its code, its label, its rank. Such as gold, Gold, 2"),
    }
    return Task(
        title=titles[kind],
        sub=_("All of them. What is left out is there no more."),
        action=brand.to(f"{HOME}/{kind}"),
        submit=_("Save"),
        fields=(Field("lines", titles[kind], "textarea", value=held, hint=hints[kind]),),
        call=f"PUT /v1/programmes/{{programme}}/{kind}",
        crumbs=((_("Programme"), brand.to(HOME)),),
    )


async def _held(brand: Brand, kind: str) -> str:
    found = (await brand.need(f"/{kind}"))[kind]
    names = ("code", "label") if kind == "tags" else ("code", "label", "rank")
    return "\n".join(", ".join(str(each[name]) for name in names) for each in found)


def _read_lines(form: Form, kind: str) -> list[dict[str, Any]]:
    """What was typed, line by line. A comma in a label stays in it."""
    found: list[dict[str, Any]] = []
    for line in form.text("lines").replace("，", ",").splitlines():
        code, comma, rest = (part.strip() for part in line.partition(","))
        if not code:
            continue
        if kind == "tags":
            found.append({"code": code, "label": rest or code})
            continue
        label, comma, rank = (part.strip() for part in rest.rpartition(","))
        stated = int(rank) if rank.isascii() and rank.isdigit() else rank
        found.append({"code": code, "label": label if comma else code, "rank": stated})
    return found


@get(f"{HOME}/tags", opt=PAGE, include_in_schema=False)
async def tags_form(request: Call) -> Response[bytes]:
    """Ask which tags members may have."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, _lines_task(brand, "tags", await _held(brand, "tags")))


@get(f"{HOME}/tiers", opt=PAGE, include_in_schema=False)
async def tiers_form(request: Call) -> Response[bytes]:
    """Ask which tiers members may have."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, _lines_task(brand, "tiers", await _held(brand, "tiers")))


async def _set_lines(request: Call, kind: str) -> Response[bytes]:
    brand, form = await enter_brand_form(request, "market.write")
    body = {kind: _read_lines(form, kind)}
    answer = await brand.act("PUT", f"/{kind}", body, form=form)
    if not answer.is_good:
        return show(brand.shell, _lines_task(brand, kind, ""), form, answer)
    return brand.shell.done(brand.to(HOME), _("It holds from now on."))


@post(f"{HOME}/tags", opt=PAGE, include_in_schema=False)
async def set_tags(request: Call) -> Response[bytes]:
    """State all tags of the programme."""
    return await _set_lines(request, "tags")


@post(f"{HOME}/tiers", opt=PAGE, include_in_schema=False)
async def set_tiers(request: Call) -> Response[bytes]:
    """State all tiers of the programme."""
    return await _set_lines(request, "tiers")


def _plan_task(brand: Brand, plan: dict[str, Any], names: dict[int, str]) -> Task:
    _ = brand.shell._
    offers = [("", _("No birthday gift")), *((str(each), name) for each, name in names.items())]
    return Task(
        title=_("Gift plan"),
        sub=_("What members get by themselves, and how many free rights a week are enough."),
        action=brand.to(f"{HOME}/gift-plan"),
        submit=_("Save"),
        fields=(
            Field(
                "birthday_offer_id",
                _("Birthday gift"),
                choices=offers,
                value=plan.get("birthday_offer_id"),
            ),
            Field(
                "birthday_hour",
                _("At this hour of the day"),
                "number",
                value=plan.get("birthday_hour", 9),
                attrs={"min": 0, "max": 23},
            ),
            Field(
                "free_rights_per_week",
                _("Free rights for a member in a week, at most"),
                "number",
                value=plan.get("free_rights_per_week"),
                attrs={"min": 0},
            ),
        ),
        call="PUT /v1/programmes/{programme}/gift-plan",
        crumbs=((_("Programme"), brand.to(HOME)),),
    )


@get(f"{HOME}/gift-plan", opt=PAGE, include_in_schema=False)
async def plan_form(request: Call) -> Response[bytes]:
    """Ask what members get by themselves."""
    brand = await enter_brand(request, "market.write")
    return show(brand.shell, _plan_task(brand, await brand.need("/gift-plan"), await brand.names()))


@post(f"{HOME}/gift-plan", opt=PAGE, include_in_schema=False)
async def set_plan(request: Call) -> Response[bytes]:
    """State the gift plan."""
    brand, form = await enter_brand_form(request, "market.write")
    body: dict[str, Any] = {
        "birthday_offer_id": form.whole("birthday_offer_id"),
        "free_rights_per_week": form.whole("free_rights_per_week"),
    }
    if (hour := form.whole("birthday_hour")) is not None:
        body["birthday_hour"] = hour
    answer = await brand.act("PUT", "/gift-plan", body, form=form)
    if not answer.is_good:
        return show(brand.shell, _plan_task(brand, {}, await brand.names()), form, answer)
    return brand.shell.done(brand.to(HOME), _("It holds from now on."))


ROUTES = [
    programme,
    add_form,
    add_programme,
    tags_form,
    set_tags,
    tiers_form,
    set_tiers,
    plan_form,
    set_plan,
]
