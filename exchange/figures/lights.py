"""Which suppliers are in trouble now: red, amber or green.

What is judged are the newest orders of the last day. A light is no grade: it says where somebody
should look, and why.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.coupons.lifecycle import OrderState

Light = Literal["red", "amber", "green"]
Why = Literal["suspended", "failing", "unheard_of", "slow", "fine", "idle"]

ORDERS_MAX = 200
"""So many of the newest orders of a supplier are judged."""
DAY_SECONDS = 86_400
ENDED_MIN = 10
"""With fewer orders that have ended, failures are chance."""
RED_FAILED_PERCENT, AMBER_FAILED_PERCENT = 20, 5
RED_SILENT_SECONDS, AMBER_SILENT_SECONDS = 3_600, 300
"""How long nothing may be heard of an order that was sent."""
AMBER_OPEN_SECONDS = 900
"""How long an order may be open."""

_NEWEST = text(
    f"""
    SELECT s.supplier_id, o.*
    FROM unnest(:suppliers) AS s(supplier_id)
    CROSS JOIN LATERAL (
        SELECT count(*) AS orders,
            count(*) FILTER (WHERE state = '{OrderState.SUCCESS}') AS succeeded,
            count(*) FILTER (WHERE state = '{OrderState.FAILED}') AS failed,
            min(created_at) FILTER (WHERE finished_at IS NULL) AS open_since,
            min(submitted_at) FILTER (WHERE state = '{OrderState.UNKNOWN}') AS silent_since
        FROM (
            SELECT state, created_at, submitted_at, finished_at FROM exchange.fulfilment_order
            WHERE fulfilment_order.supplier_id = s.supplier_id AND created_at >= :since
            ORDER BY created_at DESC LIMIT {ORDERS_MAX}
        ) AS newest
    ) AS o
    """
).bindparams(bindparam("suppliers", type_=ARRAY(INTEGER)))

CROSS_BOOK: tuple[TextClause, ...] = (_NEWEST,)
"""The statement here that names no book: a supplier's orders are in all of them."""


@dataclass(frozen=True, slots=True)
class Newest:
    """What became of a supplier's newest orders."""

    orders: int = 0
    succeeded: int = 0
    failed: int = 0
    open_since: datetime | None = None
    silent_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SupplierLight:
    """A supplier's light, why it is so, and the orders that say so."""

    light: Light
    why: Why
    newest: Newest


def light_of(newest: Newest, now: datetime, *, is_suspended: bool) -> SupplierLight:
    """The light of a supplier. Pure. The worst trouble is told."""
    ended = newest.succeeded + newest.failed
    failed_percent = 100 * newest.failed / ended if ended >= ENDED_MIN else 0.0
    silent = _seconds(newest.silent_since, now)
    found: tuple[Light, Why]
    if is_suspended:
        found = "red", "suspended"
    elif failed_percent >= RED_FAILED_PERCENT:
        found = "red", "failing"
    elif silent >= RED_SILENT_SECONDS:
        found = "red", "unheard_of"
    elif failed_percent >= AMBER_FAILED_PERCENT:
        found = "amber", "failing"
    elif silent >= AMBER_SILENT_SECONDS:
        found = "amber", "unheard_of"
    elif _seconds(newest.open_since, now) >= AMBER_OPEN_SECONDS:
        found = "amber", "slow"
    else:
        found = "green", "fine" if newest.orders else "idle"
    return SupplierLight(*found, newest)


def _seconds(since: datetime | None, now: datetime) -> float:
    return 0.0 if since is None else (now - since) / timedelta(seconds=1)


async def load_newest(
    connection: AsyncConnection, suppliers: Collection[int], now: datetime
) -> Mapping[int, Newest]:
    """What became of the newest orders of these suppliers. One statement."""
    bound = {
        "suppliers": sorted(suppliers),
        "since": now - timedelta(seconds=DAY_SECONDS),
    }
    return {
        row.supplier_id: Newest(
            row.orders, row.succeeded, row.failed, row.open_since, row.silent_since
        )
        for row in await connection.execute(_NEWEST, bound)
    }
