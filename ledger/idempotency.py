"""One answer per key, for changes that are neither operations nor uses of coupons.

Operations keep the same promise by the key in their journal, and uses by `exchange.use_request`.
`docs/internals/idempotency.md` compares the three.

Round trips: claim, act, store, commit. The unique key (book_id, party_id, key) makes a concurrent
duplicate wait at its INSERT until the first transaction ends. It then reads the stored answer. A
crash rolls the claim back with the action.
"""

import hashlib
from collections.abc import Awaitable, Callable
from typing import ClassVar

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.database import Database
from ledger.refusal import JSON, Refusal, StoredRefusal


class KeyReused(Refusal):
    """The idempotency key was first used with another body."""

    code: ClassVar[str] = "idempotency-key-reused"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "This idempotency key was used with another request."


_CLAIM = text(
    """
    INSERT INTO ledger.request (book_id, party_id, key, fingerprint)
    VALUES (:book_id, :party_id, :key, :fingerprint)
    ON CONFLICT DO NOTHING RETURNING key
    """
)
_STORED = text(
    """
    SELECT fingerprint, refused, answer FROM ledger.request
    WHERE book_id = :book_id AND party_id = :party_id AND key = :key
    """
)
_STORE = text(
    """
    UPDATE ledger.request SET refused = :refused, answer = CAST(:answer AS json)
    WHERE book_id = :book_id AND party_id = :party_id AND key = :key
    """
)


async def once(
    database: Database,
    *,
    book_id: int,
    party_id: int,
    key: str,
    body: bytes,
    action: Callable[[AsyncConnection], Awaitable[JSON]],
    actor: int | None = None,
) -> tuple[JSON, bool]:
    """Run `action` at most once for a key, forever.

    Returns the answer of the first run, and whether this is a replay. `body` is the canonical
    request, with the endpoint's name. A refusal is an answer, too: it is stored and raised again,
    unless it is transient. The rows that are added name the `actor`.

    Raises:
        KeyReused: the key was used with another body.
        Refusal: whatever the action refused, now or the first time.
    """
    where = {"book_id": book_id, "party_id": party_id, "key": key}
    fingerprint = hashlib.sha256(body).digest()
    refusal: Refusal | None = None
    async with database.transaction(actor=actor) as connection:
        claimed = await connection.execute(_CLAIM, {**where, "fingerprint": fingerprint})
        if claimed.one_or_none() is None:
            stored = (await connection.execute(_STORED, where)).one()
            if bytes(stored.fingerprint) != fingerprint:
                raise KeyReused(f"key {key!r} was first used with another request")
            if stored.refused:
                raise StoredRefusal(stored.answer)
            return stored.answer, True
        answer: JSON
        try:
            async with connection.begin_nested():
                answer = await action(connection)
        except Refusal as error:
            if error.is_transient:
                raise
            refusal, answer = error, error.document()
        await connection.execute(
            _STORE,
            {**where, "refused": refusal is not None, "answer": orjson.dumps(answer).decode()},
        )
    if refusal is not None:
        raise refusal
    return answer, False
