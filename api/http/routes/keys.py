"""API keys: a party's own, and those of every party for the operator."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Response, delete, get, post
from litestar.params import FromPath, JSONBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.auth import CHANGES, OPERATOR, Call, context_of
from api.http.copying import Copier
from api.http.deeds import changing, deed_of, note_change
from api.http.idempotency import json_answer, key_of, run_once
from api.http.permissions import grant_of
from api.http.schemas.answers import Page
from api.http.schemas.keys import KeyAnswer, KeyBody, ListedKeyAnswer, RotateBody
from api.identity.sessions import UserIdentity
from catalog import (
    Grant,
    Key,
    NewKey,
    Party,
    create_key,
    find_party,
    hold_key_rights,
    load_keys,
    note,
    revoke_key,
    rotate_key,
)
from ledger import JSON

TAGS = ["keys"]

_copy = Copier(ListedKeyAnswer, Key, "scopes")

Make = Callable[[AsyncConnection, Party], Awaitable[NewKey]]


def render_key(key: Key) -> ListedKeyAnswer:
    """A key without its secret."""
    return _copy(key, scopes=sorted(key.scopes))


async def _owner(connection: AsyncConnection, request: Call, party: str | None) -> Party:
    return request.user.party if party is None else await find_party(connection, party)


async def _rights(connection: AsyncConnection, request: Call) -> Grant:
    """What the calling key may by now, and not a few seconds ago. A user may what its role may."""
    if isinstance(request.user, UserIdentity):
        return grant_of(request.user)
    return await hold_key_rights(connection, request.user.party.party_id, request.user.key_id)


async def made_once(request: Call, party: str | None, make: Make) -> Response[Any]:
    """Make a key at most once. Its text is in the first answer alone, and stored nowhere."""
    made: list[str] = []

    async def act(connection: AsyncConnection) -> JSON:
        owner = await _owner(connection, request, party)
        new = await make(connection, owner)
        made.append(new.text)
        return {
            "party": owner.code,
            "key_id": new.key.key_id,
            "label": new.key.label,
            "key": None,
            "scopes": sorted(new.key.scopes),
            "shop": new.key.shop,
            "expires_at": new.key.expires_at,
        }

    document, replayed = await run_once(request, context_of(request).database, act)
    shown: dict[str, Any] = {
        **document,
        "key": None if replayed else made[-1],
        "already_shown": replayed,
    }
    return json_answer(shown, status=201, replayed=replayed)


async def _create(request: Call, party: str | None, data: KeyBody) -> Response[Any]:
    caller = request.user

    async def make(connection: AsyncConnection, owner: Party) -> NewKey:
        return await create_key(
            connection,
            owner.party_id,
            label=data.label,
            scopes=data.scopes,
            shop=data.shop,
            expires_at=data.expires_at,
            maker=await _rights(connection, request),
            made_by=caller.actor_id,
        )

    return await made_once(request, party, make)


async def _rotate(request: Call, party: str | None, key_id: int, data: RotateBody) -> Response[Any]:
    caller = request.user

    async def make(connection: AsyncConnection, owner: Party) -> NewKey:
        new = await rotate_key(
            connection,
            owner.party_id,
            key_id,
            overlap_seconds=data.overlap_seconds,
            maker=await _rights(connection, request),
            made_by=caller.actor_id,
        )
        # The entry of the new key comes with the answer.
        await note(connection, deed_of(request), "key", [key_id], [key_of(request)])
        return new

    return await made_once(request, party, make)


async def _list(request: Call, party: str | None) -> Page[ListedKeyAnswer]:
    async with context_of(request).database.transaction() as connection:
        owner = await _owner(connection, request, party)
        rows = await load_keys(connection, owner.party_id)
    return {"items": [render_key(row) for row in rows], "next_cursor": None}


async def _revoke(request: Call, party: str | None, key_id: int) -> None:
    async with changing(request, context_of(request).database) as connection:
        owner = await _owner(connection, request, party)
        await _rights(connection, request)
        if await revoke_key(connection, owner.party_id, key_id, keep_admin=True):
            await note_change(request, connection, None)


@post("/v1/keys", opt=CHANGES, tags=TAGS)
async def add_own_key(request: Call, data: JSONBody[KeyBody]) -> Response[KeyAnswer]:
    """Make an API key for your own party, which may at most what the calling key may.

    The key is shown only in this answer. In a replay it is null. If the answer was lost, revoke the
    key and make another.
    """
    return await _create(request, None, data)


@get("/v1/keys", tags=TAGS)
async def own_keys(request: Call) -> Page[ListedKeyAnswer]:
    """The keys of your own party, without their secrets."""
    return await _list(request, None)


@post("/v1/keys/{key_id:int}/rotate", opt=CHANGES, tags=TAGS)
async def rotate_own_key(
    request: Call, key_id: FromPath[int], data: JSONBody[RotateBody]
) -> Response[KeyAnswer]:
    """Replace a key of your own party by a new one with the same rights.

    The old key still holds for `overlap_seconds`. The new key is shown only in this answer.
    """
    return await _rotate(request, None, key_id, data)


@delete("/v1/keys/{key_id:int}", tags=TAGS)
async def remove_own_key(request: Call, key_id: FromPath[int]) -> None:
    """Revoke a key of your own party. It stops working within a few seconds.

    To repeat this changes nothing.
    """
    await _revoke(request, None, key_id)


@post("/v1/parties/{party:str}/keys", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def add_key(
    request: Call, party: FromPath[str], data: JSONBody[KeyBody]
) -> Response[KeyAnswer]:
    """Make an API key for a party, which may at most what the calling key may.

    The key is shown only in this answer. In a replay it is null. If the answer was lost, revoke the
    key and make another.
    """
    return await _create(request, party, data)


@get("/v1/parties/{party:str}/keys", guards=[OPERATOR], tags=TAGS)
async def keys(request: Call, party: FromPath[str]) -> Page[ListedKeyAnswer]:
    """The keys of a party, without their secrets."""
    return await _list(request, party)


@post("/v1/parties/{party:str}/keys/{key_id:int}/rotate", guards=[OPERATOR], opt=CHANGES, tags=TAGS)
async def rotate_key_of_party(
    request: Call, party: FromPath[str], key_id: FromPath[int], data: JSONBody[RotateBody]
) -> Response[KeyAnswer]:
    """Replace a key of a party by a new one with the same rights.

    The old key still holds for `overlap_seconds`. The new key is shown only in this answer.
    """
    return await _rotate(request, party, key_id, data)


@delete("/v1/parties/{party:str}/keys/{key_id:int}", guards=[OPERATOR], tags=TAGS)
async def remove_key(request: Call, party: FromPath[str], key_id: FromPath[int]) -> None:
    """Revoke a key. It stops working within a few seconds. To repeat this changes nothing."""
    await _revoke(request, party, key_id)


ROUTES = [
    add_own_key,
    own_keys,
    rotate_own_key,
    remove_own_key,
    add_key,
    keys,
    rotate_key_of_party,
    remove_key,
]
