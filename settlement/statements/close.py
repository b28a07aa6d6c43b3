"""Closing a month: its statements are issued, and the next month opens.

One closer works at a time (an advisory lock, taken first). It adds missing months before it locks
one, and waits for nobody after: no circle of waits is possible. `settlement.periods` tells how a
closer and a rater meet.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal, outbox
from settlement.months import first_day, next_month, require_month
from settlement.periods import Period, PeriodOutOfOrder, open_missing
from settlement.rating.uses import MOMENT_KEYS, TOPICS
from settlement.statements.issue import issue_statements
from settlement.statements.totals import StatementTotals, load_totals

CLOSE_TIMEOUT_SECONDS = 600
REASONS_MAX = 10
"""Distinct reasons told of what waits to be rated."""


class PeriodHasPendingUses(Refusal):
    """Uses or reversals of the month, or of one before, wait to be rated, for the `reasons` given: rate them first, so that its statements are complete."""

    code: ClassVar[str] = "period-has-pending-uses"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Uses are still waiting to be rated."
    is_transient: ClassVar[bool] = True


class PeriodNotEnded(Refusal):
    """The month is not over."""

    code: ClassVar[str] = "period-not-ended"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A month is closed after its end."
    is_transient: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Closing:
    """What the closing of a month came to.

    `replayed`: the month was closed before, and nothing was done.
    """

    period: Period
    totals: StatementTotals
    replayed: bool


_EXTREMES = text(
    """
    SELECT min(month) FILTER (WHERE state = 'open'), max(month) FILTER (WHERE state = 'closed') FROM settlement.period
    """
)


async def close_period(connection: AsyncConnection, month: str, now: datetime) -> Closing:
    """Close a month: issue its statements, and open the next.

    A month without uses closes as well. Closing it again changes nothing.

    The state `closing` is seen by this transaction alone: the month closes whole or stays open.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
        PeriodNotEnded: the month is not over at `now`.
        PeriodOutOfOrder: an earlier month is open, or the months since the last closed one have not
            been closed.
        PeriodHasPendingUses: uses or reversals up to the month's end wait to be rated; rate them
            (`rate_pending`) and try again.
    """
    require_month(month)
    ends_at = datetime.combine(first_day(next_month(month)), time(), UTC)
    if now < ends_at:
        raise PeriodNotEnded(f"{month} is not over.", month=month)
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('settlement.close_period', 0))")
    )
    await connection.execute(text(f"SET LOCAL statement_timeout = '{CLOSE_TIMEOUT_SECONDS}s'"))
    await open_missing(connection, [month, next_month(month)])
    period = await _lock(connection, month)
    if period is not None and period.state == "closed":
        return Closing(period, await load_totals(connection, month=month), replayed=True)
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
        Period(month, "closed", now), await load_totals(connection, month=month), replayed=False
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
