"""What the oracle's members hold, and the oracle's calendar.

These are plain dictionaries, and every question walks through all of them.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

LotName = tuple[date | None, date | None, str | None]
"""First day, last day and funder, which tell the points of one wallet apart."""
Parts = list[tuple[LotName, int]]
LEAP_DAY = (2, 29)


@dataclass(frozen=True)
class Rulebook:
    """A programme's rules in the oracle's own words."""

    zone: str
    plan: str = "none"
    count: int = 0
    dates: tuple[tuple[int, int], ...] = ()
    available_after: int = 0
    debt: str = "refuse"
    grace: int | None = None
    caps: tuple[tuple[str, str, int], ...] = ()
    """Kind, window, points."""
    balance_max: int | None = None
    lots_max: int = 1_000

    def day(self, instant: datetime) -> date:
        """The date of an instant in the programme's time zone."""
        return instant.astimezone(ZoneInfo(self.zone)).date()

    def last_day(self, day: date) -> date | None:
        """The plan's last day for points issued on a day."""
        if self.plan == "days":
            return day + timedelta(self.count)
        if self.plan == "months":
            year, month = day.year, day.month
            for _ in range(self.count):
                year, month = (year, month + 1) if month < 12 else (year + 1, 1)
            return date(year, month, calendar.monthrange(year, month)[1])
        if self.plan == "dates":
            candidates = [
                (in_year(year, listed), year, listed)
                for year in (day.year, day.year + 1)
                for listed in self.dates
            ]
            _, year, listed = min(candidate for candidate in candidates if candidate[0] >= day)
            return in_year(year + self.count, listed)
        return None

    def window_start(self, window: str, day: date) -> date:
        """The first day of a cap's window."""
        return {"day": day, "month": day.replace(day=1), "year": day.replace(month=1, day=1)}[
            window
        ]


def in_year(year: int, listed: tuple[int, int]) -> date:
    """A month and day in a year. In a year without a leap day, the 28th stands for it."""
    month, day = listed
    return date(year, month, 28 if listed == LEAP_DAY and not calendar.isleap(year) else day)


@dataclass
class Purse:
    """One member's points, what is owed, and what caps have counted."""

    lots: dict[LotName, int] = field(default_factory=dict)
    debt: int = 0
    slides_until: date | None = None
    used: dict[tuple[str, str], tuple[date, int]] = field(default_factory=dict)
    """By kind and window: the window's first day, and the points."""
    into: str | None = None
    days: dict[LotName, dict[date, int]] = field(default_factory=dict)
    """What each lot gained, by the day of the operation."""

    def there(self, lot: LotName, day: date) -> int:
        """The fewest points the lot had at the end of `day` and of any day after it.

        None where an issue was reversed on a day before its own.
        """
        days = self.days.get(lot, {})
        ends = {day, *(other for other in days if other > day)}
        return max(0, min(sum(days[other] for other in days if other <= end) for end in ends))

    def points(self) -> int:
        """All points, whatever their dates."""
        return sum(self.lots.values())

    def is_alive(self, lot: LotName, day: date) -> bool:
        """Whether the lot's last day is not past."""
        last = lot[1] if lot[1] is not None else self.slides_until
        return last is None or last >= day

    def is_spendable(self, lot: LotName, day: date) -> bool:
        """Whether the lot is alive and available."""
        return self.is_alive(lot, day) and (lot[0] is None or lot[0] <= day)

    def in_order(self) -> list[LotName]:
        """The lots in the order of spending.

        Of two that would be equal, the one with a last day of its own comes first.
        """

        def order(lot: LotName) -> tuple[date, date, str, bool]:
            first, last, funder = lot
            return (
                last or self.slides_until or date.max,
                first or date.min,
                funder or "",
                last is None,
            )

        return sorted(self.lots, key=order)

    def spendable(self, day: date) -> int:
        """Points that may be spent, less what is owed."""
        return (
            sum(points for lot, points in self.lots.items() if self.is_spendable(lot, day))
            - self.debt
        )

    def pending(self, day: date) -> int:
        """Points that are alive but not available yet."""
        return sum(
            points
            for lot, points in self.lots.items()
            if self.is_alive(lot, day) and not self.is_spendable(lot, day)
        )

    def dead(self, day: date) -> int:
        """Points past their last day."""
        return sum(points for lot, points in self.lots.items() if not self.is_alive(lot, day))

    def put(self, lot: LotName, points: int) -> None:
        """Add to a lot."""
        if points:
            self.lots[lot] = self.lots.get(lot, 0) + points

    def take(self, lots: list[LotName], points: int) -> Parts:
        """Take up to `points` points from these lots, in their order."""
        parts = []
        for lot in lots:
            part = min(points, self.lots.get(lot, 0))
            if part:
                parts.append((lot, part))
                points -= part
                self.lots[lot] -= part
                if not self.lots[lot]:
                    del self.lots[lot]
        return parts


def total(parts: Parts) -> int:
    """Points of all parts."""
    return sum(points for _, points in parts)


def split(parts: Parts, points: int) -> tuple[Parts, Parts]:
    """The first `points` points, and the rest."""
    first: Parts = []
    rest: Parts = []
    for lot, part in parts:
        taken = min(part, points)
        points -= taken
        first += [(lot, taken)] if taken else []
        rest += [(lot, part - taken)] if part > taken else []
    return first, rest
