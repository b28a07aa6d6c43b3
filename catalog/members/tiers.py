"""A member's tiers over time. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

TIER_PERIODS_MAX = 100
"""Periods that are kept of a member. Of more, those that ended longest ago go."""


@dataclass(frozen=True, slots=True)
class TierPeriod:
    """A member has `tier` from `begin` until before `end`. None: it has no end."""

    tier: str
    begin: datetime
    end: datetime | None

    def overlaps(self, other: "TierPeriod") -> bool:
        """Whether both hold at some instant."""
        return (other.end is None or self.begin < other.end) and (
            self.end is None or other.begin < self.end
        )


def with_tier(
    periods: Iterable[TierPeriod], tier: str | None, begin: datetime, end: datetime | None
) -> list[TierPeriod]:
    """The periods after a member has had `tier` set from `begin` until `end`, in order.

    What was there in that time is cut out of it, and stays before and after. None: no tier.
    """
    new = TierPeriod(tier or "", begin, end)
    kept: list[TierPeriod] = []
    for each in periods:
        if not each.overlaps(new):
            kept.append(each)
            continue
        if each.begin < begin:
            kept.append(TierPeriod(each.tier, each.begin, begin))
        if end is not None and (each.end is None or end < each.end):
            kept.append(TierPeriod(each.tier, end, each.end))
    if tier is not None:
        kept.append(new)
    return sorted(kept, key=lambda each: each.begin)[-TIER_PERIODS_MAX:]


def tier_at(periods: Sequence[TierPeriod], at: datetime) -> TierPeriod | None:
    """The period that holds at an instant."""
    for each in periods:
        if each.begin <= at and (each.end is None or at < each.end):
            return each
    return None


def is_from_now(
    periods: Sequence[TierPeriod], tier: str | None, now: datetime, end: datetime | None
) -> bool:
    """Whether the member has `tier` now and until `end` already. Since when does not matter."""
    found = tier_at(periods, now)
    return found is not None and (found.tier, found.end) == (tier, end)
