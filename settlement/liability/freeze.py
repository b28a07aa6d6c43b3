"""Freezes a programme's month, for good.

    begin    one transaction notes where the book stands: the last record of each lane, and the
             balances that these made, in one snapshot.
    read     page by page, each in a transaction of its own: what the records say is kept by cell,
             and how far they were read is noted beside it.
    close    when all was read, one transaction sums the months that are not frozen yet, up to this
             one, has them tie out, and stores them.

A month that is frozen freezes all months before it. A record belongs to the month in which it
occurred, or to the first month after the frozen ones if it came too late for that. So a frozen
month never changes, and each record is in exactly one month.

Races: two who freeze. Both hold the book's row in `liability_reading` for each step. The second
goes on from where the first has come to. A process that is killed loses one page at most: whoever
comes next reads it.
"""

from collections.abc import Callable
from typing import ClassVar

import orjson
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, Refusal, read_clock
from ledger.book import Programme, programme_day
from ledger.read import month_text, position_of
from settlement.liability.cells import by_row, of_month
from settlement.liability.estimates import load_estimates
from settlement.liability.naming import load_naming, naming_as_json
from settlement.liability.reading import (
    Queues,
    keep_cells,
    page_after,
    read_cells,
    stretch_of,
)
from settlement.liability.reading_lock import lock_reading
from settlement.liability.rolling import RolledMonth, months_to_roll, roll_month
from settlement.liability.stored import (
    Close,
    Reading,
    find_close,
    find_reading,
    last_frozen,
    load_cells,
    load_states,
    rows_read,
)
from settlement.liability.tie_outs import TieOut, tie_outs
from settlement.months import next_month, require_month

_TARGET = text(
    """
    UPDATE settlement.liability_reading SET month = :month, target = :target,
        balances = CAST(:balances AS jsonb), begun_at = :now, recorded_by = :actor
    WHERE book_id = :book_id
    """
).bindparams(bindparam("target", type_=ARRAY(INTEGER)))

_MOVE = text(
    """
    UPDATE settlement.liability_reading SET heads = :heads, pages = :pages,
        naming = CAST(:naming AS json)
    WHERE book_id = :book_id
    """
).bindparams(bindparam("heads", type_=ARRAY(INTEGER)))

_CLOSE = text(
    """
    INSERT INTO settlement.liability_close (
        book_id, month, heads, pages, balances, opening, closing, later, currency, recorded_by
    ) SELECT book_id, :month, target, pages, balances, :opening, :closing, :later, :currency,
        recorded_by
    FROM settlement.liability_reading WHERE book_id = :book_id
    """
)

_BALANCES = text(
    """
    INSERT INTO settlement.liability_balance (
        book_id, month, cohort, points, given, redeemed, allocated_minor, liability_minor
    )
    SELECT :book_id, :month, cohort, points, given, redeemed, allocated_minor, liability_minor
    FROM unnest(:cohorts, :points, :given, :redeemed, :allocated, :liabilities)
        AS b(cohort, points, given, redeemed, allocated_minor, liability_minor)
    ORDER BY cohort
    """
).bindparams(
    bindparam("cohorts", type_=ARRAY(TEXT)),
    *(
        bindparam(name, type_=ARRAY(BIGINT))
        for name in ("points", "given", "redeemed", "allocated", "liabilities")
    ),
)

Progress = Callable[[int, int], None]
"""Told after each page: how many records were read, and how many there are."""


class MonthNotOver(Refusal):
    """The month still runs in the programme's time zone."""

    code: ClassVar[str] = "month-not-over"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The month is not over."


class MonthNotKept(Refusal):
    """The month is before the first one in which the programme had points."""

    code: ClassVar[str] = "month-not-kept"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The programme had no points yet in this month."


class LiabilityFreezing(Refusal):
    """Another month of the programme is being frozen."""

    code: ClassVar[str] = "liability-freezing"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Another month is being frozen."


class LiabilityUntied(Refusal):
    """Figures that must agree do not: the month is not frozen."""

    code: ClassVar[str] = "liability-untied"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The month does not tie out."


async def find_frozen(connection: AsyncConnection, programme: Programme, month: str) -> Close:
    """A month that is frozen, as all before it are.

    Raises:
        MonthNotKept: it is before the first month of the book's points.
    """
    found = await find_close(connection, programme.book_id, month)
    if found is None:
        raise MonthNotKept(f"programme {programme.code!r} had no points yet in {month}")
    return found


async def begin_freeze(
    connection: AsyncConnection, programme: Programme, month: str, *, actor: int | None = None
) -> Close | None:
    """Begin to freeze a month, or find it frozen. What was begun before goes on as it is.

    Raises:
        MonthNotKept: it is before the first month of the book's points.
        MonthNotOver: it still runs.
        LiabilityFreezing: another one is being frozen.
    """
    require_month(month)
    reading = await lock_reading(connection, programme)
    last = await last_frozen(connection, programme.book_id)
    if last is not None and month <= last:
        return await find_frozen(connection, programme, month)
    if is_under_way(reading, last):
        if reading.month != month:
            raise LiabilityFreezing(f"{reading.month} is being frozen", month=reading.month)
        return None
    now = await read_clock(connection)
    if month >= month_text(programme_day(now, programme.time_zone)):
        raise MonthNotOver(f"{month} is not over in {programme.time_zone}")
    position = await position_of(connection, programme.book_id)
    await connection.execute(
        _TARGET,
        {
            "book_id": programme.book_id,
            "month": month,
            "target": list(position.heads),
            "balances": orjson.dumps(dict(position.balances)).decode(),
            "now": now,
            "actor": actor,
        },
    )
    return None


def is_under_way(reading: Reading | None, last: str | None) -> bool:
    """Whether a month is being frozen."""
    return reading is not None and reading.month is not None and reading.month > (last or "")


async def go_on(database: Database, programme: Programme) -> bool:
    """Read the next page, or close what was read. Returns whether there is more to do."""
    book_id = programme.book_id
    async with database.transaction() as connection:
        reading = await lock_reading(connection, programme)
        last = await last_frozen(connection, book_id)
        if not is_under_way(reading, last):
            return False
        if reading.heads == reading.target:
            await _close(connection, programme, reading, last)
            return False
        until = page_after(reading.heads, reading.target)
        await read_page(connection, programme, reading, until, last)
    return True


async def read_page(
    connection: AsyncConnection,
    programme: Programme,
    reading: Reading,
    until: list[int],
    last: str | None,
) -> None:
    """Read the records after those that were read, and keep what they come to."""
    book_id, page, queues = programme.book_id, reading.pages + 1, Queues(programme.book_id)
    first_open = next_month(last) if last else None
    stretch = stretch_of(reading.heads, until)
    naming = await load_naming(connection, programme, reading)
    cells = await read_cells(
        connection, programme, stretch, queues, naming=naming, first_open=first_open
    )
    await keep_cells(connection, book_id, page, cells)
    await queues.keep(connection)
    moved = {"heads": until, "pages": page, "naming": naming_as_json(naming)}
    await connection.execute(_MOVE, {"book_id": book_id, **moved})


async def freeze_months(
    database: Database,
    programme: Programme,
    month: str,
    *,
    actor: int | None = None,
    pages_max: int | None = None,
    progress: Progress | None = None,
) -> Close | None:
    """Freeze a month, or go on with it for `pages_max` pages. None: it is not frozen yet.

    Raises:
        MonthNotKept: it is before the first month of the book's points.
        MonthNotOver: it still runs.
        LiabilityFreezing: another one is being frozen.
        LiabilityUntied: it does not tie out.
    """
    async with database.transaction(actor=actor) as connection:
        found = await begin_freeze(connection, programme, month, actor=actor)
    pages = 0
    while found is None and (pages_max is None or pages < pages_max):
        is_more = await go_on(database, programme)
        pages += 1
        async with database.transaction() as connection:
            reading = await find_reading(connection, programme.book_id)
            if progress is not None and reading is not None:
                progress(sum(reading.heads), sum(reading.target))
            if not is_more:
                found = await find_close(connection, programme.book_id, month)
    return found


async def _close(
    connection: AsyncConnection, programme: Programme, reading: Reading, last: str | None
) -> None:
    """Sum and store the months up to the one that was read for."""
    book_id, until = programme.book_id, reading.month
    assert until is not None, "a month is being frozen"
    assert reading.balances is not None, "they were noted with the target"
    estimates = await load_estimates(connection, programme)
    cells = await load_cells(connection, book_id, after=last or "", until=until)
    rows, later = await rows_read(connection, book_id, reading.pages, until)
    states = await load_states(connection, book_id, last)
    before = await find_close(connection, book_id, last) if last else None
    closing_before = before.closing if before else 0
    months = months_to_roll(last, cells, until)
    inside = {month: sum(by_row(of_month(cells, month)).values()) for month in months}
    for month in months:
        rolled = roll_month(month, states, cells, estimates)
        states = dict(rolled.states)
        still = later + sum(points for other, points in inside.items() if other > month)
        ties = tie_outs(
            opening=rolled.opening,
            closing=rolled.closing,
            later=still,
            closing_before=closing_before,
            cohorts=sum(state.points for state in states.values()),
            balances=reading.balances,
            rows=rows,
        )
        _require_tied(month, ties)
        await _store(connection, book_id, rolled, still, estimates.currency)
        closing_before = rolled.closing


def _require_tied(month: str, ties: list[TieOut]) -> None:
    if loose := [tie for tie in ties if not tie.holds]:
        told = "; ".join(f"{tie.name}: {tie.left} and {tie.right}" for tie in loose)
        raise LiabilityUntied(f"{month}: {told}", month=month)


async def _store(
    connection: AsyncConnection,
    book_id: int,
    rolled: RolledMonth,
    later: int,
    currency: str | None,
) -> None:
    where = {"book_id": book_id, "month": rolled.month}
    figures = {"opening": rolled.opening, "closing": rolled.closing, "later": later}
    valued = currency if rolled.amounts else None
    await connection.execute(_CLOSE, {**where, **figures, "currency": valued})
    states = list(rolled.states.values())
    if states:
        await connection.execute(
            _BALANCES,
            {
                **where,
                "cohorts": list(rolled.states),
                "points": [each.points for each in states],
                "given": [each.given for each in states],
                "redeemed": [each.redeemed for each in states],
                "allocated": [each.allocated_minor for each in states],
                "liabilities": [each.liability_minor for each in states],
            },
        )
