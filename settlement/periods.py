"""Periods: months that uses are billed in, and their closing.

A month is open → closing → closed, once. Who rates holds the open months FOR SHARE until its lines are committed (`stamp`); who closes takes
the month FOR UPDATE. So a month closes either before a rater sees it, and the rater's lines go to the next open month as late, or after the
rater's commit, and its lines are on the statements: never between. One closer works at a time (an advisory lock, taken first), adds missing
months before it locks one, and waits for nobody after: no circle of waits is possible.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import ClassVar, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import outbox
from ledger.refusal import Refusal
from settlement.issue import issue_statements
from settlement.months import first_day, next_month, require_month
from settlement.totals import Totals, totals
from settlement.uses import MOMENT_KEYS, TOPICS

STAMP_ATTEMPTS_MAX: Final = 20
CLOSE_TIMEOUT_SECONDS: Final = 600
REASONS_MAX: Final = 10
"""Distinct reasons told of what waits to be rated."""


class PeriodHasPendingUses(Refusal):
    """Uses or reversals of the month, or of one before, wait to be rated, for the `reasons` given: rate them first, so that its statements are complete."""

    code: ClassVar[str] = "period-has-pending-uses"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Uses are still waiting to be rated."
    is_transient: ClassVar[bool] = True


class PeriodOutOfOrder(Refusal):
    """Another month closes first; `next` names it."""

    code: ClassVar[str] = "period-out-of-order"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Months are closed in order."
    is_transient: ClassVar[bool] = True


class PeriodNotEnded(Refusal):
    """The month is not over."""

    code: ClassVar[str] = "period-not-ended"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A month is closed after its end."
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


@dataclass(frozen=True, slots=True)
class Closing:
    """What the closing of a month came to. `replayed`: the month was closed before, and nothing was done."""

    period: Period
    totals: Totals
    replayed: bool


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

_EXTREMES = text(
    """
    SELECT min(month) FILTER (WHERE state = 'open'), max(month) FILTER (WHERE state = 'closed') FROM settlement.period
    """
)


async def stamp(connection: AsyncConnection, months: Collection[str]) -> dict[str, Stamp]:
    """Where events of these months are billed: in their own month while it is open, else in the earliest open month after it.

    Holds those months open (FOR SHARE) until the caller's transaction ends. Two round trips, more only for late events.
    """
    if not months:
        return {}
    await connection.execute(_OPEN_MISSING, {"months": sorted(months)})
    held = await _hold(connection, min(months))
    # A closer that made us wait has opened the following month meanwhile, which a statement begun before cannot see: look again until
    # nothing new appears. What is held already cannot be closed.
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


async def list_periods(connection: AsyncConnection) -> list[Period]:
    """Every month so far, in order."""
    rows = await connection.execute(
        text("SELECT month, state, closed_at FROM settlement.period ORDER BY month")
    )
    return [Period(*row) for row in rows]


async def close_period(connection: AsyncConnection, month: str, now: datetime) -> Closing:
    """Close a month: issue its statements, and open the next. A month without uses closes as well. Closing it again changes nothing.

    The state `closing` is seen by this transaction alone: the month closes whole or stays open.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
        PeriodNotEnded: the month is not over at `now`.
        PeriodOutOfOrder: an earlier month is open, or the months since the last closed one have not been closed.
        PeriodHasPendingUses: uses or reversals up to the month's end wait to be rated; rate them (`rate_pending`) and try again.
    """
    require_month(month)
    ends_at = datetime.combine(first_day(next_month(month)), time(), UTC)
    if now < ends_at:
        raise PeriodNotEnded(f"{month} is not over.", month=month)
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('settlement.close_period', 0))")
    )
    await connection.execute(text(f"SET LOCAL statement_timeout = '{CLOSE_TIMEOUT_SECONDS}s'"))
    await connection.execute(_OPEN_MISSING, {"months": [month, next_month(month)]})
    period = await _lock(connection, month)
    if period is not None and period.state == "closed":
        return Closing(period, await totals(connection, month=month), replayed=True)
    await _require_next(connection, month)
    # What is committed after this closing began is late by definition, and does not hold it up.
    began_at = await connection.scalar(text("SELECT now()"))
    # What happened in a later month will be billed there, and is none of this closing's concern.
    happened = outbox.HappenedBefore(ends_at, MOMENT_KEYS)
    waiting = await outbox.pending(connection, TOPICS, created_before=began_at, happened=happened)
    if waiting:
        reasons = await outbox.reasons(
            connection, TOPICS, REASONS_MAX, created_before=began_at, happened=happened
        )
        why = f": {'; '.join(reasons)}" if reasons else ""
        raise PeriodHasPendingUses(
            f"{waiting} messages wait to be rated{why}.", pending=waiting, reasons=reasons
        )
    await _set_state(connection, month, "closing", None)
    await issue_statements(connection, month, now)
    await _set_state(connection, month, "closed", now)
    return Closing(
        Period(month, "closed", now), await totals(connection, month=month), replayed=False
    )


async def _lock(connection: AsyncConnection, month: str) -> Period | None:
    statement = text(
        "SELECT month, state, closed_at FROM settlement.period WHERE month = :month FOR UPDATE"
    )
    row = (await connection.execute(statement, {"month": month})).one_or_none()
    return None if row is None else Period(*row)


async def _require_next(connection: AsyncConnection, month: str) -> None:
    open_first, closed_last = (await connection.execute(_EXTREMES)).one()
    following = [] if closed_last is None else [next_month(closed_last)]
    expected = min([*following, *([] if open_first is None else [open_first])])
    if month != expected:
        raise PeriodOutOfOrder(f"{expected} is to be closed before {month}.", next=expected)


async def _set_state(
    connection: AsyncConnection, month: str, state: str, closed_at: datetime | None
) -> None:
    statement = text(
        "UPDATE settlement.period SET state = :state, closed_at = :closed_at WHERE month = :month"
    )
    await connection.execute(statement, {"state": state, "closed_at": closed_at, "month": month})
