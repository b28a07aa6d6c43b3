"""How many points will be redeemed: from complete cohorts, or by the chain ladder (pure).

A triangle has a line for each cohort, the oldest first: how many of its points were redeemed by the
end of each period of its age. The line of a younger cohort is shorter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from settlement.liability.valuation import rounded

HISTORY_COHORTS_MIN = 12
"""A history of fewer complete cohorts is said to be short."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """What the chain ladder says of a triangle.

    `factors` lead from one age to the next, the last one is the tail. `ultimates` are the points of
    each cohort that are expected to be redeemed ever, `to_come` those of them that were not yet.
    """

    factors: tuple[Fraction, ...]
    ultimates: tuple[int, ...]
    to_come: tuple[int, ...]
    issued: int
    warnings: tuple[str, ...]

    @property
    def rate(self) -> Fraction:
        """The share of all issued points that is expected to be redeemed."""
        return Fraction(sum(self.ultimates), self.issued) if self.issued else Fraction(0)


@dataclass(frozen=True, slots=True)
class History:
    """The share of redeemed points in cohorts of which no point is left."""

    cohorts: int
    issued: int
    redeemed: int

    @property
    def rate(self) -> Fraction | None:
        """The share, weighted by points. None if nothing was issued in such cohorts."""
        return Fraction(self.redeemed, self.issued) if self.issued > 0 else None

    @property
    def is_short(self) -> bool:
        """Whether there are too few cohorts to rely on."""
        return self.cohorts < HISTORY_COHORTS_MIN


@dataclass(frozen=True, slots=True)
class BackTest:
    """What the ladder would have said of the last diagonal, had it not been known.

    `predicted` and `actual` have one figure for each cohort that has been seen at two ages.
    """

    predicted: tuple[int, ...]
    actual: tuple[int, ...]

    @property
    def errors(self) -> tuple[int, ...]:
        """The predicted points less the actual ones."""
        return tuple(p - a for p, a in zip(self.predicted, self.actual, strict=True))


def history_of(cohorts: Sequence[tuple[int, int]]) -> History:
    """The history of complete cohorts, each with the points that were issued and redeemed."""
    return History(
        len(cohorts), sum(issued for issued, _ in cohorts), sum(spent for _, spent in cohorts)
    )


def _factors(triangle: Sequence[Sequence[int]]) -> tuple[list[Fraction], list[str]]:
    """The factors from age to age, and what is to be warned of."""
    factors: list[Fraction] = []
    warnings: list[str] = []
    for age in range(max((len(line) for line in triangle), default=1) - 1):
        lines = [line for line in triangle if len(line) > age + 1]
        before = sum(line[age] for line in lines)
        after = sum(line[age + 1] for line in lines)
        if before <= 0:
            warnings.append(f"nothing was redeemed by age {age + 1}: its factor is 1")
            factors.append(Fraction(1))
        else:
            factors.append(Fraction(after, before))
    return factors, warnings


def chain_ladder(
    issued: Sequence[int], triangle: Sequence[Sequence[int]], tail: Fraction = Fraction(1)
) -> Ladder:
    """Carry each cohort on to its end, by how the older ones went on from the same age.

    `tail` is the factor beyond the oldest age: 1 where points expire within the triangle. No cohort
    comes to more than it was issued.
    """
    factors, warnings = _factors(triangle)
    factors.append(tail)
    ultimates: list[int] = []
    for points, line in zip(issued, triangle, strict=True):
        exact = Fraction(line[-1])
        for factor in factors[len(line) - 1 :]:
            exact *= factor
        ultimate = rounded(exact)
        if ultimate > points >= line[-1]:
            warnings.append(f"a cohort would come to {ultimate} of {points} points: all of them")
            ultimate = points
        ultimates.append(ultimate)
    to_come = tuple(u - line[-1] for u, line in zip(ultimates, triangle, strict=True))
    return Ladder(tuple(factors), tuple(ultimates), to_come, sum(issued), tuple(warnings))


def back_test(triangle: Sequence[Sequence[int]]) -> BackTest:
    """Leave the last diagonal out, predict it from the rest, and compare."""
    known = [line[:-1] for line in triangle if len(line) > 1]
    factors, _ = _factors(known)
    factors.append(Fraction(1))
    return BackTest(
        tuple(rounded(line[-1] * factors[len(line) - 1]) for line in known),
        tuple(line[-1] for line in triangle if len(line) > 1),
    )


def pattern_of(ladder: Ladder) -> tuple[Fraction, ...]:
    """The share of a cohort's ultimate points that is redeemed by each age, the last one 1."""
    shares = [Fraction(1)]
    for factor in reversed(ladder.factors):
        shares.append(shares[-1] / factor if factor > 1 else shares[-1])
    return tuple(reversed(shares))


def still_by_age(pattern: Sequence[Fraction], age: int) -> list[Fraction]:
    """How what is to come of a cohort of this age spreads over the periods to come; sums to 1.

    Where the pattern has come to its end, all of it comes in the next period.
    """
    rest = list(pattern[age:])
    if not rest[1:] or rest[0] >= 1:
        return [Fraction(1)]
    return [(after - before) / (1 - rest[0]) for before, after in pairwise(rest)]
