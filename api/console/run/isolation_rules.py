"""The operator's rules about isolation, with their periods, and the tree of categories."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.run.isolation import PATH as ISOLATION
from api.console.run.isolation import tabs, typed_instant
from api.console.run.users import parties_to_choose
from api.console.run.words import EFFECTS
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.ask import Answer
from api.pages.forms import Form

PATH = f"{ISOLATION}/rules"
CATEGORIES = f"{ISOLATION}/categories"
EVERYONE = "everyone:"


async def sides(shell: Shell, *, with_everyone: bool) -> list[tuple[str, str]]:
    """What a rule or a veto can be about, as the choices of a field."""
    parties = await parties_to_choose(shell)
    groups = (await shell.get("/v1/groups")).items
    categories = (await shell.get("/v1/categories", {"limit": 1000})).items
    group, category = shell._("Group"), shell._("Category")
    found = [("", "–"), *([(EVERYONE, shell._("Everyone"))] if with_everyone else [])]
    found += [(f"party:{each['code']}", f"{each['name']} ({each['code']})") for each in parties]
    found += [(f"group:{each['code']}", f"{group} {each['label']}") for each in groups]
    found += [(f"category:{each['path']}", f"{category} {each['path']}") for each in categories]
    return found


def side_of(text: str) -> dict[str, Any]:
    """The side that was chosen, as the interface reads it."""
    kind, _, name = text.partition(":")
    return {"everyone": True} if kind == "everyone" else {kind or "party": name}


async def _rules(
    shell: Shell, *, form: Form | None = None, answer: Answer | None = None
) -> Response[bytes]:
    shell.shown_at = PATH
    at = typed_instant(shell, shell.query.get("at", ""))
    found = await shell.get("/v1/isolation-rules", {"as_of": at})
    trouble = answer if answer is not None else found
    choices = await sides(shell, with_everyone=True) if shell.may("exchange.manage") else []
    return shell.page(
        "run/rules.html",
        status=200 if trouble.is_good else trouble.status,
        form=form,
        problem=trouble.problem,
        tabs=tabs(shell),
        rows=list(reversed(found.items)),
        effects=EFFECTS,
        sides=choices,
        categories=[each for each in choices if each[0].startswith("category:") or not each[0]],
        at=shell.query.get("at", ""),
    )


@get(PATH, opt=PAGE, include_in_schema=False)
async def rules_page(request: Call) -> Response[bytes]:
    """The rules that hold or will hold, or that held at an instant."""
    return await _rules(await enter(request, "parties.read"))


@post(PATH, opt=PAGE, include_in_schema=False, status_code=200)
async def add_rule(request: Call) -> Response[bytes]:
    """State a rule."""
    shell, form = await enter_form(request, "exchange.manage", name="rule")
    kind = form.text("kind")
    body: dict[str, Any] = {"kind": kind}
    if kind == "node":
        body["category"] = form.text("category").removeprefix("category:")
    else:
        body |= {name: side_of(form.text(name)) for name in ("buyer", "supplier")}
        body["mutual"] = form.is_checked("mutual")
    for name in ("valid_from", "valid_until"):
        if (instant := typed_instant(shell, form.text(name))) is not None:
            body[name] = instant
    answer = await shell.act("POST", "/v1/isolation-rules", body, form=form)
    if not answer.is_good:
        # The interface names the party within a side. Here the side itself is the empty field.
        empty = [name for name in body.keys() & {"buyer", "supplier"} if not form.text(name)]
        form.blame(
            {"errors": [{"pointer": f"/{each}", "detail": "Field required"} for each in empty]}
        )
        return await _rules(shell, form=form, answer=answer)
    return shell.done(PATH, "The rule was stated.")


@post(f"{PATH}/{{rule_id:int}}/end", opt=PAGE, include_in_schema=False, status_code=200)
async def end_rule(request: Call, rule_id: FromPath[int]) -> Response[bytes]:
    """End a rule now."""
    shell, form = await enter_form(request, "exchange.manage")
    answer = await shell.act(
        "POST", "/v1/isolation-rules/{rule_id}/end", form=form, rule_id=rule_id
    )
    if not answer.is_good:
        return await _rules(shell, answer=answer)
    return shell.done(PATH, "The rule has ended.")


async def _categories(
    shell: Shell, *, form: Form | None = None, answer: Answer | None = None
) -> Response[bytes]:
    shell.shown_at = CATEGORIES
    found = await shell.get("/v1/categories", {"limit": 1000})
    parties = await parties_to_choose(shell)
    return shell.page(
        "run/categories.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        tabs=tabs(shell),
        rows=[
            (
                each["path"],
                each["path"].count("."),
                [party for party in parties if each["path"] in party["categories"]],
            )
            for each in sorted(found.items, key=lambda each: each["path"])
        ],
    )


@get(CATEGORIES, opt=PAGE, include_in_schema=False)
async def categories_page(request: Call) -> Response[bytes]:
    """The tree of categories, and who trades in which."""
    return await _categories(await enter(request, "parties.read"))


@post(CATEGORIES, opt=PAGE, include_in_schema=False, status_code=200)
async def add_category(request: Call) -> Response[bytes]:
    """Add a category beneath one that exists."""
    shell, form = await enter_form(request, "exchange.manage", name="category")
    answer = await shell.act("POST", "/v1/categories", {"path": form.text("path")}, form=form)
    if not answer.is_good:
        return await _categories(shell, form=form, answer=answer)
    return shell.done(CATEGORIES, "The category was added.")


@post(f"{CATEGORIES}/usual", opt=PAGE, include_in_schema=False, status_code=200)
async def add_usual(request: Call) -> Response[bytes]:
    """Add the usual categories."""
    shell, form = await enter_form(request, "exchange.manage")
    answer = await shell.act("POST", "/v1/categories/usual", {}, form=form)
    if not answer.is_good:
        return await _categories(shell, answer=answer)
    return shell.done(CATEGORIES, "The usual categories are there.")


ROUTES = [rules_page, add_rule, end_rule, categories_page, add_category, add_usual]
