"""What happens now: a programme's day so far, and how a supplier's deliveries do.

These are looked at all day long, so each statement reads one index and stops after some thousand
rows. Who needs more than a count of today asks the funnel.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import OrderState
from exchange.figures.funnel import start_of
from exchange.figures.rates import Rate, proportion
from ledger import read_clock
from ledger.book import Programme, programme_day

TODAY_MAX = 100_000
"""A count of today stops here."""
ORDERS_MAX = 20_000
"""So many of a supplier's newest orders are looked at."""
OPEN_MAX = 50_000
"""So many orders that are being asked about are looked at, of all suppliers."""
USES_MAX = 200_000
"""So many of a supplier's latest uses are counted by day."""
USE_DAYS = 30
"""Uses are counted for as many days, today included."""
UNKNOWN_SECONDS = 300
"""An order that nobody has heard of for longer is told of."""

_TODAY = text(
    f"""
    SELECT (
        SELECT count(*) FROM (
            SELECT FROM exchange.coupon
            WHERE book_id = :book_id AND redeemed_at >= :since AND redeemed_at < :until
            LIMIT {TODAY_MAX}
        ) AS redeemed
    ) AS redeemed, (
        SELECT count(*) FROM (
            SELECT FROM exchange.coupon
            WHERE book_id = :book_id AND used_at IS NOT NULL AND used_at >= :since
                AND used_at < :until
            LIMIT {TODAY_MAX}
        ) AS used
    ) AS used, (
        SELECT count(*) FROM (
            SELECT FROM exchange.fulfilment_order
            WHERE book_id = :book_id AND finished_at IS NOT NULL AND finished_at >= :since
                AND finished_at < :until AND state = '{OrderState.FAILED}'
            LIMIT {TODAY_MAX}
        ) AS failed
    ) AS failed
    """
)

_SECONDS = "ORDER BY extract(epoch FROM finished_at - created_at)"
_ORDERS = text(
    f"""
    SELECT state, count(*) AS orders, min(created_at) AS since,
        percentile_disc(0.5) WITHIN GROUP ({_SECONDS}) AS p50,
        percentile_disc(0.95) WITHIN GROUP ({_SECONDS}) AS p95
    FROM (
        SELECT state, created_at, finished_at FROM exchange.fulfilment_order
        WHERE supplier_id = :supplier_id AND created_at >= :since
        ORDER BY created_at DESC LIMIT {ORDERS_MAX}
    ) AS newest
    GROUP BY state
    """
)

_UNHEARD_OF = text(
    f"""
    SELECT count(*) AS orders, min(submitted_at) AS since FROM (
        SELECT supplier_id, state, submitted_at FROM exchange.fulfilment_order
        WHERE query_at IS NOT NULL LIMIT {OPEN_MAX}
    ) AS open
    WHERE supplier_id = :supplier_id AND state = '{OrderState.UNKNOWN}' AND submitted_at < :before
    """
)

_USES = text(
    f"""
    SELECT CAST(used_at AT TIME ZONE CAST(:time_zone AS text) AS date) AS day, count(*) AS uses
    FROM (
        SELECT used_at FROM exchange.coupon
        WHERE supplier_id = :supplier_id AND used_at IS NOT NULL AND used_at >= :since
        ORDER BY used_at DESC LIMIT {USES_MAX}
    ) AS latest
    GROUP BY 1
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_ORDERS, _UNHEARD_OF, _USES)
"""A supplier's orders and uses are in many books. These lock nothing."""


@dataclass(frozen=True, slots=True)
class Today:
    """What has happened since the day of the programme began. Each count stops at TODAY_MAX."""

    day: date
    as_of: datetime
    redeemed: int
    used: int
    failed: int


@dataclass(frozen=True, slots=True)
class DayUses:
    """How many of a supplier's coupons were used on a day. None: there were too many to count."""

    day: date
    uses: int | None


@dataclass(frozen=True, slots=True)
class Deliveries:
    """How a supplier's deliveries do.

    - `orders`: by state, of those that were made since `since`, or of the newest ORDERS_MAX.
    - `success`: of those that have ended.
    - `p50_seconds`, `p95_seconds`: from the redemption to the delivery, of those that succeeded.
    - `unheard_of`: for longer than UNKNOWN_SECONDS, and the oldest of them was sent at
      `unheard_of_since`.
    """

    as_of: datetime
    since: datetime
    orders: Mapping[OrderState, int]
    success: Rate
    p50_seconds: float | None
    p95_seconds: float | None
    unheard_of: int
    unheard_of_since: datetime | None
    days: tuple[DayUses, ...]


async def count_today(connection: AsyncConnection, programme: Programme) -> Today:
    """What a programme's day has brought so far. Two statements."""
    now = await read_clock(connection)
    day = programme_day(now, programme.time_zone)
    bound = {
        "book_id": programme.book_id,
        "since": start_of(day, programme.time_zone),
        "until": start_of(day + timedelta(days=1), programme.time_zone),
    }
    row = (await connection.execute(_TODAY, bound)).one()
    return Today(day, now, row.redeemed, row.used, row.failed)


async def load_deliveries(
    connection: AsyncConnection, supplier_id: int, time_zone: str, days: int
) -> Deliveries:
    """How the deliveries of the last days do, and the uses of the last USE_DAYS. Four statements.

    `time_zone` is where the days of the uses begin.
    """
    now = await read_clock(connection)
    since = now - timedelta(days=days)
    whose = {"supplier_id": supplier_id}
    rows = (await connection.execute(_ORDERS, {**whose, "since": since})).all()
    orders = {OrderState(row.state): row.orders for row in rows}
    succeeded = orders.get(OrderState.SUCCESS, 0)
    ended = succeeded + orders.get(OrderState.FAILED, 0)
    timed = next((row for row in rows if row.state == OrderState.SUCCESS), None)
    before = now - timedelta(seconds=UNKNOWN_SECONDS)
    unheard = (await connection.execute(_UNHEARD_OF, {**whose, "before": before})).one()
    is_cut = sum(orders.values()) == ORDERS_MAX
    return Deliveries(
        as_of=now,
        since=min((row.since for row in rows), default=since) if is_cut else since,
        orders=orders,
        success=proportion(succeeded, ended, "orders"),
        p50_seconds=None if timed is None else float(timed.p50),
        p95_seconds=None if timed is None else float(timed.p95),
        unheard_of=unheard.orders,
        unheard_of_since=unheard.since,
        days=await _uses(connection, supplier_id, programme_day(now, time_zone), time_zone),
    )


async def _uses(
    connection: AsyncConnection, supplier_id: int, today: date, time_zone: str
) -> tuple[DayUses, ...]:
    """The uses of the last days, the oldest first."""
    first = today - timedelta(days=USE_DAYS - 1)
    bound = {
        "supplier_id": supplier_id,
        "time_zone": time_zone,
        "since": start_of(first, time_zone),
    }
    counted = {row.day: row.uses for row in await connection.execute(_USES, bound)}
    # Where the count stopped, the oldest day that it met is not whole, and none before it is known.
    cut = min(counted) if sum(counted.values()) == USES_MAX else date.min
    days = [first + timedelta(days=number) for number in range(USE_DAYS)]
    return tuple(DayUses(day, None if day <= cut else counted.get(day, 0)) for day in days)
