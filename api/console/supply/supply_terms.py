"""Supply terms, and procurements that wait for a supplier's yes."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.shell import Shell
from api.console.supply import columns, words
from api.console.supply.frame import enter_supplier, enter_supplier_form, segments
from api.console.supply.typed import said, typed_instant, typed_lines, typed_minor
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form

OFFERS_SHOWN = 1_000


async def _offer_names(shell: Shell) -> dict[int, dict[str, Any]]:
    offers = await shell.get("/v1/offers", {"limit": OFFERS_SHOWN})
    return {each["offer_id"]: each for each in offers.items}


async def _terms_page(
    shell: Shell, *, form: Form | None = None, problem: Any = None, status: int = 200
) -> Response[bytes]:
    page = {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    answer = await shell.get("/v1/supply-terms", page)
    offers = await _offer_names(shell)
    return shell.page(
        "supply/supply_terms.html",
        status=status,
        form=form,
        problem=problem or answer.problem,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        offers=offers,
        offer_choices=[
            ("", shell._("Any of my offers, all together")),
            *((number, f"{each['name']} ({each['code']})") for number, each in offers.items()),
        ],
    )


@get("/console/supply-terms", opt=PAGE, include_in_schema=False)
async def supply_terms(request: Call) -> Response[bytes]:
    """What brands get without being asked each time."""
    shell = await enter_supplier(request, "market.read")
    if shell.query.get("export") == "csv":
        return await shell.export(
            "/v1/supply-terms", {}, name="supply-terms", columns=columns.SUPPLY_TERMS
        )
    return await _terms_page(shell)


@post("/console/supply-terms", opt=PAGE, include_in_schema=False)
async def add_supply_terms(request: Call) -> Response[bytes]:
    """State new terms."""
    shell, form = await enter_supplier_form(request, "offers.write")
    currency = form.text("currency")
    cost = typed_minor(form, "unit_cost_minor", currency)
    body = {
        "offer_id": form.whole("offer_id"),
        "brands": typed_lines(form, "brands") or None,
        **said(
            {
                "quantity_max": form.whole("quantity_max"),
                "quantity_per_brand_max": form.whole("quantity_per_brand_max"),
                "unit_cost_minor": cost,
                "currency": None if cost is None else currency,
                "valid_from": typed_instant(form, "valid_from", shell.f.zone)
                or shell.now.isoformat(),
                "valid_until": typed_instant(form, "valid_until", shell.f.zone),
            }.items()
        ),
    }
    answer = await shell.act("POST", "/v1/supply-terms", body, form=form)
    if answer.is_good:
        return shell.done("/console/supply-terms", "The terms hold.")
    return await _terms_page(shell, form=form, problem=answer.problem, status=answer.status)


@post("/console/supply-terms/{terms:int}/withdraw", opt=PAGE, include_in_schema=False)
async def withdraw_supply_terms(request: Call, terms: FromPath[int]) -> Response[bytes]:
    """Withdraw terms. What was granted stays granted."""
    shell, form = await enter_supplier_form(request, "offers.write")
    answer = await shell.act("DELETE", "/v1/supply-terms/{terms}", form=form, terms=terms)
    if answer.is_good:
        return shell.done("/console/supply-terms", "The terms were taken back.")
    return await _terms_page(shell, problem=answer.problem, status=answer.status)


async def _procurements_page(
    shell: Shell, *, problem: Any = None, status: int = 200
) -> Response[bytes]:
    state = shell.query.get("state") or "waiting"
    page = {"state": state, "cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    answer = await shell.get("/v1/procurements", page)
    return shell.page(
        "supply/procurements.html",
        status=status if problem else answer.status,
        problem=problem or answer.problem,
        words=words,
        rows=answer.items,
        next_cursor=answer.next_cursor,
        state=state,
        states=segments(shell, words.PROCUREMENT_STATES),
        offers=await _offer_names(shell),
    )


@get("/console/procurements-waiting", opt=PAGE, include_in_schema=False)
async def procurements_waiting(request: Call) -> Response[bytes]:
    """What brands have asked for."""
    shell = await enter_supplier(request, "market.read")
    if shell.query.get("export") == "csv":
        query = {"state": shell.query.get("state") or "waiting"}
        return await shell.export(
            "/v1/procurements", query, name="procurements", columns=columns.PROCUREMENTS
        )
    return await _procurements_page(shell)


@post("/console/procurements-waiting/{procurement:int}/approve", opt=PAGE, include_in_schema=False)
async def approve(request: Call, procurement: FromPath[int]) -> Response[bytes]:
    """Grant what a brand has asked for."""
    shell, form = await enter_supplier_form(request, "offers.write")
    answer = await shell.act(
        "POST", "/v1/procurements/{procurement}/approve", form=form, procurement=procurement
    )
    if answer.is_good:
        return shell.done("/console/procurements-waiting", "The procurement was granted.")
    return await _procurements_page(shell, problem=answer.problem, status=answer.status)


@post("/console/procurements-waiting/{procurement:int}/refuse", opt=PAGE, include_in_schema=False)
async def refuse(request: Call, procurement: FromPath[int]) -> Response[bytes]:
    """Refuse it. The brand reads the reason."""
    shell, form = await enter_supplier_form(request, "offers.write")
    body = said({"reason": form.optional("reason")}.items())
    answer = await shell.act(
        "POST", "/v1/procurements/{procurement}/refuse", body, form=form, procurement=procurement
    )
    if answer.is_good:
        return shell.done("/console/procurements-waiting", "The procurement was refused.")
    return await _procurements_page(shell, problem=answer.problem, status=answer.status)


ROUTES = [
    supply_terms,
    add_supply_terms,
    withdraw_supply_terms,
    procurements_waiting,
    approve,
    refuse,
]
