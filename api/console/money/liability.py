"""Points as a liability: months and their roll-forward, cohorts, tie-outs, and the journal."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money.frame import save, show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.forms import Form

MONTHS_SHOWN = 24
BASE = "/v1/programmes/{programme}/liability"
ACCOUNTS = (
    "liability",
    "deferred",
    "redeemed",
    "broken",
    "estimate_change",
    "cost",
    "payable",
    "opening",
)


@get("/console/liability", opt=PAGE, include_in_schema=False)
async def programmes(request: Call) -> Response[bytes]:
    """The programmes whose points are a liability. One alone is opened at once."""
    shell = await enter(request, "liability.read")
    found = await shell.need("/v1/programmes")
    return show(shell, "liability_programmes", programmes=found["items"])


async def _months_page(shell: Shell, programme: str, **values: Any) -> Response[bytes]:
    rows: list[Any] = []
    cursor: str | None = None
    while True:
        answer = await shell.need(BASE, {"cursor": cursor, "limit": 1000}, programme=programme)
        rows += answer["items"]
        cursor = answer["next_cursor"]
        if cursor is None:
            break
    rows.sort(key=lambda each: str(each["month"]))
    return show(shell, "liability", programme=programme, rows=rows[-MONTHS_SHOWN:], **values)


@get("/console/liability/{programme:str}", opt=PAGE, include_in_schema=False)
async def months(request: Call, programme: FromPath[str]) -> Response[bytes]:
    """The months of a programme, with what the points came to at the end of each."""
    return await _months_page(await enter(request, "liability.read"), programme)


async def _month_page(shell: Shell, programme: str, month: str, **values: Any) -> Response[bytes]:
    found = await shell.need(f"{BASE}/{{month}}", programme=programme, month=month)
    return show(shell, "liability_month", programme=programme, found=found, **values)


@get("/console/liability/{programme:str}/{month:str}", opt=PAGE, include_in_schema=False)
async def one_month(
    request: Call, programme: FromPath[str], month: FromPath[str]
) -> Response[bytes]:
    """One month: the roll-forward in points and money, by month of issue, and the tie-outs."""
    return await _month_page(await enter(request, "liability.read"), programme, month)


@post("/console/liability/{programme:str}/{month:str}/freeze", opt=PAGE, include_in_schema=False)
async def freeze(request: Call, programme: FromPath[str], month: FromPath[str]) -> Response[bytes]:
    """Freeze a month: what comes later is shown as late, and changes nothing of it."""
    shell, form = await enter_form(request, "liability.write")
    answer = await shell.act(
        "POST", f"{BASE}/{{month}}/freeze", form=form, programme=programme, month=month
    )
    if answer.is_good:
        return shell.done(f"/console/liability/{programme}/{month}", "The month is being frozen.")
    return await _month_page(shell, programme, month, problem=answer.problem, status=answer.status)


@get("/console/liability/{programme:str}/journal", opt=PAGE, include_in_schema=False)
async def journal(request: Call, programme: FromPath[str]) -> Response[bytes]:
    """The entries of some months, as a file for the general ledger."""
    shell = await enter(request, "liability.read")
    asked = {name: shell.query.get(name) for name in ("from", "until", "format")}
    return await save(shell, f"{BASE}/journal", asked, programme=programme)


async def _settings_page(
    shell: Shell, programme: str, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    found = await shell.need(f"{BASE}/settings", programme=programme)
    return show(
        shell,
        "liability_settings",
        form=form,
        programme=programme,
        found=found,
        accounts=ACCOUNTS,
        **values,
    )


@get("/console/liability/{programme:str}/settings", opt=PAGE, include_in_schema=False)
async def settings(request: Call, programme: FromPath[str]) -> Response[bytes]:
    """Whether estimates need four eyes, and how the general ledger calls the accounts."""
    return await _settings_page(await enter(request, "liability.read"), programme)


@post("/console/liability/{programme:str}/settings", opt=PAGE, include_in_schema=False)
async def set_settings(request: Call, programme: FromPath[str]) -> Response[bytes]:
    """State the settings anew."""
    shell, form = await enter_form(request, "liability.write")
    body = {
        "four_eyes": form.is_checked("four_eyes"),
        "accounts": {name: form.optional(name) for name in ACCOUNTS},
    }
    answer = await shell.act("PUT", f"{BASE}/settings", body, form=form, programme=programme)
    if answer.is_good:
        return shell.done(f"/console/liability/{programme}/settings", "The settings are kept.")
    return await _settings_page(
        shell, programme, form=form, problem=answer.problem, status=answer.status
    )


ROUTES = [programmes, months, one_month, freeze, journal, settings, set_settings]
