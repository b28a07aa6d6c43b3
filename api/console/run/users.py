"""Users of a party: invited, given roles, let in again, taken out. The operator chooses whose."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from api.console.run.words import ROLES, USER_STATES
from api.console.shell import Shell, enter, enter_form
from api.http.auth import PAGE, Call
from api.identity.roles import roles_for
from api.identity.users import LOCALES
from api.pages.ask import Answer
from api.pages.forms import Form
from api.pages.translations import LANGUAGES

PATH = "/console/users"


def whose(shell: Shell) -> str | None:
    """The party that the operator has chosen. Others have only their own."""
    return shell.query.get("party") if shell.is_party("operator") else None


async def party_of(shell: Shell) -> dict[str, Any]:
    """The party whose users or keys are shown.

    Raises:
        Problem: there is none.
    """
    party: dict[str, Any] = await shell.need(
        "/v1/parties/{party}", party=whose(shell) or shell.user.party.code
    )
    return party


async def parties_to_choose(shell: Shell) -> list[Any]:
    """The parties among which the operator chooses. Others have no choice."""
    if not shell.may("parties.read"):
        return []
    found = await shell.get("/v1/parties", {"limit": 1000})
    return found.items


def address(path: str, shell: Shell) -> str:
    """An address of the console that keeps the chosen party."""
    party = whose(shell)
    return f"{path}?party={party}" if party else path


async def _list(
    shell: Shell, *, form: Form | None = None, answer: Answer | None = None, link: Any = None
) -> Response[bytes]:
    party = await party_of(shell)
    found = await shell.need("/v1/users", {"party": whose(shell)})
    state = shell.query.get("state", "")
    return shell.page(
        "run/users.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        party=party,
        parties=await parties_to_choose(shell),
        rows=[each for each in found["items"] if not state or each["state"] == state],
        segments=[
            ("", shell._("All"), len(found["items"])),
            *(
                (name, shell._(text), sum(each["state"] == name for each in found["items"]))
                for name, (text, _) in USER_STATES.items()
            ),
        ],
        state=state,
        states=USER_STATES,
        roles=ROLES,
        choices=roles_for(party["roles"]),
        role_choices=[(each, shell._(ROLES[each][0])) for each in roles_for(party["roles"])],
        locales=[(each, LANGUAGES[each]) for each in LOCALES],
        made=link,
        here=lambda path: address(path, shell),
    )


@get(PATH, opt=PAGE, include_in_schema=False)
async def users_page(request: Call) -> Response[bytes]:
    """The users of a party."""
    return await _list(await enter(request, "users.manage"))


@post(PATH, opt=PAGE, include_in_schema=False, status_code=200)
async def invite(request: Call) -> Response[bytes]:
    """Invite somebody. The link is shown once, on the page that answers."""
    shell, form = await enter_form(request, "users.manage", name="invite")
    answer = await shell.act(
        "POST",
        "/v1/users",
        {name: form.text(name) for name in ("email", "name", "role", "locale")},
        form=form,
        query={"party": whose(shell)},
    )
    if not answer.is_good:
        return await _list(shell, form=form, answer=answer)
    return await _list(shell, link=answer.json)


async def _one(
    shell: Shell,
    user_id: int,
    *,
    form: Form | None = None,
    answer: Answer | None = None,
    link: Any = None,
) -> Response[bytes]:
    shell.shown_at = f"{PATH}/{user_id}"
    user = await shell.need("/v1/users/{user_id}", {"party": whose(shell)}, user_id=user_id)
    party = await party_of(shell)
    log = None
    if shell.may("audit.read"):
        log = (await shell.get("/v1/audit-log", {"actor": f"user:{user_id}", "limit": 20})).items
    return shell.page(
        "run/user.html",
        status=200 if answer is None or answer.is_good else answer.status,
        form=form,
        problem=None if answer is None else answer.problem,
        user=user,
        party=party,
        log=log,
        states=USER_STATES,
        roles=ROLES,
        choices=roles_for(party["roles"]),
        made=link,
        here=lambda path: address(path, shell),
    )


@get(f"{PATH}/{{user_id:int}}", opt=PAGE, include_in_schema=False)
async def user_page(request: Call, user_id: FromPath[int]) -> Response[bytes]:
    """One user: roles, state, and the API keys that this user made."""
    return await _one(await enter(request, "users.manage"), user_id)


@post(f"{PATH}/{{user_id:int}}/roles", opt=PAGE, include_in_schema=False, status_code=200)
async def set_roles(request: Call, user_id: FromPath[int]) -> Response[bytes]:
    """Give the checked roles."""
    shell, form = await enter_form(request, "users.manage", name="roles")
    answer = await shell.act(
        "PUT",
        "/v1/users/{user_id}/roles",
        {"roles": form.all("roles")},
        form=form,
        query={"party": whose(shell)},
        user_id=user_id,
    )
    if not answer.is_good:
        return await _one(shell, user_id, form=form, answer=answer)
    return shell.done(address(f"{PATH}/{user_id}", shell), "The roles were changed.")


@post(f"{PATH}/{{user_id:int}}/link", opt=PAGE, include_in_schema=False, status_code=200)
async def make_link(request: Call, user_id: FromPath[int]) -> Response[bytes]:
    """Make another link. It is shown once, on the page that answers."""
    shell, form = await enter_form(request, "users.manage")
    answer = await shell.act(
        "POST",
        "/v1/users/{user_id}/invitation",
        form=form,
        query={"party": whose(shell)},
        user_id=user_id,
    )
    link = answer.json if answer.is_good else None
    return await _one(shell, user_id, answer=answer, link=link)


@post(f"{PATH}/{{user_id:int}}/disable", opt=PAGE, include_in_schema=False, status_code=200)
async def disable(request: Call, user_id: FromPath[int]) -> Response[bytes]:
    """Let the user in no more, for any party."""
    shell, form = await enter_form(request, "users.manage")
    answer = await shell.act(
        "POST",
        "/v1/users/{user_id}/disable",
        form=form,
        query={"party": whose(shell)},
        user_id=user_id,
    )
    if not answer.is_good:
        return await _one(shell, user_id, answer=answer)
    return shell.done(
        address(f"{PATH}/{user_id}", shell),
        "The user is let in no more. Look whether API keys are left.",
    )


@post(f"{PATH}/{{user_id:int}}/remove", opt=PAGE, include_in_schema=False, status_code=200)
async def remove(request: Call, user_id: FromPath[int]) -> Response[bytes]:
    """Take the user out of the party, and show the API keys that are left."""
    shell, form = await enter_form(request, "users.manage")
    answer = await shell.act(
        "POST",
        "/v1/users/{user_id}/remove",
        form=form,
        query={"party": whose(shell)},
        user_id=user_id,
    )
    if not answer.is_good:
        return await _one(shell, user_id, answer=answer)
    if answer.json["keys"]:
        maker = f"{'&' if whose(shell) else '?'}maker=user:{user_id}"
        return shell.done(
            address("/console/keys", shell) + maker,
            "The user was taken out. These keys that the user made still work.",
        )
    return shell.done(address(PATH, shell), "The user was taken out.")


ROUTES = [users_page, invite, user_page, set_roles, make_link, disable, remove]
