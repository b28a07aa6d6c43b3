"""Groups of parties: alliances, competitors, and plain ones for rules to name."""

from typing import Any

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import is_operator
from api.http.auth import CHANGES, OPERATOR, PARTNER, Call, context_of
from api.http.bodies import require_no_members
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.schemas.answers import Page
from api.http.schemas.groups import (
    GroupAnswer,
    GroupBody,
    GroupMemberAnswer,
    GroupMemberBody,
)
from catalog import find_party
from catalog.isolation import (
    Membership,
    StoredGroup,
    accept_membership,
    create_group,
    end_member,
    find_group,
    list_groups,
    put_member,
)
from ledger import JSON

TAGS = ["isolation"]


def _render_member(member: Membership) -> GroupMemberAnswer:
    return {
        "party": member.party,
        "valid_from": member.since,
        "valid_until": member.until,
        "accepted_at": member.accepted_at,
    }


def _render(group: StoredGroup) -> GroupAnswer:
    return {
        "code": group.code,
        "kind": group.kind,
        "label": group.label,
        "members": [_render_member(member) for member in group.members],
    }


@post("/v1/groups", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_group(request: Call, data: JSONBody[GroupBody]) -> Response[GroupAnswer]:
    """Add a group without members."""

    async def act(connection: AsyncConnection) -> JSON:
        made = await create_group(connection, code=data.code, kind=data.kind, label=data.label)
        answer: dict[str, Any] = dict(_render(made))
        return answer

    return await answer_once(request, context_of(request).database, act)


@get("/v1/groups", tags=TAGS)
async def groups(request: Call) -> Page[GroupAnswer]:
    """The groups, oldest first.

    A party sees the alliances that it is in or invited to. The operator sees all groups.
    """
    party = None if is_operator(request.user) else request.user.party
    async with context_of(request).database.transaction() as connection:
        found = await list_groups(connection, party)
    return {"items": [_render(group) for group in found], "next_cursor": None}


@put("/v1/groups/{group:str}/members/{party:str}", guards=[OPERATOR], tags=TAGS)
async def put_group_member(
    request: Call, group: FromPath[str], party: FromPath[str], data: JSONBody[GroupMemberBody]
) -> GroupMemberAnswer:
    """Let a party be in a group. In an alliance it is invited until it accepts.

    If it is in the group, only the end of that changes.
    """
    async with changing(request, context_of(request).database) as connection:
        member = await put_member(
            connection,
            await find_group(connection, group),
            await find_party(connection, party),
            since=data.valid_from,
            until=data.valid_until,
        )
        await note_change(request, connection, None)
    return _render_member(member)


@delete("/v1/groups/{group:str}/members/{party:str}", guards=[OPERATOR], tags=TAGS)
async def remove_group_member(request: Call, group: FromPath[str], party: FromPath[str]) -> None:
    """End a party's membership now. What it was until then can still be explained."""
    async with changing(request, context_of(request).database) as connection:
        await end_member(
            connection, await find_group(connection, group), await find_party(connection, party)
        )
        await note_change(request, connection, None)


@post("/v1/groups/{group:str}/accept", guards=[PARTNER], opt=CHANGES, status_code=200, tags=TAGS)
async def accept_group(request: Call, group: FromPath[str]) -> Response[GroupMemberAnswer]:
    """Accept that the calling party is in an alliance. From now on its members are open to it."""
    await require_no_members(request)

    async def act(connection: AsyncConnection) -> JSON:
        found = await find_group(connection, group)
        accepted = await accept_membership(connection, found, request.user.party)
        answer: dict[str, Any] = dict(_render_member(accepted))
        return answer

    return await answer_once(request, context_of(request).database, act, status=200)


ROUTES = [add_group, groups, put_group_member, remove_group_member, accept_group]
