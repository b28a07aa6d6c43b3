"""What if members redeem more, or less, than is expected: nothing is stored.

Three answers: what would be owed for the same points, what partners would bill for those that are
still to come, and in which months. The bill is expected at what a point has cost at partners in the
last three months, or where nothing was billed, at what the estimate says.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import find_party_by_id
from ledger.book import Programme
from ledger.read import Row
from settlement.liability.cells import Cells
from settlement.liability.coupon_costs import load_costs
from settlement.liability.estimates import Estimates, load_estimates
from settlement.liability.export import LiabilityNotValued
from settlement.liability.methods import Ladder, pattern_of, still_by_age
from settlement.liability.report import Report, load_report
from settlement.liability.rolling import month_before
from settlement.liability.stored import load_cells
from settlement.liability.triangle import has_month_of_issue, load_experience
from settlement.liability.valuation import (
    PER_POINTS,
    CohortState,
    Estimate,
    allocated_of_sale,
    estimate_for,
    expected_points,
    liability_of,
    rounded,
)
from settlement.months import next_month

COST_MONTHS = 3
"""What a point costs is measured over so many months."""


@dataclass(frozen=True, slots=True)
class Sale:
    """A sale and the points that it earns."""

    price_minor: int
    points: int


@dataclass(frozen=True, slots=True)
class SaleParts:
    """What of a sale's price is deferred for its points, now and then."""

    now_minor: int
    then_minor: int


@dataclass(frozen=True, slots=True)
class CohortThen:
    """A cohort's liability now and then, in minor units, and the points still to come."""

    cohort: str
    now_minor: int
    then_minor: int
    points_to_come: int
    bill_minor: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would be, at another redeem rate."""

    month: str
    currency: str
    redeem_rate: Decimal
    now_minor: int
    then_minor: int
    cost_minor_per_1000_points: Decimal
    bill_now_minor: int
    bill_minor: int
    cohorts: tuple[CohortThen, ...]
    cash: tuple[tuple[str, int], ...]
    sale: SaleParts | None


def average_cost(cells: Cells, costs: Mapping[str, int], own: frozenset[str]) -> Fraction | None:
    """What a point has cost that was redeemed at a partner. None if none was or nothing billed."""
    points = -sum(
        tally.points
        for cell, tally in cells.items()
        if cell.row in {Row.REDEEMED, Row.REDEMPTION_REVERSED} and cell.supplier not in own
    )
    billed = sum(costs.values())
    return Fraction(billed, points) if points > 0 and billed > 0 else None


def would_be(
    states: Mapping[str, CohortState],
    estimates: Estimates,
    month: str,
    redeem_rate: Decimal | None,
    per_point: Fraction | None,
) -> list[CohortThen]:
    """Each cohort at another rate; None leaves each at its own (pure)."""
    found = []
    for cohort, state in sorted(states.items()):
        estimate = estimate_for(estimates.approved, month, cohort)
        if estimate is None or state == CohortState():
            continue
        rate = estimate.redeem_rate if redeem_rate is None else redeem_rate
        still = max(Fraction(0), expected_points(state, rate) - state.redeemed)
        cost = _cost_of(estimate) if per_point is None else per_point
        found.append(
            CohortThen(
                cohort,
                liability_of(cohort, state, estimate.redeem_rate) or 0,
                liability_of(cohort, state, rate) or 0,
                rounded(still),
                rounded(still * Fraction(estimate.use_rate) * cost),
            )
        )
    return found


def _cost_of(estimate: Estimate) -> Fraction:
    return Fraction(estimate.cost_minor_per_1000_points) / PER_POINTS


def cash_by_month(
    cohorts: Sequence[CohortThen], month: str, ladder: Ladder
) -> tuple[tuple[str, int], ...]:
    """When the bill comes, along the ladder's pattern by month of age (pure).

    What is lost by rounding is in the last month of each cohort.
    """
    pattern = pattern_of(ladder)
    due: dict[str, int] = {}
    for each in cohorts:
        age = _age(each.cohort, month)
        shares = still_by_age(pattern, min(age, len(pattern) - 1))
        left, when = each.bill_minor, next_month(month)
        for number, share in enumerate(shares, start=1):
            part = left if number == len(shares) else rounded(each.bill_minor * share)
            part = min(part, left)
            due[when] = due.get(when, 0) + part
            left, when = left - part, next_month(when)
    return tuple((when, minor) for when, minor in sorted(due.items()) if minor)


def _age(cohort: str, month: str) -> int:
    """How many months after its first a cohort is; a cohort by its last day is as old as can be."""
    if not has_month_of_issue(cohort):
        return 10**6
    years, months = int(month[:4]) - int(cohort[:4]), int(month[5:]) - int(cohort[5:])
    return max(0, 12 * years + months)


async def ask_what_if(
    connection: AsyncConnection,
    programme: Programme,
    month: str,
    redeem_rate: Decimal,
    sale: Sale | None = None,
) -> WhatIf:
    """What would be at the end of a month. The caller's transaction sees one snapshot.

    Raises:
        LiabilityNotValued: nobody has said what the points are worth.
    """
    report: Report = await load_report(connection, programme, month)
    estimates = await load_estimates(connection, programme)
    if report.currency is None:
        raise LiabilityNotValued(f"the points of {programme.code} had no value in {month}")
    own = (await find_party_by_id(connection, programme.party_id)).code
    months = [month]
    while len(months) < COST_MONTHS:
        months.append(month_before(months[-1]))
    costs = await load_costs(connection, programme.book_id, months, report.currency)
    cells = await load_cells(
        connection, programme.book_id, after=month_before(months[-1]), until=month
    )
    per_point = average_cost(cells, costs, frozenset({"", own}))
    then = would_be(report.states, estimates, month, redeem_rate, per_point)
    now = would_be(report.states, estimates, month, None, per_point)
    experience = await load_experience(connection, programme.book_id, "month")
    of_all = estimate_for(estimates.approved, month, "")
    cost = per_point if per_point is not None else _cost_of(of_all) if of_all else Fraction(0)
    return WhatIf(
        month=month,
        currency=report.currency,
        redeem_rate=redeem_rate,
        now_minor=sum(each.now_minor for each in then),
        then_minor=sum(each.then_minor for each in then),
        cost_minor_per_1000_points=_decimal(cost * PER_POINTS),
        bill_now_minor=sum(each.bill_minor for each in now),
        bill_minor=sum(each.bill_minor for each in then),
        cohorts=tuple(then),
        cash=cash_by_month(then, month, experience.ladder),
        sale=None if sale is None or of_all is None else sale_parts(sale, of_all, redeem_rate),
    )


def sale_parts(sale: Sale, estimate: Estimate, redeem_rate: Decimal) -> SaleParts:
    """What of a sale is deferred at the estimate's rate, and at another one (pure)."""
    then = replace(estimate, redeem_rate=redeem_rate)
    now_minor, then_minor = (
        allocated_of_sale(
            sale.price_minor, sale.points, each.value_minor_per_1000_points, each.redeem_rate
        )
        for each in (estimate, then)
    )
    return SaleParts(now_minor, then_minor)


def _decimal(exact: Fraction) -> Decimal:
    """A fraction with six decimals."""
    return Decimal(rounded(exact * 10**6)).scaleb(-6)
