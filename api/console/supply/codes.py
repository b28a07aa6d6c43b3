"""Card codes: a supplier uploads those of an offer, and sees how many are left. None is shown."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.shell import Shell
from api.console.supply import words
from api.console.supply.frame import enter_supplier, enter_supplier_form
from api.console.supply.overview import stock_of
from api.console.supply.typed import said
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import TEXT_LENGTH_MAX, Form
from catalog.codes import CODES_MAX
from ledger import JSON

COLUMNS = ("number", "secret", "expires_on", "batch")
_HEADING = {"number", "卡号", "card", "card_number"}
REJECTED_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What became of an upload."""

    accepted: int
    existing: int
    rejected: list[Mapping[str, Any]]


def read_lines(text: str, batch: str | None) -> list[dict[str, JSON]]:
    """The codes in lines of `number, secret, last day, batch`, each named by its line. Pure.

    A first line of headings is left out. So are empty lines.
    """
    found: list[dict[str, JSON]] = []
    dialect = "excel-tab" if "\t" in text.partition("\n")[0] else "excel"
    rows = csv.reader(io.StringIO(text.lstrip("\ufeff")), dialect=dialect)
    for place, row in enumerate(rows, start=1):
        cells = [cell.strip() for cell in row]
        if not any(cells) or (place == 1 and cells[0].casefold() in _HEADING):
            continue
        code = said(zip(COLUMNS, cells, strict=False))
        found.append({"key": f"line-{place}", **({"batch": batch} if batch else {}), **code})
    return found


@get("/console/codes", opt=PAGE, include_in_schema=False)
async def pools(request: Call) -> Response[bytes]:
    """The offers with card codes, and what is left of each."""
    shell = await enter_supplier(request, "offers.write")
    page = {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT * 4}
    answer = await shell.get("/v1/offers", page)
    found = []
    for each in answer.items:
        if each["fulfilment"] == "card_code":
            codes = await shell.get("/v1/offers/{offer}/codes/summary", offer=each["offer_id"])
            if codes.is_good:
                found.append({**each, **stock_of(codes.json)})
    return shell.page(
        "supply/pools.html",
        status=answer.status,
        problem=answer.problem,
        rows=found,
        next_cursor=answer.next_cursor,
    )


async def _pool(
    shell: Shell,
    offer_id: int,
    *,
    form: Form | None = None,
    problem: Any = None,
    status: int = 200,
    uploaded: Uploaded | None = None,
    trouble: str = "",
) -> Response[bytes]:
    offer = await shell.need("/v1/offers/{offer}", offer=offer_id)
    summary = await shell.need("/v1/offers/{offer}/codes/summary", offer=offer_id)
    batches = sorted({part["batch"] for part in summary["parts"] if part["batch"]})
    return shell.page(
        "supply/pool.html",
        status=status,
        form=form,
        problem=problem,
        words=words,
        offer=offer,
        parts_of_pool=summary["parts"],
        stock=stock_of(summary),
        batches=batches,
        uploaded=uploaded,
        trouble=trouble,
        codes_max=CODES_MAX,
        rejected_shown=REJECTED_SHOWN,
    )


@get("/console/codes/{offer_id:int}", opt=PAGE, include_in_schema=False)
async def pool(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """The card codes of one offer, by batch and last day."""
    return await _pool(await enter_supplier(request, "offers.write"), offer_id)


@post("/console/codes/{offer_id:int}/upload", opt=PAGE, include_in_schema=False)
async def upload(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Put codes into the pool, from a file or as they were pasted."""
    shell, form = await enter_supplier_form(request, "offers.write")
    text, trouble = await _text_of(form)
    codes = read_lines(text, form.optional("batch")) if not trouble else []
    if not trouble and not codes:
        trouble = shell._("There are no codes in it.")
    if len(codes) > CODES_MAX:
        trouble = shell._("There are too many codes. Upload them in several files.")
    if trouble:
        return await _pool(shell, offer_id, form=form, status=422, trouble=shell._(trouble))
    answer = await shell.act(
        "POST", "/v1/offers/{offer}/codes", {"codes": codes}, form=form, offer=offer_id
    )
    if not answer.is_good:
        return await _pool(shell, offer_id, form=form, problem=answer.problem, status=answer.status)
    found = answer.json
    uploaded = Uploaded(found["accepted"], found["existing"], found["rejected"])
    return await _pool(shell, offer_id, uploaded=uploaded)


def _(text: str) -> str:
    return text


async def _text_of(form: Form) -> tuple[str, str]:
    """The text of the file, or what was pasted. Or why it cannot be taken."""
    file = form.files.get("file")
    if file is not None and file.filename:
        content = await file.read()
        try:
            return content.decode("utf-8-sig"), ""
        except UnicodeDecodeError:
            return "", _("The file is not written in UTF-8.")
    pasted = form.value("codes")
    if len(pasted) >= TEXT_LENGTH_MAX:
        return "", _("That is too much to paste. Upload a file.")
    return pasted, ""


@post("/console/codes/{offer_id:int}/withdraw", opt=PAGE, include_in_schema=False)
async def withdraw(request: Call, offer_id: FromPath[int]) -> Response[bytes]:
    """Withdraw the codes of a batch, or all, that no coupon has."""
    shell, form = await enter_supplier_form(request, "offers.write")
    answer = await shell.act(
        "POST",
        "/v1/offers/{offer}/codes/withdraw",
        {"batch": form.optional("batch")},
        form=form,
        offer=offer_id,
    )
    if answer.is_good:
        return shell.done(f"/console/codes/{offer_id}", "The codes were withdrawn.")
    return await _pool(shell, offer_id, problem=answer.problem, status=answer.status)


ROUTES = [pools, pool, upload, withdraw]
