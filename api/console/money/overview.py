"""The overview of finance: what waits, what is due, what is in question, and what points owe."""

from collections import Counter
from typing import Any

from litestar import Response, get

from api.console.money.frame import show
from api.console.shell import Shell, enter
from api.http.auth import PAGE, Call

COUNTED_MAX = 200
PROGRAMMES_SHOWN = 5
WAITING_SHOWN_MAX = 20


async def overview(shell: Shell) -> Response[bytes]:
    """The first page of finance roles."""
    own = shell.user.party.code
    periods = await shell.get("/v1/periods") if shell.may("periods.close") else None
    months = [] if periods is None else [each for each in periods.items if not _is_closed(each)]
    issued = await shell.get("/v1/statements", {"state": "issued", "limit": COUNTED_MAX})
    disputed = await shell.get("/v1/statements", {"state": "disputed", "limit": COUNTED_MAX})
    agreed = await shell.get("/v1/statements", {"state": "agreed", "limit": COUNTED_MAX})
    disputes = await shell.get("/v1/disputes", {"state": "open", "limit": COUNTED_MAX})
    # What the party disputed itself waits for the other side.
    asked = {each["statement_id"] for each in disputes.items if each["party"] == own}
    positions = await shell.get("/v1/positions")
    shown = positions.json["positions"] if positions.is_good else []
    return show(
        shell,
        "overview",
        own=own,
        months=months,
        waiting=[
            each
            for each in issued.items + disputed.items
            if _waits_for(each, own) and each["statement_id"] not in asked
        ],
        agreed=agreed.items if shell.may("statements.run") else [],
        disputes=disputes.items,
        positions=[each for each in shown if shell.is_party("operator") or each["party"] == own],
        ages=await _ages(shell),
        programmes=await _liability(shell),
        counted_max=COUNTED_MAX,
        shown_max=WAITING_SHOWN_MAX,
    )


def _is_closed(period: dict[str, Any]) -> bool:
    return bool(period["state"] == "closed")


def _waits_for(statement: dict[str, Any], own: str) -> bool:
    """Whether the party has not agreed to the statement yet, on one of its sides."""
    return any(
        statement[f"{side}_party"] == own and statement[f"{side}_agreed_at"] is None
        for side in ("payer", "payee")
    )


async def _ages(shell: Shell) -> Counter[str]:
    """How many breaks are open, by their age, over the runs that are open."""
    ages: Counter[str] = Counter()
    if shell.may("reconciliations.read"):
        runs = await shell.get("/v1/reconciliations", {"state": "open", "limit": COUNTED_MAX})
        for run in runs.items:
            ages.update(run["open_by_age"])
    return ages


async def _liability(shell: Shell) -> list[Any]:
    """The latest month of each programme, with its points and its money."""
    found: list[Any] = []
    if not shell.may("liability.read"):
        return found
    programmes = await shell.get("/v1/programmes")
    for programme in programmes.items[:PROGRAMMES_SHOWN]:
        path = "/v1/programmes/{programme}/liability"
        months = await shell.get(path, {"limit": 1000}, programme=programme["code"])
        if months.items:
            month = max(str(each["month"]) for each in months.items)
            latest = await shell.get(f"{path}/{{month}}", programme=programme["code"], month=month)
            if latest.is_good:
                found.append(latest.json)
    return found


@get("/console/money", opt=PAGE, include_in_schema=False)
async def glance(request: Call) -> Response[bytes]:
    """The overview of finance at an address of its own, for whoever has another first page."""
    return await overview(await enter(request, "statements.read"))


ROUTES = [glance]
