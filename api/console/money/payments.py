"""Payments and positions: what was paid, and what each party has to get or to pay."""

from typing import Any

from litestar import Response, get, post

from api.console.money import columns
from api.console.money.frame import minor, show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form

FILTERS = ("statement_id", "netting_id")


async def _payments_page(
    shell: Shell, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    asked = {name: shell.query.get(name) for name in FILTERS}
    answer = await shell.get(
        "/v1/payments", {**asked, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    )
    positions = await shell.get("/v1/positions")
    statement = None
    number = form.optional("statement_id") if form is not None else asked["statement_id"]
    if number and number.isdecimal():
        found = await shell.get("/v1/statements/{statement}", statement=number)
        due = await shell.get("/v1/statements/{statement}/due", statement=number)
        if found.is_good and due.is_good:
            statement = {**found.json, "due_minor": due.json["due_minor"]}
    shown = {"problem": answer.problem, "status": answer.status, **values}
    return show(
        shell,
        "payments",
        form=form,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        positions=positions.json["positions"] if positions.is_good else [],
        statement=statement,
        own=shell.user.party.code,
        **shown,
    )


@get("/console/payments", opt=PAGE, include_in_schema=False)
async def payments(request: Call) -> Response[bytes]:
    """What was paid, the latest last, and the positions of the parties."""
    shell = await enter(request, "statements.read")
    if shell.query.get("export") == "csv":
        asked = {name: shell.query.get(name) for name in FILTERS}
        return await shell.export("/v1/payments", asked, name="payments", columns=columns.PAYMENTS)
    return await _payments_page(shell)


@post("/console/payments", opt=PAGE, include_in_schema=False)
async def add_payment(request: Call) -> Response[bytes]:
    """Record that something was paid: a statement, or a party's position of a netting run."""
    shell, form = await enter_form(request, "statements.run")
    body: dict[str, Any] = {
        "paid_on": form.text("paid_on"),
        "amount_minor": minor(form.text("amount"), form.text("currency")),
        "reference": form.optional("reference"),
    }
    back = "/console/payments"
    if form.text("statement_id"):
        body["statement_id"] = form.whole("statement_id")
        back = f"/console/statements/{form.text('statement_id')}"
    if form.text("netting_id"):
        body |= {"netting_id": form.whole("netting_id"), "party": form.text("party")}
        back = f"/console/nettings/{form.text('netting_id')}"
    answer = await shell.act("POST", "/v1/payments", body, form=form)
    if answer.is_good:
        return shell.done(back, "The payment is recorded.")
    return await _payments_page(shell, form=form, problem=answer.problem, status=answer.status)


ROUTES = [payments, add_payment]
