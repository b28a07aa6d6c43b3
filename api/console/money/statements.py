"""Statements: the list, one with all that belongs to it, and its steps."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money import columns
from api.console.money.frame import save, show
from api.console.money.words import _
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound
from api.identity.roles import Permission
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form

LADDER = ("issued", "agreed", "final", "settled")
FILTERS = ("state", "month", "payer", "payee", "currency")


@get("/console/statements", opt=PAGE, include_in_schema=False)
async def statements(request: Call) -> Response[bytes]:
    """The statements of the party, the latest first."""
    shell = await enter(request, "statements.read")
    asked = {name: shell.query.get(name) for name in FILTERS}
    own = shell.user.party.code
    if (way := shell.query.get("way")) in {"in", "out"}:
        asked["payee" if way == "in" else "payer"] = own
    if shell.query.get("export") == "csv":
        return await shell.export(
            "/v1/statements", asked, name="statements", columns=columns.STATEMENTS
        )
    answer = await shell.get(
        "/v1/statements", {**asked, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    )
    return show(
        shell,
        "statements",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
        own=own,
    )


async def _about(shell: Shell, statement_id: int, cursor: str | None) -> dict[str, Any]:
    """All that one page of a statement shows. Without the statement there is no page."""
    path = "/v1/statements/{statement}"
    statement = await shell.need(path, statement=statement_id)
    lines = await shell.get(
        f"{path}/lines", {"cursor": cursor, "limit": PAGE_LIMIT}, statement=statement_id
    )
    steps = await shell.get(f"{path}/steps", {"limit": 200}, statement=statement_id)
    disputes = await shell.get(f"{path}/disputes", statement=statement_id)
    invoices = await shell.get(f"{path}/invoices", statement=statement_id)
    due = await shell.get(f"{path}/due", statement=statement_id)
    payments = await shell.get("/v1/payments", {"statement_id": statement_id})
    adjustments = await shell.get("/v1/adjustments", {"statement": statement_id})
    return {
        "statement": statement,
        "lines": lines,
        "steps": steps.items,
        "disputes": disputes.items,
        "invoices": invoices.items,
        "due": due.json if due.is_good else None,
        "payments": payments.items,
        "adjustments": adjustments.items,
    }


async def statement_page(
    shell: Shell, statement_id: int, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    """One statement. `values` may tell of a deed that was refused."""
    own = shell.user.party.code
    about = await _about(shell, statement_id, shell.query.get("cursor"))
    statement = about["statement"]
    return show(
        shell,
        "statement",
        form=form,
        ladder=LADDER,
        is_party=own in {statement["payer_party"], statement["payee_party"]},
        has_agreed=_has_agreed(statement, own),
        **about,
        **values,
    )


def _has_agreed(statement: Mapping[str, Any], own: str) -> bool:
    """Whether the party has nothing left to agree to."""
    owed = [
        statement[f"{side}_agreed_at"]
        for side in ("payer", "payee")
        if statement[f"{side}_party"] == own
    ]
    return bool(owed) and all(owed)


@get("/console/statements/{statement_id:int}", opt=PAGE, include_in_schema=False)
async def statement(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """One statement: what it is made of, how it stands, and who did what."""
    shell = await enter(request, "statements.read")
    if shell.query.get("export") == "csv":
        return await shell.export(
            f"/v1/statements/{statement_id}/lines",
            {},
            name=f"statement-{statement_id}-lines",
            columns=columns.STATEMENT_LINES,
        )
    return await statement_page(shell, statement_id)


@get("/console/statements/{statement_id:int}/download", opt=PAGE, include_in_schema=False)
async def download(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """The file of a statement: CSV, XLSX, Parquet, PDF in either language, or the detail file."""
    shell = await enter(request, "statements.read")
    asked = {"format": shell.query.get("format"), "lang": shell.query.get("lang")}
    return await save(shell, "/v1/statements/{statement}/download", asked, statement=statement_id)


DEEDS: Mapping[str, tuple[Permission, str]] = {
    "agree": ("statements.agree", _("You agreed to the statement.")),
    "finalise": ("statements.run", _("The statement is final.")),
    "settle": ("statements.run", _("The statement is settled.")),
}
"""The steps of a statement that are one button each."""


@post("/console/statements/{statement_id:int}/{deed:str}", opt=PAGE, include_in_schema=False)
async def step(request: Call, statement_id: FromPath[int], deed: FromPath[str]) -> Response[bytes]:
    """Take a statement one step further."""
    if deed not in DEEDS:
        raise RouteNotFound
    permission, said = DEEDS[deed]
    shell, form = await enter_form(request, permission)
    answer = await shell.act(
        "POST", "/v1/statements/{statement}/{deed}", form=form, statement=statement_id, deed=deed
    )
    if answer.is_good:
        return shell.done(f"/console/statements/{statement_id}", said)
    return await statement_page(shell, statement_id, problem=answer.problem, status=answer.status)


@post("/console/statements/{statement_id:int}/void", opt=PAGE, include_in_schema=False)
async def void(request: Call, statement_id: FromPath[int]) -> Response[bytes]:
    """Take a statement back. Another over the same lines takes its place."""
    shell, form = await enter_form(request, "statements.run", name="void")
    answer = await shell.act(
        "POST",
        "/v1/statements/{statement}/void",
        {"reason": form.text("reason")},
        form=form,
        statement=statement_id,
    )
    if answer.is_good:
        return shell.done(
            f"/console/statements/{answer.json['statement_id']}", "The statement is void."
        )
    return await statement_page(
        shell, statement_id, form=form, problem=answer.problem, status=answer.status
    )


ROUTES = [statements, statement, download, step, void]
