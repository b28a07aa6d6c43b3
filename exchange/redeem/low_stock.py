"""Low stock: a brand is told once when what is left of an offer will not last a week.

A round of the worker looks at the open stock of each offer of a book. It is low under LOW_MIN
pieces, or under what members took in COVER_DAYS days of the last MEAN_DAYS, whichever is more. When
it falls under that, a message goes into the outbox, and then none until it has risen above.

Two rounds at once: the row of the offer (`stock_level`) is changed by a conditional upsert, so one
of them writes the message. It is written in the same transaction.
"""

from datetime import timedelta

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BOOLEAN

from catalog.procurement import load_stock
from ledger import Database, Event, outbox, read_clock, tell
from ledger.book import Programme, programme_day

LOW_TOPIC = "allotment.low"
LOW_MIN = 20
"""Fewer pieces than these are always low."""
COVER_DAYS = 7
"""For so many days the stock should last."""
MEAN_DAYS = 14
"""So many days are looked at for how many are taken on one."""
TOLD_MAX = 500
"""The most messages in one round."""

_log = structlog.get_logger(__name__)

_TAKEN = text(
    """
    SELECT offer_id, sum(taken) AS taken FROM exchange.limit_count
    WHERE book_id = :book_id AND day > :before AND day <= :today
    GROUP BY offer_id
    """
)

_MARK = text(
    """
    INSERT INTO exchange.stock_level AS l (book_id, offer_id, is_low)
    SELECT :book_id, offer_id, is_low FROM unnest(:offer_ids, :lows) AS seen (offer_id, is_low)
    ORDER BY offer_id
    ON CONFLICT (book_id, offer_id) DO UPDATE SET is_low = excluded.is_low
        WHERE l.is_low <> excluded.is_low
    RETURNING new.offer_id, new.is_low, old.is_low IS NULL AS is_first
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("lows", type_=ARRAY(BOOLEAN)))


def low_below(taken: int) -> int:
    """Under how many pieces stock is low, if so many were taken in MEAN_DAYS. Pure."""
    return max(LOW_MIN, -(-taken * COVER_DAYS // MEAN_DAYS))


async def watch_stock(database: Database, programme: Programme) -> list[int]:
    """Write a message for each offer whose stock has become low. Returns these offers.

    An offer that is seen for the first time counts as fallen if it ever was above. Four statements.
    """
    async with database.transaction() as connection:
        now = await read_clock(connection)
        today = programme_day(now, programme.time_zone)
        bound = {
            "book_id": programme.book_id,
            "today": today,
            "before": today - timedelta(days=MEAN_DAYS),
        }
        taken = {row.offer_id: int(row.taken) for row in await connection.execute(_TAKEN, bound)}
        held = await load_stock(connection, programme.book_id, now)
        if not held:
            return []
        below = {offer_id: low_below(taken.get(offer_id, 0)) for offer_id in held}
        seen = {
            "book_id": programme.book_id,
            "offer_ids": list(held),
            "lows": [held[offer_id].remaining < below[offer_id] for offer_id in held],
        }
        fallen = sorted(
            row.offer_id
            for row in await connection.execute(_MARK, seen)
            if row.is_low
            and (not row.is_first or held[row.offer_id].granted >= below[row.offer_id])
        )
        messages = [
            {
                "offer_id": offer_id,
                "remaining": held[offer_id].remaining,
                "low_below": below[offer_id],
            }
            for offer_id in fallen
        ]
        told = [
            Event(
                None,
                "allotment.low",
                {
                    "offer": each["offer_id"],
                    "remaining": each["remaining"],
                    "low_below": each["low_below"],
                },
            )
            for each in messages
        ]
        await tell(connection, programme.book_id, told, topic=LOW_TOPIC, payloads=messages)
    return fallen


async def tell_low_stock(database: Database) -> int:
    """Put what was written into the log, where operators have it watched. Returns how many."""
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, [LOW_TOPIC], TOLD_MAX)
        await outbox.done(connection, messages)
    for message in messages:
        _log.warning("allotment_low", book_id=message.book_id, **message.payload)
    return len(messages)
