"""Who is in a canary, and how a supplier goes from stage to stage: the pure part."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from catalog.stages.stage import (
    KitNotPassed,
    Stage,
    StageInvalid,
    StageOrder,
    StagePolicy,
    SupplierStage,
    Who,
    bucket_of,
    require_step,
    why_not_served,
)

GOLDEN = [2662, 7579, 7547]
ORDER = (Stage.DECLARED, Stage.CHECKED, Stage.CANARY, Stage.OPEN)


def staged(stage: Stage, before: Stage | None = None, **policy: object) -> SupplierStage:
    return SupplierStage(
        party_id=7,
        stage=stage,
        policy=StagePolicy(**policy),  # type: ignore[arg-type]
        reason=None,
        since=datetime(2026, 1, 1, tzinfo=UTC),
        suspended_from=before,
    )


def test_the_place_of_a_member_is_the_same_in_every_process_and_release() -> None:
    """These were computed once. Another hash would put other members into running canaries."""
    assert [bucket_of(7, 1, member) for member in ("ann", "bob", "会员")] == GOLDEN
    assert len({bucket_of(supplier, book, "ann") for supplier in (1, 2) for book in (1, 2)}) == 4
    # A number cannot slip from one field into the next.
    assert bucket_of(1, 11, "ann") != bucket_of(11, 1, "ann")


def test_a_share_has_its_share_of_the_members_and_growing_it_turns_nobody_out() -> None:
    members = [f"m-{number}" for number in range(4_000)]
    inside: set[str] = set()
    for share in (1, 500, 2_500, 10_000):
        canary = staged(Stage.CANARY, share_permyriad=share)
        now = {each for each in members if why_not_served(canary, Who(1, each)) is None}
        assert inside <= now
        assert abs(len(now) - len(members) * share / 10_000) < 110  # four standard deviations
        inside = now
    assert inside == set(members)


def test_who_is_served_by_stage() -> None:
    ann = Who(1, "ann", {"brand:staff"})
    assert why_not_served(None, ann) is None
    assert why_not_served(staged(Stage.OPEN), ann) is None
    assert why_not_served(staged(Stage.DECLARED), ann) == "canary"
    assert why_not_served(staged(Stage.CHECKED), ann) == "canary"
    assert why_not_served(staged(Stage.SUSPENDED, Stage.OPEN), ann) == "suspended"
    canary = staged(Stage.CANARY, tags=("brand:vip", "brand:staff"))
    assert why_not_served(canary, ann) is None
    assert why_not_served(canary, replace(ann, tags=())) == "canary"
    everybody = staged(Stage.CANARY, share_permyriad=10_000)
    assert why_not_served(everybody, replace(ann, member=None)) == "canary"


@pytest.mark.parametrize("has_passed", [False, True])
@pytest.mark.parametrize("before", [None, *ORDER])
@pytest.mark.parametrize("is_suspended", [False, True])
def test_up_by_one_step_and_with_the_kit_down_by_any(
    before: Stage | None, is_suspended: bool, has_passed: bool
) -> None:
    was = None if before is None else staged(before)
    if is_suspended:
        was = staged(Stage.SUSPENDED, before or Stage.OPEN)
    rank = ORDER.index(before or Stage.OPEN)
    for place, after in enumerate(ORDER):
        expected: type[Exception] | None = None
        if place > rank + 1:
            expected = StageOrder
        elif not has_passed and (place > rank or (after is Stage.CHECKED and place != rank)):
            expected = KitNotPassed
        if expected is None:
            require_step(was, after, has_passed=has_passed)
        else:
            with pytest.raises(expected):
                require_step(was, after, has_passed=has_passed)
    require_step(was, Stage.SUSPENDED, has_passed=False)


def test_a_canary_has_somebody_in_it_and_a_day_has_an_end() -> None:
    with pytest.raises(StageInvalid):
        StagePolicy().require_valid(Stage.CANARY)
    StagePolicy().require_valid(Stage.OPEN)
    StagePolicy(tags=("brand:vip",)).require_valid(Stage.CANARY)
    day = date(2026, 1, 2)
    canary = replace(staged(Stage.CANARY, per_day_max=3), taken_on=day, taken=2)
    assert (canary.left_on(day), canary.left_on(date(2026, 1, 3))) == (1, 3)
    assert staged(Stage.CANARY).left_on(day) is None
