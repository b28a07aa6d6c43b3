"""When points die: pure calendar, in the programme's time zone."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MONTHS_IN_YEAR = 12


@lru_cache(maxsize=1024)
def _zone(time_zone: str) -> ZoneInfo:
    return ZoneInfo(time_zone)


def programme_day(instant: datetime, time_zone: str) -> date:
    """The date of an instant where the programme lives."""
    return instant.astimezone(_zone(time_zone)).date()


@lru_cache(maxsize=4096)
def last_day_of_month_after(day: date, months: int) -> date:
    """The last day of the month `months` after the month of `day`; `date.max` where the calendar ends."""
    index = day.year * MONTHS_IN_YEAR + day.month + months
    year, month = divmod(index, MONTHS_IN_YEAR)
    if year >= date.max.year:
        return date.max
    return date(year, month + 1, 1) - timedelta(days=1)
