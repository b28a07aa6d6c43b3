"""Disputes: the inbox, one dispute with its answers, and the form that disputes lines."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money import columns
from api.console.money.frame import minor, show
from api.console.money.words import DISPUTE_REASONS, _
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form

LINE_PARTS = 3


def line_name(line: Mapping[str, Any]) -> str:
    """How a form names a line of a statement, or a use's line that a dispute is about."""
    if line.get("use"):
        return f"{line['use']}|{line['leg']}|{line['kind'] or 'charge'}"
    return str(line["period_line"])


def read_line(name: str) -> dict[str, str]:
    """The line that a form names."""
    parts = name.split("|")
    if len(parts) == LINE_PARTS:
        return dict(zip(("use", "leg", "kind"), parts, strict=True))
    return {"period_line": name}


@get("/console/disputes", opt=PAGE, include_in_schema=False)
async def disputes(request: Call) -> Response[bytes]:
    """The disputes of the party, the latest first."""
    shell = await enter(request, "statements.read")
    asked = {"state": shell.query.get("state")}
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/disputes", asked, name="disputes", columns=columns.DISPUTES)
    answer = await shell.get(
        "/v1/disputes", {**asked, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    )
    return show(
        shell,
        "disputes",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
    )


async def _dispute_page(
    shell: Shell, dispute_id: int, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    # Two forms have an answer. What was typed into one is not shown in the other.
    is_rejection = form is not None and form.id == "reject"
    dispute = await shell.need("/v1/disputes/{dispute}", dispute=dispute_id)
    statement = await shell.need("/v1/statements/{statement}", statement=dispute["statement_id"])
    return show(
        shell, "dispute", form=None if is_rejection else form, dispute=dispute, statement=statement,
        reject=form if is_rejection else Form(), own=shell.user.party.code, **values,
    )  # fmt: skip


@get("/console/disputes/{dispute_id:int}", opt=PAGE, include_in_schema=False)
async def dispute(request: Call, dispute_id: FromPath[int]) -> Response[bytes]:
    """One dispute: which lines, why, and what came of it."""
    return await _dispute_page(await enter(request, "statements.read"), dispute_id)


def _answer(verb: str, form: Form) -> dict[str, Any] | None:
    """What a closing of a dispute says."""
    if verb == "withdraw":
        return None
    if verb == "reject":
        return {"answer": form.text("answer")}
    said: dict[str, Any] = {"answer": form.optional("answer")}
    if form.text("claimed"):
        said["claimed_minor"] = minor(form.text("claimed"), form.text("currency"))
    return said


def _blame_sum(form: Form) -> None:
    """Show at the typed sum what is wrong with it."""
    if wrong := form.wrong("claimed_minor"):
        form.blame({"errors": [{"pointer": "/claimed", "detail": wrong}]})


_SAID = {
    "accept": _("The dispute was accepted."),
    "reject": _("The dispute was rejected."),
    "withdraw": _("The dispute was withdrawn."),
}


@post("/console/disputes/{dispute_id:int}/{verb:str}", opt=PAGE, include_in_schema=False)
async def close(request: Call, dispute_id: FromPath[int], verb: FromPath[str]) -> Response[bytes]:
    """Say who is right, or take an own dispute back. What is accepted makes an adjustment."""
    if verb not in _SAID:
        raise RouteNotFound
    shell, form = await enter_form(request, "statements.agree", name=verb)
    answer = await shell.act(
        "POST",
        "/v1/disputes/{dispute}/{verb}",
        _answer(verb, form),
        form=form,
        dispute=dispute_id,
        verb=verb,
    )
    if answer.is_good:
        return shell.done(f"/console/disputes/{dispute_id}", _SAID[verb])
    _blame_sum(form)
    return await _dispute_page(
        shell, dispute_id, form=form, problem=answer.problem, status=answer.status
    )


async def _form_page(
    shell: Shell, statement_id: int, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    statement = await shell.need("/v1/statements/{statement}", statement=statement_id)
    lines = await shell.get(
        "/v1/statements/{statement}/lines",
        {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT},
        statement=statement_id,
    )
    chosen = form.all("line") if form is not None else [shell.query.get("line", "")]
    return show(
        shell,
        "dispute_form",
        form=form,
        statement=statement,
        lines=lines,
        chosen=chosen,
        line_name=line_name,
        reasons=list(DISPUTE_REASONS.items()),
        **values,
    )


@get("/console/statements/{statement_id:int}/dispute", opt=PAGE, include_in_schema=False)
async def dispute_form(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """Choose the lines that are wrong, and say why."""
    return await _form_page(await enter(request, "statements.agree"), statement_id)


@post("/console/statements/{statement_id:int}/dispute", opt=PAGE, include_in_schema=False)
async def open_dispute(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """Dispute the chosen lines, or the whole statement where none is chosen."""
    shell, form = await enter_form(request, "statements.agree")
    chosen = [read_line(name) for name in form.all("line")]
    body: dict[str, Any] = {
        "lines": chosen or None,
        "reason": form.text("reason"),
        "text": form.text("text"),
    }
    if form.text("claimed"):
        body["claimed_minor"] = minor(form.text("claimed"), form.text("currency"))
    answer = await shell.act(
        "POST", "/v1/statements/{statement}/disputes", body, form=form, statement=statement_id
    )
    if answer.is_good:
        path = f"/console/disputes/{answer.json['dispute_id']}"
        return shell.done(path, "The dispute was opened.")
    _blame_sum(form)
    return await _form_page(
        shell, statement_id, form=form, problem=answer.problem, status=answer.status
    )


ROUTES = [disputes, dispute, close, dispute_form, open_dispute]
