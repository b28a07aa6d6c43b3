"""Promote, suspend or stay: by the bounds, and never by the share itself."""

import pytest

from catalog.stages import StagePolicy
from exchange.canary.judge import Stats, judge


@pytest.mark.parametrize(
    ("permyriad", "failed", "needed"),
    [(500, 0, 73), (200, 0, 189), (100, 0, 381), (500, 1, 110), (200, 1, 280), (100, 1, 563)],
)
def test_so_many_orders_are_needed_to_be_promoted(permyriad: int, failed: int, needed: int) -> None:
    policy = StagePolicy(failure_permyriad=permyriad, p95_seconds=60)

    def following(ended: int) -> str:
        return judge(Stats(ended=ended, failed=failed, p95_seconds=59.0), policy).next

    assert (following(needed - 1), following(needed)) == ("stay", "promote")


def test_the_share_itself_neither_promotes_nor_suspends() -> None:
    policy = StagePolicy(failure_permyriad=500)
    assert judge(Stats(), policy).next == "stay"
    # 1 of 30 is 3.3%, and 3 of 30 are 10%: chance explains either.
    assert judge(Stats(ended=30, failed=1, p95_seconds=1.0), policy).next == "stay"
    assert judge(Stats(ended=30, failed=3, p95_seconds=1.0), policy).next == "stay"
    assert judge(Stats(ended=30, failed=6, p95_seconds=1.0), policy).next == "suspend"
    assert judge(Stats(ended=1, failed=1), policy).next == "suspend"


def test_one_that_is_slow_or_of_unknown_pace_is_not_promoted() -> None:
    policy = StagePolicy(failure_permyriad=500, p95_seconds=60)
    slow = judge(Stats(ended=100, p95_seconds=61.0), policy)
    assert slow.next == "stay"
    assert "within 60 seconds" in slow.words["en"]
    assert "60 秒" in slow.words["zh"]
    assert judge(Stats(ended=100, p95_seconds=None), policy).next == "stay"
    assert judge(Stats(ended=100, p95_seconds=60.0), policy).next == "promote"


def test_a_member_with_a_wrong_account_is_no_failure() -> None:
    policy = StagePolicy(failure_permyriad=500)
    assert judge(Stats(ended=73, member_faults=500, p95_seconds=1.0), policy).next == "promote"
