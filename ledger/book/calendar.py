"""The calendar of a programme: when points expire, and when a cap's window begins.

All days are those of the programme's time zone. Nothing here reads a clock.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache, lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

MONTHS_IN_YEAR = 12
LEAP_DAY = (2, 29)
"""Where a year has no such day, the day before it stands for it."""


class ExpiryKind(StrEnum):
    """How a programme's points come to their end. `count` is that of the plan."""

    NONE = "none"
    """They live forever."""
    DAYS = "days"
    """They live for `count` days after the day of issue."""
    MONTHS = "months"
    """They live to the end of the month that is `count` months after the month of issue."""
    DATES = "dates"
    """They live to the next of the plan's dates, or to that date `count` years later."""
    SLIDING = "sliding"
    """All of a member's points live for `count` days after the member's last activity."""


@dataclass(frozen=True, slots=True)
class ExpiryPlan:
    """A programme's plan for the expiry of its points.

    `count` is a number of days, months or years, as the kind says. `dates` are pairs of month and
    day, in the order of the year.
    """

    kind: ExpiryKind = ExpiryKind.NONE
    count: int = 0
    dates: tuple[tuple[int, int], ...] = ()

    def last_day(self, day: date) -> date | None:
        """The last day of points issued on `day`.

        None where the plan gives them no last day of their own.
        """
        match self.kind:
            case ExpiryKind.DAYS:
                return _days_after(day, self.count)
            case ExpiryKind.MONTHS:
                return last_day_of_month_after(day, self.count)
            case ExpiryKind.DATES:
                return _next_date(day, self.dates, self.count)
            case _:
                return None

    def slides_to(self, day: date) -> date | None:
        """The last day of a member's undated points after an activity on `day`.

        None where the plan does not slide.
        """
        return _days_after(day, self.count) if self.kind is ExpiryKind.SLIDING else None


NEVER = ExpiryPlan()
"""Points that do not expire."""


def months(count: int) -> ExpiryPlan:
    """The plan of `count` months, to the month's end."""
    return ExpiryPlan(ExpiryKind.MONTHS, count)


class Window(StrEnum):
    """The period over which a cap counts, in the programme's calendar."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"

    def start(self, day: date) -> date:
        """The first day of the window that `day` falls in."""
        match self:
            case Window.DAY:
                return day
            case Window.MONTH:
                return day.replace(day=1)
            case Window.YEAR:
                return day.replace(month=1, day=1)


@lru_cache(maxsize=1024)
def _zone(time_zone: str) -> ZoneInfo:
    return ZoneInfo(time_zone)


@cache
def known_time_zones() -> frozenset[str]:
    """The names of the IANA time zone database, in the edition that is installed with Comity.

    The host's own names, such as "localtime", are not among them.
    """
    names = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").split()
    return frozenset(names) - {"Factory"}


def programme_day(instant: datetime, time_zone: str) -> date:
    """The date of an instant in a programme's time zone."""
    return instant.astimezone(_zone(time_zone)).date()


def _days_after(day: date, days: int) -> date:
    """The day `days` later; `date.max` if that is beyond the calendar."""
    return day + timedelta(days) if (date.max - day).days >= days else date.max


@lru_cache(maxsize=4096)
def last_day_of_month_after(day: date, months: int) -> date:
    """The last day of the month that is `months` after the month of `day`.

    `date.max` if that is beyond the calendar.
    """
    index = day.year * MONTHS_IN_YEAR + day.month + months
    year, month = divmod(index, MONTHS_IN_YEAR)
    if year >= date.max.year:
        return date.max
    return date(year, month + 1, 1) - timedelta(days=1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _in_year(year: int, month_and_day: tuple[int, int]) -> date:
    if year >= date.max.year:
        return date.max
    month, day = month_and_day
    return date(year, month, day - 1 if month_and_day == LEAP_DAY and not _is_leap(year) else day)


@lru_cache(maxsize=4096)
def _next_date(day: date, dates: tuple[tuple[int, int], ...], years: int) -> date:
    """The first of the dates that is not before `day`, moved on by `years`."""
    for year in (day.year, day.year + 1):
        for month_and_day in dates:
            if _in_year(year, month_and_day) >= day:
                return _in_year(year + years, month_and_day)
    return date.max
