"""On which days and at which hours a price rule applies, by the programme's calendar (pure).

Hours are those that a clock on the wall shows. An hour that the clock skips in spring never comes,
and one that it shows twice in autumn counts twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

LAST = "last"
"""The last day of a month, however long the month is."""
MINUTES_OF_DAY = 24 * 60
DATES_MAX = 366
_HORIZON_DAYS = 400
"""Every weekday and every day of a month comes within so many days."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From one minute of the day until before another. 1,440 is midnight at the end of the day."""

    from_minute: int
    until_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """At most one of `monthly`, `weekly` and `dates` says on which days. None of them: every day.

    A month that lacks a day of `monthly` is skipped: only `LAST` stands for the last day of every
    month. In `weekly`, 1 is Monday.
    """

    monthly: tuple[int | Literal["last"], ...] = ()
    weekly: tuple[int, ...] = ()
    dates: tuple[date, ...] = ()
    hours: Hours | None = None

    @property
    def is_always(self) -> bool:
        """Whether it names neither days nor hours."""
        return self == ALWAYS

    @property
    def has_days(self) -> bool:
        """Whether it names days."""
        return bool(self.monthly or self.weekly or self.dates)

    def holds_on(self, day: date) -> bool:
        """Whether the day is one of its days."""
        if self.monthly:
            return day.day in self.monthly or (LAST in self.monthly and _is_last_of_month(day))
        if self.weekly:
            return day.isoweekday() in self.weekly
        return not self.dates or day in self.dates

    def holds_at(self, at: datetime, time_zone: str) -> bool:
        """Whether the instant is within its days and hours in this time zone."""
        if self.is_always:
            return True
        local = at.astimezone(_zone(time_zone))
        if not self.holds_on(local.date()):
            return False
        minute = local.hour * 60 + local.minute
        return self.hours is None or self.hours.from_minute <= minute < self.hours.until_minute

    def days(self, first: date, until: date | None = None) -> Iterator[date]:
        """Its days from `first` on, in order, before `until` if that is given.

        It stops in any case when there are no more, or none for longer than any schedule rests.
        """
        if self.dates:
            yield from (
                day
                for day in sorted(set(self.dates))
                if day >= first and (until is None or day < until)
            )
            return
        day, empty = first, 0
        while empty < _HORIZON_DAYS and (until is None or day < until):
            if self.holds_on(day):
                empty = 0
                yield day
            else:
                empty += 1
            if day == date.max:
                return
            day += timedelta(days=1)


ALWAYS = Schedule()
"""Every day, at all hours."""


@lru_cache(maxsize=1024)
def _zone(time_zone: str) -> ZoneInfo:
    return ZoneInfo(time_zone)


def _is_last_of_month(day: date) -> bool:
    return day == date.max or (day + timedelta(days=1)).day == 1
