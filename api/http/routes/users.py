"""Users of the console: a party's own, and those of every party for the operator."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from litestar import Response, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once, json_answer, run_once
from api.http.routes.keys import render_key
from api.http.schemas.answers import Page
from api.http.schemas.keys import ListedKeyAnswer
from api.http.schemas.types import SLUG_PATTERN
from api.http.schemas.users import (
    InvitedUserAnswer,
    LinkAnswer,
    RemovedUserAnswer,
    RolesBody,
    UserAnswer,
    UserBody,
    UserStateAnswer,
)
from api.identity.roles import require_role
from api.identity.staff import (
    Link,
    Member,
    disable_member,
    find_member,
    invite_member,
    load_staff,
    make_link,
    remove_member,
    set_roles,
)
from catalog import CODE_LENGTH_MAX, Party, PartyNotFound, find_party, load_keys
from ledger import JSON, read_clock

TAGS = ["users"]

PartyInQuery = Annotated[
    str | None,
    QueryParameter(
        name="party",
        max_length=CODE_LENGTH_MAX,
        pattern=SLUG_PATTERN,
        description="Whose users. By default, your own party's. Others are for the operator.",
    ),
]
Do = Callable[[AsyncConnection, Party], Awaitable[tuple[dict[str, Any], Link]]]


def _render(member: Member) -> UserAnswer:
    user = member.user
    return {
        "user_id": user.user_id,
        "email": user.email,
        "name": user.name,
        "locale": user.locale,
        "roles": list(member.roles),
        "asked_role": member.asked_role,
        "state": member.state,
        "has_second_factor": user.has_totp,
        "created_at": user.created_at,
        "disabled_at": user.disabled_at,
    }


async def _party(connection: AsyncConnection, request: Call, party: str | None) -> Party:
    """The party that is meant, if the caller may manage its users.

    Raises:
        PartyNotFound: it may not, or there is none.
    """
    own = request.user.party
    if party is None or party == own.code:
        return own
    if not is_operator(request.user):
        raise PartyNotFound(f"there is no party {party}")
    return await find_party(connection, party)


async def _keys(connection: AsyncConnection, party: Party, user_id: int) -> list[ListedKeyAnswer]:
    """The API keys in force that a user made for the party."""
    now, maker = await read_clock(connection), f"user:{user_id}"
    return [
        render_key(each)
        for each in await load_keys(connection, party.party_id)
        if each.created_by == maker
        and each.revoked_at is None
        and (each.expires_at is None or each.expires_at > now)
    ]


async def _with_link(request: Call, party: str | None, do: Do, *, status: int) -> Response[Any]:
    """Do something once. The link is in the first answer alone, and stored nowhere."""
    made: list[Link] = []

    async def act(connection: AsyncConnection) -> JSON:
        document, link = await do(connection, await _party(connection, request, party))
        made.append(link)
        return {**document, "link": None, "expires_at": link.expires_at}

    context = context_of(request)
    document, replayed = await run_once(request, context.database, act)
    assert isinstance(document, dict), "it is an object"
    link = None
    if not replayed:
        link = f"{context.settings.public_url}/console/invitations/{made[-1].token}"
    shown: dict[str, Any] = {**document, "link": link, "already_shown": replayed}
    return json_answer(shown, status=status, replayed=replayed)


@get("/v1/users", tags=TAGS)
async def users(request: Call, party: PartyInQuery = None) -> Page[UserAnswer]:
    """The users of a party, and those who were asked to join it, by address."""
    async with context_of(request).database.transaction() as connection:
        owner = await _party(connection, request, party)
        found = await load_staff(connection, owner.party_id)
    return {"items": [_render(each) for each in found], "next_cursor": None}


@post("/v1/users", opt=CHANGES, tags=TAGS)
async def invite_user(
    request: Call, data: JSONBody[UserBody], party: PartyInQuery = None
) -> Response[InvitedUserAnswer]:
    """Invite somebody to act for a party. The answer has the one-time link, which works for a day.

    A new user chooses a password by it. Whoever is a user already signs in, and then joins. The
    link is shown only in this answer; if it was lost, make another.
    """

    async def act(connection: AsyncConnection, owner: Party) -> tuple[dict[str, Any], Link]:
        member, link = await invite_member(
            connection,
            owner.party_id,
            email=data.email,
            name=data.name,
            role=require_role(data.role, owner.roles),
            locale=data.locale,
        )
        return dict(_render(member)), link

    return await _with_link(request, party, act, status=201)


@get("/v1/users/{user_id:int}", tags=TAGS)
async def user_by_id(
    request: Call, user_id: FromPath[int], party: PartyInQuery = None
) -> UserStateAnswer:
    """A user of a party, with the API keys in force that this user made for it."""
    async with context_of(request).database.transaction() as connection:
        owner = await _party(connection, request, party)
        found = await find_member(connection, owner.party_id, user_id)
        return {**_render(found), "keys": await _keys(connection, owner, user_id)}


@put("/v1/users/{user_id:int}/roles", tags=TAGS)
async def put_user_roles(
    request: Call, user_id: FromPath[int], data: JSONBody[RolesBody], party: PartyInQuery = None
) -> UserAnswer:
    """Give a user these roles for the party, and no others. It holds from the next request on."""
    async with changing(request, context_of(request).database) as connection:
        owner = await _party(connection, request, party)
        roles = [require_role(each, owner.roles) for each in data.roles]
        changed = await set_roles(connection, owner.party_id, user_id, roles)
        await note_change(request, connection, None)
    return _render(changed)


@post("/v1/users/{user_id:int}/invitation", opt=CHANGES, status_code=200, tags=TAGS)
async def make_user_link(
    request: Call, user_id: FromPath[int], party: PartyInQuery = None
) -> Response[LinkAnswer]:
    """Make another one-time link for a user. It works for a day, and those before it no more.

    By it the user chooses a password, and has no second factor until another is set up. A disabled
    user can come in again.
    """
    await require_no_members(request)
    by_operator = is_operator(request.user)

    async def act(connection: AsyncConnection, owner: Party) -> tuple[dict[str, Any], Link]:
        link = await make_link(connection, owner.party_id, user_id, by_operator=by_operator)
        return {"user_id": user_id}, link

    return await _with_link(request, party, act, status=200)


@post("/v1/users/{user_id:int}/remove", opt=CHANGES, status_code=200, tags=TAGS)
async def remove_user(
    request: Call, user_id: FromPath[int], party: PartyInQuery = None
) -> Response[RemovedUserAnswer]:
    """Let a user act for the party no more. API keys that this user made stay, and are listed."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        owner = await _party(connection, request, party)
        await remove_member(connection, owner.party_id, user_id)
        return {"user_id": user_id, "keys": await _keys(connection, owner, user_id)}

    return await answer_once(request, context_of(request).database, act, status=200)


@post("/v1/users/{user_id:int}/disable", opt=CHANGES, status_code=200, tags=TAGS)
async def disable_user(
    request: Call, user_id: FromPath[int], party: PartyInQuery = None
) -> Response[UserStateAnswer]:
    """Let a user in no more, for any party. API keys that this user made stay, and are listed."""
    await require_no_members(request)
    by_operator = is_operator(request.user)

    async def act(connection: AsyncConnection) -> JSON:
        owner = await _party(connection, request, party)
        found = await disable_member(connection, owner.party_id, user_id, by_operator=by_operator)
        return {**_render(found), "keys": await _keys(connection, owner, user_id)}

    return await answer_once(request, context_of(request).database, act, status=200)


ROUTES = [
    users,
    invite_user,
    user_by_id,
    put_user_roles,
    make_user_link,
    remove_user,
    disable_user,
]
