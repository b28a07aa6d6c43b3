"""A figure with what it takes to judge it: proportions, ratios, what is not known."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.figures.figures import Figure, figures_of
from exchange.figures.funnel import Steps
from exchange.figures.intervals import wilson
from exchange.figures.member_sets import MemberSet
from exchange.figures.rates import RANKED_TRIALS_MIN, TOO_FEW, proportion, ratio, unknown
from exchange.figures.sources import Cases, NewMembers
from exchange.figures.steps import By


def test_a_proportion_without_a_trial_has_no_rate_and_may_be_anything() -> None:
    found = proportion(0, 0, "orders")
    assert (found.rate, found.low, found.high, found.trials) == (None, 0.0, 1.0, 0)
    assert found.note == TOO_FEW
    assert not found.is_ranked


def test_few_members_with_many_coupons_are_few_trials() -> None:
    """Three members who used all of a hundred coupons are three trials."""
    found = proportion(100, 100, "members", trials=3)
    assert (found.low, found.high) == (round(wilson(3, 3).low, 6), 1.0)
    assert not found.is_ranked
    ranked = proportion(15, 30, "members", trials=RANKED_TRIALS_MIN, note="reported")
    assert ranked.is_ranked
    assert ranked.note == "reported"
    assert proportion(29, 29, "orders", note="reported").note == f"reported; {TOO_FEW}"


def test_what_is_no_proportion_is_refused_or_has_no_interval() -> None:
    with pytest.raises(ValueError, match="3 of 2"):
        proportion(3, 2, "orders")
    found = ratio(300, 200, "points")
    assert (found.rate, found.low, found.method, found.is_ranked) == (1.5, None, None, False)
    assert ratio(1, 0, "points").rate is None
    assert unknown("uses", "nobody says").numerator is None


@pytest.mark.parametrize("by", get_args(By))
def test_each_figure_is_told_or_says_why_not(by: By) -> None:
    figures = figures_of(Steps(), by)
    assert tuple(figures) == get_args(Figure)
    assert all(each.rate is None and each.note for each in figures.values())


def test_what_other_wings_count_is_told_once_they_do() -> None:
    steps = Steps(delivered=40, cases=Cases(3, 2, 1), new_members=NewMembers(20, 5))
    figures = figures_of(steps, "supplier")
    counts = {
        name: (figures[name].numerator, figures[name].denominator)
        for name in ("case", "complaint", "contradiction", "new_members_reported")
    }
    assert counts == {
        "case": (3, 40),
        "complaint": (2, 40),
        "contradiction": (1, 40),
        "new_members_reported": (5, 20),
    }
    assert figures["new_members_measured"].rate is None


def test_claims_beyond_what_was_shown_are_no_rate() -> None:
    shown = Steps(shown=40, claimed=10)
    assert figures_of(shown, "offer")["claim"].rate == 0.25
    assert figures_of(replace(shown, claimed=41), "offer")["claim"].rate is None


def test_refusals_of_the_request_are_not_the_brands() -> None:
    steps = Steps()
    steps.asked.update({"": 6, "allotment-exhausted": 2, "limit-per-day": 1, "not-eligible": 9})
    figures = figures_of(steps, "brand")
    conversion, stock = figures["conversion"], figures["stock_refusal"]
    assert (conversion.numerator, conversion.denominator) == (6, 9)
    assert (stock.numerator, stock.denominator) == (2, 18)


places = st.sets(st.integers(0, 3_000), max_size=60)


@given(places, places, places)
def test_sets_of_members_are_joined_like_sets(
    first: set[int], second: set[int], more: set[int]
) -> None:
    one, other = MemberSet(), MemberSet()
    one.add(first)
    other.add(second)
    kept = MemberSet(one.stored())
    kept.add(more)
    other.join(one)
    other.join(MemberSet())
    assert other.as_number().bit_count() == len(first | second)
    other = MemberSet()
    other.add(second)
    assert (one.as_number() | other.as_number()).bit_count() == len(first | second)
    assert (kept.as_number() & other.as_number()).bit_count() == len((first | more) & second)
