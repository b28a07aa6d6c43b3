"""The outbox: effects that must follow a commit, written in the commit's own transaction.

A message is delivered at least once: `claim` locks rows for the claiming transaction alone (SKIP LOCKED), so two workers never hold the same
message, and a worker that dies gives its rows back with its transaction. A consumer makes its effect idempotent, or commits it with `done`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.refusal import JSON

ERROR_LENGTH_MAX = 500


@dataclass(frozen=True, slots=True)
class Message:
    """One claimed message; `attempts` counts the postponements so far."""

    book_id: int
    outbox_id: int
    topic: str
    payload: dict[str, JSON]
    attempts: int


_APPEND = text(
    """
    INSERT INTO ledger.outbox (book_id, topic, payload, available_at)
    SELECT :book_id, :topic, item::jsonb, coalesce(:available_at, now()) FROM unnest(:payloads) WITH ORDINALITY AS t(item, position)
    ORDER BY position
    """
).bindparams(bindparam("payloads", type_=ARRAY(TEXT)), bindparam("available_at", type_=TIMESTAMP(timezone=True)))

_CLAIM = text(
    """
    SELECT book_id, outbox_id, topic, payload, attempts FROM ledger.outbox
    WHERE topic = ANY(:topics) AND available_at <= now()
    ORDER BY available_at, outbox_id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
).bindparams(bindparam("topics", type_=ARRAY(TEXT)))

_DONE = text(
    """
    DELETE FROM ledger.outbox USING unnest(:books, :ids) AS gone(book_id, outbox_id)
    WHERE outbox.book_id = gone.book_id AND outbox.outbox_id = gone.outbox_id
    """
).bindparams(bindparam("books", type_=ARRAY(BIGINT)), bindparam("ids", type_=ARRAY(BIGINT)))

_POSTPONE = text(
    """
    UPDATE ledger.outbox
    SET attempts = attempts + 1, available_at = now() + make_interval(secs => :delay_seconds), last_error = :error
    WHERE book_id = :book_id AND outbox_id = :outbox_id
    """
)


async def append(
    connection: AsyncConnection,
    book_id: int,
    topic: str,
    payloads: Sequence[Mapping[str, JSON]],
    *,
    available_at: datetime | None = None,
) -> None:
    """Add messages that become visible when the caller's transaction commits, and not before `available_at`."""
    if payloads:
        items = [orjson.dumps(payload).decode() for payload in payloads]
        await connection.execute(
            _APPEND, {"book_id": book_id, "topic": topic, "payloads": items, "available_at": available_at}
        )


async def claim(connection: AsyncConnection, topics: Sequence[str], limit: int) -> list[Message]:
    """Lock up to `limit` due messages until the caller's transaction ends, oldest first."""
    rows = await connection.execute(_CLAIM, {"topics": list(topics), "limit": limit})
    return [Message(*row) for row in rows]


async def done(connection: AsyncConnection, messages: Sequence[Message]) -> None:
    """Delete messages that were handled."""
    if messages:
        books = [message.book_id for message in messages]
        await connection.execute(_DONE, {"books": books, "ids": [message.outbox_id for message in messages]})


async def postpone(connection: AsyncConnection, message: Message, *, delay_seconds: float, error: str) -> None:
    """Keep a message for another attempt after a delay, with the reason."""
    await connection.execute(
        _POSTPONE,
        {
            "book_id": message.book_id,
            "outbox_id": message.outbox_id,
            "delay_seconds": delay_seconds,
            "error": error[:ERROR_LENGTH_MAX],
        },
    )


_PENDING = text(
    """
    SELECT count(*) FROM ledger.outbox
    WHERE topic = ANY(:topics) AND (:created_before IS NULL OR created_at < :created_before)
    """
).bindparams(bindparam("topics", type_=ARRAY(TEXT)), bindparam("created_before", type_=TIMESTAMP(timezone=True)))


async def pending(connection: AsyncConnection, topics: Sequence[str], *, created_before: datetime | None = None) -> int:
    """How many messages of these topics wait, due or not; only those written before an instant where one is given."""
    counted = await connection.execute(_PENDING, {"topics": list(topics), "created_before": created_before})
    return int(counted.scalar_one())
