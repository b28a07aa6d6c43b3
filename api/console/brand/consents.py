"""Consents: which points of other programmes are let in, and how many."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand.choice import Brand, enter_brand, enter_brand_form
from api.console.brand.tasks import Field, Task, require_good, show
from api.console.brand.words import _
from api.http.auth import PAGE, Call

HOME = "/console/programme"


def _consent_task(brand: Brand) -> Task:
    _ = brand.shell._
    today = brand.shell.today.isoformat()
    whole = {"min": 1, "step": 1}
    return Task(
        title=_("Consent to conversions"),
        sub=_("Points of another programme become points of this one. It replaces the one before."),
        action=brand.to(f"{HOME}/consents"),
        submit=_("Consent to conversions"),
        fields=(
            Field("from_programme", _("From the programme"), required=True),
            Field("denominator", _("So many of its points"), "number", required=True, attrs=whole),
            Field("numerator", _("become so many of ours"), "number", required=True, attrs=whole),
            Field(
                "member_month_points_max",
                _("At most for a member in a month"),
                "number",
                required=True,
                attrs=whole,
            ),
            Field("points_max", _("At most in all"), "number", required=True, attrs=whole),
            Field(
                "price_minor",
                _("What the other brand owes for 1,000 points, in the smallest unit"),
                required=True,
            ),
            Field("valid_from", _("From"), "date", required=True, value=today),
            Field("valid_until", _("Until before"), "date"),
        ),
        call="POST /v1/programmes/{programme}/consents",
        crumbs=((_("Programme"), brand.to(HOME)),),
    )


@get(f"{HOME}/consents", opt=PAGE, include_in_schema=False)
async def consent_form(request: Call) -> Response[bytes]:
    """Ask which points are let in, and how many."""
    brand = await enter_brand(request, "programmes.manage")
    return show(brand.shell, _consent_task(brand))


@post(f"{HOME}/consents", opt=PAGE, include_in_schema=False)
async def add_consent(request: Call) -> Response[bytes]:
    """Let points of another programme in."""
    brand, form = await enter_brand_form(request, "programmes.manage")
    numbers = ("denominator", "numerator", "member_month_points_max", "points_max")
    body: dict[str, Any] = {name: form.whole(name) for name in numbers}
    for name in ("from_programme", "price_minor", "valid_from", "valid_until"):
        body[name] = form.optional(name)
    told = {name: value for name, value in body.items() if value is not None}
    answer = await brand.act("POST", "/consents", told, form=form)
    if not answer.is_good:
        return show(brand.shell, _consent_task(brand), form, answer)
    return brand.shell.done(brand.to(HOME), _("The consent holds."))


@post(f"{HOME}/consents/{{source:str}}/end", opt=PAGE, include_in_schema=False)
async def end_consent(request: Call, source: FromPath[str]) -> Response[bytes]:
    """Let no more points of a programme in."""
    brand, form = await enter_brand_form(request, "programmes.manage")
    require_good(await brand.act("DELETE", "/consents/{source}", form=form, source=source))
    return brand.shell.done(brand.to(HOME), _("The consent was ended."))


ROUTES = [consent_form, add_consent, end_consent]
