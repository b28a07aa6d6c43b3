"""Bodies that are too large for the memory: they go to the disk as they come in.

Such an address has limits of its own, for bytes and for the time in which they come. Where the body
is needed to know a request again, the digest of its bytes stands for it.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from litestar import Request, Response

from api.http.deeds import note_change
from api.http.encoding import plain
from api.http.idempotency import NO_BOOK, Action, json_answer, key_of
from api.http.problems import BodyIncomplete, BodyTooLarge
from api.http.streamed import BYTES_MAX
from ledger import JSON, Database, idempotency


@dataclass(frozen=True, slots=True)
class Received:
    """A body on the disk."""

    path: Path
    sha256: bytes
    bytes: int


@asynccontextmanager
async def received(request: Request[Any, Any, Any]) -> AsyncIterator[Received]:
    """Write the body of a request to the disk. It is gone at the end of the block.

    Raises:
        BodyIncomplete: the connection ended before the body did.
        BodyTooLarge: it is over the limit of its address.
    """
    bytes_max = request.route_handler.opt[BYTES_MAX]
    with TemporaryDirectory(prefix="comity-body-") as folder:
        path, digest, size, is_whole = Path(folder) / "body", hashlib.sha256(), 0, False
        with path.open("wb") as output:
            while not is_whole:
                message: Any = await request.receive()
                if message["type"] == "http.disconnect":
                    raise BodyIncomplete
                size += len(message["body"])
                if size > bytes_max:
                    raise BodyTooLarge(f"a body is at most {bytes_max} bytes")
                digest.update(message["body"])
                await asyncio.to_thread(output.write, message["body"])
                is_whole = not message.get("more_body", False)
        yield Received(path, digest.digest(), size)


async def answer_once_for(
    request: Request[Any, Any, Any],
    database: Database,
    body: Received,
    action: Action,
    *,
    status: int = 201,
) -> Response[Any]:
    """Run `action` at most once for the caller's key and these bytes, and answer with its document.

    Raises:
        KeyReused: the key was used with other bytes, or at another address.
        Refusal: the action refuses it, now or the first time.
    """

    async def act(connection: Any) -> JSON:
        document = plain(await action(connection))
        await note_change(request, connection, document, key_of(request))
        return document

    query = request.scope["query_string"].decode("latin-1")
    place = f"{request.method} {request.scope['path']}" + (f"?{query}" if query else "")
    document, replayed = await idempotency.once(
        database,
        book_id=NO_BOOK,
        party_id=request.user.party.party_id,
        key=key_of(request),
        body=place.encode() + b"\n" + body.sha256,
        action=act,
        actor=request.user.actor_id,
    )
    return json_answer(document, status=status, replayed=replayed)
