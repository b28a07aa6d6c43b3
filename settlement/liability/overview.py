"""What came in and went out in each of the last months, and what expires in the next ones.

It is summed from what was kept of the journal, as the liability is, and from the records that were
not read yet, if these are few. Many are left to the worker (`ahead`), and counted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import read_clock
from ledger.book import Programme, programme_day
from ledger.read import Naming, Row, month_text, position_of
from settlement.liability.cells import REPORTED, ROWS, Cells, by_row, merged
from settlement.liability.naming import load_naming
from settlement.liability.reading import Queues, read_cells, stretch_of
from settlement.liability.rolling import month_before
from settlement.liability.stored import Reading, find_reading, last_frozen, load_cells
from settlement.months import next_month

MONTHS_MAX = 36
UNREAD_MAX = 100_000
"""If more records are waiting to be read, they are left to the worker."""

# All that was ever kept of a book, by cohort: what each has now.
_COHORTS = text(
    """
    SELECT cohort, sum(points)::bigint AS points FROM settlement.liability_movement
    WHERE book_id = :book_id GROUP BY cohort
    """
)


@dataclass(frozen=True, slots=True)
class MonthFlow:
    """The points of a month, by row. `closing` is what members have at its end."""

    month: str
    rows: Mapping[Row, int]
    redeemed_partner: int
    opening: int
    closing: int


@dataclass(frozen=True, slots=True)
class PointsAhead:
    """Points that expire in a month, or until its end, unless they are spent before."""

    month: str
    points: int


@dataclass(frozen=True, slots=True)
class Overview:
    """A programme's months, the oldest first. `records_left` are not counted yet."""

    as_of: datetime
    records_left: int
    months: tuple[MonthFlow, ...]
    ahead: tuple[PointsAhead, ...]


async def load_overview(
    connection: AsyncConnection, programme: Programme, own: str, months: int
) -> Overview:
    """The last `months` and the next ones. The caller's transaction sees one snapshot.

    `own` is the code of the programme's party: what is spent elsewhere is told apart.
    """
    assert 0 < months <= MONTHS_MAX, months
    book_id = programme.book_id
    now = await read_clock(connection)
    current = month_text(programme_day(now, programme.time_zone))
    reading = await find_reading(connection, book_id)
    naming = await load_naming(connection, programme, reading)
    unread, left = await _unread(connection, programme, reading, naming)
    first = current
    for _ in range(months - 1):
        first = month_before(first)
    kept = await load_cells(connection, book_id, after=month_before(first))
    cohorts = {
        row.cohort: row.points for row in await connection.execute(_COHORTS, {"book_id": book_id})
    }
    for cell, tally in unread.items():
        cohorts[cell.cohort] = cohorts.get(cell.cohort, 0) + tally.points
    return Overview(
        as_of=now,
        records_left=left,
        months=tuple(
            month_flows(merged([kept, unread]), first, current, sum(cohorts.values()), own)
        ),
        ahead=tuple(points_ahead(naming, cohorts, current, months)),
    )


async def _unread(
    connection: AsyncConnection, programme: Programme, reading: Reading | None, naming: Naming
) -> tuple[Cells, int]:
    """What the records say that were not read yet, or how many they are if they are many."""
    heads = list((await position_of(connection, programme.book_id)).heads)
    place = list(reading.heads) if reading else [0] * len(heads)
    waiting = sum(heads) - sum(place)
    if waiting > UNREAD_MAX:
        return {}, waiting
    if not waiting:
        return {}, 0
    last = await last_frozen(connection, programme.book_id)
    first_open = next_month(last) if last else None
    stretch = stretch_of(place, heads)
    queues = Queues(programme.book_id)
    return await read_cells(
        connection, programme, stretch, queues, naming=naming, first_open=first_open
    ), 0


def month_flows(cells: Cells, first: str, last: str, total: int, own: str) -> list[MonthFlow]:
    """The months from `first` to `last`, from the cells since then and what members have (pure).

    What occurred after the last month is in `total`, so it is taken off.
    """
    names = [first]
    while names[-1] < last:
        names.append(next_month(names[-1]))
    parts: dict[str, Cells] = {name: {} for name in names}
    later: Cells = {}
    for cell, tally in cells.items():
        if cell.month >= first:
            parts.get(cell.month, later)[cell] = tally
    closing = total - sum(by_row(later).values())
    found: list[MonthFlow] = []
    for name in reversed(names):
        rows: dict[Row, int] = dict.fromkeys(ROWS, 0)
        for row, points in by_row(parts[name]).items():
            rows[REPORTED.get(row, row)] += points
        partner = sum(
            tally.points
            for cell, tally in parts[name].items()
            if cell.row is Row.REDEEMED and cell.supplier not in {"", own}
        )
        opening = closing - sum(rows.values())
        found.append(MonthFlow(name, rows, partner, opening, closing))
        closing = opening
    return found[::-1]


def points_ahead(
    naming: Naming, cohorts: Mapping[str, int], current: str, months: int
) -> list[PointsAhead]:
    """What expires by the end of each month, from the current one on (pure).

    What is past its last day already, and not swept yet, is in none. Nor are points whose day moves
    on or that have none.
    """
    found: dict[str, int] = {}
    for cohort, points in cohorts.items():
        last = naming.ends_on(cohort)
        if last is not None and points and (month := month_text(last)) >= current:
            found[month] = found.get(month, 0) + points
    names = [current]
    while len(names) < months:
        names.append(next_month(names[-1]))
    return [PointsAhead(name, found.get(name, 0)) for name in names]
