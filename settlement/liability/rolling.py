"""Sums months one after the other, from the cells and the estimates (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from settlement.liability.cells import Cells, by_cohort, by_row, of_month
from settlement.liability.estimates import Estimates
from settlement.liability.valuation import Amounts, CohortState, estimate_for, roll
from settlement.months import next_month


@dataclass(frozen=True, slots=True)
class RolledMonth:
    """A month as it was summed: points and money by cohort, and how the cohorts stand after it."""

    month: str
    opening: int
    closing: int
    states: Mapping[str, CohortState]
    amounts: Mapping[str, Amounts]


def roll_month(
    month: str, before: Mapping[str, CohortState], cells: Cells, estimates: Estimates
) -> RolledMonth:
    """Sum one month, from how the cohorts stood before it (pure)."""
    rows = by_cohort(of_month(cells, month))
    states: dict[str, CohortState] = {}
    amounts: dict[str, Amounts] = {}
    for cohort in sorted(before.keys() | rows.keys()):
        state = before.get(cohort, CohortState())
        old = estimate_for(estimates.approved, month_before(month), cohort)
        new = estimate_for(estimates.approved, month, cohort)
        states[cohort], money = roll(cohort, state, rows.get(cohort, {}), old, new)
        if money is not None:
            amounts[cohort] = money
    opening = sum(state.points for state in before.values())
    return RolledMonth(
        month, opening, opening + sum(by_row(of_month(cells, month)).values()), states, amounts
    )


def month_before(month: str) -> str:
    """The month before a month."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year - (number == 1):04}-{(number - 2) % 12 + 1:02}"


def months_to_roll(last: str | None, cells: Cells, until: str) -> list[str]:
    """The months that are not frozen, up to one: all since the first of which there is a record."""
    began = min((cell.month for cell in cells), default=until)
    month = next_month(last) if last else min(began, until)
    months = []
    while month <= until:
        months.append(month)
        month = next_month(month)
    return months
