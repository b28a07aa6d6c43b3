"""Periods: months that uses are billed in, and their closing.

A month is open → closing → closed, once. Who rates holds the open months FOR SHARE until its lines
are committed (`stamp`); who closes takes the month FOR UPDATE. So a month closes either before a
rater sees it, and the rater's lines go to the next open month as late, or after the rater's commit,
and its lines are on the statements: never between. One closer works at a time (an advisory lock,
taken first), adds missing months before it locks one, and waits for nobody after: no circle of
waits is possible.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal

STAMP_ATTEMPTS_MAX: Final = 20


class PeriodOutOfOrder(Refusal):
    """Another month closes first; `next` names it."""

    code: ClassVar[str] = "period-out-of-order"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Months are closed in order."
    is_transient: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Stamp:
    """The month a line is billed in; late when that is not the month it happened in."""

    month: str
    late: bool


@dataclass(frozen=True, slots=True)
class Period:
    """A month and its state: "open", "closing" or "closed"."""

    month: str
    state: str
    closed_at: datetime | None


_OPEN_MISSING = text(
    """
    INSERT INTO settlement.period (month)
    SELECT month FROM unnest(CAST(:months AS text[])) AS month
    WHERE month > coalesce((SELECT max(month) FROM settlement.period WHERE state = 'closed'), '')
    ORDER BY month
    ON CONFLICT (month) DO NOTHING
    """
)

_HOLD_OPEN = text(
    "SELECT month FROM settlement.period WHERE state = 'open' AND month >= :first ORDER BY month FOR SHARE"
)


async def open_missing(connection: AsyncConnection, months: Collection[str]) -> None:
    """Open these months, of those that come after the last closed one."""
    await connection.execute(_OPEN_MISSING, {"months": sorted(months)})


async def stamp(connection: AsyncConnection, months: Collection[str]) -> dict[str, Stamp]:
    """Where events of these months are billed: in their own month while it is open, else in the earliest open month after it.

    Holds those months open (FOR SHARE) until the caller's transaction ends. Two round trips, more
    only for late events.
    """
    if not months:
        return {}
    await open_missing(connection, months)
    held = await _hold(connection, min(months))
    # A closer that made us wait has opened the following month meanwhile, which a statement begun
    # before cannot see: look again until nothing new appears. What is held already cannot be
    # closed.
    for _ in range(STAMP_ATTEMPTS_MAX):
        if held and held.issuperset(months):
            break
        again = await _hold(connection, min(months))
        if again and again == held:
            break
        held = again
    targets = {
        month: min((each for each in held if each >= month), default=None) for month in months
    }
    if None in targets.values():
        raise PeriodOutOfOrder("Months are being closed faster than this use can be rated.")
    return {
        month: Stamp(target, late=target != month)
        for month, target in targets.items()
        if target is not None
    }


async def _hold(connection: AsyncConnection, first: str) -> frozenset[str]:
    return frozenset(row.month for row in await connection.execute(_HOLD_OPEN, {"first": first}))


async def load_periods(connection: AsyncConnection) -> list[Period]:
    """Every month so far, in order."""
    rows = await connection.execute(
        text("SELECT month, state, closed_at FROM settlement.period ORDER BY month")
    )
    return [Period(*row) for row in rows]
