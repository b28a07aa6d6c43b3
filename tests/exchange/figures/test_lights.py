"""When a supplier is red, amber or green. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from exchange.figures.lights import Newest, light_of

NOW = datetime(2017, 3, 1, 12, tzinfo=UTC)


def _ago(seconds: int) -> datetime:
    return NOW - timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("newest", "light", "why"),
    [
        (Newest(), "green", "idle"),
        (Newest(20, 20), "green", "fine"),
        (Newest(9, 0, 9), "green", "fine"),
        (Newest(10, 8, 2), "red", "failing"),
        (Newest(20, 19, 1), "amber", "failing"),
        (Newest(100, 96, 4), "green", "fine"),
        (Newest(1, silent_since=_ago(299)), "green", "fine"),
        (Newest(1, silent_since=_ago(300)), "amber", "unheard_of"),
        (Newest(1, silent_since=_ago(3_600)), "red", "unheard_of"),
        (Newest(20, 19, 1, silent_since=_ago(3_600)), "red", "unheard_of"),
        (Newest(1, open_since=_ago(900)), "amber", "slow"),
        (Newest(1, open_since=_ago(899)), "green", "fine"),
    ],
)
def test_a_light_tells_of_the_worst(newest: Newest, light: str, why: str) -> None:
    found = light_of(newest, NOW, is_suspended=False)

    assert (found.light, found.why) == (light, why)
    suspended = light_of(newest, NOW, is_suspended=True)
    assert (suspended.light, suspended.why) == ("red", "suspended")
