"""Close a month, or go on with one that somebody left.

First what waits is rated. Then a short transaction freezes the month (`freeze`), the steps are
taken (`steps`), and a last transaction proves and ends it (`finish`). Whoever dies in between
leaves the month `closing`: the next call, or the worker, goes on where it stopped.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time, read_clock
from settlement.closing.finish import (
    FINISH_TIMEOUT_SECONDS,
    Closing,
    ClosingUnprepared,
    PeriodIncomplete,
    finish,
    require_complete,
)
from settlement.closing.freeze import (
    CloseWish,
    PeriodHasPendingUses,
    freeze,
    load_state,
    require_closable,
)
from settlement.closing.steps import take_steps
from settlement.months import require_month
from settlement.rating.rate import rate_pending

RATING_ROUNDS_MAX = 1_000
"""Rounds of rating before a closing. Beyond them uses come in faster than they are rated."""
CLOSING_ATTEMPTS_MAX = 20
CLOSING_DELAY_SECONDS = 0.1
STEPS_DELAY_SECONDS = 0.25
"""How often it is looked whether another process has taken the steps."""

_Answer = TypeVar("_Answer")
_log = structlog.get_logger(__name__)

_CLOSING = text(
    """
    SELECT month FROM settlement.period WHERE state = 'closing' ORDER BY month LIMIT 1
    """
)


async def close_period(
    database: Database,
    month: str,
    wish: CloseWish | None = None,
    *,
    actor: int | None = None,
    now: datetime | None = None,
) -> Closing:
    """Close a month. Closing it again changes nothing. `now` is the database's, if it is not given.

    A month without uses closes as well.

    Raises:
        Refusal: whatever `freeze` and `finish` refuse.
    """

    async def end() -> Closing:
        async with database.transaction(actor=actor) as connection:
            return await end_closing(connection, month, now)

    async def prepare() -> None:
        await prepare_closing(database, month, wish or CloseWish(), actor=actor, now=now)

    return await until_closed(end, prepare)


async def until_closed(
    end: Callable[[], Awaitable[_Answer]], prepare: Callable[[], Awaitable[None]]
) -> _Answer:
    """What `end` gives, which calls `end_closing`. `prepare` calls `prepare_closing` before."""
    while True:
        try:
            return await end()
        except ClosingUnprepared:
            await prepare()


async def end_closing(connection: AsyncConnection, month: str, now: datetime | None) -> Closing:
    """End a closing in the caller's transaction. See `finish`."""
    return await finish(connection, month, now or await read_clock(connection))


async def prepare_closing(
    database: Database,
    month: str,
    wish: CloseWish,
    *,
    actor: int | None = None,
    now: datetime | None = None,
) -> None:
    """Rate what waits, freeze the month, and take its steps. One that is frozen has only steps.

    Raises:
        PeriodHasPendingUses: a worker holds uses in every attempt, or they wait for a contract.
        Refusal: whatever else `freeze` refuses.
    """
    require_month(month)
    async with database.transaction() as connection:
        state = await load_state(connection, month)
    if state in (None, "open"):
        await _rate_and_freeze(database, month, wish, actor=actor, now=now)
    while not await take_steps(database, month):  # noqa: ASYNC110 - another process is at it
        await asyncio.sleep(STEPS_DELAY_SECONDS)


async def work_on_closing(database: Database) -> int:
    """Go on with a month that was left `closing`. Returns how many months were closed.

    What keeps it from being closed is logged, and tried again by the next call.
    """
    async with database.transaction() as connection:
        month = await connection.scalar(_CLOSING)
    if month is None or not await take_steps(database, month):
        return 0
    try:
        async with database.transaction() as connection:
            closing = await end_closing(connection, month, None)
    except (ClosingUnprepared, PeriodIncomplete) as error:
        _log.warning("closing_waits", month=month, reason=str(error))
        return 0
    return 0 if closing.replayed else 1


async def _rate_and_freeze(
    database: Database,
    month: str,
    wish: CloseWish,
    *,
    actor: int | None,
    now: datetime | None,
) -> None:
    async with database.transaction() as connection:
        await require_closable(connection, month, wish, now or await read_clock(connection))
        # It is proved at the end again. But a month that fails only there is frozen already, and
        # cannot be billed until it is mended.
        await allow_time(connection, FINISH_TIMEOUT_SECONDS)
        await require_complete(connection)
    for _ in range(CLOSING_ATTEMPTS_MAX - 1):
        try:
            await _freeze(database, month, wish, actor=actor, now=now)
        except PeriodHasPendingUses:
            await asyncio.sleep(CLOSING_DELAY_SECONDS)
        else:
            return
    await _freeze(database, month, wish, actor=actor, now=now)


async def _freeze(
    database: Database,
    month: str,
    wish: CloseWish,
    *,
    actor: int | None,
    now: datetime | None,
) -> None:
    await _rate_all(database)
    async with database.transaction() as connection:
        at = now or await read_clock(connection)
        await freeze(connection, month, wish, at, actor)


async def _rate_all(database: Database) -> None:
    for _ in range(RATING_ROUNDS_MAX):
        if await rate_pending(database) == 0:
            break
