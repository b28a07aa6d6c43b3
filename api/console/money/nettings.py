"""Netting runs: statements set off against each other, so that each party pays or gets once."""

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

DEEDS: Mapping[str, str] = {
    "advise": _("The parties are advised."),
    "confirm": _("The run is confirmed."),
    "cancel": _("The run is cancelled."),
    "remove": _("The party was taken out."),
    "default": _("The party is in default, and its statements are open again."),
}
"""The steps of a run, and what is said after each."""
OF_PARTY = ("remove", "default")


async def _list_page(shell: Shell, *, form: Form | None = None, **values: Any) -> Response[bytes]:
    answer = await shell.get(
        "/v1/nettings", {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    )
    shown = {"problem": answer.problem, "status": answer.status, **values}
    return show(
        shell, "nettings", form=form, rows=answer.items, next_cursor=answer.next_cursor, **shown
    )


@get("/console/nettings", opt=PAGE, include_in_schema=False)
async def nettings(request: Call) -> Response[bytes]:
    """The runs that the party has part in."""
    shell = await enter(request, "statements.read")
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/nettings", {}, name="nettings", columns=columns.NETTINGS)
    return await _list_page(shell)


@post("/console/nettings", opt=PAGE, include_in_schema=False)
async def draft(request: Call) -> Response[bytes]:
    """Draft a run of all that is final and due until its closure."""
    shell, form = await enter_form(request, "statements.run")
    names = ("currency", "closure_on", "advice_on", "call_on")
    answer = await shell.act(
        "POST", "/v1/nettings", {name: form.text(name) for name in names}, form=form
    )
    if answer.is_good:
        path = f"/console/nettings/{answer.json['netting_id']}"
        return shell.done(path, "The run is drafted.")
    return await _list_page(shell, form=form, problem=answer.problem, status=answer.status)


async def _run_page(shell: Shell, netting_id: int, **values: Any) -> Response[bytes]:
    found = await shell.need("/v1/nettings/{netting}", netting=netting_id)
    statements = await shell.get(
        "/v1/nettings/{netting}/statements",
        {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT},
        netting=netting_id,
    )
    payments = await shell.get("/v1/payments", {"netting_id": netting_id})
    return show(
        shell,
        "netting",
        netting=found,
        statements=statements,
        payments=payments.items,
        ladder=("draft", "advised", "confirmed", "paid"),
        **values,
    )


@get("/console/nettings/{netting_id:int}", opt=PAGE, include_in_schema=False)
async def netting(request: Call, netting_id: FromPath[int]) -> Response[bytes]:
    """One run: what each party gets or pays, and of which statements that is made."""
    shell = await enter(request, "statements.read")
    if shell.query.get("export") == "csv":
        found = await shell.need("/v1/nettings/{netting}", netting=netting_id)
        return await shell.export(
            f"/v1/nettings/{netting_id}/statements",
            {},
            name=f"netting-{netting_id}-statements",
            columns=columns.netted(found["currency"]),
        )
    return await _run_page(shell, netting_id)


@post("/console/nettings/{netting_id:int}/{verb:str}", opt=PAGE, include_in_schema=False)
async def step(request: Call, netting_id: FromPath[int], verb: FromPath[str]) -> Response[bytes]:
    """Take a run one step further, or a party out of it."""
    if verb not in DEEDS:
        raise RouteNotFound
    shell, form = await enter_form(request, "statements.run")
    body = {"party": form.text("party")} if verb in OF_PARTY else None
    answer = await shell.act(
        "POST", "/v1/nettings/{netting}/{verb}", body, form=form, netting=netting_id, verb=verb
    )
    if answer.is_good:
        return shell.done(f"/console/nettings/{netting_id}", DEEDS[verb])
    return await _run_page(shell, netting_id, problem=answer.problem, status=answer.status)


ROUTES = [nettings, draft, netting, step]
