"""A breaker for each supplier: one that does not answer is left to rest. Pure.

    closed  -> resting   it was silent SILENCES_MAX times in a row, or for half of the calls of a
                         window in which there were CALLS_MIN of them
    resting -> trying    the rest is over: single requests try whether it answers
    trying  -> resting   it is silent again, and rests twice as long
    trying  -> closed    it answered PROBES times

What is silent was not reached, or did not answer in time. An answer, whatever it says, is none.
While a supplier rests, its orders wait. Nothing else depends on a breaker, so each process keeps
its own.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

SILENCES_MAX = 5
CALLS_MIN = 20
WINDOW_SECONDS = 60.0
REST_SECONDS_MIN = 5.0
REST_SECONDS_MAX = 600.0
PROBES = 3


@dataclass(frozen=True, slots=True)
class Breaker:
    """What a process knows of a supplier's silence.

    - `silences`: in a row.
    - `window_began`, `calls`, `silent_calls`: the calls of the window that runs.
    - `rests_until`: None while it is closed. After that time single requests try.
    - `rest_seconds`: how long the last rest was, as long as no calls have closed it.
    - `answers`: how often it answered since it began to rest.
    """

    silences: int = 0
    window_began: datetime | None = None
    calls: int = 0
    silent_calls: int = 0
    rest_seconds: float = 0.0
    rests_until: datetime | None = None
    answers: int = 0

    def rests(self, at: datetime) -> bool:
        """Whether nothing is to be sent at this time.

        A rest longer than the longest means that the clock was put back.
        """
        if self.rests_until is None:
            return False
        return 0 < (self.rests_until - at).total_seconds() <= REST_SECONDS_MAX


CLOSED = Breaker()


def next(breaker: Breaker, at: datetime, *, silent: bool) -> Breaker:  # noqa: A001 - `breaker.next`
    """The breaker after one more call that ended at this time."""
    if not silent:
        return _answered(breaker, at)
    counted = replace(_counted(breaker, at, silent=True), silences=breaker.silences + 1, answers=0)
    if breaker.rests_until is not None:
        return counted if breaker.rests(at) else _resting(counted, at)
    is_half = counted.calls >= CALLS_MIN and 2 * counted.silent_calls >= counted.calls
    return _resting(counted, at) if counted.silences >= SILENCES_MAX or is_half else counted


def _answered(breaker: Breaker, at: datetime) -> Breaker:
    if breaker.rests_until is None:
        return replace(_counted(breaker, at, silent=False), silences=0)
    if breaker.answers + 1 >= PROBES:
        return CLOSED
    return replace(breaker, answers=breaker.answers + 1)


def _resting(breaker: Breaker, at: datetime) -> Breaker:
    seconds = min(max(2 * breaker.rest_seconds, REST_SECONDS_MIN), REST_SECONDS_MAX)
    until = at + timedelta(seconds=seconds)
    return Breaker(silences=breaker.silences, rest_seconds=seconds, rests_until=until)


def _counted(breaker: Breaker, at: datetime, *, silent: bool) -> Breaker:
    began = breaker.window_began
    is_new = began is None or not 0 <= (at - began).total_seconds() < WINDOW_SECONDS
    if is_new:
        return replace(breaker, window_began=at, calls=1, silent_calls=int(silent))
    return replace(
        breaker, calls=breaker.calls + 1, silent_calls=breaker.silent_calls + int(silent)
    )
