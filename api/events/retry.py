"""What an attempt to deliver means, and when the next one is. Pure: times are given.

A receiver has taken an event if it answers 2xx. 410 says that it is gone for good. Whatever else
happens, the event is sent again: nine times more, over some three days, each time a little earlier
or later than planned, so that receivers that fell together are not hit together when they are back.
A receiver that says `Retry-After` is not asked before that.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Literal

RETRY_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""How long after each failed attempt the next one is: from five seconds to a day."""
JITTER = 0.2
"""By what share of that it is earlier or later, at most."""
ATTEMPTS_MAX = len(RETRY_SECONDS) + 1
RETRY_AFTER_SECONDS_MAX = 86_400
"""A receiver that wants to rest for longer is asked after this."""
FAILING_DAYS_MAX = 5
"""An endpoint at which everything has failed for so long is disabled."""
_RESTING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})

Verdict = Literal["delivered", "again", "failed", "gone"]


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one attempt. Either a receiver answered with a status, or there is a problem."""

    milliseconds: int
    status: int | None = None
    problem: str | None = None
    answer: str | None = None
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """What becomes of a delivery. It is due again at `due_at`, if it is to be tried again."""

    verdict: Verdict
    due_at: datetime | None = None


def judge(result: Result, tries: int, now: datetime, drawn: float) -> Next:
    """What becomes of a delivery after this many tries, this one included.

    `drawn` is a random number from 0 up to 1.
    """
    status = result.status
    if status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Next("delivered")
    if status == HTTPStatus.GONE:
        return Next("gone")
    if tries >= ATTEMPTS_MAX:
        return Next("failed")
    planned = RETRY_SECONDS[tries - 1] * (1 + JITTER * (2 * drawn - 1))
    asked = 0.0
    if status in _RESTING and result.retry_after is not None:
        asked = min(seconds_of(result.retry_after, now), RETRY_AFTER_SECONDS_MAX)
    return Next("again", now + timedelta(seconds=max(planned, asked)))


def seconds_of(retry_after: str, now: datetime) -> float:
    """For how many seconds a receiver wants to rest. 0 if it cannot be read."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:10])
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return 0.0
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def fails_too_long(failing_since: datetime, now: datetime) -> bool:
    """Whether everything has failed for so long that nothing is sent any more."""
    return now - failing_since >= timedelta(days=FAILING_DAYS_MAX)
