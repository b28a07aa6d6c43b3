"""The interval of a proportion: agreed values, and what holds for any."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.figures.intervals import Z_95, wilson

GOLDEN = [
    (5, 50, 0.0435, 0.2136),
    (50, 100, 0.4038, 0.5962),
    (0, 50, 0.0, 0.0713),
    (3, 3, 0.4385, 1.0),
    (1, 100, 0.0018, 0.0545),
    (0, 0, 0.0, 1.0),
]

counts = st.integers(0, 10**7).flatmap(
    lambda trials: st.tuples(st.integers(0, trials), st.just(trials))
)


@pytest.mark.parametrize(("successes", "trials", "low", "high"), GOLDEN)
def test_the_agreed_intervals(successes: int, trials: int, low: float, high: float) -> None:
    interval = wilson(successes, trials)
    assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@given(counts)
def test_an_interval_holds_its_proportion_and_mirrors(count: tuple[int, int]) -> None:
    successes, trials = count
    low, high = wilson(successes, trials)
    assert 0 <= low <= high <= 1
    mirrored = wilson(trials - successes, trials)
    assert mirrored.low == pytest.approx(1 - high, abs=1e-9)
    if trials:
        assert low <= successes / trials <= high


@given(counts.filter(lambda count: 0 < count[0] < count[1]))
def test_each_bound_is_a_proportion_that_is_just_not_refuted(count: tuple[int, int]) -> None:
    """The bounds solve (p - seen)^2 = z^2 p (1 - p) / n, which is how the interval is defined."""
    successes, trials = count
    for bound in wilson(successes, trials):
        missed = (bound - successes / trials) ** 2
        assert missed == pytest.approx(Z_95**2 * bound * (1 - bound) / trials, rel=1e-6, abs=1e-15)


@given(st.integers(1, 1000), st.integers(1, 100))
def test_more_trials_say_more(trials: int, times: int) -> None:
    few, many = wilson(trials // 2, trials), wilson(trials // 2 * times, trials * times)
    assert many.high - many.low <= few.high - few.low + 1e-12


@pytest.mark.parametrize(("successes", "trials"), [(-1, 3), (4, 3), (1, 0)])
def test_no_proportion_no_interval(successes: int, trials: int) -> None:
    with pytest.raises(ValueError, match="is not a proportion"):
        wilson(successes, trials)
