"""Who never sees whose offers: the matrix of all brands, one brand's row, and why."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get

from api.console.run.users import parties_to_choose
from api.console.run.words import EFFECTS, FACETS, LAYERS, VIEWS, gettext
from api.console.shell import Shell, enter
from api.http.auth import PAGE, Call
from api.pages.export import csv_file
from api.pages.render import see_other

PATH = "/console/isolation"
OF_PARTIES = ("/vetoes", "/groups")
COLUMNS = {
    gettext("Owner"): "owner",
    gettext("Supplier"): "supplier",
    gettext("Category"): "category",
    gettext("Offers"): "offers",
    gettext("Isolated"): "isolated",
    gettext("Why"): "words",
}
BRANDS_SHOWN_MAX = 12
"""So many brands stand side by side. More are chosen one by one."""


def typed_instant(shell: Shell, text: str) -> str | None:
    """What was typed into a field for a time, as the interface reads it. Nothing is None."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(shell.f.zone)).isoformat()
    except ValueError:
        return text


def tabs(shell: Shell) -> list[tuple[str, str]]:
    """The pages about isolation that this user can open."""
    is_operator = shell.is_party("operator")
    return [
        (PATH + path, shell._(name))
        for path, name in VIEWS.items()
        if is_operator or path in OF_PARTIES
    ]


@get(PATH, opt=PAGE, include_in_schema=False)
async def isolation_page(request: Call) -> Response[bytes]:
    """The matrix for the operator; parties have their own vetoes and groups."""
    shell = await enter(request, "isolation.read")
    if not shell.is_party("operator"):
        return see_other(f"{PATH}/vetoes")
    parties = await parties_to_choose(shell)
    brands = [each for each in parties if "brand" in each["roles"]]
    buyer = shell.query.get("buyer", "")
    at = typed_instant(shell, shell.query.get("at", ""))
    if buyer:
        return await _brand(shell, parties, brands, buyer, at)
    shown = brands[:BRANDS_SHOWN_MAX]
    rows: dict[tuple[str, str], dict[str, list[dict[str, Any]]]] = {}
    for brand in shown:
        query = {"buyer": brand["code"], "as_of": at}
        answer = await shell.get("/v1/isolation/matrix", query)
        for each in answer.items:
            key = (each["owner"], each["supplier"])
            rows.setdefault(key, {}).setdefault(brand["code"], []).append(each)
    return shell.page(
        "run/matrix.html",
        tabs=tabs(shell),
        rows=sorted(rows.items()),
        brands=shown,
        others=len(brands) - len(shown),
        choices=brands,
        buyer="",
        at=shell.query.get("at", ""),
    )


async def _brand(
    shell: Shell, parties: list[Any], brands: list[Any], buyer: str, at: str | None
) -> Response[bytes]:
    query = {"buyer": buyer, "as_of": at}
    found = await shell.need("/v1/isolation/matrix", query)
    if shell.query.get("export") == "csv":
        language = "zh" if shell.locale == "zh-Hans" else "en"
        return csv_file(
            f"isolation-{buyer}",
            [shell._(each) for each in COLUMNS],
            [
                [
                    each[name] if name != "words" else each[name][language]
                    for name in COLUMNS.values()
                ]
                for each in found["items"]
            ],
        )
    state = shell.query.get("state", "")
    rows = [
        each for each in found["items"] if not state or each["isolated"] == (state == "isolated")
    ]
    return shell.page(
        "run/matrix_brand.html",
        tabs=tabs(shell),
        rows=rows,
        total=len(found["items"]),
        isolated=sum(each["isolated"] for each in found["items"]),
        choices=brands,
        buyer=buyer,
        name=next((each["name"] for each in parties if each["code"] == buyer), buyer),
        state=state,
        layers=LAYERS,
        facets=FACETS,
        at=shell.query.get("at", ""),
    )


@get(f"{PATH}/explain", opt=PAGE, include_in_schema=False)
async def explain_page(request: Call) -> Response[bytes]:
    """Why a brand sees an offer or does not, at an instant: the whole chain of rules."""
    shell = await enter(request, "parties.read")
    programmes = await shell.get("/v1/programmes")
    offers = await shell.get("/v1/offers", {"limit": 1000})
    programme, offer = shell.query.get("programme", ""), shell.query.get("offer", "")
    found, problem = None, None
    if programme and offer:
        at = typed_instant(shell, shell.query.get("at", ""))
        answer = await shell.get(
            "/v1/programmes/{programme}/offers/{offer}/isolation",
            {"as_of": at},
            programme=programme,
            offer=offer if offer.isdecimal() else 0,
        )
        found, problem = (answer.json, None) if answer.is_good else (None, answer.problem)
    return shell.page(
        "run/explain.html",
        tabs=tabs(shell),
        problem=problem,
        programmes=programmes.items,
        offers=offers.items,
        programme=programme,
        offer=offer,
        at=shell.query.get("at", ""),
        found=found,
        layers=LAYERS,
        facets=FACETS,
        effects=EFFECTS,
    )


ROUTES = [isolation_page, explain_page]
