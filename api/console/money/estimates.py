"""What is expected of points: estimates with their approval, the ladder, and what if."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money.frame import minor, show
from api.console.money.liability import BASE
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.forms import Form

_TEXTS = (
    "from_month",
    "method",
    "value_minor_per_1000_points",
    "currency",
    "reason",
)
_OPTIONAL = ("cohort", "redeem_rate", "use_rate", "cost_minor_per_1000_points", "by")


async def _page(
    shell: Shell, programme: str, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    found = await shell.need(f"{BASE}/estimates", programme=programme)
    rows = sorted(found["items"], key=lambda each: -int(each["version"]))
    return show(shell, "estimates", form=form, programme=programme, rows=rows, **values)


@get("/console/liability/{programme:str}/estimates", opt=PAGE, include_in_schema=False)
async def estimates(request: Call, programme: FromPath[str]) -> Response[bytes]:
    """The versions of the estimate, the latest first, each with its evidence."""
    return await _page(await enter(request, "liability.read"), programme)


@post("/console/liability/{programme:str}/estimates", opt=PAGE, include_in_schema=False)
async def propose(request: Call, programme: FromPath[str]) -> Response[bytes]:
    """Propose a new version. It counts once it is approved."""
    shell, form = await enter_form(request, "liability.write")
    body: dict[str, Any] = {name: form.text(name) for name in _TEXTS}
    body |= {name: form.text(name) for name in _OPTIONAL if form.text(name)}
    answer = await shell.act("POST", f"{BASE}/estimates", body, form=form, programme=programme)
    if answer.is_good:
        return shell.done(f"/console/liability/{programme}/estimates", "The estimate is proposed.")
    return await _page(shell, programme, form=form, problem=answer.problem, status=answer.status)


@post(
    "/console/liability/{programme:str}/estimates/{version:int}/approve",
    opt=PAGE,
    include_in_schema=False,
)
async def approve(
    request: Call, programme: FromPath[str], version: FromPath[int]
) -> Response[bytes]:
    """Approve a version, which somebody else has proposed where four eyes are required."""
    shell, form = await enter_form(request, "liability.write")
    answer = await shell.act(
        "POST",
        f"{BASE}/estimates/{{version}}/approve",
        form=form,
        programme=programme,
        version=version,
    )
    if answer.is_good:
        return shell.done(f"/console/liability/{programme}/estimates", "The estimate is approved.")
    return await _page(shell, programme, problem=answer.problem, status=answer.status)


@get("/console/liability/{programme:str}/ladder", opt=PAGE, include_in_schema=False)
async def ladder(request: Call, programme: FromPath[str]) -> Response[bytes]:
    """How points of each month of issue were redeemed as they grew older."""
    shell = await enter(request, "liability.read")
    asked = {name: shell.query.get(name) for name in ("by", "tail_percent")}
    answer = await shell.get(f"{BASE}/ladder", asked, programme=programme)
    return show(
        shell,
        "ladder",
        programme=programme,
        found=answer.json if answer.is_good else None,
        problem=answer.problem,
        status=answer.status,
    )


async def _currency(shell: Shell, programme: str) -> str:
    """The currency of the latest estimate, by which points are valued."""
    found = await shell.get(f"{BASE}/estimates", programme=programme)
    versions = sorted(found.items, key=lambda each: int(each["version"]))
    return str(versions[-1]["currency"]) if versions else "CNY"


@get("/console/liability/{programme:str}/what-if", opt=PAGE, include_in_schema=False)
async def what_if(request: Call, programme: FromPath[str]) -> Response[bytes]:
    """What the liability and the bills would be at another rate of redemption."""
    shell = await enter(request, "liability.read")
    asked: dict[str, Any] = {
        name: shell.query.get(name) for name in ("month", "redeem_rate", "sale_points")
    }
    sale = shell.query.get("sale", "")
    if sale:
        asked["sale_minor"] = minor(sale, await _currency(shell, programme))
    if not asked["redeem_rate"]:
        return show(shell, "what_if", programme=programme, found=None)
    answer = await shell.get(f"{BASE}/what-if", asked, programme=programme)
    return show(
        shell,
        "what_if",
        programme=programme,
        found=answer.json if answer.is_good else None,
        problem=answer.problem,
        status=answer.status,
    )


ROUTES = [estimates, propose, approve, ladder, what_if]
