"""One answer per key, for changes that are neither operations nor uses of coupons.

Operations keep the same promise by the key in their journal, and uses by `exchange.use_request`.
`docs/internals/idempotency.md` compares the three.

Round trips: claim, act, store, commit. The unique key (book_id, party_id, key) makes a concurrent
duplicate wait at its INSERT until the first transaction ends. It then reads the stored answer. A
crash rolls the claim back with the action.
"""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import ClassVar

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.database import Database
from ledger.refusal import JSON, Refusal, StoredRefusal

NO_BOOK = 0
"""In place of a book's number, for keys of changes that belong to no book."""


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

_LOAD = text(
    """
    SELECT party_id, key, answer FROM ledger.request
    WHERE book_id = :book_id AND (party_id, key) > (:party_id, :key)
        AND NOT refused AND answer ->> :member LIKE :prefix
    ORDER BY party_id, key LIMIT :limit
    """
)
_REPLACE = text(
    """
    UPDATE ledger.request SET answer = CAST(:answer AS json)
    WHERE book_id = :book_id AND party_id = :party_id AND key = :key
    """
)


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a party's key is answered with."""

    party_id: int
    key: str
    answer: JSON


async def once(
    database: Database,
    *,
    book_id: int,
    party_id: int,
    key: str,
    body: bytes,
    action: Callable[[AsyncConnection], Awaitable[JSON]],
) -> tuple[JSON, bool]:
    """Run `action` at most once for a key, forever.

    Returns the answer of the first run, and whether this is a replay. `body` is the canonical
    request, with the endpoint's name. A refusal is an answer, too: it is stored and raised again,
    unless it is transient.

    Raises:
        KeyReused: the key was used with another body.
        Refusal: whatever the action refused, now or the first time.
    """
    where = {"book_id": book_id, "party_id": party_id, "key": key}
    fingerprint = hashlib.sha256(body).digest()
    refusal: Refusal | None = None
    async with database.transaction() as connection:
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


async def load_answers(
    connection: AsyncConnection,
    *,
    book_id: int,
    member: str,
    prefix: str,
    after: StoredAnswer | None = None,
    limit: int,
) -> list[StoredAnswer]:
    """Stored answers whose `member` begins with `prefix`, in the order of their keys.

    One round trip. `prefix` has no sign that LIKE gives a meaning.
    """
    values = {
        "book_id": book_id,
        "party_id": after.party_id if after else 0,
        "key": after.key if after else "",
        "member": member,
        "prefix": f"{prefix}%",
        "limit": limit,
    }
    rows = await connection.execute(_LOAD, values)
    return [StoredAnswer(row.party_id, row.key, row.answer) for row in rows]


async def replace_answer(connection: AsyncConnection, book_id: int, stored: StoredAnswer) -> None:
    """Store another form of the same answer, such as one that is encrypted with another key."""
    values = {
        "book_id": book_id,
        "party_id": stored.party_id,
        "key": stored.key,
        "answer": orjson.dumps(stored.answer).decode(),
    }
    await connection.execute(_REPLACE, values)
