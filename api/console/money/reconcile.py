"""Reconciliations: files of suppliers, how they are read, and the runs that compared them."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money.frame import save, show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, SLOW, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import KEY_FIELD, Form

FILE_TYPE = "application/octet-stream"
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


@get("/console/reconciliations", opt=PAGE, include_in_schema=False)
async def reconciliations(request: Call) -> Response[bytes]:
    """The runs that compared a supplier's file with the bill."""
    shell = await enter(request, "reconciliations.read")
    asked = {name: shell.query.get(name) for name in ("state", "month", "supplier")}
    answer = await shell.get(
        "/v1/reconciliations",
        {**asked, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT},
    )
    return show(
        shell,
        "reconciliations",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
    )


async def _new_page(shell: Shell, *, form: Form | None = None, **values: Any) -> Response[bytes]:
    party = form.optional("supplier") if form is not None else shell.query.get("supplier")
    mappings = await shell.get("/v1/mappings", {"party": party} if party else None)
    files = await shell.get("/v1/partner-files", {"limit": 20})
    return show(
        shell,
        "reconciliation_new",
        form=form,
        mappings=mappings.json["mappings"] if mappings.is_good else [],
        files=files.items,
        **values,
    )


@get("/console/reconciliations/new", opt=PAGE, include_in_schema=False)
async def new_reconciliation(request: Call) -> Response[bytes]:
    """Which file, of which month, and how it is to be read."""
    return await _new_page(await enter(request, "reconciliations.write"))


@post("/console/reconciliations/new", opt={**PAGE, **SLOW}, include_in_schema=False)
async def compare(request: Call) -> Response[bytes]:
    """Keep a file and compare it. The page of the run tells what was understood."""
    shell, form = await enter_form(request, "reconciliations.write")
    file_id: Any = form.whole("file")
    if (sent := form.files.get("upload")) is not None and (content := await sent.read()):
        kept = await shell.act(
            "POST",
            "/v1/partner-files",
            form=_other(form),
            query={"supplier": form.optional("supplier")},
            content=content,
            media_type=FILE_TYPE,
        )
        if not kept.is_good:
            return await _new_page(shell, form=form, problem=kept.problem, status=kept.status)
        file_id = kept.json["file"]
    body = {
        "file": file_id,
        "month": form.optional("month"),
        "mapping": form.optional("mapping"),
    }
    answer = await shell.act("POST", "/v1/reconciliations", body, form=form)
    if answer.is_good:
        number = answer.json["reconciliation_id"]
        return shell.done(f"/console/reconciliations/{number}", "The file was compared.")
    return await _new_page(shell, form=form, problem=answer.problem, status=answer.status)


def _other(form: Form) -> Form:
    """The form under another key, for the first of its two deeds."""
    return Form({KEY_FIELD: f"file-{form.key}"[:64]})


@get("/console/reconciliations/files/{file_id:int}", opt=PAGE, include_in_schema=False)
async def file_content(request: Call, file_id: FromPath[int]) -> Response[bytes]:
    """The bytes of a supplier's file, as they came."""
    shell = await enter(request, "reconciliations.read")
    return await save(shell, "/v1/partner-files/{file}/content", file=file_id)


async def _mappings_page(
    shell: Shell, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
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
    """What a partner's files call our columns, and how they write money and days."""
    return await _mappings_page(await enter(request, "reconciliations.read"))


@post("/console/reconciliations/mappings", opt=PAGE, include_in_schema=False)
async def set_mapping(request: Call) -> Response[bytes]:
    """Keep a mapping under a name."""
    shell, form = await enter_form(request, "reconciliations.write")
    columns = {each: form.text(f"column_{each}") for each in FIELDS if form.text(f"column_{each}")}
    fixed = {
        each: form.text(f"constant_{each}") for each in CONSTANTS if form.text(f"constant_{each}")
    }
    stated = {name: form.text(name) for name in CHOICES if form.text(name)}
    party = form.optional("party")
    answer = await shell.act(
        "PUT",
        "/v1/mappings/{mapping}",
        {"columns": columns, "constants": fixed, **stated},
        form=form,
        query={"party": party},
        mapping=form.text("name") or "-",
    )
    if answer.is_good:
        back = f"?party={party}" if party else ""
        return shell.done(f"/console/reconciliations/mappings{back}", "The mapping is kept.")
    return await _mappings_page(shell, form=form, problem=answer.problem, status=answer.status)


ROUTES = [
    reconciliations,
    new_reconciliation,
    compare,
    file_content,
    mappings,
    set_mapping,
]
