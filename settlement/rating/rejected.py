"""Messages that rating cannot read. They are set aside so that nothing waits, and kept whole.

A use that was set aside is not billed until it is handed back (`retry_rejected`) to a release that
can read it. Its month may be closed by then, and it is billed late. Until then `comity verify`
reports it.

The payload is kept as it came, with the coupon's code. Settlement keeps a code nowhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import structlog
from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import outbox
from ledger.outbox import Message

PAGE_REJECTED_MAX = 1_000
COUNTED_MAX = 10_000
_log = structlog.get_logger(__name__)

_KEEP = text(
    """
    INSERT INTO settlement.rejected_message (book_id, outbox_id, topic, payload, attempts, reason)
    SELECT book_id, outbox_id, topic, CAST(payload AS jsonb), attempts, reason
    FROM unnest(:books, :ids, :topics, :payloads, :attempts, :reasons)
        AS message (book_id, outbox_id, topic, payload, attempts, reason)
    """
).bindparams(
    *(bindparam(name, type_=ARRAY(INTEGER)) for name in ("books", "attempts")),
    bindparam("ids", type_=ARRAY(BIGINT)),
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("topics", "payloads", "reasons")),
)

_LIST = text(
    """
    SELECT book_id, outbox_id, topic, reason FROM settlement.rejected_message
    ORDER BY book_id, outbox_id
    """
)

_PAGE = text(
    """
    SELECT book_id, outbox_id, topic, reason, rejected_at FROM settlement.rejected_message
    WHERE (book_id, outbox_id) > (:after_book, :after_id)
    ORDER BY book_id, outbox_id LIMIT :limit
    """
)

_COUNT = text(
    """
    SELECT count(*) FROM (
        SELECT FROM settlement.rejected_message LIMIT :counted_max
    ) AS rejected
    """
)

_TAKE = text(
    """
    DELETE FROM settlement.rejected_message RETURNING book_id, topic, payload
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_KEEP, _LIST, _PAGE, _COUNT, _TAKE)
"""The statements here that name no single book: messages of any book may be set aside.

They are few. A cluster sends these statements to every node.
"""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A message that was set aside, under the name it had in the outbox, and the reason."""

    book_id: int
    outbox_id: int
    topic: str
    reason: str

    def __str__(self) -> str:
        return f"{self.topic} {self.book_id}/{self.outbox_id} is not billed: {self.reason}"


@dataclass(frozen=True, slots=True)
class Listed(Rejected):
    """A message that was set aside, and when."""

    rejected_at: datetime


async def reject(
    connection: AsyncConnection, messages: Sequence[Message], reasons: Mapping[int, str]
) -> None:
    """Move claimed messages from the outbox to `settlement.rejected_message`.

    `reasons` holds the reason of each by its outbox id.
    """
    if not messages:
        return
    parameters = {
        "books": [message.book_id for message in messages],
        "ids": [message.outbox_id for message in messages],
        "topics": [message.topic for message in messages],
        "payloads": [orjson.dumps(message.payload).decode() for message in messages],
        "attempts": [message.attempts + 1 for message in messages],
        "reasons": [reasons[message.outbox_id][: outbox.ERROR_LENGTH_MAX] for message in messages],
    }
    await connection.execute(_KEEP, parameters)
    await outbox.done(connection, messages)
    for message in messages:
        name = {"book_id": message.book_id, "outbox_id": message.outbox_id, "topic": message.topic}
        _log.error("rating_message_rejected", **name, reason=reasons[message.outbox_id])


async def load_rejected(connection: AsyncConnection) -> list[Rejected]:
    """Every message that is set aside, in order of book and outbox id."""
    return [Rejected(*row) for row in await connection.execute(_LIST)]


async def list_rejected(
    connection: AsyncConnection, *, after: tuple[int, int] = (0, 0), limit: int
) -> list[Listed]:
    """A page of the messages that are set aside, after that of this book and outbox id."""
    assert 0 < limit <= PAGE_REJECTED_MAX, limit
    bound = {"after_book": after[0], "after_id": after[1], "limit": limit}
    return [
        Listed(row.book_id, row.outbox_id, row.topic, row.reason, row.rejected_at)
        for row in await connection.execute(_PAGE, bound)
    ]


async def count_rejected(connection: AsyncConnection) -> int:
    """How many messages are set aside. The count stops at COUNTED_MAX."""
    return int(await connection.scalar(_COUNT, {"counted_max": COUNTED_MAX}) or 0)


async def retry_rejected(connection: AsyncConnection) -> int:
    """Hand everything that was set aside back to the outbox. Returns how many messages.

    They are due at once and have all their attempts again. Of two callers at once the second waits
    for the rows' locks and then finds no rows.
    """
    rows = (await connection.execute(_TAKE)).all()
    for book_id, topic in sorted({(row.book_id, row.topic) for row in rows}):
        payloads = [row.payload for row in rows if (row.book_id, row.topic) == (book_id, topic)]
        await outbox.append(connection, book_id, topic, payloads)
    return len(rows)
