"""Vetoes and groups: what parties wish about themselves, and with whom rules name them."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.run.isolation import PATH as ISOLATION
from api.console.run.isolation import tabs, typed_instant
from api.console.run.isolation_rules import side_of, sides
from api.console.run.users import parties_to_choose
from api.console.run.words import GROUP_KINDS, VETO_ROLES
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.pages.ask import Answer
from api.pages.forms import Form

PATH = f"{ISOLATION}/vetoes"
GROUPS = f"{ISOLATION}/groups"


async def _vetoes(
    shell: Shell, *, form: Form | None = None, answer: Answer | None = None
) -> Response[bytes]:
    shell.shown_at = PATH
    at = typed_instant(shell, shell.query.get("at", ""))
    found = await shell.get("/v1/vetoes", {"as_of": at})
    trouble = answer if answer is not None else found
    roles = [each for each in VETO_ROLES if each == "supplier" or shell.is_party("brand")]
    return shell.page(
        "run/vetoes.html",
        status=200 if trouble.is_good else trouble.status,
        form=form,
        problem=trouble.problem,
        tabs=tabs(shell),
        rows=list(reversed(found.items)),
        roles=VETO_ROLES,
        role_choices=[
            (each, shell._(VETO_ROLES[each]))
            for each in roles
            if each == "buyer" or shell.is_party("supplier")
        ],
        sides=await sides(shell, with_everyone=False),
        is_own=not shell.is_party("operator"),
        at=shell.query.get("at", ""),
    )


@get(PATH, opt=PAGE, include_in_schema=False)
async def vetoes_page(request: Call) -> Response[bytes]:
    """A party's own vetoes, or all for the operator."""
    return await _vetoes(await enter(request, "isolation.read"))


@post(PATH, opt=PAGE, include_in_schema=False, status_code=200)
async def add_veto(request: Call) -> Response[bytes]:
    """Keep apart from somebody."""
    shell, form = await enter_form(request, "vetoes.write", name="veto")
    against = side_of(form.text("against"))
    if form.text("party"):
        against = {"party": form.text("party")}
    body: dict[str, Any] = {"role": form.text("role"), "against": against}
    for name in ("valid_from", "valid_until"):
        if (instant := typed_instant(shell, form.text(name))) is not None:
            body[name] = instant
    answer = await shell.act("POST", "/v1/vetoes", body, form=form)
    if not answer.is_good:
        return await _vetoes(shell, form=form, answer=answer)
    return shell.done(PATH, "The veto was stated.")


@post(f"{PATH}/{{veto_id:int}}/end", opt=PAGE, include_in_schema=False, status_code=200)
async def end_veto(request: Call, veto_id: FromPath[int]) -> Response[bytes]:
    """End a veto now."""
    shell, form = await enter_form(request, "vetoes.write")
    answer = await shell.act("POST", "/v1/vetoes/{veto_id}/end", form=form, veto_id=veto_id)
    if not answer.is_good:
        return await _vetoes(shell, answer=answer)
    return shell.done(PATH, "The veto has ended.")


async def _groups(
    shell: Shell, *, form: Form | None = None, answer: Answer | None = None
) -> Response[bytes]:
    shell.shown_at = GROUPS
    found = await shell.need("/v1/groups")
    return shell.page(
        "run/groups.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        tabs=tabs(shell),
        rows=found["items"],
        kinds=GROUP_KINDS,
        kind_choices=[(each, shell._(GROUP_KINDS[each])) for each in GROUP_KINDS],
        parties=[(each["code"], each["name"]) for each in await parties_to_choose(shell)],
        own=shell.user.party.code,
    )


@get(GROUPS, opt=PAGE, include_in_schema=False)
async def groups_page(request: Call) -> Response[bytes]:
    """The groups that a party is in or invited to, or all for the operator."""
    return await _groups(await enter(request, "isolation.read"))


@post(GROUPS, opt=PAGE, include_in_schema=False, status_code=200)
async def add_group(request: Call) -> Response[bytes]:
    """Add a group without members."""
    shell, form = await enter_form(request, "exchange.manage", name="group")
    body: dict[str, Any] = {name: form.text(name) for name in ("code", "kind", "label")}
    answer = await shell.act("POST", "/v1/groups", body, form=form)
    if not answer.is_good:
        return await _groups(shell, form=form, answer=answer)
    return shell.done(GROUPS, "The group was added.")


@post(f"{GROUPS}/{{group:str}}/add", opt=PAGE, include_in_schema=False, status_code=200)
async def add_to_group(request: Call, group: FromPath[str]) -> Response[bytes]:
    """Let a party be in a group, from now on or from a time on."""
    shell, form = await enter_form(request, "exchange.manage")
    body: dict[str, Any] = {}
    for name in ("valid_from", "valid_until"):
        if (instant := typed_instant(shell, form.text(name))) is not None:
            body[name] = instant
    answer = await shell.act(
        "PUT",
        "/v1/groups/{group}/members/{party}",
        body,
        form=form,
        group=group,
        party=form.text("party") or "-",
    )
    if not answer.is_good:
        return await _groups(shell, answer=answer)
    return shell.done(GROUPS, "The party is in the group.")


@post(f"{GROUPS}/{{group:str}}/remove", opt=PAGE, include_in_schema=False, status_code=200)
async def remove_from_group(request: Call, group: FromPath[str]) -> Response[bytes]:
    """End a party's membership now."""
    shell, form = await enter_form(request, "exchange.manage")
    answer = await shell.act(
        "DELETE",
        "/v1/groups/{group}/members/{party}",
        form=form,
        group=group,
        party=form.text("party") or "-",
    )
    if not answer.is_good:
        return await _groups(shell, answer=answer)
    return shell.done(GROUPS, "The party is out of the group.")


@post(f"{GROUPS}/{{group:str}}/accept", opt=PAGE, include_in_schema=False, status_code=200)
async def accept_group(request: Call, group: FromPath[str]) -> Response[bytes]:
    """Join an alliance to which the party is invited."""
    shell, form = await enter_form(request, "vetoes.write")
    answer = await shell.act("POST", "/v1/groups/{group}/accept", form=form, group=group)
    if not answer.is_good:
        return await _groups(shell, answer=answer)
    return shell.done(GROUPS, "Your party is in the alliance.")


ROUTES = [
    vetoes_page,
    add_veto,
    end_veto,
    groups_page,
    add_group,
    add_to_group,
    remove_from_group,
    accept_group,
]
