"""What became of a supplier's orders since an instant, in all books.

A supplier says that the member's account was at fault by a reason that begins with MEMBER_FAULT.
"""

from datetime import datetime

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from exchange.canary.judge import Stats
from exchange.coupons.lifecycle import OrderState

MEMBER_FAULT = "account:"

_ENDED = f"state IN ('{OrderState.SUCCESS}', '{OrderState.FAILED}')"
_IS_MEMBERS = (
    f"(state = '{OrderState.FAILED}' AND coalesce(starts_with(reason, '{MEMBER_FAULT}'), false))"
)

_STATS = text(
    f"""
    SELECT count(*) FILTER (WHERE {_ENDED} AND NOT {_IS_MEMBERS}) AS ended,
        count(*) FILTER (WHERE state = '{OrderState.FAILED}' AND NOT {_IS_MEMBERS}) AS failed,
        count(*) FILTER (WHERE {_IS_MEMBERS}) AS member_faults,
        count(*) FILTER (WHERE NOT {_ENDED}) AS open,
        percentile_disc(0.95) WITHIN GROUP (
            ORDER BY extract(epoch FROM coalesce(finished_at, now()) - created_at)
        ) FILTER (
            WHERE state = '{OrderState.SUCCESS}' OR NOT {_ENDED}
                AND created_at + make_interval(secs => :p95_seconds) < now()
        ) AS p95_seconds
    FROM exchange.fulfilment_order
    WHERE supplier_id = :supplier_id AND created_at >= :since
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_STATS,)
"""The statement here that names no book: a supplier's orders are in all of them."""


async def load_stats(
    connection: AsyncConnection, supplier_id: int, since: datetime, p95_seconds: int
) -> Stats:
    """What became of the orders that were made since then. One round trip."""
    bound = {"supplier_id": supplier_id, "since": since, "p95_seconds": p95_seconds}
    row = (await connection.execute(_STATS, bound)).one()
    p95 = None if row.p95_seconds is None else float(row.p95_seconds)
    return Stats(row.ended, row.failed, row.member_faults, row.open, p95)
