"""Prices as properties: the order of rules, rules that are added, schedules against the calendar.

The reference says a second time what the price of an offer is, slowly and in other words.
"""

import calendar
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.pricing import eligible, price, schedule
from catalog.pricing.eligible import MemberFacts, Who
from catalog.pricing.price import PriceRate
from catalog.pricing.price_list import PriceList
from catalog.pricing.price_rule import Effect, PriceRule
from catalog.pricing.schedule import Hours, Schedule
from tests.catalog.pricing import test_price
from tests.catalog.pricing.test_price import LONG_AGO, Thing
from tests.properties.planted import Defect

ZONES = ("Asia/Shanghai", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe", "UTC")

numbers = st.integers(0, 40)
days_of_month = st.one_of(st.integers(1, 31), st.just("last"))
spans = st.lists(st.integers(0, 1_440), min_size=2, max_size=2, unique=True).map(
    lambda two: Hours(*sorted(two))
)
dates = st.dates(date(2026, 1, 1), date(2028, 12, 31))
schedules = st.builds(
    lambda days, hours: Schedule(**days, hours=hours),
    st.one_of(
        st.just({}),
        st.fixed_dictionaries(
            {"monthly": st.lists(days_of_month, min_size=1, max_size=3).map(tuple)}
        ),
        st.fixed_dictionaries(
            {"weekly": st.lists(st.integers(1, 7), min_size=1, max_size=3).map(tuple)}
        ),
        st.fixed_dictionaries({"dates": st.lists(dates, min_size=1, max_size=3).map(tuple)}),
    ),
    st.none() | spans,
)
effects = st.one_of(
    st.builds(Effect, kind=st.just("points"), points=numbers),
    st.builds(
        Effect, kind=st.just("percent"), percent=st.integers(1, 100), floor=st.none() | numbers
    ),
    st.just(Effect(kind="free")),
)
conditions = st.one_of(
    st.just(Who()),
    st.builds(
        Who,
        tiers=st.sampled_from([(), ("gold",), ("",)]),
        tags_none=st.sampled_from([(), ("a",)]),
        points_at_most=st.none() | numbers,
        points_at_least=st.none() | numbers,
        first_redemption=st.booleans(),
    ),
)
people = st.builds(
    MemberFacts,
    tier=st.sampled_from(["", "gold", "silver"]),
    tags=st.sampled_from([frozenset(), frozenset("a")]),
    spendable=numbers,
    coupons=st.integers(0, 1),
)
instants = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
offers = st.builds(
    Thing,
    offer_id=st.integers(1, 2),
    category=st.sampled_from([None, "a", "a.b", "ab"]),
    kind=st.sampled_from(["cash_voucher", "trial"]),
    face_value_minor=numbers,
    points=numbers,
)
rates = st.none() | st.builds(
    PriceRate,
    points=st.integers(1, 9),
    minor=st.integers(1, 9),
    step=st.integers(1, 9),
    currency=st.sampled_from(["CNY", "USD"]),
)
scopes = st.sampled_from(
    [{}, {"offer_id": 1}, {"offer_id": 2}, {"category": "a"}, {"category": "a.b"}]
)
rules = st.builds(
    lambda price_id, scope, **terms: PriceRule(
        price_id=price_id, **scope, **terms, valid_from=LONG_AGO
    ),
    st.integers(1, 99),
    scopes,
    effect=effects,
    schedule=st.just(Schedule()) | schedules,
    who=conditions,
    ended_at=st.none() | instants,
)
rule_lists = st.lists(rules, max_size=6, unique_by=lambda rule: rule.price_id)
worlds = st.tuples(offers, st.none() | numbers, rates, people, instants, st.sampled_from(ZONES))
World = tuple[Thing, int | None, PriceRate | None, MemberFacts, datetime, str]


def on_day(each: Schedule, day: date) -> bool:
    """Whether a schedule names a day, by the calendar of the standard library."""
    of_month = calendar.monthrange(day.year, day.month)[1]
    if each.monthly:
        return day.day in {of_month if wanted == "last" else wanted for wanted in each.monthly}
    if each.weekly:
        return calendar.weekday(day.year, day.month, day.day) + 1 in each.weekly
    return day in each.dates if each.dates else True


def at_instant(each: Schedule, at: datetime, zone: str) -> bool:
    """Whether a schedule names an instant, by what a clock on the wall shows then."""
    offset = at.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    wall = at.replace(tzinfo=None) + offset
    since_midnight = wall - datetime(wall.year, wall.month, wall.day)  # noqa: DTZ001 (a wall clock)
    hours = each.hours or Hours(0, 1_440)
    return on_day(each, wall.date()) and (
        timedelta(minutes=hours.from_minute)
        <= since_midnight
        < timedelta(minutes=hours.until_minute)
    )


def specified(found: list[PriceRule], world: World) -> tuple[int, int | None]:
    """The price by the specification, step by step."""
    offer, batch, rate, facts, at, zone = world
    course = offer.points
    is_rated = rate is not None and rate.currency == "CNY" and offer.kind != "trial"
    if rate is not None and is_rated and offer.face_value_minor:
        exact = ceil(Fraction(offer.face_value_minor * rate.points, rate.minor))
        course = next(n for n in range(exact, exact + rate.step) if n % rate.step == 0)
    if batch is not None:
        course = batch
    scoped = [
        each
        for each in found
        if (each.ended_at is None or at < each.ended_at)
        and each.offer_id in {None, offer.offer_id}
        and (
            each.category is None
            or (offer.category or "").split(".")[: len(each.category.split("."))]
            == each.category.split(".")
        )
    ]
    plain = [
        each.effect.points
        for each in scoped
        if each.effect.points is not None and each.who == Who() and (each.schedule == Schedule())
    ]
    ordinary = min(plain) if plain else course
    prices = []
    for each in scoped:
        if at_instant(each.schedule, at, zone) and not eligible.why_not_eligible(each.who, facts):
            if each.effect.points is not None:
                points = each.effect.points
            elif each.effect.percent is not None:
                points = ceil(Fraction(ordinary * each.effect.percent, 100))
                points = min(max(points, each.effect.floor or 0), ordinary)
            else:
                points = 0
            prices.append((points, each.price_id))
    return min(prices) if prices else (course, None)


@given(rule_lists, worlds)
@settings(max_examples=100)
def test_the_price_is_the_specified_one(found: list[PriceRule], world: World) -> None:
    priced = price.price_of(found, *world)
    assert (priced.points, priced.price_id) == specified(found, world)
    offer, batch, rate, facts, at, zone = world
    # Twice: what is gathered for the first offer serves the others.
    ready = PriceList(found, rate, facts, at, zone)
    assert [ready.price(offer, batch) for _ in range(2)] == [priced, priced]
    # Anybody pays what the rules without conditions say.
    open_to_all = [each for each in found if each.who == Who()]
    anybody = price.price_of(found, offer, batch, rate, None, at, zone)
    assert anybody == price.price_of(open_to_all, *world)
    assert anybody == PriceList(found, rate, None, at, zone).price(offer, batch)


@given(rule_lists, worlds, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_the_order_of_rules_never_matters(
    found: list[PriceRule], world: World, random: object
) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert price.price_of(shuffled, *world) == price.price_of(found, *world)


@given(rule_lists.filter(bool), worlds)
@settings(max_examples=100)
@example(
    [
        PriceRule(price_id=1, effect=Effect(kind="points", points=30), valid_from=LONG_AGO),
        PriceRule(price_id=2, effect=Effect(kind="points", points=40), valid_from=LONG_AGO),
    ],
    (Thing(), 5, None, MemberFacts(), LONG_AGO, "UTC"),
)
def test_a_rule_that_is_added_never_raises_a_price_that_a_rule_set(
    found: list[PriceRule], world: World
) -> None:
    offer, at = world[0], world[4]
    *before, added = found
    set_before = price.price_of(before, *world)
    states_ordinary = added.is_ordinary and not any(
        each.is_ordinary and each.holds_at(at) and price.covers(each, offer) for each in before
    )
    if set_before.price_id is not None and not states_ordinary:
        assert price.price_of(found, *world).points <= set_before.points


def test_the_first_ordinary_price_is_what_a_percent_is_of() -> None:
    """The exception to the property above: the brand says what its offers usually cost."""
    half = test_price.rule(1, test_price.HALF)
    stated = test_price.rule(2, Effect(kind="points", points=1_000))
    world = (Thing(points=100), None, None, MemberFacts(), LONG_AGO, "UTC")
    assert price.price_of([half], *world).points == 50
    assert price.price_of([half, stated], *world).points == 500


@given(schedules, dates)
@settings(max_examples=100)
@example(Schedule(monthly=("last", 31)), date(2028, 2, 29))
@example(Schedule(monthly=(30, 31)), date(2026, 2, 1))
def test_schedules_follow_the_calendar(each: Schedule, first: date) -> None:
    days = [first + timedelta(days=number) for number in range(120)]
    until = first + timedelta(days=120)
    assert list(each.days(first, until)) == sorted({day for day in days if on_day(each, day)})


@given(schedules, instants, st.sampled_from(ZONES))
@settings(max_examples=100)
def test_schedules_follow_the_clock_on_the_wall(each: Schedule, at: datetime, zone: str) -> None:
    # An hour at a time, over every change of the clock in a week or two.
    for hours in range(0, 24 * 10, 7):
        instant = at + timedelta(hours=hours, minutes=hours)
        assert each.holds_at(instant, zone) == at_instant(each, instant, zone)


DEFECTS = (
    Defect(
        "a percent of the lowest rule, not of the ordinary price",
        price,
        "price_of",
        "if rule.is_ordinary]",
        'if rule.effect.kind == "points"]',
    ),
    Defect(
        "a rule of another category applies",
        price,
        "covers",
        '(path + ".").startswith(rule.category + ".")',
        "path.startswith(rule.category)",
    ),
    Defect(
        "the last day is the 31st",
        schedule,
        "_is_last_of_month",
        ".day == 1",
        ".day == 1 and day.day == 31",
    ),
    Defect("half a point is lost", price, "_outcome", "-(-ordinary", "(ordinary"),
    Defect(
        "a band by more than it says",
        eligible,
        "why_not_eligible",
        "facts.spendable > who.points_at_most",
        "facts.spendable >= who.points_at_most",
    ),
)


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda each: each.name)
def test_a_planted_defect_is_found(defect: Defect, monkeypatch: pytest.MonkeyPatch) -> None:
    defect.plant(monkeypatch)
    with pytest.raises((AssertionError, ExceptionGroup)):
        _every_example()


def test_hours_in_utc_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "_zone", lambda _: UTC)
    with pytest.raises(AssertionError):
        _every_example()


def _every_example() -> None:
    """Everything that is stated here by example, in one go."""
    for function in (
        test_price.test_the_lowest_rule_that_applies_sets_the_price,
        test_price.test_who_may_have_it,
    ):
        for values in _examples(function):
            function(*values)
    for each, day, holds in _examples(test_price.test_days_of_a_schedule):
        test_price.test_days_of_a_schedule(each, day, holds=holds)
    test_price.test_hours_are_those_of_the_programme_also_where_clocks_change()


def _examples(function: Any) -> list[Any]:
    """The values that a test is run with."""
    found: list[Any] = function.pytestmark[0].args[1]
    return found
