"""What `verify` asks of frozen months: they are summed anew from the journal, and compared.

Nothing that was kept is believed. The journal is read from its beginning, in the stretches in which
months were frozen. Cells, balances of the book and of the cohorts, and the tie-outs must come out
as they are stored. What an open month has come to so far is no one's word yet: it is not compared.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import allow_time
from ledger.audit import Defect, Progress
from ledger.book import Programme
from ledger.read import Naming, Row, balances_at
from settlement.liability.cells import Cell, Cells, add, by_row, merged
from settlement.liability.estimates import load_estimates
from settlement.liability.naming import kept_naming
from settlement.liability.reading import Queues, page_after, read_cells, stretch_of
from settlement.liability.report import see_one_snapshot
from settlement.liability.rolling import months_to_roll, roll_month
from settlement.liability.stored import LAST, Close, find_reading, list_closes, load_states
from settlement.liability.tie_outs import tie_outs
from settlement.liability.valuation import CohortState
from settlement.months import next_month

CLOSES_MAX = 100_000
DEFECTS_MAX = 20
"""So many of a kind are told of each month."""
BOOK_SECONDS_MAX = 86_400
"""How long a statement about a whole book may take."""

READING = "the liability's cells are what the journal comes to"
BALANCES = "a frozen month has the balances of the book that it was frozen with"
COHORTS = "the cohorts of a frozen month follow from its cells and estimates"
TIES = "a frozen month ties out"

_KEPT = text(
    """
    SELECT month, cohort, "row", supplier, late, sum(points)::bigint AS points,
        sum(entries)::bigint AS entries
    FROM settlement.liability_movement WHERE book_id = :book_id AND page <= :pages
    GROUP BY 1, 2, 3, 4, 5
    """
)


async def verify_liability(
    connection: AsyncConnection, programme: Programme, progress: Progress | None = None
) -> list[Defect]:
    """Every defect found in the frozen months of a book.

    Run it in a transaction of its own: it asks for one snapshot, and for much time.
    """
    await see_one_snapshot(connection)
    return await find_defects(connection, programme, progress)


async def find_defects(
    connection: AsyncConnection, programme: Programme, progress: Progress | None = None
) -> list[Defect]:
    """The same, as the caller's transaction sees the book."""
    await allow_time(connection, BOOK_SECONDS_MAX)
    closes = (await list_closes(connection, programme.book_id, LAST, CLOSES_MAX))[::-1]
    estimates = await load_estimates(connection, programme)
    place: tuple[int, ...] = (0,) * programme.lanes
    last: str | None = None
    states: dict[str, CohortState] = {}
    queues = Queues(programme.book_id, begin_empty=True)
    naming = kept_naming(programme, await find_reading(connection, programme.book_id))
    read: Cells = {}
    defects: list[Defect] = []
    groups = list(_groups(closes))
    for number, group in enumerate(groups, start=1):
        if progress is not None:
            progress(f"months to {group[-1].month}", number, len(groups))
        more = await _read(
            connection, programme, queues, naming=naming, span=(place, group), last=last
        )
        read = merged([read, more])
        await allow_time(connection, BOOK_SECONDS_MAX)
        kept = await _kept(connection, programme.book_id, group[-1].pages)
        defects += _different(read, kept)
        balances = await balances_at(connection, programme, group[-1].heads)
        defects += [Defect(BALANCES, each.month) for each in group if each.balances != balances]
        rows = by_row(read)
        expected = months_to_roll(last, _after(read, last), group[-1].month)
        if expected != [each.month for each in group]:
            defects.append(Defect(TIES, f"months to {group[-1].month}"))
        for close in group:
            rolled = roll_month(close.month, states, read, estimates)
            stored = await load_states(connection, programme.book_id, close.month)
            defects += _cohorts(close.month, rolled.states, stored)
            defects += _ties(close, rolled.opening, rolled.closing, (read, rows), stored)
            states = dict(rolled.states)
        place, last = group[-1].heads, group[-1].month
    return defects


def _groups(closes: list[Close]) -> Iterator[list[Close]]:
    """The months that were frozen together: they share their place in the journal."""
    group: list[Close] = []
    for close in closes:
        if group and (close.pages, close.heads, close.frozen_at) != (
            group[-1].pages,
            group[-1].heads,
            group[-1].frozen_at,
        ):
            yield group
            group = []
        group.append(close)
    if group:
        yield group


async def _read(
    connection: AsyncConnection,
    programme: Programme,
    queues: Queues,
    *,
    naming: Naming,
    span: tuple[tuple[int, ...], list[Close]],
    last: str | None,
) -> Cells:
    place, group = list(span[0]), span[1]
    target = group[-1].heads
    parts: list[Cells] = []
    first_open = next_month(last) if last else None
    while place != list(target):
        until = page_after(place, target)
        stretch = stretch_of(place, until)
        parts.append(
            await read_cells(
                connection, programme, stretch, queues, naming=naming, first_open=first_open
            )
        )
        if until == place:
            break
        place = until
    return merged(parts)


async def _kept(connection: AsyncConnection, book_id: int, pages: int) -> Cells:
    cells: Cells = {}
    for row in await connection.execute(_KEPT, {"book_id": book_id, "pages": pages}):
        place = Cell(row.month, row.cohort, Row(row[2]), row.supplier, row.late)
        add(cells, place, row.points, row.entries)
    return cells


def _after(cells: Cells, last: str | None) -> Cells:
    return {cell: tally for cell, tally in cells.items() if cell.month > (last or "")}


def _different(read: Cells, kept: Cells) -> list[Defect]:
    differing = [
        cell for cell in sorted(read.keys() | kept.keys()) if read.get(cell) != kept.get(cell)
    ]
    return [Defect(READING, " ".join(map(str, cell))) for cell in differing[:DEFECTS_MAX]]


def _cohorts(
    month: str, rolled: Mapping[str, CohortState], stored: Mapping[str, CohortState]
) -> list[Defect]:
    differing = [
        cohort
        for cohort in sorted(rolled.keys() | stored.keys())
        if rolled.get(cohort) != stored.get(cohort)
    ]
    return [Defect(COHORTS, f"{month} cohort {cohort}") for cohort in differing[:DEFECTS_MAX]]


def _ties(
    close: Close,
    opening: int,
    closing: int,
    read: tuple[Cells, Mapping[Row, int]],
    stored: Mapping[str, CohortState],
) -> list[Defect]:
    cells, rows = read
    later = sum(tally.points for cell, tally in cells.items() if cell.month > close.month)
    ties = tie_outs(
        opening=close.opening,
        closing=close.closing,
        later=close.later,
        closing_before=opening,
        cohorts=sum(state.points for state in stored.values()),
        balances=close.balances,
        rows=rows,
    )
    loose = [tie.name for tie in ties if not tie.holds]
    if closing != close.closing or later != close.later:
        loose.append("what is stored follows from the cells")
    return [Defect(TIES, f"{close.month}: {name}") for name in loose]
