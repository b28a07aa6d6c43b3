"""What an attempt means, and when the next one is. Pure."""

from datetime import UTC, datetime, timedelta

import pytest

from api.events.retry import (
    ATTEMPTS_MAX,
    JITTER,
    RETRY_AFTER_SECONDS_MAX,
    RETRY_SECONDS,
    Next,
    Result,
    judge,
    seconds_of,
)

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("status", [200, 202, 204, 299])
def test_any_2xx_has_taken_it(status: int) -> None:
    assert judge(Result(1, status=status), 1, NOW, 0.5) == Next("delivered")


@pytest.mark.parametrize("status", [100, 301, 302, 400, 404, 429, 500, 503, None])
def test_all_else_is_sent_again_and_again_and_then_given_up(status: int | None) -> None:
    result = Result(1, status=status, problem=None if status else "no answer in time")
    waits = []
    for tries in range(1, ATTEMPTS_MAX):
        following = judge(result, tries, NOW, 0.5)
        assert following.verdict == "again"
        assert following.due_at is not None
        waits.append((following.due_at - NOW).total_seconds())
    assert waits == list(RETRY_SECONDS)
    assert timedelta(days=3) <= timedelta(seconds=sum(waits)) < timedelta(days=3, hours=4)
    assert judge(result, ATTEMPTS_MAX, NOW, 0.5) == Next("failed")


def test_the_next_attempt_is_a_little_earlier_or_later_than_planned() -> None:
    found = [judge(Result(1, status=500), 2, NOW, drawn).due_at for drawn in (0.0, 0.999_999)]
    early, late = ((each - NOW).total_seconds() for each in found if each is not None)
    assert early == pytest.approx(RETRY_SECONDS[1] * (1 - JITTER))
    assert late == pytest.approx(RETRY_SECONDS[1] * (1 + JITTER), rel=1e-4)


def test_410_is_gone_for_good() -> None:
    assert judge(Result(1, status=410), 1, NOW, 0.5) == Next("gone")
    assert judge(Result(1, status=410), ATTEMPTS_MAX, NOW, 0.5) == Next("gone")


def test_a_receiver_that_wants_to_rest_is_left_to_rest() -> None:
    def wait(status: int, said: str) -> float:
        following = judge(Result(1, status=status, retry_after=said), 1, NOW, 0.5)
        assert following.due_at is not None
        return (following.due_at - NOW).total_seconds()

    assert wait(429, "120") == wait(503, "120") == 120
    assert wait(503, "1") == RETRY_SECONDS[0], "it is not asked sooner than planned"
    assert wait(500, "120") == RETRY_SECONDS[0], "only these two have a rest"
    assert wait(429, "999999999999999") == RETRY_AFTER_SECONDS_MAX
    assert wait(429, "Sun, 29 Nov 2026 12:10:00 GMT") == 600
    assert wait(429, "soon") == RETRY_SECONDS[0]


@pytest.mark.parametrize(
    "said", ["", "-5", "1e9", "٣", "Sun, 99 Nov 2026", "Sun, 29 Nov 2020 12:00:00"]
)
def test_what_cannot_be_read_is_no_rest(said: str) -> None:
    assert seconds_of(said, NOW) == 0
