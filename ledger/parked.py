"""Messages of the outbox that failed too often: nobody claims them until a person has them tried.

A parked message keeps its place in the outbox, and so what it stands for is not forgotten. It is
due at no time, so that those who claim do not read past it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.outbox import ERROR_LENGTH_MAX, Message


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that waits for a person, since when, and why it failed the last time."""

    message: Message
    parked_at: datetime
    error: str


_PARK = text(
    """
    UPDATE ledger.outbox
    SET attempts = attempts + 1, available_at = 'infinity', parked_at = now(), last_error = :error
    WHERE book_id = :book_id AND outbox_id = :outbox_id
    """
)

_PARKED = text(
    """
    SELECT book_id, outbox_id, topic, payload, attempts, last_error, parked_at
    FROM ledger.outbox
    WHERE topic = :topic AND parked_at IS NOT NULL AND outbox_id > :after
    ORDER BY outbox_id LIMIT :limit
    """
)

_PARKED_OF_BOOK = text(
    """
    SELECT book_id, outbox_id, topic, payload, attempts, last_error, parked_at
    FROM ledger.outbox
    WHERE book_id = :book_id AND topic = :topic AND parked_at IS NOT NULL
        AND payload ->> :key = ANY(:values)
    """
).bindparams(bindparam("values", type_=ARRAY(TEXT)))

_REPLAY = text(
    """
    UPDATE ledger.outbox SET available_at = now(), parked_at = NULL, attempts = 0
    WHERE book_id = :book_id AND topic = :topic AND parked_at IS NOT NULL
        AND payload ->> :key = :value
    """
)

_HASTEN_ONE = text(
    """
    UPDATE ledger.outbox SET available_at = now()
    WHERE book_id = :book_id AND topic = :topic AND parked_at IS NULL AND available_at > now()
        AND payload ->> :key = :value
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_PARKED,)
"""The statement here that names no book: an operator lists what is parked in all of them."""


async def park(connection: AsyncConnection, message: Message, *, error: str) -> None:
    """Keep a message that failed too often, with the reason, until somebody replays it."""
    where = {"book_id": message.book_id, "outbox_id": message.outbox_id}
    await connection.execute(_PARK, {**where, "error": error[:ERROR_LENGTH_MAX]})


async def list_parked(
    connection: AsyncConnection, topic: str, *, after: int, limit: int
) -> list[Parked]:
    """A page of the messages of a topic that are parked, in the order in which they were written.

    It begins after the message with the id `after`.
    """
    wanted = {"topic": topic, "after": after, "limit": limit}
    return _parked(await connection.execute(_PARKED, wanted))


async def find_parked(
    connection: AsyncConnection, book_id: int, topic: str, key: str, values: Sequence[str]
) -> list[Parked]:
    """The parked messages of a book that have one of these values in their payload."""
    wanted = {"book_id": book_id, "topic": topic, "key": key, "values": list(values)}
    return _parked(await connection.execute(_PARKED_OF_BOOK, wanted))


def _parked(rows: Iterable[Row[Any]]) -> list[Parked]:
    return [
        Parked(
            Message(row.book_id, row.outbox_id, row.topic, row.payload, row.attempts),
            row.parked_at,
            row.last_error,
        )
        for row in rows
    ]


async def replay_parked(
    connection: AsyncConnection, book_id: int, topic: str, key: str, value: str
) -> int:
    """Make parked messages due at once that have a value in their payload. Returns how many."""
    chosen = {"book_id": book_id, "topic": topic, "key": key, "value": value}
    return (await connection.execute(_REPLAY, chosen)).rowcount


async def hasten_one(
    connection: AsyncConnection, book_id: int, topic: str, key: str, value: str
) -> int:
    """Make due at once what was postponed and has a value in its payload. Returns how many."""
    chosen = {"book_id": book_id, "topic": topic, "key": key, "value": value}
    return (await connection.execute(_HASTEN_ONE, chosen)).rowcount
