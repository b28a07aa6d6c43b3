"""Reconciliations: the runs that compared files of suppliers, and the files that are sent."""

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money import columns
from api.console.money.frame import save, show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, SLOW, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form

FILE_TYPE = "application/octet-stream"


@get("/console/reconciliations", opt=PAGE, include_in_schema=False)
async def reconciliations(request: Call) -> Response[bytes]:
    """The runs that compared a supplier's file with the bill."""
    shell = await enter(request, "reconciliations.read")
    asked = {name: shell.query.get(name) for name in ("state", "month", "supplier")}
    if shell.query.get("export") == "csv":
        return await shell.export(
            "/v1/reconciliations", asked, name="reconciliations", columns=columns.RECONCILIATIONS
        )
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
async def send(request: Call) -> Response[bytes]:
    """Keep a file, and go on to what is understood of it. Nothing is compared yet."""
    shell, form = await enter_form(request, "reconciliations.write")
    file_id: Any = form.whole("file")
    if (sent := form.files.get("upload")) is not None and (content := await sent.read()):
        kept = await shell.act(
            "POST",
            "/v1/partner-files",
            form=form,
            query={"supplier": form.optional("supplier")},
            content=content,
            media_type=FILE_TYPE,
        )
        if not kept.is_good:
            return await _new_page(shell, form=form, problem=kept.problem, status=kept.status)
        file_id = kept.json["file"]
    if not isinstance(file_id, int):
        missing = shell._("Choose a file of yours, or one that was sent before.")
        form.blame({"errors": [{"pointer": "upload", "detail": missing}]})
        return await _new_page(shell, form=form, status=HTTPStatus.BAD_REQUEST)
    asked = {name: form.text(name) for name in ("month", "mapping") if form.text(name)}
    query = f"?{urlencode(asked)}" if asked else ""
    return shell.done(
        f"/console/reconciliations/files/{file_id}/preview{query}", "The file is kept."
    )


@get("/console/reconciliations/files/{file_id:int}", opt=PAGE, include_in_schema=False)
async def file_content(request: Call, file_id: FromPath[int]) -> Response[bytes]:
    """The bytes of a supplier's file, as they came."""
    shell = await enter(request, "reconciliations.read")
    return await save(shell, "/v1/partner-files/{file}/content", file=file_id)


ROUTES = [reconciliations, new_reconciliation, send, file_content]
