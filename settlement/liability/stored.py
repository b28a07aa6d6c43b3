"""What is stored of a programme's liability: frozen months, balances of cohorts, cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import JSON
from ledger.read import Row
from settlement.liability.cells import Cell, Cells, add
from settlement.liability.valuation import CohortState

_COLUMNS = """month, heads, pages, balances, opening, closing, later, currency, frozen_at,
        recorded_by"""

_CLOSE = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.liability_close
    WHERE book_id = :book_id AND month = :month
    """
)

_LAST = text("SELECT max(month) FROM settlement.liability_close WHERE book_id = :book_id")

_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.liability_close
    WHERE book_id = :book_id AND month < :before ORDER BY month DESC LIMIT :limit
    """
)

_BALANCES = text(
    """
    SELECT cohort, points, given, redeemed, allocated_minor, liability_minor
    FROM settlement.liability_balance WHERE book_id = :book_id AND month = :month
    """
)

_CELLS = text(
    """
    SELECT month, cohort, "row", supplier, late, sum(points)::bigint AS points,
        sum(entries)::bigint AS entries
    FROM settlement.liability_movement
    WHERE book_id = :book_id AND month > :after AND month <= :until
    GROUP BY 1, 2, 3, 4, 5
    """
)

_ROWS_READ = text(
    """
    SELECT "row", month > :month AS is_later, sum(points)::bigint AS points
    FROM settlement.liability_movement WHERE book_id = :book_id AND page <= :pages
    GROUP BY 1, 2
    """
)

_READING = text(
    """
    SELECT month, heads, target, balances, pages, naming FROM settlement.liability_reading
    WHERE book_id = :book_id
    """
)

FIRST, LAST = "", "~"
"""Before and after all months."""


@dataclass(frozen=True, slots=True)
class Close:
    """A frozen month. `heads` is how far each lane had been read, `pages` how much was kept."""

    month: str
    heads: tuple[int, ...]
    pages: int
    balances: Mapping[str, int]
    opening: int
    closing: int
    later: int
    currency: str | None
    frozen_at: datetime
    recorded_by: int | None


@dataclass(frozen=True, slots=True)
class Reading:
    """How far a book has been read, and up to where it is being read for a month."""

    month: str | None
    heads: tuple[int, ...]
    target: tuple[int, ...]
    balances: Mapping[str, int] | None
    pages: int
    naming: JSON = None
    """How the cohorts were named. None: by the plan that the programme was opened with."""

    @property
    def left(self) -> int:
        """How many records are not read yet."""
        return sum(self.target) - sum(self.heads)


def _close(row: RowMapping) -> Close:
    return Close(**{**row, "heads": tuple(row["heads"])})


async def find_close(connection: AsyncConnection, book_id: int, month: str) -> Close | None:
    """A month, if it is frozen."""
    where = {"book_id": book_id, "month": month}
    row = (await connection.execute(_CLOSE, where)).mappings().one_or_none()
    return None if row is None else _close(row)


async def last_frozen(connection: AsyncConnection, book_id: int) -> str | None:
    """The last month that is frozen."""
    month: str | None = await connection.scalar(_LAST, {"book_id": book_id})
    return month


async def list_closes(
    connection: AsyncConnection, book_id: int, before: str, limit: int
) -> list[Close]:
    """The frozen months before one, the latest first."""
    where = {"book_id": book_id, "before": before, "limit": limit}
    return [_close(row) for row in (await connection.execute(_LIST, where)).mappings()]


async def load_states(
    connection: AsyncConnection, book_id: int, month: str | None
) -> dict[str, CohortState]:
    """How the cohorts stood at the end of a frozen month. None: nothing was there."""
    if month is None:
        return {}
    rows = await connection.execute(_BALANCES, {"book_id": book_id, "month": month})
    return {row.cohort: CohortState(*row[1:]) for row in rows}


async def load_cells(
    connection: AsyncConnection, book_id: int, *, after: str = FIRST, until: str = LAST
) -> Cells:
    """What was read, of the months after one and up to another."""
    cells: Cells = {}
    where = {"book_id": book_id, "after": after, "until": until}
    for row in await connection.execute(_CELLS, where):
        place = Cell(row.month, row.cohort, Row(row[2]), row.supplier, row.late)
        add(cells, place, row.points, row.entries)
    return cells


async def rows_read(
    connection: AsyncConnection, book_id: int, pages: int, month: str
) -> tuple[dict[Row, int], int]:
    """All that so many pages came to, row by row, and how much of it is of months after one."""
    rows: dict[Row, int] = {}
    later = 0
    where = {"book_id": book_id, "pages": pages, "month": month}
    for name, is_later, points in await connection.execute(_ROWS_READ, where):
        rows[Row(name)] = rows.get(Row(name), 0) + points
        later += points if is_later else 0
    return rows, later


async def find_reading(connection: AsyncConnection, book_id: int) -> Reading | None:
    """How far a book has been read. None if it never was."""
    row = (await connection.execute(_READING, {"book_id": book_id})).mappings().one_or_none()
    if row is None:
        return None
    return Reading(**{**row, "heads": tuple(row["heads"]), "target": tuple(row["target"])})
