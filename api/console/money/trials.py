"""Simulations: what past uses would have cost by another card, leg by leg and cent by cent."""

from typing import Any

from litestar import Response, get, post

from api.console.money.card_fields import EXAMPLE, read_card, written
from api.console.money.frame import show
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, SLOW, Call
from api.pages.forms import Form

MONTHS_TRIED = 3
EXPLAINED_MAX = 5
"""Of so many of the largest changes, the present lines are read, to stand beside the others."""


async def card_in_address(shell: Shell) -> Any:
    """The card in the address to begin with, if there is one."""
    given = shell.query.get("card", "")
    if not given.isdecimal():
        return None
    return (await shell.need("/v1/rate-cards/{card}", card=given))["card"]


async def trial_page(
    shell: Shell, *, form: Form | None = None, document: str | None = None, **values: Any
) -> Response[bytes]:
    """The page on which a card is tried."""
    periods = await shell.get("/v1/periods")
    months = sorted((str(each["month"]) for each in periods.items), reverse=True)[:MONTHS_TRIED]
    shown = {"result": None, "present": {}, **values}
    return show(
        shell,
        "simulate",
        form=form,
        document=document or written(EXAMPLE),
        months=" ".join(months),
        **shown,
    )


async def _present_lines(shell: Shell, result: Any) -> dict[str, Any]:
    """The lines by the card in force, of an example of each of the largest changes."""
    found = {}
    for each in result["largest"][:EXPLAINED_MAX]:
        book, _, use = each["example"].partition(":")
        answer = await shell.get("/v1/lines/{book}/{use}", book=book, use=use)
        if answer.is_good:
            found[each["example"]] = [
                line for line in answer.json["lines"] if line["line"].endswith(":charge")
            ]
    return found


@get("/console/rate-cards/simulate", opt=PAGE, include_in_schema=False)
async def simulate_form(request: Call) -> Response[bytes]:
    """Which card is to be tried, and on which months."""
    shell = await enter(request, "contracts.write")
    document = await card_in_address(shell)
    return await trial_page(shell, document=None if document is None else written(document))


@post("/console/rate-cards/simulate", opt={**PAGE, **SLOW}, include_in_schema=False)
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
    result = answer.json if answer.is_good else None
    return await trial_page(
        shell,
        form=form,
        result=result,
        present={} if result is None else await _present_lines(shell, result),
        problem=answer.problem,
        status=answer.status,
    )


ROUTES = [simulate_form, simulate]
