"""The rules of a programme that change at once: each change is a new version, the old ones stay."""

from typing import Any

from litestar import Response, get, post

from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, show
from api.console.brand.words import CAPPED, WINDOWS, _
from api.http.auth import PAGE, Call

HOME = "/console/programme"


def _name(kind: str, window: str) -> str:
    return f"cap.{kind}.{window}"


def _task(brand: Brand) -> Task:
    _, held = brand.shell._, brand.programme
    caps = {_name(each["kind"], each["window"]): each["points"] for each in held["caps"]}
    whole = {"min": 0, "step": 1}
    limits = [
        Field(
            _name(kind, window),
            _("%(what)s, for each member and %(window)s: at most")
            % {"what": _(what), "window": _(length)},
            "number",
            value=caps.get(_name(kind, window)),
            attrs={"min": 1, "step": 1},
        )
        for kind, what in CAPPED.items()
        for window, length in WINDOWS.items()
    ]
    return Task(
        title=_("Change the rules"),
        sub=_(
            "They hold at once. When points expire and what they are worth changes from a day on."
        ),
        action=brand.to(f"{HOME}/rules"),
        submit=_("Save"),
        fields=(
            Field("name", _("Name"), required=True, value=held["name"]),
            Field("unit", _("What a point is called"), required=True, value=held["unit"]),
            Field(
                "available_after_days",
                _("Return window, in days"),
                "number",
                required=True,
                value=held["available_after_days"],
                attrs=whole,
            ),
            Field(
                "balance_max",
                _("Most points in a wallet"),
                "number",
                value=held["balance_max"],
                attrs={"min": 1, "step": 1},
            ),
            *limits,
        ),
        call="PUT /v1/programmes/{programme}/rules",
        crumbs=((_("Programme"), brand.to(HOME)),),
    )


@get(f"{HOME}/rules", opt=PAGE, include_in_schema=False)
async def rules_form(request: Call) -> Response[bytes]:
    """Ask what changes in a programme."""
    brand = await enter_brand(request, "programmes.manage")
    return show(brand.shell, _task(brand))


@post(f"{HOME}/rules", opt=PAGE, include_in_schema=False)
async def change_rules(request: Call) -> Response[bytes]:
    """State the rules anew. They hold at once."""
    brand, form = await enter_brand_form(request, "programmes.manage")
    caps = [
        {"kind": kind, "window": window, "points": points}
        for kind in CAPPED
        for window in WINDOWS
        if (points := form.whole(_name(kind, window))) is not None
    ]
    body: dict[str, Any] = {
        "name": form.text("name"),
        "unit": form.text("unit"),
        "available_after_days": form.whole("available_after_days"),
        "balance_max": form.whole("balance_max"),
        "caps": caps,
    }
    told = {name: value for name, value in body.items() if value is not None}
    answer = await brand.act("PUT", "/rules", told, form=form)
    if not answer.is_good:
        return show(brand.shell, _task(brand), form, answer)
    return brand.shell.done(brand.to(HOME), _("It holds from now on."))


ROUTES = [rules_form, change_rules]
