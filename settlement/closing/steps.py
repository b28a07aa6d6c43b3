"""What is computed from the frozen lines of a month, step by step.

Each step has transactions of its own, and may be repeated: it adds what is missing and changes
nothing that is there. So a step that died half-way is taken again, to the same result.

One process takes steps at a time. It holds an advisory lock in a transaction that does nothing else
and ends with the connection of a process that dies. Should that transaction end early, another may
take the same step at once, which changes nothing either: both add the same rows.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time
from settlement.files.details import write_details
from settlement.period_lines import add_allocations, add_period_lines
from settlement.statements.drafts import add_drafts

Progress = Callable[[int, int], None]
"""Told how much of a step is done, and of how much. A step may tell it as often as it likes."""
Step = Callable[[Database, str, Progress], Awaitable[None]]

STEPS_TIMEOUT_SECONDS = 7_200
"""All steps of a month together. Beyond it they stop, and the next closer goes on."""
STEP_TIMEOUT_SECONDS = 600
TELL_SECONDS = 0.5
"""How often the progress of a step is written where others can read it."""

_TAKE_TURN = text(
    """
    SELECT pg_try_advisory_xact_lock(hashtextextended('settlement.close_steps', 0))
    """
)

_FINISHED = text(
    """
    SELECT step FROM settlement.period_step WHERE month = :month AND finished_at IS NOT NULL
    """
)

_BEGIN = text(
    """
    INSERT INTO settlement.period_step (month, step) VALUES (:month, :step) ON CONFLICT DO NOTHING
    """
)

_TELL = text(
    """
    UPDATE settlement.period_step SET done = :done, total = :total
    WHERE month = :month AND step = :step
    """
)

_END = text(
    """
    UPDATE settlement.period_step SET finished_at = now(), done = total
    WHERE month = :month AND step = :step AND finished_at IS NULL
    """
)

_COUNT_USES = text(
    """
    INSERT INTO settlement.period_book (book_id, month, uses)
    SELECT book_id, :month, count(*) FROM (
        SELECT DISTINCT book_id, use_id FROM settlement.line
        WHERE month = :month AND kind = 'charge' AND leg <> 'conversion'
    ) AS billed
    GROUP BY book_id
    ON CONFLICT (book_id, month) DO NOTHING
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_COUNT_USES,)
"""The statement here that names no single book: it counts a month's uses in each of them."""


async def count_uses(database: Database, month: str, progress: Progress) -> None:
    """Keep how many uses of each book the month bills."""
    progress(0, 1)
    async with database.transaction() as connection:
        await allow_time(connection, STEP_TIMEOUT_SECONDS)
        await connection.execute(_COUNT_USES, {"month": month})


STEPS: tuple[Step, ...] = (
    count_uses,
    add_period_lines,
    add_allocations,
    add_drafts,
    write_details,
)
"""The steps, in order. A step is known by the name of its function."""


async def take_steps(database: Database, month: str) -> bool:
    """Take the steps of a frozen month that are missing. False if another process is at it."""
    async with database.transaction() as holder:
        await allow_time(holder, STEPS_TIMEOUT_SECONDS)
        if not await take_turn(holder):
            return False
        for step in STEPS:
            if name_of(step) in await missing_steps(holder, month):
                await _take(database, month, step)
    return True


async def take_turn(connection: AsyncConnection) -> bool:
    """Have the steps and the ends of closings to oneself until the transaction ends."""
    return bool(await connection.scalar(_TAKE_TURN))


async def missing_steps(connection: AsyncConnection, month: str) -> set[str]:
    """The steps of a month that are not finished. One round trip."""
    finished = set((await connection.execute(_FINISHED, {"month": month})).scalars())
    return {name_of(step) for step in STEPS} - finished


def name_of(step: Step) -> str:
    """The name of a step, as others see it."""
    return step.__name__


async def _take(database: Database, month: str, step: Step) -> None:
    named = {"month": month, "step": name_of(step)}
    told = (0, 0)

    def progress(done: int, total: int) -> None:
        nonlocal told
        told = done, total

    async def tell() -> None:
        async with database.transaction() as connection:
            await connection.execute(_TELL, {**named, "done": told[0], "total": told[1]})

    async def keep_telling() -> None:
        before = told
        while True:
            await asyncio.sleep(TELL_SECONDS)
            if told != before:
                before = told
                await tell()

    async with database.transaction() as connection:
        await connection.execute(_BEGIN, named)
    telling = asyncio.create_task(keep_telling(), name="closing-progress")
    try:
        await step(database, month, progress)
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
    await tell()
    async with database.transaction() as connection:
        await connection.execute(_END, named)
