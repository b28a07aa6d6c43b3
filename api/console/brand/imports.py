"""Imports: a file is sent, looked at before anything changes, and applied row by row.

Brands import members, suppliers offers, shops and card codes. A file is only checked at first. What
is wrong with it stands by its line, and can be fetched as a file to mend.
"""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.brand import columns
from api.console.brand.choice import language, show_page
from api.console.brand.tasks import Field, Task, require_good, show
from api.console.brand.words import IMPORT_KINDS, _
from api.console.shell import NotForYou, Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.http.problems import RouteNotFound
from api.identity.roles import Permission
from api.pages.ask import PAGE_LIMIT, Problem, Query
from api.pages.render import HEADERS
from catalog.imports import CSV_MEDIA_TYPE, XLSX_MEDIA_TYPE

HOME = "/console/imports"
WRITE: Permission = "offers.write"
OPEN_STATES = ("received", "applying")
ROW_STATES = ("created", "updated", "unchanged", "rejected")
ALL_ROWS = "all"
"""Said in the address. Without it, the rejected rows are shown first, if there are any."""


def _require_trader(shell: Shell) -> Shell:
    if not (shell.is_party("brand") or shell.is_party("supplier")):
        raise NotForYou("this page is for brands and suppliers")
    return shell


@get(HOME, opt=PAGE, include_in_schema=False)
async def imports(request: Call) -> Response[bytes]:
    """The imports of the party, the latest first."""
    shell = _require_trader(await enter(request, WRITE))
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/imports", {}, name="imports", columns=columns.IMPORTS)
    found = await shell.get(
        "/v1/imports", {"limit": PAGE_LIMIT, "cursor": shell.query.get("cursor")}
    )
    return show_page(
        shell,
        "brand/imports.html",
        rows=found.items,
        next_cursor=found.next_cursor,
        problem=found.problem,
        status=found.status,
    )


def _kinds(shell: Shell) -> list[str]:
    found = ["members"] if shell.is_party("brand") else []
    return found + (["offers", "shops", "codes"] if shell.is_party("supplier") else [])


async def _upload_task(shell: Shell) -> Task:
    _ = shell._
    fields = [
        Field(
            "file",
            _("File"),
            "file",
            required=True,
            hint=_("CSV or XLSX, with a heading"),
            attrs={"accept": ".csv,.xlsx"},
        ),
        Field(
            "kind",
            _("What its rows are"),
            required=True,
            choices=[(kind, _(IMPORT_KINDS[kind])) for kind in _kinds(shell)],
        ),
    ]
    if shell.is_party("brand"):
        programmes = (await shell.get("/v1/programmes")).items
        fields.append(
            Field(
                "programme",
                _("Members of the programme"),
                choices=[(each["code"], each["name"]) for each in programmes],
            )
        )
    if shell.is_party("supplier"):
        offers = (await shell.get("/v1/offers", {"limit": 200})).items
        coded = [each for each in offers if each["fulfilment"] == "card_code"]
        fields.append(
            Field(
                "offer",
                _("Card codes of the offer"),
                choices=[("", "–"), *((str(each["offer_id"]), each["name"]) for each in coded)],
            )
        )
    fields += [
        Field("mapping", _("Saved mapping"), hint=_("Empty: the file uses our column names")),
        Field(
            "encoding",
            _("Encoding"),
            choices=[("", _("found out")), *((each, each) for each in ENCODINGS)],
        ),
    ]
    return Task(
        title=_("Import a file"),
        sub=_("It is only checked at first. Nothing changes before you have seen what would."),
        action=f"{HOME}/send",
        submit=_("Check the file"),
        fields=fields,
        call="POST /v1/imports?dry_run=true",
        crumbs=((_("Imports"), HOME),),
        is_upload=True,
    )


ENCODINGS = ("utf-8", "gb18030", "utf-16", "big5")


@get(f"{HOME}/send", opt=PAGE, include_in_schema=False)
async def upload_form(request: Call) -> Response[bytes]:
    """Ask for a file."""
    shell = _require_trader(await enter(request, WRITE))
    return show(shell, await _upload_task(shell))


@post(f"{HOME}/send", opt=PAGE, include_in_schema=False)
async def upload(request: Call) -> Response[bytes]:
    """Have a file checked."""
    shell, form = await enter_form(request, WRITE)
    _require_trader(shell)
    file = form.files.get("file")
    content = b"" if file is None else await file.read()
    kind = form.text("kind")
    query = {
        "kind": kind or None,
        "dry_run": True,
        "encoding": form.optional("encoding"),
        "mapping": form.optional("mapping"),
        "programme": form.optional("programme") if kind == "members" else None,
        "offer": form.optional("offer") if kind == "codes" else None,
    }
    is_sheet = file is not None and file.filename.lower().endswith(".xlsx")
    answer = await shell.act(
        "POST",
        "/v1/imports",
        form=form,
        query=query,
        content=content,
        media_type=XLSX_MEDIA_TYPE if is_sheet else CSV_MEDIA_TYPE,
    )
    if not answer.is_good:
        return show(shell, await _upload_task(shell), form, answer)
    return shell.done(f"{HOME}/{answer.json['import_id']}", _("The file was received."))


@get(f"{HOME}/{{import_id:int}}", opt=PAGE, include_in_schema=False)
async def import_page(request: Call, import_id: FromPath[int]) -> Response[bytes]:
    """What was found in a file, and what would become, or became, of its rows."""
    shell = _require_trader(await enter(request, WRITE))
    job = await shell.need("/v1/imports/{import_id}", import_id=import_id)
    status = shell.query.get("status", "rejected" if job["counts"]["rejected"] else ALL_ROWS)
    wanted = {"status": status if status in ROW_STATES else None}
    if shell.query.get("export") == "csv":
        return await shell.export(
            f"/v1/imports/{import_id}/rows",
            wanted,
            name=f"import-{import_id}-rows",
            columns=columns.import_rows(language(shell)),
        )
    query: Query = {**wanted, "limit": PAGE_LIMIT, "cursor": shell.query.get("cursor")}
    rows = await shell.get("/v1/imports/{import_id}/rows", query, import_id=import_id)
    counts: dict[str, Any] = job["counts"]
    return show_page(
        shell,
        "brand/import.html",
        block="live",
        job=job,
        is_open=job["state"] in OPEN_STATES,
        row_state=status if status in ROW_STATES else ALL_ROWS,
        row_choices=[
            (ALL_ROWS, shell._("All"), sum(counts.values())),
            *((each, shell._(ROW_WORDS[each]), counts[each]) for each in ROW_STATES),
        ],
        rows=rows.items,
        next_cursor=rows.next_cursor,
        tongue=language(shell),
    )


ROW_WORDS = {
    "created": _("New"),
    "updated": _("Changed"),
    "unchanged": _("As it was"),
    "rejected": _("Rejected"),
}


@post(f"{HOME}/{{import_id:int}}/{{deed:str}}", opt=PAGE, include_in_schema=False)
async def act_on_import(
    request: Call, import_id: FromPath[int], deed: FromPath[str]
) -> Response[bytes]:
    """Apply a file that was checked, or stop an import."""
    if deed not in DEEDS:
        raise RouteNotFound
    shell, form = await enter_form(request, WRITE)
    _require_trader(shell)
    body = {"accept_partial": form.is_checked("accept_partial")} if deed == "apply" else None
    path = "/v1/imports/{import_id}/" + deed
    require_good(await shell.act("POST", path, body, form=form, import_id=import_id))
    return shell.done(f"{HOME}/{import_id}", DEEDS[deed])


DEEDS = {"apply": _("The file is being applied."), "cancel": _("The import was stopped.")}


@get(f"{HOME}/{{import_id:int}}/rejected.csv", opt=PAGE, include_in_schema=False)
async def rejected(request: Call, import_id: FromPath[int]) -> Response[bytes]:
    """The rejected rows as a file to mend."""
    shell = _require_trader(await enter(request, WRITE))
    answer = await shell.get("/v1/imports/{import_id}/rejected", import_id=import_id)
    if not answer.is_good:
        raise Problem(answer)
    headers = {
        **HEADERS,
        "Content-Disposition": f'attachment; filename="rejected-{import_id}.csv"',
    }
    return Response(answer.body, media_type=f"{CSV_MEDIA_TYPE}; charset=utf-8", headers=headers)


ROUTES = [imports, upload_form, upload, import_page, act_on_import, rejected]
