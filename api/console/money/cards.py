"""Rate cards and contracts: what a use costs, and since when."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money import columns
from api.console.money.card_fields import written
from api.console.money.frame import show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form


@get("/console/rate-cards", opt=PAGE, include_in_schema=False)
async def cards(request: Call) -> Response[bytes]:
    """The rate cards that bind the party."""
    shell = await enter(request, "contracts.read")
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/rate-cards", {}, name="rate-cards", columns=columns.CARDS)
    answer = await shell.get(
        "/v1/rate-cards", {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    )
    return show(
        shell,
        "cards",
        rows=answer.items,
        next_cursor=answer.next_cursor,
        problem=answer.problem,
        status=answer.status,
    )


async def _card_page(shell: Shell, card_id: int, **values: Any) -> Response[bytes]:
    card = await shell.need("/v1/rate-cards/{card}", card=card_id)
    return show(shell, "card", card=card, document=written(card["card"]), **values)


@get("/console/rate-cards/{card_id:int}", opt=PAGE, include_in_schema=False)
async def card(request: Call, card_id: FromPath[int]) -> Response[bytes]:
    """One card as a table of its legs and tiers."""
    return await _card_page(await enter(request, "contracts.read"), card_id)


@post("/console/rate-cards/{card_id:int}/publish", opt=PAGE, include_in_schema=False)
async def publish(request: Call, card_id: FromPath[int]) -> Response[bytes]:
    """Let a card hold."""
    shell, form = await enter_form(request, "contracts.write")
    body = {"accept_late": form.is_checked("accept_late")}
    answer = await shell.act("POST", "/v1/rate-cards/{card}/publish", body, form=form, card=card_id)
    if answer.is_good:
        return shell.done(f"/console/rate-cards/{card_id}", "The card is published.")
    return await _card_page(shell, card_id, problem=answer.problem, status=answer.status)


@post("/console/rate-cards/{card_id:int}/withdraw", opt=PAGE, include_in_schema=False)
async def withdraw(request: Call, card_id: FromPath[int]) -> Response[bytes]:
    """Throw a draft away."""
    shell, form = await enter_form(request, "contracts.write")
    answer = await shell.act("POST", "/v1/rate-cards/{card}/withdraw", form=form, card=card_id)
    if answer.is_good:
        return shell.done(f"/console/rate-cards/{card_id}", "The card is withdrawn.")
    return await _card_page(shell, card_id, problem=answer.problem, status=answer.status)


async def _contracts_page(
    shell: Shell, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    answer = await shell.get(
        "/v1/contracts", {"cursor": shell.query.get("cursor"), "limit": PAGE_LIMIT}
    )
    return show(
        shell, "contracts", form=form, rows=answer.items, next_cursor=answer.next_cursor, **values
    )


@get("/console/contracts", opt=PAGE, include_in_schema=False)
async def contracts(request: Call) -> Response[bytes]:
    """The contracts that bind the party, each version with its days."""
    shell = await enter(request, "contracts.read")
    if shell.query.get("export") == "csv":
        return await shell.export("/v1/contracts", {}, name="contracts", columns=columns.CONTRACTS)
    return await _contracts_page(shell)


@post("/console/contracts", opt=PAGE, include_in_schema=False)
async def add_contract(request: Call) -> Response[bytes]:
    """Add a contract of two flat rates, or a new version of it."""
    shell, form = await enter_form(request, "contracts.write")
    body = {
        "home_party": form.optional("home_party"),
        "supplier_party": form.optional("supplier_party"),
        "coupon_cost_minor": form.text("coupon_cost_minor"),
        "platform_fee_minor": form.text("platform_fee_minor"),
        "currency": form.text("currency"),
        "rounding": form.text("rounding") or "half_up",
        "valid_from": form.text("valid_from"),
        "valid_until": form.optional("valid_until"),
    }
    answer = await shell.act("POST", "/v1/contracts", body, form=form)
    if answer.is_good:
        return shell.done("/console/contracts", "The contract holds.")
    return await _contracts_page(shell, form=form, problem=answer.problem, status=answer.status)


@post("/console/contracts/{contract_id:int}/end", opt=PAGE, include_in_schema=False)
async def end_contract(request: Call, contract_id: FromPath[int]) -> Response[bytes]:
    """End a contract on a day."""
    shell, form = await enter_form(request, "contracts.write", name=f"end{contract_id}")
    body = {"on": form.text("on")}
    answer = await shell.act(
        "POST", "/v1/contracts/{contract}/end", body, form=form, contract=contract_id
    )
    if answer.is_good:
        return shell.done("/console/contracts", "The contract ends on that day.")
    return await _contracts_page(shell, problem=answer.problem, status=answer.status)


ROUTES = [
    cards,
    card,
    publish,
    withdraw,
    contracts,
    add_contract,
    end_contract,
]
