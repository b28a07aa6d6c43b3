"""Hours of impressions as they are typed or come in a file. Pure.

A line has a time and a number: `2026-11-28 10:00, 1200`. Between them stands a comma, a semicolon
or a tab. A time without an offset is of the zone that the reader states. A line that cannot be read
is refused with its reason, and the others go on.
"""

import csv
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from api.console.brand.words import _
from exchange.swaps import HOURS_MAX, IMPRESSIONS_MAX
from ledger.book import known_time_zones

DELIMITERS = "\t;,"
LINE_LENGTH_MAX = 1_000
REFUSED_SHOWN = 100
_HOUR = re.compile(
    r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})[ T]+([0-9]{1,2})(?::00(?::00)?)?"
    r"\s*(Z|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
_COUNT = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,13}", re.ASCII)

NO_PAIR = _("It is no time and a number.")
NO_HOUR = _("It is no full hour, such as 2026-11-28 10:00.")
NOT_ONCE = _("The clock is changed in this hour. Write its offset, such as +08:00.")
NO_COUNT = _("It is no whole number, or too large a one.")
TWICE = _("The hour stands in a line before.")
TOO_MANY = _("A report tells of fewer hours. Send this one in the next.")


@dataclass(frozen=True, slots=True)
class ToldHour:
    """An hour as it is understood, and how often the offer was shown in it."""

    line: int
    hour: datetime
    impressions: int


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A line that cannot be used, and why."""

    line: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class ToldHours:
    """What was understood, in the order of the lines. `refused` lists the first of the rest."""

    hours: Sequence[ToldHour]
    refused: Sequence[RefusedLine]
    refused_count: int

    @property
    def impressions(self) -> int:
        """What the hours come to."""
        return sum(each.impressions for each in self.hours)

    @property
    def text(self) -> str:
        """The same hours in one form, short enough for a field of a form."""
        return "\n".join(f"{each.hour:%Y-%m-%d %H}Z,{each.impressions}" for each in self.hours)


def is_zone(name: str) -> bool:
    """Whether there is such a time zone."""
    return name in known_time_zones()


def read_told_hours(text: str, zone: str) -> ToldHours:
    """The hours in a text. Times without an offset are of `zone`."""
    hours: list[ToldHour] = []
    refused: list[RefusedLine] = []
    taken: set[datetime] = set()
    lines = text.removeprefix("\ufeff").splitlines()
    for number, line in enumerate(lines, start=1):
        if not line.strip() or (number == 1 and not any(map(str.isdigit, line))):
            continue  # an empty line, or the heading
        found = _read_line(line[:LINE_LENGTH_MAX], zone)
        if isinstance(found, str):
            refused.append(RefusedLine(number, line[:100], found))
        elif found[0] in taken:
            refused.append(RefusedLine(number, line[:100], TWICE))
        elif len(hours) == HOURS_MAX:
            refused.append(RefusedLine(number, line[:100], TOO_MANY))
        else:
            taken.add(found[0])
            hours.append(ToldHour(number, *found))
    return ToldHours(hours, refused[:REFUSED_SHOWN], len(refused))


def _read_line(line: str, zone: str) -> tuple[datetime, int] | str:
    """The hour and its number, or why there is none."""
    delimiter = next((each for each in DELIMITERS if each in line), ",")
    cells = [each.strip() for each in next(csv.reader([line], delimiter=delimiter), [])]
    first, *rest = [each for each in cells if each] or [""]
    if len(rest) != 1:
        return NO_PAIR
    hour = _read_hour(first, zone)
    if isinstance(hour, str):
        return hour
    count = int(rest[0].replace(",", "")) if _COUNT.fullmatch(rest[0]) else None
    if count is None or count > IMPRESSIONS_MAX // HOURS_MAX:
        return NO_COUNT
    return hour, count


def _read_hour(text: str, zone: str) -> datetime | str:
    found = _HOUR.fullmatch(text)
    if found is None:
        return NO_HOUR
    try:
        year, month, day, hour = (int(found[each]) for each in range(1, 5))
        local = datetime(year, month, day, hour)  # noqa: DTZ001 - its zone follows
        if found[5] is not None:
            offset = datetime.strptime(found[5].replace("Z", "+0000"), "%z").tzinfo
            return _full(local.replace(tzinfo=offset).astimezone(UTC))
        both = {local.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1)}
        return _full(both.pop()) if len(both) == 1 else NOT_ONCE
    except (ValueError, OverflowError):
        return NO_HOUR


def _full(instant: datetime) -> datetime | str:
    """The instant, if an hour begins at it in UTC too: some zones lie half an hour off."""
    return NO_HOUR if instant.minute else instant


def spans(hours: Sequence[ToldHour]) -> tuple[datetime, datetime] | None:
    """From the first hour to the end of the last."""
    if not hours:
        return None
    begins = [each.hour for each in hours]
    return min(begins), max(begins) + timedelta(hours=1)
