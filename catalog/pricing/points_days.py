"""The days on which a programme's price rules with a schedule apply (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from catalog.pricing.eligible import MemberFacts, why_not_eligible
from catalog.pricing.price_rule import PERCENT, PriceRule
from ledger.book import programme_day

POINTS_DAYS_MAX = 366
"""So many days may be asked for at once."""


@dataclass(frozen=True, slots=True)
class PointsDay:
    """A day on which rules with a schedule apply, and the best of their multipliers on earning."""

    day: date
    earning_multiplier_percent: int
    rules: tuple[PriceRule, ...]


def list_points_days(
    rules: Iterable[PriceRule], first: date, until: date, time_zone: str
) -> list[PointsDay]:
    """The points days from `first` until before `until`, in order."""
    found: dict[date, list[PriceRule]] = {}
    for rule in rules:
        if rule.schedule.has_days:
            begin, end = _days_in_force(rule, time_zone)
            last = until if end is None else min(until, end)
            for day in rule.schedule.days(max(first, begin), last):
                found.setdefault(day, []).append(rule)
    return [
        PointsDay(
            day,
            max(rule.earning_multiplier_percent or PERCENT for rule in found[day]),
            tuple(sorted(found[day], key=lambda rule: rule.price_id)),
        )
        for day in sorted(found)
    ]


def multiplier_at(
    rules: Iterable[PriceRule], facts: MemberFacts, at: datetime, time_zone: str
) -> int:
    """What a member earns at this instant, in percent of what else it would.

    It is the best of the rules that are in force, on their schedule, hours included, and for this
    member. Whatever offers they are for does not matter. They never add up.
    """
    return max(
        (
            rule.earning_multiplier_percent or PERCENT
            for rule in rules
            if rule.schedule.has_days
            and rule.holds_at(at)
            and rule.schedule.holds_at(at, time_zone)
            and why_not_eligible(rule.who, facts) is None
        ),
        default=PERCENT,
    )


def multiplied(points: int, percent: int) -> int:
    """So much is given of `points`, in whole points, rounded down."""
    return points * percent // PERCENT


def next_days(rule: PriceRule, now: datetime, time_zone: str, count: int) -> list[date]:
    """The next days on which a rule with a schedule applies, today included. Else no days."""
    if not rule.schedule.has_days:
        return []
    begin, end = _days_in_force(rule, time_zone)
    days = rule.schedule.days(max(programme_day(now, time_zone), begin), end)
    return [day for day, _ in zip(days, range(count), strict=False)]


def _days_in_force(rule: PriceRule, time_zone: str) -> tuple[date, date | None]:
    """The days of which the rule is in force for a part at least: the first, and where they end."""
    ends = [end for end in (rule.valid_until, rule.ended_at) if end is not None]
    begin = programme_day(rule.valid_from, time_zone)
    if not ends:
        return begin, None
    end = min(ends)
    day = programme_day(end, time_zone)
    midnight = datetime.combine(day, time(), ZoneInfo(time_zone)).astimezone(UTC)
    return begin, day if end <= midnight else day + timedelta(days=1)
