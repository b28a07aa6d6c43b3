"""Mappings: what a partner's files call our columns, and how they write money and days."""

from typing import Any

from litestar import Response, get, post

from api.console.money.frame import show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.forms import Form

FIELDS = (
    "line_key",
    "code",
    "code_sha256",
    "request_number",
    "reference",
    "offer",
    "store",
    "member",
    "used_on",
    "amount",
    "refund",
    "kind",
    "currency",
)
CONSTANTS = ("offer", "store", "currency")
CHOICES = ("unit", "sign", "date_format", "time_zone", "encoding", "delimiter", "sheet")


def stated(form: Form) -> dict[str, Any]:
    """The mapping that was typed into a form. What is empty is found out in the file."""
    columns = {each: form.text(f"column_{each}") for each in FIELDS if form.text(f"column_{each}")}
    fixed = {
        each: form.text(f"constant_{each}") for each in CONSTANTS if form.text(f"constant_{each}")
    }
    chosen = {name: form.text(name) for name in CHOICES if form.text(name)}
    return {"columns": columns, "constants": fixed, **chosen}


async def _page(shell: Shell, *, form: Form | None = None, **values: Any) -> Response[bytes]:
    party = form.optional("party") if form is not None else shell.query.get("party")
    query = {"party": party} if party else None
    found = await shell.get("/v1/mappings", query)
    name = shell.query.get("mapping")
    chosen = None
    if name:
        chosen = await shell.need("/v1/mappings/{mapping}", query, mapping=name)
    return show(
        shell,
        "mappings",
        form=form,
        mappings=found.json["mappings"] if found.is_good else [],
        chosen=chosen,
        fields=FIELDS,
        constants=CONSTANTS,
        party=party or "",
        **values,
    )


@get("/console/reconciliations/mappings", opt=PAGE, include_in_schema=False)
async def mappings(request: Call) -> Response[bytes]:
    """The saved mappings of a partner, and a form for another."""
    return await _page(await enter(request, "reconciliations.read"))


@post("/console/reconciliations/mappings", opt=PAGE, include_in_schema=False)
async def set_mapping(request: Call) -> Response[bytes]:
    """Keep a mapping under a name."""
    shell, form = await enter_form(request, "reconciliations.write")
    party = form.optional("party")
    answer = await shell.act(
        "PUT",
        "/v1/mappings/{mapping}",
        stated(form),
        form=form,
        query={"party": party},
        mapping=form.text("name") or "-",
    )
    if answer.is_good:
        back = f"?party={party}" if party else ""
        return shell.done(f"/console/reconciliations/mappings{back}", "The mapping is kept.")
    return await _page(shell, form=form, problem=answer.problem, status=answer.status)


ROUTES = [mappings, set_mapping]
