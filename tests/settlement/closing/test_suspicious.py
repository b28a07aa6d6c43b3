"""Which days stand out among the days of a month (pure)."""

from datetime import date, timedelta

from settlement.closing.suspicious import JUMP_USES_MIN, jumps_among

FIRST = date(2017, 1, 1)


def days(*counts: int) -> dict[date, int]:
    """So many uses on the first days of January. Days without uses are left out."""
    return {FIRST + timedelta(place): count for place, count in enumerate(counts) if count}


def test_a_day_far_above_the_others_jumps() -> None:
    level = [50, 60, 40, 55, 45] * 6
    assert jumps_among(days(*level, 300), 31) == [date(2017, 1, 31)]
    assert jumps_among(days(*level, 70), 31) == []


def test_few_uses_are_no_jump_and_a_first_day_alone_is_one() -> None:
    assert jumps_among(days(JUMP_USES_MIN - 1), 31) == []
    assert jumps_among(days(JUMP_USES_MIN), 31) == [FIRST]
    assert jumps_among({}, 31) == []


def test_two_days_that_are_alike_do_not_hide_each_other() -> None:
    assert jumps_among(days(*[40] * 29, 900, 880), 31) == [date(2017, 1, 30), date(2017, 1, 31)]
