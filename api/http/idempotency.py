"""The Idempotency-Key of requests that change something, and how such requests are answered.

The answer is rendered in the same way the first time and on every replay, so the bytes are the
same. The fingerprint of a request covers its address and its body in canonical form. So spaces and
the order of members do not make it another request.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Any

import orjson
from litestar import Request, Response
from litestar.connection import ASGIConnection
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.deeds import note_change
from api.http.encoding import encode, plain
from api.http.problems import KeyInvalid, KeyMissing
from api.http.schemas.types import KEY_PATTERN
from ledger import JSON, Database, idempotency
from ledger.asks import KEY_LENGTH_MAX

HEADER = "Idempotency-Key"
REPLAYED_HEADER = {"Idempotency-Replayed": "true"}
KNOWN = "idempotency_key"
"""Where the state of a request has its key, once it was read."""
NO_BOOK = 0
"""In place of a book's number, for keys of changes that belong to no book."""
_KEY = re.compile(KEY_PATTERN)

Action = Callable[[AsyncConnection], Awaitable[JSON]]
ReadBody = Callable[[JSON], JSON]
"""Makes of a body what its fingerprint covers, where it holds what must not be stored."""


def key_of(request: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The request's idempotency key.

    Raises:
        KeyMissing: there is none.
        KeyInvalid: it is too long, has other characters than visible ASCII, or there are two.
    """
    state = request.scope["state"]
    known: str | None = state.get(KNOWN)
    if known is not None:
        return known
    keys = request.headers.getall(HEADER, [])
    if not any(keys):
        raise KeyMissing
    if len(keys) > 1:
        raise KeyInvalid("there is more than one Idempotency-Key header")
    key = keys[0]
    if len(key) > KEY_LENGTH_MAX or _KEY.fullmatch(key) is None:
        raise KeyInvalid(f"a key is 1 to {KEY_LENGTH_MAX} visible ASCII characters")
    state[KNOWN] = key
    return key


def canonical(place: str, body: JSON) -> bytes:
    """What the fingerprint covers: the address and the body."""
    return place.encode() + b"\n" + orjson.dumps(body, option=orjson.OPT_SORT_KEYS)


def json_answer(document: JSON, *, status: int = 200, replayed: bool = False) -> Response[Any]:
    """A document as an answer, marked if it is a replay."""
    return Response(
        encode(document),
        status_code=status,
        media_type="application/json",
        headers=REPLAYED_HEADER if replayed else None,
    )


async def run_once(
    request: Request[Any, Any, Any],
    database: Database,
    action: Action,
    *,
    book_id: int = NO_BOOK,
    read_body: ReadBody | None = None,
) -> tuple[JSON, bool]:
    """Run `action` at most once for the caller's key in this book.

    Returns what it answered the first time, and whether this is a replay.

    Raises:
        KeyReused: the key was used with another body or at another address.
        Refusal: the action refuses it, now or the first time.
    """

    async def act(connection: AsyncConnection) -> JSON:
        document = plain(await action(connection))
        await note_change(request, connection, document, key_of(request))
        return document

    return await idempotency.once(
        database,
        book_id=book_id,
        party_id=request.user.party.party_id,
        key=key_of(request),
        body=await identity_of(request, read_body),
        action=act,
        actor=request.user.actor_id,
    )


async def identity_of(request: Request[Any, Any, Any], read_body: ReadBody | None = None) -> bytes:
    """What the fingerprint of a request covers: its address with the query, and its body."""
    body = await request.body()
    is_json = request.content_type[0] == "application/json"
    query = request.scope["query_string"].decode("latin-1")
    place = f"{request.method} {request.scope['path']}" + (f"?{query}" if query else "")
    if is_json or not body:
        read = await request.json() if body else None
        return canonical(place, read if read_body is None else read_body(read))
    return place.encode() + b"\n" + body


async def answer_once(
    request: Request[Any, Any, Any],
    database: Database,
    action: Action,
    *,
    status: int = 201,
    book_id: int = NO_BOOK,
    read_body: ReadBody | None = None,
) -> Response[Any]:
    """Run `action` as `run_once` does, and answer with its document."""
    document, replayed = await run_once(
        request, database, action, book_id=book_id, read_body=read_body
    )
    return json_answer(document, status=status, replayed=replayed)
