"""A new rate card: by fields for what is common, or as JSON for all that a card can say."""

from typing import Any

from litestar import Response, get, post

from api.console.money.card_fields import (
    BASES,
    EXAMPLE,
    FIRST,
    LEGS_SHOWN,
    MODELS,
    TIERS_SHOWN,
    blame_fields,
    card_field_values,
    read_card,
    read_card_fields,
    rows_shown,
    written,
)
from api.console.money.frame import show
from api.console.money.trials import card_in_address, trial_page
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.forms import Form
from settlement.cards import LEGS_MAX, TIERS_MAX

MORE = {"legs": (LEGS_SHOWN, LEGS_MAX, 1), "tiers": (TIERS_SHOWN, TIERS_MAX, 3)}
"""How many rows there are at first, at most, and how many more a button adds."""


def _as_json(
    shell: Shell, document: Any, *, form: Form | None = None, **values: Any
) -> Response[bytes]:
    shown = {"is_too_much": False, **values}
    return show(shell, "card_json", form=form, document=written(document), **shown)


def _as_fields(
    shell: Shell,
    values: dict[str, str],
    *,
    form: Form | None = None,
    more: str = "",
    **shown: Any,
) -> Response[bytes]:
    """The form with fields. `more` names the rows of which it has more than before."""
    rows = {}
    for name, (least, most, step) in MORE.items():
        held = Form({name: values.get(name, "")}) if form is None else form
        count = rows_shown(held, name, least, most)
        rows[name] = min(most, count + step) if name == more else count
    return show(
        shell,
        "card_form",
        form=form,
        values=values,
        rows=rows,
        models=MODELS,
        bases=BASES,
        has_more={name: rows[name] < most for name, (_, most, _) in MORE.items()},
        **shown,
    )


@get("/console/rate-cards/new", opt=PAGE, include_in_schema=False)
async def new_card(request: Call) -> Response[bytes]:
    """Write a card, beginning with a usual one or with another card."""
    shell = await enter(request, "contracts.write")
    document = await card_in_address(shell)
    values = dict(FIRST) if document is None else card_field_values(document)
    if shell.query.get("way") == "json" or values is None:
        return _as_json(shell, document or EXAMPLE, is_too_much=values is None)
    return _as_fields(shell, values)


@post("/console/rate-cards/new", opt=PAGE, include_in_schema=False)
async def add_card(request: Call) -> Response[bytes]:
    """Keep a card as a draft. A form with fields may also grow, be tried, or become JSON."""
    shell, form = await enter_form(request, "contracts.write")
    is_json = form.is_checked("card")
    typed = read_card_fields(form)
    document = read_card(form.text("card")) if is_json else typed.document
    what = form.text("do")
    if what in MORE and not is_json:
        return _as_fields(shell, {}, form=form, more=what)
    if what == "json" and not is_json:
        return _as_json(shell, document, form=form)
    if what == "try":
        return await trial_page(shell, form=form, document=written(document))
    body = {
        "home_party": form.optional("home_party"),
        "supplier_party": form.optional("supplier_party"),
        "valid_from": form.text("valid_from"),
        "valid_until": form.optional("valid_until"),
        "card": document,
    }
    answer = await shell.act("POST", "/v1/rate-cards", body, form=form)
    if answer.is_good:
        return shell.done(
            f"/console/rate-cards/{answer.json['card_id']}", "The card is kept as a draft."
        )
    refused: dict[str, Any] = {"form": form, "problem": answer.problem, "status": answer.status}
    if is_json:
        return _as_json(shell, document, **refused)
    blame_fields(form, answer.problem, typed)
    return _as_fields(shell, {}, **refused)


ROUTES = [new_card, add_card]
