"""The form of a price rule: for which offers, what it costs, on which days, and for whom."""

from typing import Any

from api.console.brand.choice import Brand
from api.console.brand.tasks import Field, Task
from api.console.brand.who import read_who, who_fields
from api.console.brand.words import WEEKDAYS
from api.pages.forms import Form

EFFECTS = ("percent", "points", "free")
ADD = "/console/prices/add"
SIMULATE = "/console/prices/simulate"
SIMULATED_DAYS = 30


def price_fields(brand: Brand, names: dict[int, str]) -> tuple[Field, ...]:
    """What a price rule says, field by field."""
    _ = brand.shell._
    today = brand.shell.today.isoformat()
    offers = [("", _("All offers, or those of the category below")), *_offers(names)]
    return (
        Field("label", _("What it is called"), required=True, attrs={"maxlength": 100}),
        Field("scope.offer_id", _("For the offer"), choices=offers),
        Field("scope.category", _("For the category"), hint=_("Such as video. Empty: all offers")),
        Field(
            "effect",
            _("What it makes of the price"),
            required=True,
            choices=(
                ("percent", _("A percentage of the ordinary price")),
                ("points", _("So many points")),
                ("free", _("Free")),
            ),
        ),
        Field("amount", _("Percent, or points"), "number", attrs={"min": 0, "step": 1}),
        Field(
            "schedule.monthly",
            _("On these days of the month"),
            hint=_("Such as 8, 18, 28 or last, with commas"),
        ),
        Field(
            "schedule.weekly",
            _("On these days of the week"),
            hint=", ".join(f"{day} {_(name)}" for day, name in WEEKDAYS.items()),
        ),
        Field("schedule.dates", _("On these dates"), hint=_("Such as 2026-11-11, with commas")),
        Field("hours.opens", _("From this time of the day"), "time"),
        Field("hours.closes", _("Until before this time"), "time"),
        Field("valid_from", _("From"), "date", required=True, value=today),
        Field("valid_until", _("Until before"), "date"),
        Field(
            "earning_multiplier_percent",
            _("Points issued on these days, in percent"),
            "number",
            hint=_("200: twice as many"),
            attrs={"min": 100, "step": 1},
        ),
        *who_fields(brand.shell, "who"),
    )


def _offers(names: dict[int, str]) -> list[tuple[str, str]]:
    return [(str(each), name) for each, name in sorted(names.items(), key=lambda item: item[1])]


def read_price(brand: Brand, form: Form) -> dict[str, Any]:
    """The price rule that was typed, as the interface takes it."""
    rule: dict[str, Any] = {
        "label": form.text("label"),
        "scope": _scope(form),
        "price": _effect(form),
        "valid_from": brand.instant(form.text("valid_from")),
    }
    schedule = {
        "monthly": [_day(each) for each in _list(form, "schedule.monthly")],
        "weekly": [_day(each) for each in _list(form, "schedule.weekly")],
        "dates": _list(form, "schedule.dates"),
    }
    if kept := {name: days for name, days in schedule.items() if days}:
        rule["schedule"] = kept
    if form.text("hours.opens") or form.text("hours.closes"):
        rule["hours"] = {name: form.text(f"hours.{name}") for name in ("opens", "closes")}
    if who := read_who(form, "who"):
        rule["who"] = who
    if until := brand.instant(form.text("valid_until")):
        rule["valid_until"] = until
    if (multiplier := form.whole("earning_multiplier_percent")) is not None:
        rule["earning_multiplier_percent"] = multiplier
    return rule


def _scope(form: Form) -> dict[str, Any]:
    if form.text("scope.offer_id"):
        return {"offer_id": form.whole("scope.offer_id")}
    if form.text("scope.category"):
        return {"category": form.text("scope.category")}
    return {"all": True}


def _effect(form: Form) -> dict[str, Any]:
    effect = form.text("effect")
    if effect == "free":
        return {"free": True}
    return {effect if effect in EFFECTS else "points": form.whole("amount")}


def _list(form: Form, name: str) -> list[str]:
    typed = form.text(name).replace("，", ",").replace("、", ",").split(",")
    return [each.strip() for each in typed if each.strip()]


def _day(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() else text


def blame_price(form: Form) -> None:
    """Show at the typed amount what is wrong with the price."""
    for name in ("points", "percent"):
        if wrong := form.wrong(f"price.{name}"):
            form.blame({"errors": [{"pointer": "/amount", "detail": wrong}]})


def price_task(brand: Brand, names: dict[int, str]) -> Task:
    """The form of a new price rule."""
    _ = brand.shell._
    return Task(
        title=_("Add a price rule"),
        sub=_("It never changes, and may be ended. Try it in the simulator first."),
        action=brand.to(ADD),
        submit=_("Add a price rule"),
        other=(_("Simulate"), brand.to(SIMULATE)),
        fields=price_fields(brand, names),
        call="POST /v1/programmes/{programme}/prices",
        crumbs=((_("Prices"), brand.to("/console/prices")),),
    )


def simulation_task(brand: Brand, names: dict[int, str]) -> Task:
    """The form of the simulator."""
    _ = brand.shell._
    days = Field(
        "days",
        _("The redemptions of so many last days"),
        "number",
        value=SIMULATED_DAYS,
        attrs={"min": 1},
    )
    return Task(
        title=_("Simulate a price rule"),
        sub=_("What the redemptions of the last days would have cost. Nothing is stored."),
        action=brand.to(SIMULATE),
        submit=_("Simulate"),
        other=(_("Add a price rule"), brand.to(ADD)) if brand.shell.may("market.write") else None,
        fields=(days, *price_fields(brand, names)),
        call="POST /v1/programmes/{programme}/prices/simulate",
        crumbs=((_("Prices"), brand.to("/console/prices")),),
    )
