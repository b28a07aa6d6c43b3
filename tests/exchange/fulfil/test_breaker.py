"""When a supplier is left to rest, for how long, and what ends it."""

from datetime import UTC, datetime, timedelta

from exchange.fulfil import breaker
from exchange.fulfil.breaker import (
    CALLS_MIN,
    CLOSED,
    PROBES,
    REST_SECONDS_MAX,
    REST_SECONDS_MIN,
    SILENCES_MAX,
    WINDOW_SECONDS,
    Breaker,
)

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def after(calls: str, known: Breaker = CLOSED, at: datetime = NOW, step: float = 0.0) -> Breaker:
    """The breaker after calls, one a sign: `s` was silent."""
    for place, call in enumerate(calls):
        moment = at + timedelta(seconds=step * place)
        known = breaker.next(known, moment, silent=call == "s")
    return known


def test_silence_in_a_row_or_of_half_the_calls_opens_it() -> None:
    assert after("s" * (SILENCES_MAX - 1)).rests_until is None
    assert after("s" * SILENCES_MAX).rests(NOW)
    assert after("ssss." * 3).rests_until is None, "too few calls to tell"
    assert after(".s" * (CALLS_MIN // 2)).rests(NOW)
    assert after("..s" * CALLS_MIN).rests_until is None, "a third is not half"
    slow = WINDOW_SECONDS / (CALLS_MIN - 2)
    assert after(".s" * (CALLS_MIN // 2), step=slow).rests_until is None, "not in one window"


def test_a_rest_doubles_to_the_longest_and_three_answers_end_it() -> None:
    known, at, rest = after("s" * SILENCES_MAX), NOW, REST_SECONDS_MIN
    while rest < 4 * REST_SECONDS_MAX:
        expected = min(rest, REST_SECONDS_MAX)
        assert known.rests_until == at + timedelta(seconds=expected)
        assert after("s", known, at).rests_until == known.rests_until, "a late one prolongs nothing"
        at += timedelta(seconds=expected)
        assert not known.rests(at)
        known, rest = after("s", known, at), 2 * rest
    at += timedelta(seconds=REST_SECONDS_MAX)
    assert after("." * (PROBES - 1), known, at).rests_until is not None
    assert after("." * (PROBES - 1) + "s" + "." * (PROBES - 1), known, at).rests(at)
    assert after("." * PROBES, known, at) == CLOSED


def test_a_clock_that_was_put_back_ends_a_rest() -> None:
    assert not after("s" * SILENCES_MAX).rests(NOW - timedelta(hours=1))
