"""Rules that hold from a day on: what is planned, what was changed, and a form to change them.

What is typed is shown in sentences before it is saved.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from litestar import Response, get, post

from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, show
from api.console.brand.words import CAPPED, DEBTS, EXPIRIES, WINDOWS, _
from api.console.shell import Shell
from api.http.auth import PAGE, Call
from api.pages.forms import Form

HOME = "/console/programme"
PATH = f"{HOME}/rules-from-day"
ISSUED = {
    "none": _("Points issued from %(day)s on never expire."),
    "days": _("Points issued from %(day)s on expire %(count)s days after their issue."),
    "months": _("Points issued from %(day)s on expire %(count)s months later, at the month's end."),
    "dates": _("Points issued from %(day)s on expire on fixed dates: %(dates)s."),
}
"""What a plan says to whoever looks at it before it is saved."""
Fact = tuple[str, str, str, str]
"""From when on, which rule, what it was, what it is."""


def _texts(shell: Shell, stage: Mapping[str, Any], currency: str | None) -> dict[str, str]:
    _, f, plan = shell._, shell.f, stage["expiry"]
    expiry = _(EXPIRIES[plan["kind"]])
    if plan["count"]:
        expiry = f"{expiry}: {f.number(plan['count'])}"
    value = stage["point_value"]
    return {
        _("When points expire"): ", ".join([expiry, *plan["dates"]]),
        _("Value of a point"): f"{value} {currency}" if value else "–",
        _("Return window, in days"): f.number(stage["available_after_days"]),
        _("If the points of a reversed issue are spent"): _(DEBTS[stage["debt"]]),
    }


def dated_facts(
    shell: Shell, stages: Sequence[Mapping[str, Any]], currency: str | None
) -> list[Fact]:
    """What changes on which day, in the order of the days."""
    found: list[Fact] = []
    for before, stage in pairwise(stages):
        was = _texts(shell, before, currency)
        now = _texts(shell, stage, currency)
        since = shell.f.day(stage["since"])
        found += [(since, name, was[name], now[name]) for name in now if was[name] != now[name]]
    return found


def _plain_facts(shell: Shell, version: Mapping[str, Any]) -> dict[str, str]:
    _, f = shell._, shell.f
    caps = [
        _("%(what)s, for each member and %(window)s: at most %(points)s")
        % {
            "what": _(CAPPED[each["kind"]]),
            "window": _(WINDOWS[each["window"]]),
            "points": f.number(each["points"]),
        }
        for each in version["caps"]
    ]
    return {
        _("Name"): version["name"],
        _("What a point is called"): version["unit"],
        _("Most points in a wallet"): f.number(version["balance_max"]),
        _("Caps"): "; ".join(caps) or "–",
    }


def history(shell: Shell, versions: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Who changed what, and when: from what to what. The latest change is first."""
    found = []
    for newer, older in pairwise(versions):
        was, now = _plain_facts(shell, older), _plain_facts(shell, newer)
        changes = [("", name, was[name], now[name]) for name in now if was[name] != now[name]]
        told = dated_facts(shell, older["dated_rules"], older["currency"])
        tells = dated_facts(shell, newer["dated_rules"], newer["currency"])
        found.append(
            {
                "version": newer["version"],
                "at": older["replaced_at"],
                "who": older["replaced_by"],
                "changes": changes + _without(tells, told),
                "withdrawn": _without(told, tells),
            }
        )
    return found


def _without(facts: Iterable[Fact], others: Sequence[Fact]) -> list[Fact]:
    return [each for each in facts if each not in others]


def _body(form: Form) -> dict[str, Any]:
    body: dict[str, Any] = {
        name: form.optional(name) for name in ("since", "point_value", "currency", "debt")
    }
    body["available_after_days"] = form.whole("available_after_days")
    if kind := form.optional("expiry.kind"):
        body["expiry"] = {"kind": kind}
        if (count := form.whole("expiry.count")) is not None:
            body["expiry"]["count"] = count
        if dates := form.text("expiry.dates").replace("，", ",").replace(",", " ").split():
            body["expiry"]["dates"] = dates
    return {name: value for name, value in body.items() if value is not None}


def preview(brand: Brand, body: Mapping[str, Any], points: int) -> list[str]:
    """What a change comes to, in sentences."""
    shell = brand.shell
    _, f = shell._, shell.f
    day = f.day(body["since"]) if "since" in body else _("today")
    told: list[str] = []
    plan = body.get("expiry")
    if plan is not None and plan["kind"] in ISSUED:
        values = {"count": plan.get("count", 0), "dates": ", ".join(plan.get("dates", ()))}
        told.append(_(ISSUED[plan["kind"]]) % {"day": day, **values})
        kept = _("%(points)s points that members have already keep their day.")
        told.append(kept % {"points": f.number(points)})
    if "available_after_days" in body:
        window = _("Points issued from %(day)s on can be spent %(count)s days later.")
        told.append(window % {"day": day, "count": body["available_after_days"]})
    if "debt" in body:
        debt = _("If the points of an issue that is reversed from %(day)s on are spent: %(rule)s.")
        rule = _(DEBTS.get(body["debt"], body["debt"]))
        told.append(debt % {"day": day, "rule": rule})
    if "point_value" in body:
        worth = _(
            "From %(day)s on a point is worth %(value)s %(currency)s. What was allocated to"
            " points in months before stays as it is."
        )
        currency = body.get("currency") or brand.programme["currency"] or ""
        values = {"value": body["point_value"], "currency": currency}
        told.append(worth % {"day": day, **values})
    return told or [_("Nothing changes.")]


def _task(brand: Brand, sentences: Sequence[str] = ()) -> Task:
    shell, held = brand.shell, brand.programme
    _ = shell._
    now = _texts(shell, held, held["currency"])
    today = _("Today: %s")
    kinds = [(value, _(word)) for value, word in EXPIRIES.items() if value != "sliding"]
    same = ("", _("Stays as it is"))
    fields = [
        Field("since", _("From this day on"), "date", hint=_("Empty: from today on")),
        Field(
            "expiry.kind",
            _("When points expire"),
            choices=[same, *kinds],
            hint=today % now[_("When points expire")],
        ),
        Field("expiry.count", _("Days or months"), "number", attrs={"min": 0, "step": 1}),
        Field("expiry.dates", _("Fixed dates"), hint=_("Such as 06-30 12-31")),
        Field(
            "available_after_days",
            _("Return window, in days"),
            "number",
            hint=today % now[_("Return window, in days")],
            attrs={"min": 0, "step": 1},
        ),
        Field(
            "debt",
            _("If the points of a reversed issue are spent"),
            choices=[same, *((value, _(word)) for value, word in DEBTS.items())],
            hint=today % now[_("If the points of a reversed issue are spent")],
        ),
        Field("point_value", _("Value of a point"), hint=today % now[_("Value of a point")]),
    ]
    if held["currency"] is None:
        fields.append(Field("currency", _("Currency"), attrs={"maxlength": 3}))
    about = _("Points that members have keep their day. What you leave empty stays as it is.")
    return Task(
        title=_("Change rules from a day on"),
        sub=" ".join(sentences) or about,
        action=brand.to(PATH if sentences else f"{PATH}/preview"),
        submit=_("Save") if sentences else _("Preview"),
        fields=fields,
        call="POST /v1/programmes/{programme}/rules",
        crumbs=((_("Programme"), brand.to(HOME)),),
    )


async def _sentences(brand: Brand, form: Form) -> list[str]:
    return preview(brand, _body(form), (await brand.need("/totals"))["outstanding"])


@get(PATH, opt=PAGE, include_in_schema=False)
async def dated_form(request: Call) -> Response[bytes]:
    """Ask what changes from which day on."""
    brand = await enter_brand(request, "programmes.manage")
    return show(brand.shell, _task(brand))


@post(f"{PATH}/preview", opt=PAGE, include_in_schema=False)
async def preview_change(request: Call) -> Response[bytes]:
    """Say what a change would come to. Nothing is saved."""
    brand, form = await enter_brand_form(request, "programmes.manage")
    return show(brand.shell, _task(brand, await _sentences(brand, form)), form)


@post(PATH, opt=PAGE, include_in_schema=False)
async def change_from_day(request: Call) -> Response[bytes]:
    """Let the rules hold from the day on."""
    brand, form = await enter_brand_form(request, "programmes.manage")
    answer = await brand.act("POST", "/rules", _body(form), form=form)
    if not answer.is_good:
        return show(brand.shell, _task(brand, await _sentences(brand, form)), form, answer)
    return brand.shell.done(brand.to(HOME), brand.shell._("It is planned, or holds from today on."))


ROUTES = [dated_form, preview_change, change_from_day]
