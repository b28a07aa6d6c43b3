"""The short transaction that fixes the lines of a month.

It takes, in this order: the advisory lock of those who freeze; the rows of the month and the next,
added if they are missing; the month FOR UPDATE. After that it waits for nobody.
`settlement.periods` tells how it meets raters.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal, allow_time
from settlement.calendar import Calendar, FourEyesRequired, load_calendar
from settlement.closing.waiting import ACCEPTABLE, Waiting, load_waiting
from settlement.months import begins_at, next_month, require_month
from settlement.periods import PeriodOutOfOrder, open_missing

FREEZE_TIMEOUT_SECONDS = 120
CLOSE_REASON_LENGTH_MAX = 1000


class PeriodHasPendingUses(Refusal):
    """Uses or reversals up to the month's end wait to be rated.

    `waiting` counts them by reason, and `reasons` has the most frequent errors. They are rated
    first, so that the month's statements are complete. Or whoever closes accepts the reason: then
    they are billed late.
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


class ClosingInvalid(Refusal):
    """How the month is to be closed does not make sense. `detail` says what is at fault."""

    code: ClassVar[str] = "closing-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The month cannot be closed in this way."


@dataclass(frozen=True, slots=True)
class CloseWish:
    """How a month is to be closed.

    `accept_waiting`: what waits for one of these reasons holds up nothing, and is billed late.
    `issue`: issue the statements as well. None: do so unless others have to look at them first.
    """

    accept_waiting: frozenset[str] = field(default_factory=frozenset)
    reason: str | None = None
    issue: bool | None = None


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

_STATE = text(
    """
    SELECT state FROM settlement.period WHERE month = :month
    """
)

_LOCK = text(
    """
    SELECT state FROM settlement.period WHERE month = :month FOR UPDATE
    """
)

_EXTREMES = text(
    """
    SELECT min(month) FILTER (WHERE state = 'closing'), min(month) FILTER (WHERE state = 'open'),
        max(month) FILTER (WHERE state = 'closed')
    FROM settlement.period
    """
)

_FREEZE = text(
    """
    UPDATE settlement.period
    SET state = 'closing', closing_at = :now, closing_by = :actor, wants_issue = :wants_issue,
        accepted = CAST(:accepted AS jsonb), reason = :reason
    WHERE month = :month
    """
)


def require_wish(wish: CloseWish) -> None:
    """Refuse a wish that does not make sense. Pure.

    Raises:
        ClosingInvalid: a reason for waiting is unknown or cannot be accepted. Or it is accepted
            without a word why, or the word is too long.
    """
    unknown = sorted(wish.accept_waiting - set(ACCEPTABLE))
    if unknown:
        raise ClosingInvalid(f"{unknown[0][:40]!r} is none of {', '.join(ACCEPTABLE)}")
    if wish.accept_waiting and not wish.reason:
        raise ClosingInvalid("whoever accepts that uses are billed late gives a reason")
    if len(wish.reason or "") > CLOSE_REASON_LENGTH_MAX:
        raise ClosingInvalid(f"a reason has at most {CLOSE_REASON_LENGTH_MAX} characters")


async def load_state(connection: AsyncConnection, month: str) -> str | None:
    """The state of a month, or None if nothing was ever billed in it."""
    state: str | None = await connection.scalar(_STATE, {"month": month})
    return state


async def require_closable(
    connection: AsyncConnection, month: str, wish: CloseWish, now: datetime
) -> Calendar:
    """Refuse a month that cannot be closed, whatever waits. Three round trips.

    Raises:
        MonthInvalid: `month` is not YYYY-MM.
        ClosingInvalid: the wish does not make sense.
        FourEyesRequired: the statements are to be issued at once, and another has to see them.
        PeriodNotEnded: the month is not over at `now`.
        PeriodOutOfOrder: an earlier month, or one since the last closed month, is not closed yet.
            Or the month lies before the first that was closed, and is never closed by itself.
    """
    require_wish(wish)
    calendar = await load_calendar(connection)
    if now < _ends_at(month, calendar):
        raise PeriodNotEnded(f"{month} is not over", month=month)
    if wish.issue and calendar.four_eyes:
        raise FourEyesRequired("another key than the closer's issues the statements")
    await _require_next(connection, month)
    return calendar


async def freeze(
    connection: AsyncConnection, month: str, wish: CloseWish, now: datetime, actor: int | None
) -> None:
    """Set an open month to `closing`: no more lines come to it. One that is further stays as it is.

    Raises:
        PeriodHasPendingUses: uses or reversals up to the month's end wait to be rated, and not all
            for an accepted reason.
        Refusal: whatever else `require_closable` refuses.
    """
    require_month(month)
    await allow_time(connection, FREEZE_TIMEOUT_SECONDS)
    await connection.execute(_ONE_CLOSER)
    await open_missing(connection, [month, next_month(month)])
    if await connection.scalar(_LOCK, {"month": month}) in ("closing", "closed"):
        return
    calendar = await require_closable(connection, month, wish, now)
    # What is committed after this closing began is late by definition and does not hold it up.
    began_at = await connection.scalar(_NOW)
    waiting = await load_waiting(connection, _ends_at(month, calendar), began_at)
    _require_rated(waiting, wish.accept_waiting)
    await connection.execute(
        _FREEZE,
        {
            "month": month,
            "now": now,
            "actor": actor,
            "wants_issue": not calendar.four_eyes if wish.issue is None else wish.issue,
            "accepted": orjson.dumps(waiting.counts).decode() if waiting.counts else None,
            "reason": wish.reason,
        },
    )


async def _require_next(connection: AsyncConnection, month: str) -> None:
    closing, open_first, closed_last = (await connection.execute(_EXTREMES)).one()
    # The month itself, if nothing was ever billed in it.
    known = [month] if closed_last is None else [next_month(closed_last)]
    expected = closing or min(*known, open_first or known[0])
    if month > expected:
        raise PeriodOutOfOrder(f"{expected} is to be closed before {month}", next=expected)
    if month < expected:
        raise PeriodOutOfOrder(
            f"{month} lies before {closed_last or closing}, which is closed. What happened in"
            f" {month} is billed in {expected}, the next month to close",
            next=expected,
        )


def _ends_at(month: str, calendar: Calendar) -> datetime:
    return begins_at(next_month(require_month(month)), calendar.zone)


def _require_rated(waiting: Waiting, accepted: Collection[str]) -> None:
    pending = waiting.beyond(accepted)
    if pending:
        why = f": {'; '.join(waiting.errors)}" if waiting.errors else ""
        raise PeriodHasPendingUses(
            f"{pending} messages wait to be rated{why}",
            pending=pending,
            waiting=dict(waiting.counts),
            reasons=waiting.errors,
        )
