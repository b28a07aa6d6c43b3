"""Figures: what became of rights, how members redeem, and how a party does.

Brands, suppliers and the operator see the same page, each with what it may see. A rate stands with
its numerator, its denominator and its interval.
"""

from datetime import timedelta
from typing import Any

from litestar import Response, get

from api.console.brand.choice import Brand, NoProgramme, choose, language, show_page
from api.console.brand.words import _
from api.console.shell import Shell, enter
from api.http.auth import PAGE, Call
from api.pages.ask import Answer
from api.pages.export import csv_file

GROUPINGS = (
    ("offer", _("By offer")),
    ("supplier", _("By supplier")),
    ("brand", _("By brand")),
    ("shop", _("By shop")),
    ("channel", _("By channel")),
)
STEPS = ("shown", "redeemed", "delivered", "used", "returned", "reversed")
PERIODS = ("7", "30", "90", "365")
PERIOD_DEFAULT = "30"


def window(shell: Shell) -> dict[str, str]:
    """The days in the address, or the last so many."""
    if shell.query.get("from"):
        found = {"from": shell.query["from"]}
        return found | ({"until": shell.query["until"]} if shell.query.get("until") else {})
    days = shell.query.get("days", PERIOD_DEFAULT)
    days = days if days in PERIODS else PERIOD_DEFAULT
    return {"from": (shell.today - timedelta(days=int(days) - 1)).isoformat()}


@get("/console/figures", opt=PAGE, include_in_schema=False)
async def figures(request: Call) -> Response[bytes]:
    """The funnel in groups, the redemption rate, and the party's own scorecard."""
    shell = await enter(request, "figures.read")
    brand = await _brand(shell)
    by = shell.query.get("by", "offer")
    by = by if by in dict(GROUPINGS) else "offer"
    days = window(shell)
    query = {"by": by, **days}
    if brand is not None:
        query["programme"] = brand.code
    funnel = await shell.get("/v1/figures/funnel", query)
    if shell.query.get("export") == "csv" and funnel.is_good:
        return _csv(shell, funnel.json)
    rate: Answer | None = None
    if brand is not None:
        rate = await shell.get("/v1/figures/redemption-rate", {"programme": brand.code, **days})
    card = await shell.get("/v1/scorecards/{party}", days, party=shell.user.party.code)
    values: dict[str, Any] = {
        "by": by,
        "days": shell.query.get("days", "" if shell.query.get("from") else PERIOD_DEFAULT),
        "groupings": [(value, shell._(text), None) for value, text in GROUPINGS],
        "funnel": funnel.json if funnel.is_good else None,
        "rate": rate.json if rate is not None and rate.is_good else None,
        "card": card.json if card.is_good else None,
        "names": await _names(shell, brand),
        "problem": funnel.problem,
        "status": funnel.status,
    }
    if brand is not None:
        return brand.page("brand/figures.html", **values)
    return show_page(shell, "brand/figures.html", brand=None, **values)


async def _brand(shell: Shell) -> Brand | None:
    if not shell.is_party("brand"):
        return None
    try:
        return await choose(shell)
    except NoProgramme:
        return None


async def _names(shell: Shell, brand: Brand | None) -> dict[int, str]:
    """What offers are called: those that a brand sees, or a supplier's own."""
    if brand is not None:
        return await brand.names()
    if not shell.is_party("supplier") or not shell.may("offers.read"):
        return {}
    own = await shell.get("/v1/offers", {"limit": 200})
    tongue = language(shell)
    return {
        each["offer_id"]: ((each["texts"] or {}).get(tongue) or {}).get("name", each["name"])
        for each in own.items
    }


def _csv(shell: Shell, document: dict[str, Any]) -> Response[bytes]:
    heading = [shell._("Group"), *(shell._(text) for text in STEP_NAMES.values())]
    rows = [
        [each["label"] or each["key"], *(each["steps"][name] for name in STEPS)]
        for each in document["groups"]
    ]
    return csv_file("funnel", heading, rows)


STEP_NAMES = {
    "shown": _("Shown"),
    "redeemed": _("Redeemed coupons"),
    "delivered": _("Delivered coupons"),
    "used": _("Used coupons"),
    "returned": _("Points back"),
    "reversed": _("Uses reversed"),
}
ROUTES = [figures]
