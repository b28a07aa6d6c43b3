"""What a points ledger should answer, written a second time: slow, plain, and without a line of the ledger's own code.

Amounts are kept as single dated bags of points in lists; every question is answered by going through all of them.
"""

import calendar
from dataclasses import dataclass, field
from datetime import date


def month_end(day: date, months: int) -> date:
    """The last day of the month so many months later."""
    year, month = day.year, day.month
    for _ in range(months):
        month += 1
        if month == 13:
            year, month = year + 1, 1
    return date(year, month, calendar.monthrange(year, month)[1])


@dataclass
class Bag:
    """Points that came together: the first day they may be spent, and the last."""

    points: int
    first: date
    last: date


@dataclass
class Hold:
    """Points taken out of bags until something becomes of them."""

    member: str
    taken: list[tuple[Bag, int]]
    last: date | None
    state: str = "open"


@dataclass
class Oracle:
    """One book. Every method answers (what was refused or "ok", points moved)."""

    months: int
    bags: dict[str, list[Bag]] = field(default_factory=dict)
    holds: dict[str, Hold] = field(default_factory=dict)
    issued: int = 0
    redeemed: int = 0
    expired: int = 0

    def spendable(self, member: str, today: date) -> int:
        """Points a member may spend."""
        return sum(bag.points for bag in self.bags.get(member, []) if bag.first <= today <= bag.last)

    def held(self, member: str) -> int:
        """Points of a member set aside."""
        return sum(
            points
            for hold in self.holds.values()
            if hold.member == member and hold.state == "open"
            for _, points in hold.taken
        )

    def issue(self, member: str, points: int, today: date, first: date | None, last: date | None) -> tuple[str, int]:
        """Add a bag."""
        first = first or date(1, 1, 1)
        last = last or month_end(today, self.months)
        if last < today or last < first:
            return "already-expired", points
        self.bags.setdefault(member, []).append(Bag(points, first, last))
        self.issued += points
        return "ok", points

    def _take(self, member: str, points: int, today: date) -> list[tuple[Bag, int]] | str:
        if member not in self.bags:
            return "member-not-found"
        if self.spendable(member, today) < points:
            return "insufficient-points"
        taken = []
        for bag in sorted(self.bags[member], key=lambda bag: (bag.last, bag.first)):
            if bag.first <= today <= bag.last and points and bag.points:
                part = min(points, bag.points)
                bag.points -= part
                points -= part
                taken.append((bag, part))
        return taken

    def redeem(self, member: str, points: int, today: date) -> tuple[str, int]:
        """Spend."""
        taken = self._take(member, points, today)
        if isinstance(taken, str):
            return taken, points
        self.redeemed += points
        return "ok", points

    def hold(self, key: str, member: str, points: int, today: date, last: date | None) -> tuple[str, int]:
        """Set aside."""
        taken = self._take(member, points, today)
        if isinstance(taken, str):
            return taken, points
        self.holds[key] = Hold(member, taken, last)
        return "ok", points

    def end(self, hold_key: str, member: str, today: date, *, captures: bool) -> tuple[str, int]:
        """Capture or release."""
        hold = self.holds.get(hold_key)
        if hold is None or hold.member != member:
            return "hold-not-found", 0
        if hold.state != "open":
            return "hold-closed", 0
        if captures and hold.last is not None and today > hold.last:
            return "hold-expired", 0
        points = sum(part for _, part in hold.taken)
        if captures:
            self.redeemed += points
            hold.state = "captured"
        else:
            for bag, part in hold.taken:
                bag.points += part
            hold.state = "released"
        return "ok", points

    def expire(self, member: str, today: date) -> tuple[str, int]:
        """Empty the bags whose last day is past."""
        if member not in self.bags:
            return "member-not-found", 0
        gone = 0
        for bag in self.bags[member]:
            if bag.last < today:
                gone += bag.points
                bag.points = 0
        self.expired += gone
        return "ok", gone
