"""Months as text: "2017-01" is the name of a period.

Months are those of the settlement calendar's zone, so they are the same for every party to a bill.
"""

import re
from datetime import UTC, date, datetime, time, tzinfo
from typing import ClassVar

from ledger import Refusal

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class MonthInvalid(Refusal):
    """A month is not written as YYYY-MM, or its year is out of range."""

    code: ClassVar[str] = "month-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A month is written as year and month: 2017-01."


def require_month(month: str) -> str:
    """The month itself, if it is one.

    Raises:
        MonthInvalid: it is not YYYY-MM. Or its year is 0000 or 9999, where the month before or
            after cannot be written.
    """
    if _MONTH.fullmatch(month) is None or not "0001" <= month[:4] <= "9998":
        raise MonthInvalid(f"{month[:20]!r} is not a month")
    return month


def day_of(instant: datetime, zone: tzinfo) -> date:
    """The day that an instant lies in, where the zone's clocks are.

    An instant next to the calendar's edge, whose day cannot be written there, has that of UTC.
    """
    try:
        return instant.astimezone(zone).date()
    except OverflowError:
        return instant.astimezone(UTC).date()


def month_of(instant: datetime, zone: tzinfo) -> str:
    """The month that an instant lies in, where the zone's clocks are."""
    return month_of_day(day_of(instant, zone))


def month_of_day(day: date) -> str:
    """The month that a day lies in."""
    return f"{day.year:04}-{day.month:02}"


def begins_at(month: str, zone: tzinfo) -> datetime:
    """The instant at which a month begins, where the zone's clocks are."""
    return datetime.combine(first_day(month), time(), zone)


def first_day(month: str) -> date:
    """The first day of a month."""
    return date.fromisoformat(f"{month}-01")


def next_month(month: str) -> str:
    """The month after a month."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + number // 12:04}-{number % 12 + 1:02}"
