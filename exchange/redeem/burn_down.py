"""How fast a programme's stock is taken, and how long what is left will last at that pace.

What was taken on a day is kept for the limits (`limits`), so nothing is counted here.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.procurement import load_stock
from exchange.redeem.low_stock import MEAN_DAYS, low_below
from ledger import read_clock
from ledger.book import Programme, programme_day

DAYS_LEFT_MAX = 9_999
"""More days than these are as good as forever."""

_TAKEN = text(
    """
    SELECT offer_id, day, taken FROM exchange.limit_count
    WHERE book_id = :book_id AND offer_id = ANY(:offer_ids) AND day > :before AND day <= :today
    ORDER BY offer_id, day
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)))


@dataclass(frozen=True, slots=True)
class DayTaken:
    """How many were taken on a day, less those that came back."""

    day: date
    taken: int


@dataclass(frozen=True, slots=True)
class BurnDown:
    """How the stock of an offer goes.

    - `granted`: and kept. `remaining`: of batches that are open now.
    - `taken`: in the last MEAN_DAYS.
    - `days_left`, `runs_out_on`: at the pace of these days. None: nothing was taken.
    - `is_low`: it will not last a week (`low_stock`).
    """

    offer_id: int
    granted: int
    remaining: int
    taken: int
    days: tuple[DayTaken, ...]
    days_left: int | None
    runs_out_on: date | None
    is_low: bool


def burn_down(
    offer_id: int, stock: tuple[int, int], taken: Mapping[date, int], today: date
) -> BurnDown:
    """How the stock of an offer goes, from what was taken by day. Pure.

    `stock` is what was granted and what remains.
    """
    granted, remaining = stock
    total = sum(taken.values())
    left = None if total <= 0 else min(DAYS_LEFT_MAX, remaining * MEAN_DAYS // total)
    days = [today - timedelta(days=number) for number in reversed(range(MEAN_DAYS))]
    return BurnDown(
        offer_id=offer_id,
        granted=granted,
        remaining=remaining,
        taken=total,
        days=tuple(DayTaken(day, taken.get(day, 0)) for day in days),
        days_left=left,
        runs_out_on=None if left is None else today + timedelta(days=left),
        is_low=remaining < low_below(total),
    )


async def load_burn_down(
    connection: AsyncConnection, programme: Programme, *, after: int = 0, limit: int
) -> Sequence[BurnDown]:
    """A page of a programme's stock in the order of the offers' ids. Three statements."""
    now = await read_clock(connection)
    today = programme_day(now, programme.time_zone)
    stock = await load_stock(connection, programme.book_id, now)
    offers = sorted(offer_id for offer_id in stock if offer_id > after)[:limit]
    bound = {
        "book_id": programme.book_id,
        "offer_ids": offers,
        "today": today,
        "before": today - timedelta(days=MEAN_DAYS),
    }
    taken: dict[int, dict[date, int]] = defaultdict(dict)
    for row in await connection.execute(_TAKEN, bound):
        taken[row.offer_id][row.day] = row.taken
    return [
        burn_down(
            offer_id, (stock[offer_id].granted, stock[offer_id].remaining), taken[offer_id], today
        )
        for offer_id in offers
    ]
