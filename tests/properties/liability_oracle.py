"""A roll-forward in plain Python: one entry after the other, without a line of the wing's code.

Every point of a wallet without a last day is kept by itself, named by its month.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

WALLET, DEBT, HELD, TRANSIT, CLEARING = 15, 7, 3, 4, 5
ISSUANCE, REDEMPTION, BREAKAGE, ADJUSTMENT, OUT, IN = 0, 1, 2, 6, 8, 9
OURS = {WALLET, DEBT, HELD, TRANSIT, CLEARING}
ENDS = {4, 5, 15}
NAMES_IN = {
    ISSUANCE: "issued",
    IN: "converted_in",
    REDEMPTION: "redemption_reversed",
    ADJUSTMENT: "adjusted",
}
NAMES_OUT = {
    ISSUANCE: "issue_reversed",
    REDEMPTION: "redeemed",
    OUT: "converted_out",
    BREAKAGE: "expired",
    ADJUSTMENT: "adjusted",
}
Key = tuple[str, str, str]
"""Month, cohort, row."""


@dataclass
class Pool:
    """The points of one wallet that have no last day: those that are there, those that went."""

    there: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Rules:
    """What the oracle has to know of a programme."""

    zone: str
    plan: str
    count: int


def month_of(day: date) -> str:
    return f"{day.year:04}-{day.month:02}"


def dated_cohort(rules: Rules, last_day: date) -> str:
    """The month of issue of a lot, where the plan tells it."""
    if rules.plan == "months":
        year, month = last_day.year, last_day.month
        for _ in range(rules.count):
            year, month = (year - 1, 12) if month == 1 else (year, month - 1)
        return f"{year:04}-{month:02}"
    if rules.plan == "days":
        return month_of(date.fromordinal(last_day.toordinal() - rules.count))
    return f"until {month_of(last_day)}"


class LiabilityOracle:
    """Says what each month of a book comes to. `frozen` are months with the lanes' last records."""

    def __init__(
        self, rules: Rules, frozen: Sequence[tuple[str, Sequence[int]]], records: Sequence[Any]
    ) -> None:
        self.rules = rules
        self.frozen = frozen
        self.cells: Counter[Key] = Counter()
        self.pools: dict[int, Pool] = defaultdict(Pool)
        self.by_place: dict[tuple[int, int], list[Any]] = defaultdict(list)
        for each in records:
            self.by_place[each.lane, each.seq].append(each)
        # Lanes do not depend on one another: a wallet is in one lane.
        for place in sorted(self.by_place):
            self._take(self.by_place[place])

    def _own_month(self, at: datetime) -> str:
        return month_of(at.astimezone(ZoneInfo(self.rules.zone)).date())

    def _reported(self, lane: int, seq: int, own: str) -> str:
        """The month of occurrence, or the first that a freeze has not passed by."""
        begin = ""
        for month, heads in self.frozen:
            if seq <= heads[lane]:
                break
            year, number = int(month[:4]), int(month[5:])
            begin = f"{year + number // 12:04}-{number % 12 + 1:02}"
        return max(own, begin)

    def _take(self, entries: Sequence[Any]) -> None:
        head = entries[0]
        own = self._own_month(head.occurred_at)
        month = self._reported(head.lane, head.seq, own)
        if head.kind in ENDS and head.subject is not None and head.refusal is None:
            self._redate(entries, month, own)
        for each in entries:
            if not each.amount:
                continue
            inwards, outwards = each.to_kind in OURS, each.from_kind in OURS
            if inwards and outwards:
                if TRANSIT in {each.to_kind, each.from_kind}:
                    sign = 1 if each.from_kind == TRANSIT else -1
                    self._count(each, (month, own), "moved", sign * each.amount)
                continue
            name = NAMES_IN[each.from_kind] if inwards else NAMES_OUT[each.to_kind]
            self._count(each, (month, own), name, each.amount if inwards else -each.amount)

    def _redate(self, entries: Sequence[Any], month: str, own: str) -> None:
        """Points that come back under another last day than they were set aside with."""
        begun = self.by_place[entries[0].subject & 255, entries[0].subject >> 8]
        moved: Counter[date | None] = Counter()
        for each in entries:
            if each.from_kind in {HELD, CLEARING}:
                moved[each.expires_on] += each.amount
        for each in begun:
            if each.to_kind in {HELD, CLEARING}:
                moved[each.expires_on] -= each.amount
        for last_day, points in moved.items():
            if points and last_day is not None:
                self.cells[month, dated_cohort(self.rules, last_day), "moved"] += points
            elif points:
                self._undated(entries[0].account_id, (month, own), "moved", points)

    def _count(self, entry: Any, months: tuple[str, str], name: str, points: int) -> None:
        if DEBT in {entry.from_kind, entry.to_kind}:
            self.cells[months[0], "owed", name] += points
        elif entry.expires_on is not None:
            cohort = dated_cohort(self.rules, entry.expires_on)
            self.cells[months[0], cohort, name] += points
        else:
            self._undated(entry.account_id, months, name, points)

    def _undated(self, account: int, months: tuple[str, str], name: str, points: int) -> None:
        """One point after the other."""
        pool, (month, own) = self.pools[account], months
        for _ in range(abs(points)):
            if points < 0:
                cohort = pool.there.pop(0)
                pool.gone.append(cohort)
                self.cells[month, cohort, name] -= 1
            elif name == "redemption_reversed" and pool.gone:
                cohort = pool.gone.pop()
                pool.there.insert(0, cohort)
                self.cells[month, cohort, name] += 1
            else:
                pool.there.append(own)
                self.cells[month, own, name] += 1

    def rows(self, month: str) -> dict[tuple[str, str], int]:
        """What a month came to, by cohort and row."""
        return {
            (cohort, name): points
            for (each, cohort, name), points in self.cells.items()
            if each == month and points
        }

    def closing(self, month: str) -> dict[str, int]:
        """What each cohort has at the end of a month."""
        left: Counter[str] = Counter()
        for (each, cohort, _), points in self.cells.items():
            if each <= month:
                left[cohort] += points
        return {cohort: points for cohort, points in left.items() if points}

    def months(self) -> list[str]:
        """The months in which something happened."""
        return sorted({month for month, _, _ in self.cells})


def rows_of_report(cohorts: Sequence[Any], names: Mapping[str, str]) -> dict[tuple[str, str], int]:
    """The same of a report: `names` are the fields of its points, with the oracle's names."""
    found: Counter[tuple[str, str]] = Counter()
    for line in cohorts:
        for name, told in names.items():
            found[line.cohort, told] += getattr(line.points, name)
    return {key: points for key, points in found.items() if points}
