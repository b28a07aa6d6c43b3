"""A member's tiers over time, against a naive reading of the same changes."""

import itertools
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from catalog.members.tiers import TIER_PERIODS_MAX, TierPeriod, tier_at, with_tier
from tests.catalog.fixtures import START

DAYS = 12
CHANGES = st.lists(
    st.tuples(
        st.sampled_from([None, "gold", "silver"]),
        st.integers(0, DAYS - 1),
        st.none() | st.integers(1, 5),
    ),
    max_size=8,
)


@given(CHANGES)
def test_the_last_change_that_covers_a_day_says_its_tier(
    changes: list[tuple[str | None, int, int | None]],
) -> None:
    periods: list[TierPeriod] = []
    for tier, begin, length in changes:
        first = START + timedelta(days=begin)
        until = None if length is None else first + timedelta(days=length)
        periods = with_tier(periods, tier, first, until)
        for one, other in itertools.pairwise(periods):
            assert not one.overlaps(other)
            assert one.begin < other.begin
    for day in range(DAYS + 6):
        expected = None
        for tier, begin, length in changes:
            if begin <= day and (length is None or day < begin + length):
                expected = tier
        found = tier_at(periods, START + timedelta(days=day))
        assert (None if found is None else found.tier) == expected


def test_the_oldest_periods_go_where_there_are_too_many() -> None:
    periods: list[TierPeriod] = []
    for day in range(TIER_PERIODS_MAX + 5):
        first = START + timedelta(days=day)
        periods = with_tier(periods, "gold", first, first + timedelta(hours=1))
    assert len(periods) == TIER_PERIODS_MAX
    assert periods[0].begin == START + timedelta(days=5)
