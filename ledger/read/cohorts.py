"""How the cohorts of a programme are named whose plan of expiry has changed (pure).

A cohort is named by the last day of its points, for an entry tells nothing else, and points of one
last day are one lot. The plan tells the month of issue from that day. So each plan names the last
days up to one of its own, and the next plan those that come after. What a new plan gives a day that
an earlier one names counts with the points that end with it.

A last day never changes its cohort: what a plan has named beyond its own last days, for points that
were given a day by hand, it names for good (`Naming.grown`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ledger.book.calendar import (
    ExpiryKind,
    ExpiryPlan,
    last_day_of_month_after,
)
from ledger.book.rules import Rules
from ledger.read.rows import OWED, UNTIL, cohort_of, month_text

_NEVER = f"{UNTIL}never"


@dataclass(frozen=True, slots=True)
class NamedBy:
    """A plan and the last days that it names: up to `until`, or all that no other does.

    `since` is the first day of issue under it. None: the programme was opened with it.
    """

    plan: ExpiryPlan
    since: date | None = None
    until: date | None = None
    floor: str = ""
    """The last month of issue that earlier plans name."""
    kept: tuple[str, ...] = ()
    """The cohorts that it has named beyond `until`."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The plans of a programme, in their order, as far as cohorts were named by them."""

    stages: tuple[NamedBy, ...]

    @staticmethod
    def of_plan(plan: ExpiryPlan) -> "Naming":
        """By one plan, which has held from the beginning."""
        return Naming((NamedBy(plan),))

    def cohort(self, last_day: date | None, *, is_debt: bool = False) -> str:
        """The cohort of points with this last day, or of debts."""
        if is_debt or last_day is None:
            return cohort_of(self.stages[0].plan, last_day, is_debt=is_debt)
        named = ""
        for number, stage in enumerate(self.stages):
            named = self._named_by(number, last_day)
            if stage.until is None or last_day <= stage.until or named in stage.kept:
                break
        return named

    def _named_by(self, number: int, last_day: date) -> str:
        """What a stage calls a last day. It takes no month of issue that an earlier one names."""
        stage = self.stages[number]
        named = cohort_of(stage.plan, last_day, is_debt=False)
        is_taken = named <= stage.floor or any(named in each.kept for each in self.stages[:number])
        if named.startswith(UNTIL) or not is_taken:
            return named
        return f"{UNTIL}{month_text(last_day)}"

    def ends_on(self, cohort: str) -> date | None:
        """The last day that a cohort's points can have. None: it is not known."""
        if cohort in {OWED, _NEVER}:
            return None
        if cohort.startswith(UNTIL):
            return _month_end(cohort.removeprefix(UNTIL))
        plan = self._stage_of(cohort).plan
        month_end = _month_end(cohort)
        if plan.kind is ExpiryKind.MONTHS:
            return last_day_of_month_after(month_end, plan.count)
        if plan.kind is ExpiryKind.DAYS:
            ordinal = month_end.toordinal() + plan.count
            return date.fromordinal(min(ordinal, date.max.toordinal()))
        return None

    def _stage_of(self, month: str) -> NamedBy:
        """The stage that calls points by this month of issue."""
        keeping = (each for each in self.stages if month in each.kept)
        named = (each for each in reversed(self.stages) if month > each.floor)
        return next(keeping, None) or next(named)

    def is_behind(self, rules: Rules, today: date) -> bool:
        """Whether the programme has begun to follow a plan that names nothing yet."""
        return bool(self._begun(rules, today))

    def grown(self, rules: Rules, today: date, cohorts: Iterable[str]) -> "Naming":
        """With the plans that have begun. `cohorts` are all that were named before."""
        ends = {cohort: self.ends_on(cohort) for cohort in cohorts}
        stages = list(self.stages)
        for since, plan in self._begun(rules, today):
            last = stages[-1]
            eve = since - timedelta(days=1)
            until = last.plan.last_day(eve) or date.min
            told = cohort_of(last.plan, until, is_debt=False)
            floor = max(last.floor, month_text(eve), "" if told.startswith(UNTIL) else told)
            kept = [
                cohort
                for cohort, end in ends.items()
                if end is not None
                and end > until
                and (cohort.startswith(UNTIL) or self._stage_of(cohort) is self.stages[-1])
            ]
            stages[-1] = replace(last, until=until, kept=tuple(sorted(kept)))
            stages.append(NamedBy(plan, since, None, floor))
            ends = {}
        return Naming(tuple(stages))

    def _begun(self, rules: Rules, today: date) -> list[tuple[date, ExpiryPlan]]:
        """The plans after the last of the stages that have begun, each with its first day."""
        newest = self.stages[-1]
        found: list[tuple[date, ExpiryPlan]] = []
        before = newest.plan
        for each in rules.dated:
            is_later = newest.since is None or each.since >= newest.since
            if is_later and each.since <= today and not _name_alike(each.expiry, before):
                found.append((each.since, each.expiry))
                before = each.expiry
        return found


def _name_alike(one: ExpiryPlan, other: ExpiryPlan) -> bool:
    return (one.kind, one.count) == (other.kind, other.count)


def _month_end(month: str) -> date:
    return last_day_of_month_after(date(int(month[:4]), int(month[5:7]), 1), 0)
