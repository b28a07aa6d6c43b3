"""The first page of a brand: what its points do, what it owes, and what waits for somebody."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from litestar import Response

from api.console.brand.choice import Brand, NoProgramme, choose
from api.console.shell import Shell

MONTHS = 12
TOP_OFFERS = 6
LATEST = 8
LISTED = 50
CASES_TOLD = 20
PERIODS = ("30", "90", "365")
PERIOD_DEFAULT = "30"

Waiting = tuple[str, str, str]
"""What waits: an icon, a sentence, and where it is dealt with."""


async def overview(shell: Shell) -> Response[bytes]:
    """The overview of one programme, or what to do first where there is none."""
    try:
        brand = await choose(shell)
    except NoProgramme:
        return shell.page("brand/begin.html")
    days = shell.query.get("days", PERIOD_DEFAULT)
    days = days if days in PERIODS else PERIOD_DEFAULT
    window = {"from": (shell.today - timedelta(days=int(days) - 1)).isoformat()}
    totals = await brand.need("/totals")
    months = (await brand.get("/overview", {"months": MONTHS})).json
    today = (await brand.get("/today")).json
    found: dict[str, Any] = {
        "days": days,
        "since": window["from"],
        "totals": totals,
        "money": _money(brand, totals["outstanding"]),
        "months": months,
        "today": today,
        "programme": brand.code,
        "expiring": _expiring(months),
        "rate": None,
        "funnel": None,
        "latest": [],
        "names": await brand.names(),
    }
    if shell.may("figures.read"):
        query = {"programme": brand.code, **window}
        rate = await shell.get("/v1/figures/redemption-rate", query)
        funnel = await shell.get("/v1/figures/funnel", query)
        found["rate"] = rate.json if rate.is_good else None
        if funnel.is_good:
            found["funnel"] = _funnel(funnel.json)
    if shell.may("coupons.read"):
        found["latest"] = (await brand.get("/coupons", {"limit": LATEST})).items
        summary = await brand.get("/coupons/summary")
        found["states"] = {each["state"]: each["coupons"] for each in summary.json["states"]}
    found["waiting"] = await _waiting(brand)
    return brand.page("brand/overview.html", periods=PERIODS, **found)


def _money(brand: Brand, points: int) -> tuple[int, str] | None:
    """What points are worth, in minor units and their currency, if the programme says."""
    value, currency = brand.programme["point_value"], brand.programme["currency"]
    if value is None or currency is None:
        return None
    scale = get_currency_precision(currency)
    return int((Decimal(value) * points).scaleb(scale).to_integral_value()), currency


def _expiring(months: dict[str, Any]) -> dict[str, Any] | None:
    """The points that expire by the end of this month or, if there are none, of the next."""
    ahead: list[dict[str, Any]] = months["expiring"]
    return next((each for each in ahead if each["points"]), ahead[0] if ahead else None)


def _funnel(document: dict[str, Any]) -> dict[str, Any]:
    """The steps of all offers together, and the offers that members redeem most."""
    names = ("shown", "redeemed", "delivered", "used")
    groups: list[dict[str, Any]] = document["groups"]
    return {
        "steps": {name: sum(each["steps"][name] for each in groups) for name in names},
        "top": [each for each in groups if each["steps"]["redeemed"]][:TOP_OFFERS],
    }


async def _waiting(brand: Brand) -> list[Waiting]:
    """What somebody of the brand should look at, as far as the user may."""
    asked = (_procurements, _stock, _statements, _cases)
    found = await asyncio.gather(*(ask(brand) for ask in asked))
    return [each for part in found for each in part]


async def _procurements(brand: Brand) -> list[Waiting]:
    if not brand.shell.may("market.read"):
        return []
    listed = (await brand.get("/procurements", {"state": "waiting", "limit": LISTED})).items
    count = len(listed)
    text = brand.shell._("Procurements without an answer: %s") % count
    return (
        [("truck-delivery", text, brand.to("/console/procurement", state="waiting"))]
        if count
        else []
    )


async def _stock(brand: Brand) -> list[Waiting]:
    if not brand.shell.may("market.read"):
        return []
    listed = (await brand.get("/burn-down", {"limit": LISTED})).items
    count = sum(each["is_low"] for each in listed)
    text = brand.shell._("Allotments that are nearly empty: %s") % count
    return [("alert-triangle", text, brand.to("/console/procurement"))] if count else []


async def _statements(brand: Brand) -> list[Waiting]:
    shell = brand.shell
    if not shell.may("statements.agree"):
        return []
    listed = await shell.get("/v1/statements", {"state": "issued", "limit": LISTED})
    mine = shell.user.party.code
    count = sum(
        each["payer_agreed_at" if each["payer_party"] == mine else "payee_agreed_at"] is None
        for each in listed.items
    )
    text = shell._("Statements that wait for your agreement: %s") % count
    return [("file-invoice", text, "/console/statements?state=issued")] if count else []


async def _cases(brand: Brand) -> list[Waiting]:
    shell = brand.shell
    if not shell.may("orders.read"):
        return []
    count = len((await shell.get("/v1/cases", {"limit": CASES_TOLD})).items)
    text = shell._("Cases that the operator looks at: %s") % count
    return [("heart-handshake", text, "/console/cases")] if count else []
