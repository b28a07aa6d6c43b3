"""Low codes: the operator is told once when an offer's codes will not last a week.

A round of the worker counts, for each offer with card codes that a brand has stock of, what can
still be given out: in the books and in the pool. It is low under LOW_MIN codes, or under what
members took in COVER_DAYS days of the last MEAN_DAYS, whichever is more. When it falls under that,
a message goes into the outbox, and then none until it has risen above.

If there are then fewer codes than the brands may still give out, the supplier has promised more
than it has sent: a case `codes_short` is opened with each brand whose stock its own book does not
cover. There is one open for an offer and a brand. What was decided of it holds until its codes have
been enough again, or the wait is over.

Two rounds at once: the row of the offer (`code_level`) is changed by a conditional upsert, so one
of them writes the message. It is written in the same transaction.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.codes import (
    MOVE_CODES_MAX,
    count_pool,
    mark_levels,
    offers_with_codes,
    supplied_once,
)
from catalog.offers import load_labels
from catalog.procurement import load_stock
from exchange.cases.kinds import CaseKind
from exchange.cases.open import NewCase, open_case
from exchange.codes.stock import CodeNeed, count_codes, first_last_day
from ledger import Database, outbox, read_clock
from ledger.book import Programme, programme_day

LOW_TOPIC = "codes.low"
LOW_MIN = 20
"""Fewer codes than these are always low."""
COVER_DAYS = 7
"""For so many days the codes should last."""
MEAN_DAYS = 14
"""So many days are looked at for how many are given out on one."""
TOLD_MAX = 500
"""The most messages in one round."""
NO_BOOK = 0
"""In place of a book: an offer's codes are those of all books."""

_log = structlog.get_logger(__name__)

_TAKEN = text(
    """
    SELECT offer_id, sum(taken) AS taken FROM exchange.limit_count
    WHERE book_id = :book_id AND offer_id = ANY(:offer_ids) AND day > :before AND day <= :today
    GROUP BY offer_id
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)))


@dataclass(frozen=True, slots=True)
class _OpenStock:
    """How much of an offer a book may still give out, and how many codes it has for it."""

    programme: Programme
    offer_id: int
    remaining: int
    codes: int


def low_below(taken: int) -> int:
    """Under how many codes an offer is low, if so many were given out in MEAN_DAYS. Pure."""
    return max(LOW_MIN, -(-taken * COVER_DAYS // MEAN_DAYS))


async def watch_codes(database: Database, programmes: Sequence[Programme]) -> list[int]:
    """Write a message for each offer whose codes have become few. Returns these offers.

    One transaction for each book, and one for all offers.
    """
    available: Counter[int] = Counter()
    taken: Counter[int] = Counter()
    open_stock: list[_OpenStock] = []
    for programme in programmes:
        async with database.transaction() as connection:
            now = await read_clock(connection)
            held = await load_stock(connection, programme.book_id, now)
            offers = await offers_with_codes(connection, held) if held else []
            if not offers:
                continue
            day = first_last_day(now, programme.time_zone)
            needs = {offer_id: CodeNeed(MOVE_CODES_MAX, 0, day) for offer_id in offers}
            there = await count_codes(connection, programme.book_id, needs)
            available.update(there)
            open_stock += [
                _OpenStock(programme, offer_id, held[offer_id].remaining, there[offer_id])
                for offer_id in offers
            ]
            today = programme_day(now, programme.time_zone)
            bound = {
                "book_id": programme.book_id,
                "offer_ids": offers,
                "today": today,
                "before": today - timedelta(days=MEAN_DAYS),
            }
            for row in await connection.execute(_TAKEN, bound):
                taken[row.offer_id] += int(row.taken)
    if not available:
        return []
    below = {offer_id: low_below(taken[offer_id]) for offer_id in available}
    async with database.transaction() as connection:
        soonest = first_last_day(await read_clock(connection), "UTC")
        available.update(await count_pool(connection, set(available), soonest, max(below.values())))
        fallen = await mark_levels(connection, available, below)
        payloads = [
            {
                "offer_id": offer_id,
                "available": available[offer_id],
                "low_below": below[offer_id],
            }
            for offer_id in fallen
        ]
        await outbox.append(connection, NO_BOOK, LOW_TOPIC, payloads)
        low = {offer_id: most for offer_id, most in below.items() if available[offer_id] < most}
        await _open_cases(connection, open_stock, available, low, fallen)
    return fallen


async def _open_cases(
    connection: AsyncConnection,
    open_stock: Sequence[_OpenStock],
    available: Mapping[int, int],
    low: Mapping[int, int],
    fallen: Collection[int],
) -> None:
    """Open a case with each brand that was promised codes which are not there."""
    promised: Counter[int] = Counter()
    for each in open_stock:
        promised[each.offer_id] += each.remaining
    short = {each: most for each, most in low.items() if available[each] < promised[each]}
    supplied = await supplied_once(connection, short)
    labels = await load_labels(connection, supplied)
    for each in open_stock:
        if each.offer_id not in supplied or each.remaining <= each.codes:
            continue
        found = NewCase(
            book_id=each.programme.book_id,
            kind=CaseKind.CODES_SHORT,
            supplier_id=labels[each.offer_id].supplier_id,
            home_party_id=each.programme.party_id,
            offer_id=each.offer_id,
            evidence={
                "codes": available[each.offer_id],
                "stock": each.remaining,
                "stock_of_all": promised[each.offer_id],
            },
            again=each.offer_id in fallen,
        )
        await open_case(connection, found)


async def tell_low_codes(database: Database) -> int:
    """Put what was written into the log, where operators have it watched. Returns how many."""
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, [LOW_TOPIC], TOLD_MAX)
        await outbox.done(connection, messages)
    for message in messages:
        _log.warning("codes_low", **message.payload)
    return len(messages)
