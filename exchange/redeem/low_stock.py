"""Low stock: a brand is told once when what is left of an offer will not last a week, or is little.

A round of the worker looks at the open stock of each offer of a book. It is low under LOW_MIN
pieces, or under what members took in COVER_DAYS days of the last MEAN_DAYS, whichever is more. When
it falls under that, a message goes into the outbox, and then none until it has risen above.

Besides, the brand is told when a fifth is left of the batches that are open, and when nothing is:
once for each fall to there.

Two rounds at once: the row of the offer (`stock_level`) is changed by a conditional upsert, so one
of them writes the message. It is written in the same transaction.
"""

from collections.abc import Mapping
from datetime import timedelta

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BOOLEAN, SMALLINT

from catalog.procurement import Stock, load_stock
from ledger import Database, Event, outbox, read_clock, tell
from ledger.book import Programme, programme_day

LOW_TOPIC = "allotment.low"
LOW_MIN = 20
"""Fewer pieces than these are always low."""
COVER_DAYS = 7
"""For so many days the stock should last."""
MEAN_DAYS = 14
"""So many days are looked at for how many are taken on one."""
SHARE = 5
"""The brand is told when one part of so many is left of what is open."""
ENOUGH, FIFTH, NONE = 0, 1, 2
LEVELS = {FIFTH: "fifth", NONE: "none"}
"""What the brand is told that is left."""
WEEK = "week"
"""What is left will not last so long."""
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
    INSERT INTO exchange.stock_level AS l (book_id, offer_id, is_low, level)
    SELECT :book_id, offer_id, is_low, level
    FROM unnest(:offer_ids, :lows, :levels) AS seen (offer_id, is_low, level)
    ORDER BY offer_id
    ON CONFLICT (book_id, offer_id) DO UPDATE SET is_low = excluded.is_low, level = excluded.level
        WHERE l.is_low <> excluded.is_low OR l.level <> excluded.level
    RETURNING new.offer_id, new.is_low AND old.is_low IS DISTINCT FROM true AS has_fallen,
        new.level > coalesce(old.level, 0) AS has_sunk, new.level, old.is_low IS NULL AS is_first
    """
).bindparams(
    bindparam("offer_ids", type_=ARRAY(BIGINT)),
    bindparam("lows", type_=ARRAY(BOOLEAN)),
    bindparam("levels", type_=ARRAY(SMALLINT)),
)


def low_below(taken: int) -> int:
    """Under how many pieces stock is low, if so many were taken in MEAN_DAYS. Pure."""
    return max(LOW_MIN, -(-taken * COVER_DAYS // MEAN_DAYS))


def level_of(stock: Stock) -> int:
    """Whether enough is left of what is open, a fifth of it or less, or nothing. Pure.

    Where nothing is open, nothing can have been used up.
    """
    if not stock.opened or stock.remaining * SHARE > stock.opened:
        return ENOUGH
    return FIFTH if stock.remaining else NONE


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
            "levels": [level_of(stock) for stock in held.values()],
        }
        rows = (await connection.execute(_MARK, seen)).all()
        fallen = sorted(
            row.offer_id
            for row in rows
            if row.has_fallen
            and (not row.is_first or held[row.offer_id].granted >= below[row.offer_id])
        )
        sunk = sorted((row.offer_id, LEVELS[row.level]) for row in rows if row.has_sunk)
        messages = [
            {
                "offer_id": offer_id,
                "remaining": held[offer_id].remaining,
                "low_below": below[offer_id],
            }
            for offer_id in fallen
        ]
        levels = [(offer_id, WEEK) for offer_id in fallen] + sunk
        told = [_low(offer_id, level, held, below) for offer_id, level in levels]
        await tell(connection, programme.book_id, told, topic=LOW_TOPIC, payloads=messages)
    return fallen


def _low(offer_id: int, level: str, held: Mapping[int, Stock], below: Mapping[int, int]) -> Event:
    data = {
        "offer": offer_id,
        "remaining": held[offer_id].remaining,
        "low_below": below[offer_id],
        "granted": held[offer_id].opened,
        "level": level,
    }
    return Event(None, "allotment.low", data)


async def tell_low_stock(database: Database) -> int:
    """Put what was written into the log, where operators have it watched. Returns how many."""
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, [LOW_TOPIC], TOLD_MAX)
        await outbox.done(connection, messages)
    for message in messages:
        _log.warning("allotment_low", book_id=message.book_id, **message.payload)
    return len(messages)
