"""Triangles and histories, from the frozen months of a programme.

A triangle takes whole periods only: a quarter that is not frozen to its end would look poor.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar, Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from ledger.read import OWED, UNTIL
from settlement.liability.cells import SPENT, Cells
from settlement.liability.estimates import ONE, EstimateInvalid, Method
from settlement.liability.fifo import UNKNOWN
from settlement.liability.methods import (
    BackTest,
    History,
    Ladder,
    back_test,
    chain_ladder,
    history_of,
)
from settlement.liability.stored import last_frozen, load_cells, load_states
from settlement.liability.valuation import CohortState, rounded
from settlement.money import plain

By = Literal["month", "quarter", "year"]
MONTHS: Mapping[By, int] = {"month": 1, "quarter": 3, "year": 12}
TAIL_MAX = 10
"""The most that a tail factor may be."""
SHARE_DECIMALS = 6
PERIODS_MAX = 120
"""A triangle has at most so many cohorts: the youngest."""


class ExperienceTooShort(Refusal):
    """The frozen months do not tell yet how many points are redeemed."""

    code: ClassVar[str] = "experience-too-short"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The frozen months tell too little."


@dataclass(frozen=True, slots=True)
class Triangle:
    """Cohorts from the oldest on: their first months, what was issued, what was redeemed by age."""

    cohorts: tuple[str, ...] = ()
    issued: tuple[int, ...] = ()
    lines: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Experience:
    """What a programme's frozen months say of how its points are redeemed."""

    until: str | None
    by: By
    triangle: Triangle
    ladder: Ladder
    back_test: BackTest
    history: History


def has_month_of_issue(cohort: str) -> bool:
    """Whether a cohort is named by the month in which its points were issued."""
    return cohort not in {OWED, UNKNOWN} and not cohort.startswith(UNTIL)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04}-{number % 12 + 1:02}"


def triangle_of(
    cells: Cells, states: Mapping[str, CohortState], until: str | None, by: By
) -> Triangle:
    """The triangle of all cohorts with a month of issue, up to the last whole period (pure)."""
    width = MONTHS[by]
    end = (_number(until) + 1) // width if until else 0
    issued: dict[int, int] = defaultdict(int)
    for cohort, state in states.items():
        if has_month_of_issue(cohort) and state.given > 0:
            issued[_number(cohort) // width] += state.given
    spent: dict[tuple[int, int], int] = defaultdict(int)
    for cell, tally in cells.items():
        if cell.row in SPENT and has_month_of_issue(cell.cohort):
            origin = _number(cell.cohort) // width
            # Late records of a cohort may be reported before its own month: a grace moved them.
            spent[origin, max(0, _number(cell.month) // width - origin)] -= tally.points
    chosen = [origin for origin in sorted(issued) if origin < end][-PERIODS_MAX:]
    lines = []
    for origin in chosen:
        total, line = 0, []
        for age in range(end - origin):
            total += spent.get((origin, age), 0)
            line.append(total)
        lines.append(tuple(line))
    return Triangle(
        tuple(_month(origin * width) for origin in chosen),
        tuple(issued[origin] for origin in chosen),
        tuple(lines),
    )


def complete_cohorts(states: Mapping[str, CohortState]) -> list[tuple[int, int]]:
    """Issued and redeemed points of the cohorts of which no point is left."""
    return [
        (state.given, state.redeemed)
        for cohort, state in sorted(states.items())
        if has_month_of_issue(cohort) and state.given > 0 and state.points == 0
    ]


async def load_experience(
    connection: AsyncConnection, book_id: int, by: By, tail: Fraction = Fraction(1)
) -> Experience:
    """What the frozen months of a book say."""
    until = await last_frozen(connection, book_id)
    states = await load_states(connection, book_id, until)
    cells = await load_cells(connection, book_id, until=until or "")
    triangle = triangle_of(cells, states, until, by)
    return Experience(
        until,
        by,
        triangle,
        chain_ladder(triangle.issued, triangle.lines, tail),
        back_test(triangle.lines),
        history_of(complete_cohorts(states)),
    )


def share_text(share: Fraction) -> str:
    """A share or a factor with six decimals, without trailing zeros."""
    return plain(decimal_of(share))


def decimal_of(share: Fraction) -> Decimal:
    """A share with the six decimals that are stored."""
    return Decimal(rounded(share * 10**SHARE_DECIMALS)).scaleb(-SHARE_DECIMALS)


def redeem_rate_of(method: Method, entered: Decimal | None, experience: Experience) -> Decimal:
    """The redeem rate of an estimate: the one that was entered, or what its method says.

    Raises:
        EstimateInvalid: a rate is entered that the method computes, or none where it does not.
        ExperienceTooShort: the frozen months have no cohort that the method could use.
    """
    if (entered is None) == (method == "entered"):
        raise EstimateInvalid(
            "redeem_rate is given with the method entered, and with no other", field="redeem_rate"
        )
    if entered is not None:
        return entered
    rate = experience.history.rate
    if method == "chain_ladder":
        rate = experience.ladder.rate if experience.ladder.issued else None
    if rate is None:
        raise ExperienceTooShort(f"no frozen month has what {method} needs")
    return max(Decimal(0), min(ONE, decimal_of(rate)))
