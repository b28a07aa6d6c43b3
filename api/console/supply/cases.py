"""Cases: what no rule can decide, with its evidence. The operator decides."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.shell import Shell, enter, enter_form
from api.console.supply import columns, words
from api.console.supply.frame import choices, segments
from api.console.supply.typed import said, typed_instant
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form


@get("/console/cases", opt=PAGE, include_in_schema=False)
async def cases(request: Call) -> Response[bytes]:
    """The cases that are to be decided, or those that were."""
    shell = await enter(request, "orders.read")
    query = {name: shell.query.get(name) for name in ("kind", "supplier", "state")}
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/cases", query, name="cases", columns=columns.CASES)
    page = {**query, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    answer = await shell.get("/v1/cases", page)
    return shell.page(
        "supply/cases.html",
        status=answer.status,
        problem=answer.problem,
        words=words,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        state=query["state"] or "OPEN",
        states=segments(shell, words.CASE_STATES),
        kinds=choices(shell, words.CASE_KINDS),
    )


async def _one(
    shell: Shell,
    number: str,
    *,
    form: Form | None = None,
    problem: Any = None,
    status: int = 200,
) -> Response[bytes]:
    case = await shell.need("/v1/cases/{case}", case=number)
    decides = case["state"] == "OPEN" and shell.is_party("operator") and shell.may("orders.act")
    return shell.page(
        "supply/case.html",
        status=status,
        form=form,
        problem=problem,
        words=words,
        case=case,
        decides=decides,
        decisions=[(each, shell._(words.DECISIONS[each])) for each in case["allowed"]],
    )


@get("/console/cases/{number:str}", opt=PAGE, include_in_schema=False)
async def one_case(request: Call, number: FromPath[str]) -> Response[bytes]:
    """One case, with its evidence."""
    return await _one(await enter(request, "orders.read"), number)


@post("/console/cases/{number:str}/resolve", opt=PAGE, include_in_schema=False)
async def decide(request: Call, number: FromPath[str]) -> Response[bytes]:
    """Decide a case."""
    shell, form = await enter_form(request, "orders.act")
    body = said(
        {
            "decision": form.text("decision"),
            "reason": form.optional("reason"),
            "evidence": form.optional("evidence"),
            "supplier_reference": form.optional("supplier_reference"),
            "until": typed_instant(form, "until", shell.f.zone),
            "member_consents": form.is_checked("member_consents") or None,
        }.items()
    )
    answer = await shell.act("POST", "/v1/cases/{case}/resolve", body, form=form, case=number)
    if answer.is_good:
        return shell.done(f"/console/cases/{number}", "The case was decided.")
    return await _one(shell, number, form=form, problem=answer.problem, status=answer.status)


ROUTES = [cases, one_case, decide]
