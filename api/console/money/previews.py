"""A supplier's file before it is compared: what is understood of it, and how to read it instead."""

import re
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money.frame import show
from api.console.money.mappings import CONSTANTS, FIELDS, stated
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, SLOW, Call
from api.pages.forms import Form
from ledger import JSON

HOME = "/console/reconciliations/files/{file_id:int}"
KEEP = "keep"
_MONTH = re.compile("[0-9]{4}-(0[1-9]|1[0-2])")
"""A month that can be written out. Of any other, the interface says what is wrong with it."""


async def _page(
    shell: Shell,
    file_id: int,
    *,
    month: str | None,
    mapping: str | None,
    tried: dict[str, Any] | None = None,
    form: Form | None = None,
    **values: Any,
) -> Response[bytes]:
    """What is understood of a file: by a saved mapping, by one that is tried, or by itself."""
    file = await shell.need("/v1/partner-files/{file}", file=file_id)
    saved = await shell.get("/v1/mappings", {"party": _other_party(shell, file)})
    rows = saved.json["mappings"] if saved.is_good else []
    body: JSON = {"mapping": mapping} if tried is None else {"stated": tried}
    found = await shell.read_by_post("/v1/partner-files/{file}/preview", body, file=file_id)
    if form is not None:
        form.blame(found.problem)
    shown = {"problem": found.problem, "status": found.status, **values}
    preview = found.json if found.is_good else None
    return show(
        shell,
        "preview",
        form=form,
        file=file,
        preview=preview,
        headings=_headings(preview),
        chosen=tried or next((each for each in rows if each["name"] == mapping), None),
        is_tried=tried is not None,
        mappings=rows,
        mapping=mapping or "",
        month=month or "",
        has_month=_MONTH.fullmatch(month or "") is not None,
        fields=FIELDS,
        constants=CONSTANTS,
        **shown,
    )


def _other_party(shell: Shell, file: Any) -> str | None:
    """The supplier of the file, for the operator. A supplier's own mappings name no party."""
    return None if file["supplier"] == shell.user.party.code else file["supplier"]


def _headings(preview: Any) -> list[str]:
    """The headings of the file, which a mapping may name. Of an unread file, none are known."""
    if preview is None:
        return []
    return sorted({*preview["reading"]["columns"].values(), *preview["reading"]["ignored"]})


@get(f"{HOME}/preview", opt={**PAGE, **SLOW}, include_in_schema=False)
async def preview(request: Call, file_id: FromPath[int]) -> Response[bytes]:
    """What a file that was sent is read as: nothing is compared before it is confirmed."""
    shell = await enter(request, "reconciliations.write")
    month, mapping = (shell.query.get(name) for name in ("month", "mapping"))
    return await _page(shell, file_id, month=month, mapping=mapping or None)


@post(f"{HOME}/preview", opt={**PAGE, **SLOW}, include_in_schema=False)
async def read_again(request: Call, file_id: FromPath[int]) -> Response[bytes]:
    """Read a file by another mapping, for once, or keep that mapping under a name."""
    shell, form = await enter_form(request, "reconciliations.write")
    month, typed = form.optional("month"), stated(form)
    if form.text("do") != KEEP:
        return await _page(shell, file_id, month=month, mapping=None, tried=typed, form=form)
    file = await shell.need("/v1/partner-files/{file}", file=file_id)
    answer = await shell.act(
        "PUT",
        "/v1/mappings/{mapping}",
        typed,
        form=form,
        query={"party": _other_party(shell, file)},
        mapping=form.text("name") or "-",
    )
    if answer.is_good:
        asked = {"mapping": form.text("name"), **({"month": month} if month else {})}
        return shell.done(
            f"/console/reconciliations/files/{file_id}/preview?{urlencode(asked)}",
            "The mapping is kept.",
        )
    return await _page(
        shell,
        file_id,
        month=month,
        mapping=None,
        tried=typed,
        form=form,
        problem=answer.problem,
        status=answer.status,
    )


@post(f"{HOME}/compare", opt={**PAGE, **SLOW}, include_in_schema=False)
async def compare(request: Call, file_id: FromPath[int]) -> Response[bytes]:
    """Compare a file as it was shown. The page of the run tells what does not agree."""
    shell, form = await enter_form(request, "reconciliations.write", name="compare")
    month, mapping = form.optional("month"), form.optional("mapping")
    body = {"file": file_id, "month": month, "mapping": mapping}
    answer = await shell.act("POST", "/v1/reconciliations", body, form=form)
    if answer.is_good:
        number = answer.json["reconciliation_id"]
        return shell.done(f"/console/reconciliations/{number}", "The file was compared.")
    return await _page(
        shell,
        file_id,
        month=month,
        mapping=mapping,
        problem=answer.problem,
        status=answer.status,
    )


ROUTES = [preview, read_again, compare]
