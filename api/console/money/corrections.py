"""Corrections: adjustments with their draft and approval, and invoices."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money import columns
from api.console.money.disputes import line_name, read_line
from api.console.money.frame import minor, show
from api.console.money.words import _
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form


@get("/console/adjustments", opt=PAGE, include_in_schema=False)
async def adjustments(request: Call) -> Response[bytes]:
    """The adjustments, the latest first."""
    shell = await enter(request, "statements.read")
    asked = {name: shell.query.get(name) for name in ("state", "statement")}
    if shell.query.get("export") == "csv":
        return await shell.export(
            "/v1/adjustments", asked, name="adjustments", columns=columns.ADJUSTMENTS
        )
    answer = await shell.get(
        "/v1/adjustments", {**asked, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    )
    return show(
        shell,
        "adjustments",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
    )


async def _adjustment_page(shell: Shell, adjustment_id: int, **values: Any) -> Response[bytes]:
    found = await shell.need("/v1/adjustments/{adjustment}", adjustment=adjustment_id)
    statement = await shell.need("/v1/statements/{statement}", statement=found["statement_id"])
    return show(shell, "adjustment", adjustment=found, statement=statement, **values)


@get("/console/adjustments/{adjustment_id:int}", opt=PAGE, include_in_schema=False)
async def adjustment(request: Call, adjustment_id: FromPath[int]) -> Response[bytes]:
    """One adjustment: which lines it corrects, by how much, and whether it is approved."""
    return await _adjustment_page(await enter(request, "statements.read"), adjustment_id)


_SAID = {
    "approve": _("The adjustment was approved."),
    "discard": _("The adjustment was discarded."),
}


@post("/console/adjustments/{adjustment_id:int}/{verb:str}", opt=PAGE, include_in_schema=False)
async def decide(
    request: Call, adjustment_id: FromPath[int], verb: FromPath[str]
) -> Response[bytes]:
    """Approve an adjustment, which somebody else has drafted, or discard it."""
    if verb not in _SAID:
        raise RouteNotFound
    shell, form = await enter_form(request, "statements.run")
    answer = await shell.act(
        "POST",
        "/v1/adjustments/{adjustment}/{verb}",
        form=form,
        adjustment=adjustment_id,
        verb=verb,
    )
    if answer.is_good:
        return shell.done(f"/console/adjustments/{adjustment_id}", _SAID[verb])
    return await _adjustment_page(
        shell, adjustment_id, problem=answer.problem, status=answer.status
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
    return show(
        shell,
        "adjustment_form",
        form=form,
        statement=statement,
        lines=lines,
        chosen=form.all("line") if form is not None else [shell.query.get("line", "")],
        line_name=line_name,
        **values,
    )


@get("/console/statements/{statement_id:int}/adjust", opt=PAGE, include_in_schema=False)
async def adjustment_form(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """Choose what is to be corrected, and by how much."""
    return await _form_page(await enter(request, "statements.run"), statement_id)


@post("/console/statements/{statement_id:int}/adjust", opt=PAGE, include_in_schema=False)
async def draft(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """Draft an adjustment. Somebody else may have to approve it."""
    shell, form = await enter_form(request, "statements.run")
    amount = minor(form.text("amount"), form.text("currency"))
    named: list[dict[str, Any]] = [dict(read_line(name)) for name in form.all("line")]
    body: dict[str, Any] = {
        "statement": statement_id,
        "kind": form.text("kind") or "credit",
        "reason": form.text("reason"),
    }
    if named:
        body["lines"] = [
            each if amount is None else {**each, "amount_minor": amount} for each in named
        ]
    else:
        body["amount_minor"] = amount
    answer = await shell.act("POST", "/v1/adjustments", body, form=form)
    if answer.is_good:
        path = f"/console/adjustments/{answer.json['adjustment_id']}"
        return shell.done(path, "The adjustment was drafted.")
    return await _form_page(
        shell, statement_id, form=form, problem=answer.problem, status=answer.status
    )


async def _invoice_page(
    shell: Shell, statement_id: int, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    statement = await shell.need("/v1/statements/{statement}", statement=statement_id)
    return show(shell, "invoice_form", form=form, statement=statement, **values)


@get("/console/statements/{statement_id:int}/invoice", opt=PAGE, include_in_schema=False)
async def invoice_form(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """Type in the invoice that was written for a statement."""
    return await _invoice_page(await enter(request, "statements.agree"), statement_id)


@post("/console/statements/{statement_id:int}/invoice", opt=PAGE, include_in_schema=False)
async def add_invoice(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """Record an invoice, blue, or red where it takes another one back."""
    shell, form = await enter_form(request, "statements.agree")
    currency = form.text("currency")
    body: dict[str, Any] = {
        "number": form.text("number"),
        "issued_on": form.text("issued_on"),
        **{f"{part}_minor": minor(form.text(part), currency) for part in ("net", "tax", "gross")},
    }
    if form.optional("cancels"):
        body["cancels"] = form.text("cancels")
    answer = await shell.act(
        "POST", "/v1/statements/{statement}/invoices", body, form=form, statement=statement_id
    )
    if answer.is_good:
        return shell.done(
            f"/console/statements/{statement_id}#invoices", "The invoice is recorded."
        )
    return await _invoice_page(
        shell, statement_id, form=form, problem=answer.problem, status=answer.status
    )


ROUTES = [
    adjustments,
    adjustment,
    decide,
    adjustment_form,
    draft,
    invoice_form,
    add_invoice,
]
