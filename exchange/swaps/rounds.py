"""The worker's round about swaps: those that are over end, the others are judged by their counts.

A proposal that nobody has agreed to ends with its window, too.

A round takes one swap at a time, in a transaction of its own. It locks the swap's row, and leaves
out those that another process has locked. So two processes never judge one swap against each other.

The flag by which redemptions are refused stands at the batches of the swap, in the book of the
members (`catalog.procurement`). So a redemption reads nothing more than it did. Between two rounds
a swap can go over its limit by what is redeemed in that time, and by no more than its stock.
"""

from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.procurement import halt_swapped
from exchange.swaps.counts import load_standing
from exchange.swaps.standing import StandingState
from exchange.swaps.swaps import both_books, end_swap, find_swap, is_over
from exchange.swaps.terms import SwapState
from ledger import Database, outbox, read_clock

SWAP_ALERT_TOPIC = "swap.alert"
SWAP_STOPPED_TOPIC = "swap.stopped"
SWAP_TOPICS = {
    StandingState.ALERT: SWAP_ALERT_TOPIC,
    StandingState.STOPPED: SWAP_STOPPED_TOPIC,
}
TOLD_MAX = 500
"""The most messages in one round."""

_log = structlog.get_logger(__name__)

_DUE = f"(state = '{SwapState.AGREED}' OR state = '{SwapState.PROPOSED}' AND window_until <= :now)"
_WATCHED = text(f"SELECT swap_id FROM exchange.swap WHERE {_DUE} ORDER BY swap_id")
_HOLD = text(
    f"""
    SELECT swap_id FROM exchange.swap WHERE swap_id = :swap_id AND {_DUE}
    FOR NO KEY UPDATE SKIP LOCKED
    """
)

_JUDGED = text(
    """
    UPDATE exchange.swap
    SET judged_at = :as_of, proposer_standing = :proposer, other_standing = :other
    WHERE swap_id = :swap_id
    """
)


async def watch_swaps(database: Database, now: datetime | None = None) -> int:
    """Judge every swap that is agreed, and end all whose window is over. Returns how many.

    The time is the database's, unless the caller keeps a time of its own (`now`).
    """
    async with database.transaction() as connection:
        due = {"now": now or await read_clock(connection)}
        swap_ids = list((await connection.execute(_WATCHED, due)).scalars())
    judged = 0
    for swap_id in swap_ids:
        async with database.transaction() as connection:
            held = await connection.execute(_HOLD, due | {"swap_id": swap_id})
            if held.one_or_none() is not None:
                await _judge(connection, swap_id, now)
                judged += 1
    return judged


async def _judge(connection: AsyncConnection, swap_id: int, now: datetime | None) -> None:
    swap = await find_swap(connection, None, swap_id)
    if is_over(swap, now or await read_clock(connection)):
        await end_swap(connection, None, swap_id)
        return
    found = await load_standing(connection, swap)
    sides = (
        (swap.proposer_id, swap.proposer_standing, found.proposer),
        (swap.other_id, swap.other_standing, found.other),
    )
    books = both_books(swap)
    for giver, before, side in sides:
        book_id, _ = books[giver]
        stopped = side.state is StandingState.STOPPED
        if stopped != (before is StandingState.STOPPED):
            await halt_swapped(connection, book_id, swap_id, halted=stopped)
        if side.state is not before and side.state in SWAP_TOPICS:
            told: dict[str, Any] = {
                "swap_id": swap_id,
                "party_id": giver,
                "exposure_minor": side.exposure_minor,
                "limit_minor": swap.limit_minor,
                "currency": swap.currency,
            }
            await outbox.append(connection, book_id, SWAP_TOPICS[side.state], [told])
    await connection.execute(
        _JUDGED,
        {
            "swap_id": swap_id,
            "as_of": found.as_of,
            "proposer": found.proposer.state,
            "other": found.other.state,
        },
    )


async def tell_swaps(database: Database) -> int:
    """Put what was written into the log, where operators have it watched. Returns how many."""
    async with database.transaction() as connection:
        messages = await outbox.claim(connection, list(SWAP_TOPICS.values()), TOLD_MAX)
        await outbox.done(connection, messages)
    for message in messages:
        event = message.topic.replace(".", "_")
        _log.warning(event, book_id=message.book_id, **message.payload)
    return len(messages)
