"""Periods: the months that uses are billed in.

A month goes from open to closing to closed, once. `settlement.statements.close` closes it.

A rater holds the open months FOR SHARE until its lines are committed (`stamp`). A closer takes the
month FOR UPDATE. So there are only two cases. Either the month closes before the rater
sees it, and the rater's lines go to the next open month, as late. Or the month closes after the
rater has committed, and its lines are on the statements.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from settlement.months import month_of

STAMP_ATTEMPTS_MAX = 20


class PeriodOutOfOrder(Refusal):
    """Another month is the next to close. `next` names it.

    The month that was asked for lies after it, or before all months that are closed.
    """

    code: ClassVar[str] = "period-out-of-order"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Months are closed in order."
    is_transient: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Stamp:
    """The month that a line is billed in. It is late if the use happened in another."""

    month: str
    late: bool


@dataclass(frozen=True, slots=True)
class Stamps:
    """The stamps of some months, asked for by an instant in one of them."""

    by_month: Mapping[str, Stamp]
    zone: tzinfo

    def of(self, instant: datetime) -> Stamp:
        """The stamp of the month that an instant lies in."""
        return self.by_month[month_of(instant, self.zone)]


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
    """
    SELECT month FROM settlement.period
    WHERE state = 'open' AND month >= :first
    ORDER BY month
    FOR SHARE
    """
)

_LIST = text(
    """
    SELECT month, state, closed_at FROM settlement.period ORDER BY month
    """
)


async def open_missing(connection: AsyncConnection, months: Collection[str]) -> None:
    """Open those of these months that come after the last closed one."""
    await connection.execute(_OPEN_MISSING, {"months": sorted(months)})


async def stamp(connection: AsyncConnection, months: Collection[str]) -> dict[str, Stamp]:
    """The months in which events of these months are billed. Two round trips, more for late events.

    It is the event's own month while that is open, else the earliest open month after it. The
    months are held open (FOR SHARE) until the caller's transaction ends.

    Raises:
        PeriodOutOfOrder: months were closed faster than this call could hold one.
    """
    if not months:
        return {}
    await open_missing(connection, months)
    held = await _hold(connection, min(months))
    # While we waited for a closer, it may have opened the following month. Our statement began too
    # early to see it, so we look again until nothing new appears. Months that we hold cannot be
    # closed in the meantime.
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
        raise PeriodOutOfOrder("months are being closed faster than this use can be rated")
    return {
        month: Stamp(target, late=target != month)
        for month, target in targets.items()
        if target is not None
    }


async def _hold(connection: AsyncConnection, first: str) -> frozenset[str]:
    return frozenset(row.month for row in await connection.execute(_HOLD_OPEN, {"first": first}))


async def load_periods(connection: AsyncConnection) -> list[Period]:
    """Every month so far, in order."""
    return [Period(*row) for row in await connection.execute(_LIST)]
