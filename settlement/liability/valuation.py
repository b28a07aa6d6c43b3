"""What a cohort's points are owed for, in money (pure).

The price that was allocated to a cohort's points is earned as they are redeemed: out of all that
are expected to be redeemed ever, so many have been. What is not earned is the contract liability.

    expected  = issued × redeem rate, but never more than redeemed and outstanding points
    earned    = allocated × redeemed / expected, rounded once, at most all of it
    liability = allocated − earned

An estimate holds from a month on. A changed one is caught up in that month, in a row of its own:
the closing liability under the new estimate less that under the old one, of the same points.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from ledger.read import OWED, Row

PER_POINTS = 1_000
"""Values and costs are of so many points."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is expected of points, from a month on. `cohort` is None for all cohorts."""

    version: int
    from_month: str
    cohort: str | None
    redeem_rate: Decimal
    use_rate: Decimal
    value_minor_per_1000_points: Decimal
    cost_minor_per_1000_points: Decimal


@dataclass(frozen=True, slots=True)
class CohortState:
    """A cohort at the end of a month.

    `points` are with members, `given` came in and were not taken back, `redeemed` were spent. The
    amounts are None as long as nobody has said what a point is worth.
    """

    points: int = 0
    given: int = 0
    redeemed: int = 0
    allocated_minor: int | None = None
    liability_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """A month of a cohort in money: opening and four rows come to closing."""

    opening: int = 0
    deferred: int = 0
    redeemed: int = 0
    broken: int = 0
    estimate_change: int = 0
    closing: int = 0
    expected_cost: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(a + b for a, b in zip(self.values(), other.values(), strict=True)))

    def values(self) -> tuple[int, ...]:
        """The rows in their order."""
        return (
            self.opening,
            self.deferred,
            self.redeemed,
            self.broken,
            self.estimate_change,
            self.closing,
            self.expected_cost,
        )


def rounded(exact: Fraction) -> int:
    """Whole minor units, halves away from zero."""
    sign = -1 if exact < 0 else 1
    return sign * ((2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator))


def estimate_for(estimates: Iterable[Estimate], month: str, cohort: str) -> Estimate | None:
    """The estimate that holds for a cohort in a month: its own before that of all, then the last.

    The last is that which begins last, and of several the one that was made last.
    """
    fitting = [
        each for each in estimates if each.from_month <= month and each.cohort in {None, cohort}
    ]
    return max(
        fitting,
        key=lambda each: (each.cohort is not None, each.from_month, each.version),
        default=None,
    )


def expected_points(state: CohortState, redeem_rate: Decimal, expired: int = 0) -> Fraction:
    """How many points of a cohort are expected to be redeemed ever.

    `expired` are counted as if they could still be redeemed.
    """
    by_rate = Fraction(redeem_rate) * state.given
    return max(Fraction(0), min(by_rate, Fraction(state.redeemed + state.points + expired)))


def liability_of(
    cohort: str, state: CohortState, redeem_rate: Decimal, expired: int = 0
) -> int | None:
    """What is not earned yet of the price that was allocated to a cohort."""
    if state.allocated_minor is None or cohort == OWED:
        return state.allocated_minor
    expected = expected_points(state, redeem_rate, expired)
    if state.redeemed >= expected:
        return 0
    earned = rounded(state.allocated_minor * Fraction(state.redeemed) / expected)
    return max(0, state.allocated_minor - earned)


def expected_cost(state: CohortState, estimate: Estimate) -> int:
    """What partners will bill for the points that are still expected: two stages.

    So many will be redeemed, and so many of the coupons used.
    """
    still = max(Fraction(0), expected_points(state, estimate.redeem_rate) - state.redeemed)
    cost = Fraction(estimate.cost_minor_per_1000_points) / PER_POINTS
    return rounded(still * Fraction(estimate.use_rate) * cost)


def advanced(state: CohortState, rows: Mapping[Row, int]) -> CohortState:
    """A cohort's points after a month. The amounts are those before it.

    Points that come back into a cohort from which none were spent count as given: a grace gave
    them another last day.
    """
    spent = -sum(
        rows.get(row, 0)
        for row in (
            *(Row.REDEEMED, Row.REDEMPTION_REVERSED),
            *(Row.CONVERTED_OUT, Row.CONVERTED_OUT_BEFORE),
        )
    )
    redeemed = state.redeemed + spent
    given = state.given + sum(_came(rows)) + max(0, -redeemed)
    points = state.points + sum(rows.values())
    return CohortState(
        points, given, max(0, redeemed), state.allocated_minor, state.liability_minor
    )


def _came(rows: Mapping[Row, int]) -> Sequence[int]:
    """What came into a cohort or was taken back of that, row by row."""
    return [
        rows.get(row, 0)
        for row in (
            *(Row.ISSUED, Row.CONVERTED_IN, Row.CONVERTED_IN_BEFORE, Row.ISSUE_REVERSED),
            *(Row.ADJUSTED, Row.MOVED),
        )
    ]


def _allocated(
    cohort: str, before: CohortState, after: CohortState, value: Decimal, came: Sequence[int]
) -> int:
    """The price that is allocated to a cohort after a month.

    New points are worth what is estimated now. Points that are taken back leave with their share
    of what was allocated.
    """
    per_point = Fraction(value) / PER_POINTS
    if cohort == OWED:
        return rounded(after.points * per_point)
    if before.allocated_minor is None:
        return rounded(after.given * per_point)
    out = -sum(points for points in came if points < 0)
    # What was given at the end, less what was before and plus what left: all that came in.
    arrived = after.given - before.given + out
    allocated = before.allocated_minor + rounded(arrived * per_point)
    there = before.given + arrived
    return (
        allocated
        if not out or there <= 0
        else allocated - rounded(allocated * Fraction(min(out, there), there))
    )


def roll(
    cohort: str,
    before: CohortState,
    rows: Mapping[Row, int],
    old: Estimate | None,
    new: Estimate | None,
) -> tuple[CohortState, Amounts | None]:
    """One month of a cohort: how it stands after it, and what that is in money.

    `old` is the estimate of the month before, `new` that of this month. Without one the points have
    no value yet. What had none before is valued as a whole in the first month that has an estimate.
    """
    after = advanced(before, rows)
    if new is None:
        return after, None
    old = old or new
    allocated = _allocated(cohort, before, after, new.value_minor_per_1000_points, _came(rows))
    after = CohortState(after.points, after.given, after.redeemed, allocated)
    expired = -rows.get(Row.EXPIRED, 0)
    unexpired = liability_of(cohort, after, old.redeem_rate, expired) or 0
    under_old = liability_of(cohort, after, old.redeem_rate) or 0
    closing = liability_of(cohort, after, new.redeem_rate) or 0
    opening = before.liability_minor or 0
    deferred = allocated - (before.allocated_minor or 0)
    amounts = Amounts(
        opening=opening,
        deferred=deferred,
        redeemed=unexpired - opening - deferred,
        broken=under_old - unexpired,
        estimate_change=closing - under_old,
        closing=closing,
        expected_cost=expected_cost(after, new),
    )
    return (
        CohortState(after.points, after.given, after.redeemed, allocated, closing),
        amounts,
    )


def allocated_of_sale(
    price_minor: int, points: int, value_minor_per_1000_points: Decimal, redeem_rate: Decimal
) -> int:
    """What of a sale's price belongs to the points that it earns.

    The price is shared by the prices at which goods and points would be sold alone. Points are
    worth their value as far as they are expected to be redeemed.
    """
    worth = Fraction(points) * Fraction(value_minor_per_1000_points) / PER_POINTS
    worth *= Fraction(redeem_rate)
    return rounded(price_minor * worth / (price_minor + worth)) if worth else 0
