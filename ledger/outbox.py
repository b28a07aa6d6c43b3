"""The outbox: effects that must follow a commit, written in the commit's own transaction.

A message is delivered at least once: `claim` locks rows for the claiming transaction alone (SKIP
LOCKED), so two workers never hold the same message, and a worker that dies gives its rows back with
its transaction. A consumer makes its effect idempotent, or commits it with `done`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import BindParameter, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.database import AnyConnection, fetch
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


@dataclass(frozen=True, slots=True)
class HappenedBefore:
    """Messages about what happened before a moment, which the payload holds as text under the key that `keys` names for its topic.

    A message whose moment cannot be read is among them: nobody knows that it is not.
    """

    moment: datetime
    keys: Mapping[str, str]


_APPEND = """
    INSERT INTO ledger.outbox (book_id, topic, payload, available_at)
    SELECT $1, $2, item::jsonb, coalesce($4::timestamptz, now()) FROM unnest($3::text[]) WITH ORDINALITY AS t(item, position)
    ORDER BY position
"""

_CLAIM = text(
    """
    SELECT book_id, outbox_id, topic, payload, attempts FROM ledger.outbox
    WHERE topic = :topic AND available_at <= now()
    ORDER BY available_at, outbox_id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
)

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
    connection: AnyConnection,
    book_id: int,
    topic: str,
    payloads: Sequence[Mapping[str, JSON]],
    *,
    available_at: datetime | None = None,
) -> None:
    """Add messages that become visible when the caller's transaction commits, and not before `available_at`."""
    if payloads:
        items = [orjson.dumps(payload).decode() for payload in payloads]
        await fetch(connection, _APPEND, book_id, topic, items, available_at)


async def claim(connection: AsyncConnection, topics: Sequence[str], limit: int) -> list[Message]:
    """Lock up to `limit` due messages until the caller's transaction ends: topic by topic in the order given, the oldest first.

    One statement a topic, so that each reads the head of its index whatever the backlog.
    """
    messages: list[Message] = []
    for topic in topics:
        if len(messages) < limit:
            rows = await connection.execute(
                _CLAIM, {"topic": topic, "limit": limit - len(messages)}
            )
            messages.extend(Message(*row) for row in rows)
    return messages


async def done(connection: AsyncConnection, messages: Sequence[Message]) -> None:
    """Delete messages that were handled."""
    if messages:
        books = [message.book_id for message in messages]
        await connection.execute(
            _DONE, {"books": books, "ids": [message.outbox_id for message in messages]}
        )


async def postpone(
    connection: AsyncConnection, message: Message, *, delay_seconds: float, error: str
) -> None:
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


_HASTEN = text(
    "UPDATE ledger.outbox SET available_at = now() WHERE topic = ANY(:topics) AND available_at > now()"
).bindparams(bindparam("topics", type_=ARRAY(TEXT)))


async def hasten(connection: AsyncConnection, topics: Sequence[str]) -> int:
    """Make the postponed messages of these topics due at once; how many were not.

    For a change that may be what they waited for.

    A consumer that does not see the change yet may postpone a message anew: the caller keeps
    consumers out until its commit.
    """
    return (await connection.execute(_HASTEN, {"topics": list(topics)})).rowcount


# CASE keeps a text that is no moment from being cast. No message has a moment where no keys are
# given: all of them count.
_WAITING = """
    FROM ledger.outbox LEFT JOIN unnest(:key_topics, :keys) AS named(topic, key) USING (topic)
    WHERE topic = ANY(:topics) AND (:created_before IS NULL OR created_at < :created_before)
        AND CASE WHEN pg_input_is_valid(payload ->> named.key, 'timestamptz')
            THEN CAST(payload ->> named.key AS timestamptz) < :happened_before ELSE true END
"""
_WAITING_TYPES: Final[tuple[BindParameter[Any], ...]] = (
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("topics", "key_topics", "keys")),
    *(
        bindparam(name, type_=TIMESTAMP(timezone=True))
        for name in ("created_before", "happened_before")
    ),
)

_PENDING = text(f"SELECT count(*) {_WAITING}").bindparams(*_WAITING_TYPES)


async def pending(
    connection: AsyncConnection,
    topics: Sequence[str],
    *,
    created_before: datetime | None = None,
    happened: HappenedBefore | None = None,
) -> int:
    """How many messages of these topics wait, due or not; only those written before an instant, or about events before one, where it is given."""
    counted = await connection.execute(_PENDING, _waiting(topics, created_before, happened))
    return int(counted.scalar_one())


_REASONS = text(
    f"""
    SELECT last_error {_WAITING} AND last_error IS NOT NULL
    GROUP BY last_error ORDER BY count(*) DESC, last_error LIMIT :limit
    """
).bindparams(*_WAITING_TYPES)


async def reasons(
    connection: AsyncConnection,
    topics: Sequence[str],
    limit: int,
    *,
    created_before: datetime | None = None,
    happened: HappenedBefore | None = None,
) -> list[str]:
    """Why the messages that `pending` counts wait: up to `limit` distinct reasons of their postponements, the most frequent first."""
    parameters = _waiting(topics, created_before, happened) | {"limit": limit}
    return [str(row.last_error) for row in await connection.execute(_REASONS, parameters)]


def _waiting(
    topics: Sequence[str], created_before: datetime | None, happened: HappenedBefore | None
) -> dict[str, object]:
    keys = {} if happened is None else happened.keys
    return {
        "topics": list(topics),
        "created_before": created_before,
        "key_topics": list(keys.keys()),
        "keys": list(keys.values()),
        "happened_before": None if happened is None else happened.moment,
    }
