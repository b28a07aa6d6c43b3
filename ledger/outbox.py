"""The outbox: effects that must follow a commit, written in the commit's own transaction.

A message is delivered at least once. `claim` locks its row for the claiming transaction, and others
pass it over (SKIP LOCKED). So two workers never hold the same message, and a worker that dies gives
its messages back with its transaction. A consumer makes its effect idempotent, or commits it
together with `done`.

A message that failed too often may be parked: nobody claims it until a person has it tried again
(`parked`). It is due at no time, so that those who claim do not read past it.

Messages are claimed and deleted book by book: in a cluster, such a statement goes to one node. The
statements that look at all books are listed in `CROSS_BOOK`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BindParameter, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, DOUBLE_PRECISION, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.database import AnyConnection, fetch
from ledger.refusal import JSON

ERROR_LENGTH_MAX = 500
DELAY_SECONDS_MAX = 3_600.0
"""The longest delay of a message. A longer one was set by a clock that was wrong: see `recall`."""
LOOK_AHEAD = 4
"""How many times the messages wanted `claim` looks at, because others may hold the oldest."""


@dataclass(frozen=True, slots=True)
class Message:
    """One claimed message; `attempts` counts the postponements so far."""

    book_id: int
    outbox_id: int
    topic: str
    payload: dict[str, JSON]
    attempts: int
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HappenedBefore:
    """Messages about events before an instant.

    The payload tells when its event happened, as text, under the key that `keys` names for its
    topic. A message whose instant cannot be read counts as well: nobody knows that it should not.
    """

    instant: datetime
    keys: Mapping[str, str]


_APPEND = """
    INSERT INTO ledger.outbox (book_id, topic, payload, available_at)
    SELECT $1, $2, item::jsonb, coalesce($4::timestamptz, now())
    FROM unnest($3::text[]) WITH ORDINALITY AS t(item, position)
    ORDER BY position
"""

_PASSED_KEY = bindparam("passed_key", type_=TEXT)
_PASSED_VALUES = bindparam("passed_values", type_=ARRAY(TEXT))

# Without locks: a cluster locks rows of one book at a time.
_HEADS = text(
    """
    SELECT book_id, count(*) AS messages FROM (
        SELECT book_id, available_at, outbox_id FROM ledger.outbox
        WHERE topic = :topic AND available_at <= now() AND book_id <> ALL(:passed)
            AND NOT coalesce(payload ->> :passed_key = ANY(:passed_values), false)
        ORDER BY available_at, outbox_id LIMIT :messages
    ) AS oldest
    GROUP BY book_id ORDER BY min(available_at), min(outbox_id)
    """
).bindparams(_PASSED_KEY, _PASSED_VALUES, bindparam("passed", type_=ARRAY(BIGINT)))

_CLAIM = text(
    """
    SELECT book_id, outbox_id, topic, payload, attempts, created_at FROM ledger.outbox
    WHERE book_id = :book_id AND topic = :topic AND available_at <= now()
        AND NOT coalesce(payload ->> :passed_key = ANY(:passed_values), false)
    ORDER BY available_at, outbox_id LIMIT :limit FOR UPDATE SKIP LOCKED
    """
).bindparams(_PASSED_KEY, _PASSED_VALUES)

_DONE = text(
    "DELETE FROM ledger.outbox WHERE book_id = :book_id AND outbox_id = ANY(:ids)"
).bindparams(bindparam("ids", type_=ARRAY(BIGINT)))

_POSTPONE = text(
    """
    UPDATE ledger.outbox
    SET attempts = attempts + 1, available_at = now() + make_interval(secs => :delay_seconds),
        last_error = :error
    WHERE book_id = :book_id AND outbox_id = :outbox_id
    """
)

_POSTPONE_EACH = text(
    """
    UPDATE ledger.outbox AS o
    SET attempts = o.attempts + 1, available_at = now() + make_interval(secs => p.delay_seconds),
        last_error = p.error
    FROM unnest(:ids, :delays, :errors) AS p(outbox_id, delay_seconds, error)
    WHERE o.book_id = :book_id AND o.outbox_id = p.outbox_id
    """
).bindparams(
    bindparam("ids", type_=ARRAY(BIGINT)),
    bindparam("delays", type_=ARRAY(DOUBLE_PRECISION)),
    bindparam("errors", type_=ARRAY(TEXT)),
)

_HASTEN = text(
    """
    UPDATE ledger.outbox SET available_at = now()
    WHERE topic = ANY(:topics) AND available_at > now() AND parked_at IS NULL
    """
).bindparams(bindparam("topics", type_=ARRAY(TEXT)))

_RECALL = text(
    f"""
    UPDATE ledger.outbox SET available_at = now()
    WHERE topic = ANY(:topics) AND available_at > now() + make_interval(secs => {DELAY_SECONDS_MAX})
        AND parked_at IS NULL
    """
).bindparams(bindparam("topics", type_=ARRAY(TEXT)))

# CASE keeps a text that is no instant from being cast. Where no keys are given, no message has an
# instant, and all of them count.
_WAITING = """
    FROM ledger.outbox LEFT JOIN unnest(:key_topics, :keys) AS named(topic, key) USING (topic)
    WHERE topic = ANY(:topics) AND (:created_before IS NULL OR created_at < :created_before)
        AND payload @> CAST(:told AS jsonb)
        AND CASE WHEN pg_input_is_valid(payload ->> named.key, 'timestamptz')
            THEN CAST(payload ->> named.key AS timestamptz) < :happened_before ELSE true END
"""
_WAITING_TYPES: tuple[BindParameter[Any], ...] = (
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("topics", "key_topics", "keys")),
    *(
        bindparam(name, type_=TIMESTAMP(timezone=True))
        for name in ("created_before", "happened_before")
    ),
)
_PENDING = text(f"SELECT count(*) {_WAITING}").bindparams(*_WAITING_TYPES)
_BY_ERROR = text(
    f"""
    SELECT last_error, count(*) {_WAITING}
    GROUP BY last_error ORDER BY count(*) DESC, last_error LIMIT :limit
    """
).bindparams(*_WAITING_TYPES)

# A message that was postponed counts by when it was written: otherwise one that fails again and
# again would look young.
_AGES = text(
    """
    SELECT topic, extract(epoch FROM now() - min(created_at)) AS seconds FROM ledger.outbox
    WHERE available_at <= now() OR attempts > 0
    GROUP BY topic
    """
)

# Each step finds the next topic and the oldest due message of it at the head of the index.
_OVERDUE = text(
    """
    WITH RECURSIVE head AS (
        SELECT min(topic) AS topic FROM ledger.outbox
        UNION ALL
        SELECT (SELECT min(next.topic) FROM ledger.outbox AS next WHERE next.topic > head.topic)
        FROM head WHERE head.topic IS NOT NULL
    )
    SELECT topic FROM head WHERE EXISTS (
        SELECT FROM ledger.outbox AS late WHERE late.topic = head.topic
            AND late.available_at < now() - make_interval(secs => :seconds)
    ) ORDER BY topic
    """
)
_COUNT_BY = text(
    """
    SELECT name, count(*) FROM (
        SELECT payload ->> :key AS name FROM ledger.outbox WHERE topic = :topic LIMIT :counted_max
    ) AS waiting WHERE name IS NOT NULL GROUP BY name
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (
    *(_HEADS, _HASTEN, _RECALL, _PENDING, _BY_ERROR, _AGES, _OVERDUE, _COUNT_BY),
)
"""The statements here that name no book, because they are about the messages of all books.

None of them locks rows to read them. A cluster sends them to every node.
"""


async def append(
    connection: AnyConnection,
    book_id: int,
    topic: str,
    payloads: Sequence[Mapping[str, JSON]],
    *,
    available_at: datetime | None = None,
) -> None:
    """Add messages that others see after the caller's commit, and not before `available_at`."""
    if payloads:
        items = [orjson.dumps(payload).decode() for payload in payloads]
        await fetch(connection, _APPEND, book_id, topic, items, available_at)


async def claim(
    connection: AsyncConnection,
    topics: Sequence[str],
    limit: int,
    *,
    passed_over: tuple[str, Sequence[str]] = ("", ()),
) -> list[Message]:
    """Lock up to `limit` due messages until the caller's transaction ends.

    Fewer are claimed only if no more are due that nobody else holds. It goes topic by topic, in the
    order given. In each, the book that has waited longest comes first, and in each book its oldest
    message. Every statement reads the head of an index, however many messages wait. One statement
    finds the books, and one claims in each of them.

    Where no more are due, `recall` makes due what the next claim is to find.

    `passed_over` is a key of the payload and values of it, as text. Messages with such a value are
    left to wait, and are read past.
    """
    messages: list[Message] = []
    for topic in topics:
        missing = limit - len(messages)
        messages.extend(await _claim_of(connection, topic, missing, passed_over))
    return messages


async def _claim_of(
    connection: AsyncConnection, topic: str, limit: int, passed_over: tuple[str, Sequence[str]]
) -> list[Message]:
    key, values = passed_over
    chosen = {"topic": topic, "passed_key": key, "passed_values": list(values)}
    messages: list[Message] = []
    passed: list[int] = []
    while len(messages) < limit:
        looked_at = LOOK_AHEAD * (limit - len(messages))
        wanted = {**chosen, "messages": looked_at, "passed": passed}
        heads = (await connection.execute(_HEADS, wanted)).all()
        for head in heads:
            if len(messages) < limit:
                of_book = {**chosen, "book_id": head.book_id, "limit": limit - len(messages)}
                rows = await connection.execute(_CLAIM, of_book)
                messages.extend(Message(*row) for row in rows)
        if sum(head.messages for head in heads) < looked_at:
            await recall(connection, [topic])
            break
        # Others may hold all of these. Then the next books have their turn.
        passed.extend(head.book_id for head in heads)
    return messages


async def done(connection: AsyncConnection, messages: Sequence[Message]) -> None:
    """Delete messages that were handled."""
    ids: defaultdict[int, list[int]] = defaultdict(list)
    for message in messages:
        ids[message.book_id].append(message.outbox_id)
    for book_id in sorted(ids):
        await connection.execute(_DONE, {"book_id": book_id, "ids": ids[book_id]})


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


async def postpone_each(
    connection: AsyncConnection, postponed: Sequence[tuple[Message, float, str]]
) -> None:
    """Keep messages for another attempt, each after its delay in seconds and with its reason.

    One round trip for each book.
    """
    of_book: defaultdict[int, list[tuple[Message, float, str]]] = defaultdict(list)
    for each in postponed:
        of_book[each[0].book_id].append(each)
    for book_id in sorted(of_book):
        values = {
            "book_id": book_id,
            "ids": [message.outbox_id for message, _, _ in of_book[book_id]],
            "delays": [delay_seconds for _, delay_seconds, _ in of_book[book_id]],
            "errors": [error[:ERROR_LENGTH_MAX] for _, _, error in of_book[book_id]],
        }
        await connection.execute(_POSTPONE_EACH, values)


async def hasten(connection: AsyncConnection, topics: Sequence[str]) -> int:
    """Make the postponed messages of these topics due at once; returns how many were postponed.

    Use it for a change that they may have waited for. A consumer that does not see the change yet
    may postpone a message again. So the caller keeps consumers out until its commit.
    """
    return (await connection.execute(_HASTEN, {"topics": list(topics)})).rowcount


async def recall(connection: AsyncConnection, topics: Sequence[str]) -> int:
    """Make due at once what is further ahead than any delay; returns how many messages that are.

    A clock was wrong when they were delayed. Without this they would wait as long as it was wrong.
    """
    return (await connection.execute(_RECALL, {"topics": list(topics)})).rowcount


async def pending(
    connection: AsyncConnection,
    topics: Sequence[str],
    *,
    created_before: datetime | None = None,
    happened: HappenedBefore | None = None,
    told: Mapping[str, JSON] | None = None,
) -> int:
    """How many messages of these topics wait, due or not.

    `created_before` counts only messages written before an instant, `happened` only messages about
    events before one, `told` only those whose payload has these members.
    """
    parameters = _waiting(topics, created_before, happened, told)
    counted = await connection.execute(_PENDING, parameters)
    return int(counted.scalar_one())


async def count_by_error(
    connection: AsyncConnection,
    topics: Sequence[str],
    limit: int,
    *,
    created_before: datetime | None = None,
    happened: HappenedBefore | None = None,
) -> dict[str | None, int]:
    """How many of the messages that `pending` counts were postponed for which error.

    Up to `limit` different errors, the most frequent first. None counts those never postponed.
    """
    parameters = _waiting(topics, created_before, happened) | {"limit": limit}
    return {row[0]: row[1] for row in await connection.execute(_BY_ERROR, parameters)}


async def ages(connection: AsyncConnection) -> dict[str, float]:
    """How many seconds ago the oldest message was written that is due or was postponed, by topic.

    Topics of which none waits are left out.
    """
    return {row.topic: float(row.seconds) for row in await connection.execute(_AGES)}


def _waiting(
    topics: Sequence[str],
    created_before: datetime | None,
    happened: HappenedBefore | None,
    told: Mapping[str, JSON] | None = None,
) -> dict[str, object]:
    keys = {} if happened is None else happened.keys
    return {
        "topics": list(topics),
        "created_before": created_before,
        "key_topics": list(keys.keys()),
        "keys": list(keys.values()),
        "happened_before": None if happened is None else happened.instant,
        "told": orjson.dumps(told or {}).decode(),
    }


async def overdue(connection: AsyncConnection, seconds: float) -> list[str]:
    """The topics with a message that has been due for so long, and that nobody has handled."""
    return list((await connection.execute(_OVERDUE, {"seconds": seconds})).scalars())


async def count_by(
    connection: AsyncConnection, topic: str, key: str, counted_max: int
) -> dict[str, int]:
    """How many messages of a topic wait, by a value of their payload. Looks at `counted_max`."""
    wanted = {"topic": topic, "key": key, "counted_max": counted_max}
    return {row[0]: row[1] for row in await connection.execute(_COUNT_BY, wanted)}
