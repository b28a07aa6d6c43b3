"""Periods: the months, what closing one would come to, its progress, and its drafts."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money import columns
from api.console.money.frame import show
from api.console.money.words import _
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form

MONTHS_SHOWN = 36


@get("/console/periods", opt=PAGE, include_in_schema=False)
async def periods(request: Call) -> Response[bytes]:
    """The months, the latest first, and how far each is closed."""
    shell = await enter(request, "periods.close")
    found = await shell.need("/v1/periods")
    months = sorted(found["items"], key=lambda each: str(each["month"]), reverse=True)
    is_whole = shell.query.get("all") == "true"
    return show(
        shell,
        "periods",
        months=months if is_whole else months[:MONTHS_SHOWN],
        left_out=0 if is_whole else max(0, len(months) - MONTHS_SHOWN),
        calendar=(await shell.get("/v1/settlement-calendar")).json,
    )


async def _period_page(
    shell: Shell, month: str, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    period = await shell.need("/v1/periods/{month}", month=month)
    dry_run, drafts = None, None
    if period["state"] == "open":
        dry_run = await shell.get("/v1/periods/{month}/dry-run", month=month)
    if period["drafts"]:
        drafts = await shell.get(
            "/v1/periods/{month}/drafts",
            {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT},
            month=month,
        )
    return show(
        shell,
        "period",
        form=form,
        period=period,
        dry_run=dry_run.json if dry_run is not None and dry_run.is_good else None,
        dry_run_problem=dry_run.problem if dry_run is not None else None,
        drafts=drafts,
        **values,
    )


@get("/console/periods/{month:str}", opt=PAGE, include_in_schema=False)
async def period(request: Call, month: FromPath[str]) -> Response[bytes]:
    """One month: what closing it would come to, or how far its closing is."""
    shell = await enter(request, "periods.close")
    if shell.query.get("export") == "csv":
        found = await shell.need("/v1/periods/{month}", month=month)
        return await shell.export(
            f"/v1/periods/{found['month']}/drafts",
            {},
            name=f"drafts-{found['month']}",
            columns=columns.DRAFTS,
        )
    return await _period_page(shell, month)


@get("/console/periods/{month:str}/progress", opt=PAGE, include_in_schema=False)
async def progress(request: Call, month: FromPath[str]) -> Response[bytes]:
    """The part of the page that moves while a month is being closed."""
    shell = await enter(request, "periods.close")
    found = await shell.need("/v1/periods/{month}", month=month)
    return show(shell, "period_progress", period=found)


@post("/console/periods/{month:str}/close", opt=PAGE, include_in_schema=False)
async def close(request: Call, month: FromPath[str]) -> Response[bytes]:
    """Close a month. What waits may be left for a later bill, with a reason."""
    shell, form = await enter_form(request, "periods.close")
    body: dict[str, Any] = {"issue": form.is_checked("issue")}
    if accepted := form.all("accept_waiting"):
        body["accept_waiting"] = accepted
    if form.optional("reason"):
        body["reason"] = form.text("reason")
    answer = await shell.act("POST", "/v1/periods/{month}/close", body, form=form, month=month)
    if answer.is_good:
        return shell.done(f"/console/periods/{month}", "The month is being closed.")
    return await _period_page(shell, month, form=form, problem=answer.problem, status=answer.status)


@post("/console/periods/{month:str}/issue", opt=PAGE, include_in_schema=False)
async def issue(request: Call, month: FromPath[str]) -> Response[bytes]:
    """Issue all drafts of a month."""
    shell, form = await enter_form(request, "periods.close")
    answer = await shell.act("POST", "/v1/periods/{month}/issue", form=form, month=month)
    if answer.is_good:
        return shell.done(f"/console/statements?month={month}", "The statements were issued.")
    return await _period_page(shell, month, problem=answer.problem, status=answer.status)


_SAID = {"review": _("The draft was reviewed."), "issue": _("The statement was issued.")}


@post(
    "/console/periods/{month:str}/drafts/{statement_id:int}/{verb:str}",
    opt=PAGE,
    include_in_schema=False,
)
async def step_draft(
    request: Call, month: FromPath[str], statement_id: FromPath[int], verb: FromPath[str]
) -> Response[bytes]:
    """Review one draft, or issue it."""
    if verb not in _SAID:
        raise RouteNotFound
    shell, form = await enter_form(request, "statements.run")
    answer = await shell.act(
        "POST", "/v1/statements/{statement}/{verb}", form=form, statement=statement_id, verb=verb
    )
    if answer.is_good:
        return shell.done(f"/console/periods/{month}", _SAID[verb])
    return await _period_page(shell, month, problem=answer.problem, status=answer.status)


ROUTES = [periods, period, progress, close, issue, step_draft]
