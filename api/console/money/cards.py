"""Rate cards and contracts: what a use costs, since when, and what another card would have cost."""

from typing import Any

import orjson
from litestar import Response, get, post
from litestar.params import FromPath

from api.console.money.frame import show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.ask import PAGE_LIMIT
from api.pages.forms import Form

EXAMPLE = {
    "currency": "CNY",
    "legs": [
        {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "rate": "1900"},
        {"leg": "platform_fee", "payer": "home", "payee": "operator", "rate": "125"},
    ],
}


def written(document: Any) -> str:
    """A card as it is typed into a form."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def read_card(text: str) -> Any:
    """The card that was typed. What is no JSON is left as it is, and the interface refuses it."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


@get("/console/rate-cards", opt=PAGE, include_in_schema=False)
async def cards(request: Call) -> Response[bytes]:
    """The rate cards that bind the party."""
    shell = await enter(request, "contracts.read")
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


async def _new_page(
    shell: Shell, *, form: Form | None = None, document: str | None = None, **values: Any
) -> Response[bytes]:
    return show(shell, "card_form", form=form, document=document or written(EXAMPLE), **values)


@get("/console/rate-cards/new", opt=PAGE, include_in_schema=False)
async def new_card(request: Call) -> Response[bytes]:
    """Write a card, beginning with an example or with another card."""
    shell = await enter(request, "contracts.write")
    return await _new_page(shell, document=await _document_of(shell))


async def _document_of(shell: Shell) -> str | None:
    """The card in the address to begin with, if there is one."""
    given = shell.query.get("card", "")
    if not given.isdecimal():
        return None
    found = await shell.need("/v1/rate-cards/{card}", card=given)
    return written(found["card"])


@post("/console/rate-cards/new", opt=PAGE, include_in_schema=False)
async def add_card(request: Call) -> Response[bytes]:
    """Keep a card as a draft."""
    shell, form = await enter_form(request, "contracts.write")
    body = {
        "home_party": form.optional("home_party"),
        "supplier_party": form.optional("supplier_party"),
        "valid_from": form.text("valid_from"),
        "valid_until": form.optional("valid_until"),
        "card": read_card(form.text("card")),
    }
    answer = await shell.act("POST", "/v1/rate-cards", body, form=form)
    if answer.is_good:
        return shell.done(
            f"/console/rate-cards/{answer.json['card_id']}", "The card is kept as a draft."
        )
    return await _new_page(shell, form=form, problem=answer.problem, status=answer.status)


async def _simulate_page(
    shell: Shell, *, form: Form | None = None, document: str | None = None, **values: Any
) -> Response[bytes]:
    periods = await shell.get("/v1/periods")
    months = sorted((str(each["month"]) for each in periods.items), reverse=True)[:3]
    shown = {"result": None, **values}
    return show(
        shell,
        "simulate",
        form=form,
        document=document or written(EXAMPLE),
        months=" ".join(months),
        **shown,
    )


@get("/console/rate-cards/simulate", opt=PAGE, include_in_schema=False)
async def simulate_form(request: Call) -> Response[bytes]:
    """Which card is to be tried, and on which months."""
    shell = await enter(request, "contracts.write")
    return await _simulate_page(shell, document=await _document_of(shell))


@post("/console/rate-cards/simulate", opt=PAGE, include_in_schema=False)
async def simulate(request: Call) -> Response[bytes]:
    """What past uses would have cost by a card. Nothing is kept."""
    shell, form = await enter_form(request, "contracts.write")
    body = {
        "card": read_card(form.text("card")),
        "months": form.text("months").replace(",", " ").split(),
        "home_party": form.optional("home_party"),
        "supplier_party": form.optional("supplier_party"),
    }
    answer = await shell.read_by_post("/v1/rate-cards/simulate", body)
    form.blame(answer.problem)
    return await _simulate_page(
        shell,
        form=form,
        result=answer.json if answer.is_good else None,
        problem=answer.problem,
        status=answer.status,
    )


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
    return await _contracts_page(await enter(request, "contracts.read"))


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
    new_card,
    add_card,
    simulate_form,
    simulate,
    card,
    publish,
    withdraw,
    contracts,
    add_contract,
    end_contract,
]
