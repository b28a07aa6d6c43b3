"""Rules that hold from a day on, against a plain reading: one word for each rule and day."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.book import DebtPolicy, ExpiryKind, ExpiryPlan, Rules
from ledger.book.dated import RulesFromDay, with_change
from ledger.book.rules import require_valid, rules_as_json, rules_from_json
from ledger.read import Naming

FIRST = date(2026, 1, 1)
DAYS = 40
NAMES = ("point_value", "expiry", "available_after_days", "debt")
PLANS = st.sampled_from(
    [
        ExpiryPlan(),
        *(ExpiryPlan(ExpiryKind.MONTHS, count) for count in (0, 1, 2, 13)),
        *(ExpiryPlan(ExpiryKind.DAYS, count) for count in (1, 10, 45)),
        *(ExpiryPlan(ExpiryKind.DATES, count, ((3, 31), (12, 31))) for count in (0, 1)),
    ]
)
CHANGES = st.builds(
    RulesFromDay,
    point_value=st.sampled_from([None, Decimal("0.01"), Decimal("0.02")]),
    expiry=st.none() | PLANS,
    available_after_days=st.sampled_from([None, 0, 7]),
    debt=st.sampled_from([None, DebtPolicy.OWE, DebtPolicy.TAKE]),
)
HISTORIES = st.lists(
    # How many days go by before a change, how many days ahead it begins, and what it says.
    st.tuples(st.integers(0, 5), st.integers(0, 12), CHANGES),
    max_size=8,
)


@dataclass
class Calendar:
    """What each day says of a rule, as a person would note it: the word, and on which it stands."""

    opened: Rules
    words: dict[str, dict[date, Any]] = field(default_factory=lambda: {name: {} for name in NAMES})

    def says(self, name: str, day: date) -> Any:
        """The latest word that stands on this day or before."""
        written = [each for each in self.words[name] if each <= day]
        return self.words[name][max(written)] if written else getattr(self.opened, name)

    def write(self, name: str, day: date, value: Any) -> None:
        """Write a word on a day. It is not repeated where it says what holds anyway."""
        if self.says(name, day) != value:
            self.words[name][day] = value
            # A word that says what the word before it says is crossed out.
            before = getattr(self.opened, name)
            for each in sorted(self.words[name]):
                if self.words[name][each] == before and each >= day:
                    del self.words[name][each]
                else:
                    before = self.words[name][each]


@settings(max_examples=120)
@given(PLANS, HISTORIES)
def test_each_day_has_its_rules(plan: ExpiryPlan, history: list[Any]) -> None:
    rules = Rules(expiry=plan, point_value=Decimal("0.01"), currency="CNY")
    calendar, today = Calendar(rules), FIRST
    for passed, ahead, change in history:
        today += timedelta(passed)
        since = today + timedelta(ahead)
        past = [rules.on(FIRST + timedelta(number)) for number in range((since - FIRST).days)]
        rules = with_change(rules, change, since=since, today=today)
        require_valid(rules)
        assert rules_from_json(orjson.dumps(rules_as_json(rules))) == rules
        for name in NAMES:
            if (value := getattr(change, name)) is not None:
                calendar.write(name, since, value)
        for number, before in enumerate(past):
            now = rules.on(FIRST + timedelta(number))
            assert [getattr(now, each) for each in NAMES] == [
                getattr(before, each) for each in NAMES
            ]
        for number in range(DAYS):
            day = FIRST + timedelta(number)
            told = {name: getattr(rules.on(day), name) for name in NAMES}
            assert told == {name: calendar.says(name, day) for name in NAMES}, day


@settings(max_examples=120)
@given(PLANS, HISTORIES, st.lists(st.integers(0, 900), max_size=30), st.data())
def test_a_last_day_never_changes_its_cohort(
    plan: ExpiryPlan, history: list[Any], own: list[int], data: st.DataObject
) -> None:
    """Whenever the book is read, and whatever days points were given by hand."""
    rules, today, naming = Rules(expiry=plan), FIRST, Naming.of_plan(plan)
    named: dict[date, str] = {}
    given_by_hand = iter(own)
    for passed, ahead, change in history:
        today += timedelta(passed)
        plain = RulesFromDay(expiry=change.expiry)
        rules = with_change(rules, plain, since=today + timedelta(ahead), today=today)
        issued = [rules.on(today).expiry.last_day(today)]
        issued += [today + timedelta(days) for days in [next(given_by_hand, 0)] if days]
        if data.draw(st.booleans()):
            naming = naming.grown(rules, today, named.values())
            assert not naming.is_behind(rules, today)
            for last_day in issued:
                if last_day is not None:
                    named.setdefault(last_day, naming.cohort(last_day))
        for last_day, cohort in named.items():
            assert naming.cohort(last_day) == cohort
            ends = naming.ends_on(cohort)
            assert ends is not None
            assert ends >= last_day
