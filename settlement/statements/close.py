"""Closing a month: its statements are issued and the next month opens.

One closer works at a time: an advisory lock is taken first. It adds missing months before it locks
its own, and waits for nobody after that, so it cannot deadlock. `settlement.periods` tells how a
closer and a rater meet.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, TypeVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, Refusal, allow_time, outbox
from settlement.calendar import load_calendar
from settlement.months import begins_at, next_month, require_month
from settlement.periods import Period, PeriodOutOfOrder, open_missing
from settlement.rating.rate import rate_pending
from settlement.rating.uses import INSTANT_KEYS, TOPICS
from settlement.statements.issue import issue_statements
from settlement.statements.totals import StatementTotals, load_totals

CLOSE_TIMEOUT_SECONDS = 600
REASONS_MAX = 10
"""How many different reasons a refusal lists for what waits to be rated."""
RATING_ROUNDS_MAX = 1_000
"""Rounds of rating before a closing. Beyond them uses come in faster than they are rated."""
CLOSING_ATTEMPTS_MAX = 20
CLOSING_DELAY_SECONDS = 0.1

_Answer = TypeVar("_Answer")


class PeriodHasPendingUses(Refusal):
    """Uses or reversals up to the month's end wait to be rated. `reasons` says why.

    They are rated first, so that the month's statements are complete.
    """

    code: ClassVar[str] = "period-has-pending-uses"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Uses are still waiting to be rated."
    is_transient: ClassVar[bool] = True


class PeriodNotEnded(Refusal):
    """The month is not over yet."""

    code: ClassVar[str] = "period-not-ended"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A month is closed after its end."
    is_transient: ClassVar[bool] = True


@dataclass(frozen=True, slots=True)
class Closing:
    """What a closing has done. `replayed`: the month was closed before, and nothing was done."""

    period: Period
    totals: StatementTotals
    replayed: bool


_ONE_CLOSER = text(
    """
    SELECT pg_advisory_xact_lock(hashtextextended('settlement.close_period', 0))
    """
)

_NOW = text(
    """
    SELECT now()
    """
)

_LOCK = text(
    """
    SELECT month, state, closed_at FROM settlement.period WHERE month = :month FOR UPDATE
    """
)

_EXTREMES = text(
    """
    SELECT min(month) FILTER (WHERE state = 'open'), max(month) FILTER (WHERE state = 'closed')
    FROM settlement.period
    """
)

_SET_STATE = text(
    """
    UPDATE settlement.period SET state = :state, closed_at = :closed_at WHERE month = :month
    """
)


async def rate_and_close(database: Database, close: Callable[[], Awaitable[_Answer]]) -> _Answer:
    """Rate what waits, then `close` a month by `close_period`, and again if uses came in between.

    `close` owns its transaction. Each attempt is a new one.

    Raises:
        PeriodHasPendingUses: a worker holds uses in every attempt, or they wait for a contract.
        Refusal: whatever else `close` refuses.
    """
    for _ in range(CLOSING_ATTEMPTS_MAX - 1):
        await _rate_all(database)
        try:
            return await close()
        except PeriodHasPendingUses:
            await asyncio.sleep(CLOSING_DELAY_SECONDS)
    return await close()


async def close_period(connection: AsyncConnection, month: str, now: datetime) -> Closing:
    """Close a month: issue its statements and open the next.

    A month without uses closes as well. Closing a month again changes nothing. Other transactions
    never see the state `closing`: the month closes whole or stays open.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
        PeriodNotEnded: the month is not over at `now`.
        PeriodOutOfOrder: an earlier month, or one since the last closed month, is not closed yet.
            Or the month lies before the first that was closed, and is never closed by itself.
        PeriodHasPendingUses: uses or reversals up to the month's end wait to be rated. Rate them
            (`rate_pending`) and try again.
    """
    require_month(month)
    ends_at = begins_at(next_month(month), (await load_calendar(connection)).zone)
    if now < ends_at:
        raise PeriodNotEnded(f"{month} is not over", month=month)
    await connection.execute(_ONE_CLOSER)
    await allow_time(connection, CLOSE_TIMEOUT_SECONDS)
    await open_missing(connection, [month, next_month(month)])
    period = await _lock(connection, month)
    if period is not None and period.state == "closed":
        return Closing(period, await load_totals(connection, month=month), replayed=True)
    await _require_next(connection, month)
    await _require_rated(connection, ends_at)
    await _set_state(connection, month, "closing", None)
    await issue_statements(connection, month, now)
    await _set_state(connection, month, "closed", now)
    return Closing(
        Period(month, "closed", now), await load_totals(connection, month=month), replayed=False
    )


async def _rate_all(database: Database) -> None:
    for _ in range(RATING_ROUNDS_MAX):
        if await rate_pending(database) == 0:
            break


async def _lock(connection: AsyncConnection, month: str) -> Period | None:
    row = (await connection.execute(_LOCK, {"month": month})).one_or_none()
    return None if row is None else Period(*row)


async def _require_rated(connection: AsyncConnection, ends_at: datetime) -> None:
    # What is committed after this closing began is late by definition and does not hold it up.
    began_at = await connection.scalar(_NOW)
    # What happened in a later month is billed there and does not hold it up either.
    happened = outbox.HappenedBefore(ends_at, INSTANT_KEYS)
    waiting = await outbox.pending(connection, TOPICS, created_before=began_at, happened=happened)
    if waiting:
        reasons = await outbox.reasons(
            connection, TOPICS, REASONS_MAX, created_before=began_at, happened=happened
        )
        why = f": {'; '.join(reasons)}" if reasons else ""
        raise PeriodHasPendingUses(
            f"{waiting} messages wait to be rated{why}", pending=waiting, reasons=reasons
        )


async def _require_next(connection: AsyncConnection, month: str) -> None:
    open_first, closed_last = (await connection.execute(_EXTREMES)).one()
    following = [] if closed_last is None else [next_month(closed_last)]
    expected = min([*following, *([] if open_first is None else [open_first])])
    if month > expected:
        raise PeriodOutOfOrder(f"{expected} is to be closed before {month}", next=expected)
    if month < expected:
        raise PeriodOutOfOrder(
            f"{month} lies before {closed_last}, which is closed. What happened in {month} is"
            f" billed in {expected}, the next month to close",
            next=expected,
        )


async def _set_state(
    connection: AsyncConnection, month: str, state: str, closed_at: datetime | None
) -> None:
    await connection.execute(_SET_STATE, {"state": state, "closed_at": closed_at, "month": month})
