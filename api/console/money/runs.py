"""One reconciliation: the bridge to zero, what matched, and the work on what did not."""

from collections.abc import Mapping
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

BREAKS_PATH = "/v1/reconciliations/{run}/breaks"


@get("/console/reconciliations/{run_id:int}", opt=PAGE, include_in_schema=False)
async def run(request: Call, run_id: FromPath[int]) -> Response[bytes]:
    """One run: what was understood, the bridge, and the breaks as a work list."""
    shell = await enter(request, "reconciliations.read")
    if shell.query.get("export") == "csv":
        return await shell.export(
            f"/v1/reconciliations/{run_id}/breaks",
            _filters(shell),
            name=f"reconciliation-{run_id}-breaks",
            columns=columns.BREAKS,
        )
    return await _run_page(shell, run_id)


def _filters(shell: Shell) -> dict[str, str | None]:
    return {name: shell.query.get(name) for name in ("category", "state")}


async def _run_page(shell: Shell, run_id: int, **values: Any) -> Response[bytes]:
    found = await shell.need("/v1/reconciliations/{run}", run=run_id)
    breaks = await shell.get(
        BREAKS_PATH,
        {**_filters(shell), "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT},
        run=run_id,
    )
    return show(
        shell,
        "run",
        run=found,
        breaks=breaks,
        currency=_currency(found),
        **values,
    )


def _currency(run: Mapping[str, Any]) -> str:
    """The currency of a run, if it has only one."""
    totals = run["totals"]
    return str(totals[0]["currency"]) if len(totals) == 1 else ""


@get("/console/reconciliations/{run_id:int}/matches", opt=PAGE, include_in_schema=False)
async def matches(request: Call, run_id: FromPath[int]) -> Response[bytes]:
    """The rows of the file that agree with a billed line."""
    shell = await enter(request, "reconciliations.read")
    found = await shell.need("/v1/reconciliations/{run}", run=run_id)
    currency = _currency(found)
    if shell.query.get("export") == "csv":
        return await shell.export(
            f"/v1/reconciliations/{run_id}/matches",
            {},
            name=f"reconciliation-{run_id}-matches",
            columns=columns.matches(currency),
        )
    answer = await shell.get(
        "/v1/reconciliations/{run}/matches",
        {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT},
        run=run_id,
    )
    return show(
        shell, "matches", run=found, rows=answer.items, next_cursor=answer.next_cursor,
        currency=currency,
    )  # fmt: skip


@post("/console/reconciliations/{run_id:int}/sign", opt=PAGE, include_in_schema=False)
async def sign(request: Call, run_id: FromPath[int]) -> Response[bytes]:
    """Sign a run for one's side. With both signatures it never changes again."""
    shell, form = await enter_form(request, "reconciliations.write")
    answer = await shell.act("POST", "/v1/reconciliations/{run}/sign", form=form, run=run_id)
    if answer.is_good:
        return shell.done(f"/console/reconciliations/{run_id}", "You signed the reconciliation.")
    return await _run_page(shell, run_id, problem=answer.problem, status=answer.status)


async def _break_page(
    shell: Shell, break_id: int, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    found = await shell.need("/v1/breaks/{each}", each=break_id)
    run_id = found["reconciliation_id"]
    run_found = await shell.need("/v1/reconciliations/{run}", run=run_id)
    steps = await shell.need("/v1/breaks/{each}/steps", {"limit": 200}, each=break_id)
    about = {"shown": found, "run": run_found, "steps": steps["items"], "comment": "", **values}
    return show(shell, "break", form=form, **about)


@get("/console/breaks/{break_id:int}", opt=PAGE, include_in_schema=False)
async def one_break(request: Call, break_id: FromPath[int]) -> Response[bytes]:
    """One break: what each side says, what was done, and how it may be resolved."""
    return await _break_page(await enter(request, "reconciliations.read"), break_id)


_SAID = {
    "assign": _("It is noted who works on it."),
    "comments": _("The comment is kept."),
    "resolve": _("The break is resolved."),
}


@post("/console/breaks/{break_id:int}/{verb:str}", opt=PAGE, include_in_schema=False)
async def work(request: Call, break_id: FromPath[int], verb: FromPath[str]) -> Response[bytes]:
    """Say who works on a break, say something about it, or resolve it."""
    if verb not in _SAID:
        raise RouteNotFound
    shell, form = await enter_form(request, "reconciliations.write", name=verb)
    bodies: dict[str, dict[str, Any]] = {
        "assign": {"assignee": form.optional("assignee")},
        "comments": {"note": form.text("note")},
        "resolve": {
            "resolution": form.text("resolution"),
            "note": form.optional("note"),
            "adjustment_id": form.whole("adjustment_id"),
        },
    }
    answer = await shell.act(
        "POST", "/v1/breaks/{each}/{verb}", bodies[verb], form=form, each=break_id, verb=verb
    )
    if answer.is_good:
        return shell.done(f"/console/breaks/{break_id}", _SAID[verb])
    # Two forms have a note. What was typed into one is not shown in the other.
    return await _break_page(
        shell,
        break_id,
        form=form if verb == "resolve" else None,
        comment=form.text("note") if verb == "comments" else "",
        problem=answer.problem,
        status=answer.status,
    )


ROUTES = [run, matches, sign, one_break, work]
