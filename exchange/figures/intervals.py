"""The Wilson interval of a proportion (pure).

3 of 3 is not certainty. A proportion of few trials says little, and its interval says how little:
whoever compares partners compares the lower bounds. Wilson's interval stays within 0 and 1 and
keeps its level for few trials, too (Brown, Cai and DasGupta, "Interval Estimation for a Binomial
Proportion", 2001).
"""

from math import sqrt
from typing import NamedTuple

Z_95 = 1.959963984540054
"""The quantile of the normal distribution that leaves 2.5% on either side."""


class Interval(NamedTuple):
    """The bounds that hold the true proportion in 95 of 100 cases."""

    low: float
    high: float


def wilson(successes: int, trials: int) -> Interval:
    """The 95% interval of `successes` of `trials`. Without a trial anything may be true.

    Raises:
        ValueError: there are fewer than no successes, or more than trials.
    """
    if not 0 <= successes <= trials:
        message = f"{successes} of {trials} is not a proportion"
        raise ValueError(message)
    return wilson_of(successes / trials if trials else 0.0, trials)


def wilson_of(proportion: float, trials: int) -> Interval:
    """The 95% interval of a proportion that was seen in so many independent trials."""
    if trials == 0:
        return Interval(0.0, 1.0)
    squared = Z_95 * Z_95 / trials
    middle = proportion + squared / 2
    reach = sqrt(squared * (proportion * (1 - proportion) + squared / 4))
    # What rounding does at the ends must not promise less, or more, than all.
    low = 0.0 if proportion == 0 else (middle - reach) / (1 + squared)
    high = 1.0 if proportion == 1 else (middle + reach) / (1 + squared)
    return Interval(low, high)
