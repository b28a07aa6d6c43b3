"""Defects planted in the figures: each is found by histories that are counted a second time."""

from collections.abc import Awaitable, Callable

import pytest

from exchange.figures import funnel, member_sets, rounds
from tests.exchange.figures.test_histories import check
from tests.properties.planted import Defect

HISTORIES = 25

DEFECTS = (
    Defect(
        "a reversed use stays a use",
        funnel,
        "count_steps",
        "steps.reversed = steps.uses - steps.used",
        "steps.reversed = 0",
    ),
    Defect(
        "who could pay before the day began is forgotten",
        rounds,
        "_pass",
        "kept.reached.join(able)",
        "kept.reached.join(MemberSet())",
    ),
    Defect(
        "each round reads the journal from its beginning",
        rounds,
        "_read_on",
        "after = dict(enumerate(row.heads))",
        "after = dict.fromkeys(range(len(row.heads)), 0)",
    ),
    Defect(
        "only what a member has left is compared with the price",
        rounds,
        "_credit",
        "if highest >= least",
        "if highest > 3 * least",
    ),
    Defect(
        "members are told apart by eights",
        member_sets.MemberSet,
        "add",
        "1 << (place & 7)",
        "1",
    ),
    Defect(
        "the day after the last is counted, too",
        funnel.Window,
        "bound",
        "start_of(self.end_day, programme.time_zone)",
        "self.as_of",
    ),
)


@pytest.mark.campaign
@pytest.mark.timeout(300)
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda each: each.name)
def test_a_planted_defect_is_found(
    defect: Defect,
    fresh_database_url: Callable[[], Awaitable[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises(AssertionError):
        check(fresh_database_url, HISTORIES)
