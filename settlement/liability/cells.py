"""What a roll-forward is summed of: points by month, cohort, row, partner and lateness (pure)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ledger.read import Row

REPORTED: Mapping[Row, Row] = {
    Row.CONVERTED_IN_BEFORE: Row.CONVERTED_IN,
    Row.CONVERTED_OUT_BEFORE: Row.CONVERTED_OUT,
}
"""Rows that are reported as another one."""
ROWS = tuple(row for row in Row if row not in REPORTED and row is not Row.SET_ASIDE)
SPENT = frozenset(
    {Row.REDEEMED, Row.REDEMPTION_REVERSED, Row.CONVERTED_OUT, Row.CONVERTED_OUT_BEFORE}
)
"""Rows of points that were spent, less those that came back."""


class Cell(NamedTuple):
    """Where points are counted. `month` is the one they are reported in."""

    month: str
    cohort: str
    row: Row
    supplier: str
    late: bool


@dataclass(slots=True)
class Tally:
    """What is counted there: points, below zero for those that went out, and entries."""

    points: int = 0
    entries: int = 0


Cells = dict[Cell, Tally]


def add(cells: Cells, cell: Cell, points: int, entries: int) -> None:
    """Count points in a cell."""
    tally = cells.get(cell)
    if tally is None:
        tally = cells[cell] = Tally()
    tally.points += points
    tally.entries += entries


def merged(parts: Iterable[Mapping[Cell, Tally]]) -> Cells:
    """Several sets of cells as one."""
    total: Cells = {}
    for part in parts:
        for cell, tally in part.items():
            add(total, cell, tally.points, tally.entries)
    return total


def by_row(cells: Mapping[Cell, Tally]) -> dict[Row, int]:
    """The points of each row, as they were counted."""
    found: dict[Row, int] = defaultdict(int)
    for cell, tally in cells.items():
        found[cell.row] += tally.points
    return found


def of_month(cells: Mapping[Cell, Tally], month: str) -> Cells:
    """The cells of one month."""
    return {cell: tally for cell, tally in cells.items() if cell.month == month}


def by_cohort(cells: Mapping[Cell, Tally]) -> dict[str, dict[Row, int]]:
    """The points of each row, by cohort."""
    found: dict[str, dict[Row, int]] = defaultdict(lambda: defaultdict(int))
    for cell, tally in cells.items():
        found[cell.cohort][cell.row] += tally.points
    return found
