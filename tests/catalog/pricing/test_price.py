"""Prices, eligibility and schedules by example: those of the specification, and the edges."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from catalog.pricing.eligible import ANYONE, NOBODY_YET, MemberFacts, Who, why_not_eligible
from catalog.pricing.price import PriceRate, price_of
from catalog.pricing.price_rule import Effect, PriceRule
from catalog.pricing.schedule import ALWAYS, Hours, Schedule
from catalog.pricing.words import words_of_rule

SHANGHAI = "Asia/Shanghai"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
DAY_8 = datetime(2026, 9, 8, 12, tzinfo=ZoneInfo(SHANGHAI))
DAY_9 = datetime(2026, 9, 9, 12, tzinfo=ZoneInfo(SHANGHAI))
GOLD = MemberFacts(tier="gold", spendable=5_000)
HALF = Effect(kind="percent", percent=50)
FREE = Effect(kind="free")


@dataclass(frozen=True)
class Thing:
    """What a price depends on in an offer."""

    offer_id: int = 7
    category: str | None = "food.coffee"
    kind: str = "cash_voucher"
    face_value_minor: int = 1_000
    currency: str = "CNY"
    points: int = 1_500


THING = Thing()
POINTS_DAY = Schedule(monthly=(8,))


def points(number: int) -> Effect:
    return Effect(kind="points", points=number)


def rule(price_id: int, effect: Effect, **terms: Any) -> PriceRule:
    return replace(PriceRule(price_id=price_id, effect=effect, valid_from=LONG_AGO), **terms)


SPECIFIED = [
    rule(1, points(1_000)),
    rule(2, HALF, schedule=POINTS_DAY),
    rule(3, points(800), who=Who(tiers=("gold",))),
]


@pytest.mark.parametrize(
    ("face", "step", "expected"), [(500, 1, 100), (999, 1, 200), (1, 10, 10), (1_000, 300, 300)]
)
def test_a_rate_prices_the_face_value_and_rounds_up(face: int, step: int, expected: int) -> None:
    rate = PriceRate(points=100, minor=500, step=step, currency="CNY")
    offer = Thing(face_value_minor=face)
    found = price_of([], offer, None, rate, NOBODY_YET, DAY_9, SHANGHAI)
    assert (found.points, found.price_id) == (expected, None)


@pytest.mark.parametrize(
    "offer",
    [
        Thing(kind="trial"),
        Thing(kind="discount"),
        Thing(face_value_minor=0),
        Thing(currency="USD"),
    ],
)
def test_a_rate_leaves_alone_what_it_cannot_price(offer: Thing) -> None:
    rate = PriceRate(points=100, minor=500, step=1, currency="CNY")
    assert price_of([], offer, None, rate, NOBODY_YET, DAY_9, SHANGHAI).points == 1_500


@pytest.mark.parametrize(
    ("rules", "facts", "at", "expected"),
    [
        (SPECIFIED, GOLD, DAY_8, (500, 2)),
        (SPECIFIED, GOLD, DAY_9, (800, 3)),
        (SPECIFIED, NOBODY_YET, DAY_9, (1_000, 1)),
        (
            [*SPECIFIED, rule(4, FREE, who=Who(points_at_most=50))],
            MemberFacts(spendable=30),
            DAY_8,
            (0, 4),
        ),
        # Half of the ordinary price, not of the lowest one.
        ([rule(1, points(800), who=Who(tiers=("gold",))), rule(2, HALF)], GOLD, DAY_9, (600, 2)),
        # Of two that cost the same, the older one is named.
        ([rule(5, points(10)), rule(3, points(10))], GOLD, DAY_9, (10, 3)),
        # Rounded up, kept over its floor, and a floor never makes it dearer than it is.
        ([rule(1, points(101)), rule(2, HALF)], GOLD, DAY_9, (51, 2)),
        (
            [rule(1, points(100)), rule(2, Effect(kind="percent", percent=10, floor=30))],
            GOLD,
            DAY_9,
            (30, 2),
        ),
        ([rule(2, Effect(kind="percent", percent=10, floor=9_000))], GOLD, DAY_9, (1_200, 2)),
        # The first rule may lie above all else: that is the brand's wish.
        ([rule(1, points(9_000))], GOLD, DAY_9, (9_000, 1)),
        # Other offers, other categories, other times.
        ([rule(1, points(1), offer_id=8)], GOLD, DAY_9, (1_200, None)),
        ([rule(1, points(1), offer_id=7)], GOLD, DAY_9, (1, 1)),
        ([rule(1, points(1), category="food")], GOLD, DAY_9, (1, 1)),
        ([rule(1, points(1), category="food.coffee")], GOLD, DAY_9, (1, 1)),
        ([rule(1, points(1), category="food.coffee.bean")], GOLD, DAY_9, (1_200, None)),
        ([rule(1, points(1), category="foo")], GOLD, DAY_9, (1_200, None)),
        ([rule(1, points(1), valid_until=DAY_9)], GOLD, DAY_9, (1_200, None)),
        ([rule(1, points(1), ended_at=DAY_9)], GOLD, DAY_9, (1_200, None)),
        ([rule(1, points(1), valid_from=DAY_9, ended_at=None)], GOLD, DAY_9, (1, 1)),
        ([rule(1, points(1), valid_from=DAY_9)], GOLD, DAY_8, (1_200, None)),
    ],
)
def test_the_lowest_rule_that_applies_sets_the_price(
    rules: list[PriceRule], facts: MemberFacts, at: datetime, expected: tuple[int, int | None]
) -> None:
    found = price_of(rules, THING, 1_200, None, facts, at, SHANGHAI)
    assert (found.points, found.price_id) == expected


def test_without_a_rule_the_batch_comes_before_the_rate_and_the_suggestion() -> None:
    rate = PriceRate(points=100, minor=500, step=1, currency="CNY")
    for batch, given, expected in ((0, rate, 0), (None, rate, 200), (None, None, 1_500)):
        found = price_of([], THING, batch, given, NOBODY_YET, DAY_9, SHANGHAI)
        assert found.points == expected
    assert price_of([], THING, None, rate, NOBODY_YET, DAY_9, SHANGHAI).words.zh == "按积分比率折算"


@pytest.mark.parametrize(
    ("who", "facts", "expected"),
    [
        (ANYONE, NOBODY_YET, None),
        (Who(tiers=("gold",)), NOBODY_YET, "tier"),
        (Who(tiers=("",)), NOBODY_YET, None),
        (Who(tiers=("", "gold")), MemberFacts(tier="silver"), "tier"),
        (Who(tags_any=("a", "b")), MemberFacts(tags=frozenset("bc")), None),
        (Who(tags_any=("a", "b")), MemberFacts(tags=frozenset("c")), "tag"),
        (Who(tags_all=("a", "b")), MemberFacts(tags=frozenset("abc")), None),
        (Who(tags_all=("a", "b")), MemberFacts(tags=frozenset("a")), "tag"),
        (Who(tags_none=("a",)), MemberFacts(tags=frozenset("a")), "tag"),
        (Who(tags_none=("a",)), NOBODY_YET, None),
        (Who(points_at_most=50), NOBODY_YET, None),
        (Who(points_at_most=50), MemberFacts(spendable=50), None),
        (Who(points_at_most=50), MemberFacts(spendable=51), "points"),
        (Who(points_at_least=50), MemberFacts(spendable=49), "points"),
        (Who(points_at_least=50), MemberFacts(spendable=50), None),
        (Who(member_for_days_at_most=7), NOBODY_YET, None),
        (Who(member_for_days_at_most=7), MemberFacts(member_for_days=7), None),
        (Who(member_for_days_at_most=7), MemberFacts(member_for_days=8), "new"),
        (Who(first_redemption=True), MemberFacts(coupons=1), "new"),
        (Who(first_redemption=True), NOBODY_YET, None),
        (Who(tiers=("gold",), points_at_least=1), NOBODY_YET, "tier"),
    ],
)
def test_who_may_have_it(who: Who, facts: MemberFacts, expected: str | None) -> None:
    assert why_not_eligible(who, facts) == expected


@pytest.mark.parametrize(
    ("schedule", "day", "holds"),
    [
        (Schedule(monthly=(31,)), date(2026, 4, 30), False),
        (Schedule(monthly=(31,)), date(2026, 5, 31), True),
        (Schedule(monthly=("last",)), date(2026, 4, 30), True),
        (Schedule(monthly=("last",)), date(2026, 5, 30), False),
        (Schedule(monthly=("last",)), date(2028, 2, 28), False),
        (Schedule(monthly=("last",)), date(2028, 2, 29), True),
        (Schedule(monthly=(29,)), date(2026, 2, 28), False),
        (Schedule(monthly=("last",)), date.max, True),
        (Schedule(weekly=(3,)), date(2026, 9, 9), True),
        (Schedule(weekly=(3,)), date(2026, 9, 10), False),
        (Schedule(dates=(date(2026, 11, 11),)), date(2026, 11, 11), True),
        (Schedule(dates=(date(2026, 11, 11),)), date(2027, 11, 11), False),
    ],
)
def test_days_of_a_schedule(schedule: Schedule, day: date, *, holds: bool) -> None:
    assert schedule.holds_on(day) is holds


def test_hours_are_those_of_the_programme_also_where_clocks_change() -> None:
    def minutes(zone: str, day: date, hours: Hours) -> int:
        first = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
        schedule = Schedule(dates=(day,), hours=hours)
        instants = (first.timestamp() + 60 * minute for minute in range(-120, 27 * 60))
        return sum(schedule.holds_at(datetime.fromtimestamp(each, UTC), zone) for each in instants)

    at_two, at_one = Hours(120, 180), Hours(60, 120)
    assert minutes(SHANGHAI, date(2026, 9, 8), at_two) == 60
    assert minutes("America/New_York", date(2026, 3, 8), at_two) == 0
    assert minutes("America/New_York", date(2026, 11, 1), at_one) == 120
    assert minutes("America/New_York", date(2026, 11, 1), Hours(0, 1_440)) == 25 * 60


def test_the_next_days() -> None:
    def few(schedule: Schedule, first: date, until: date | None = None) -> list[date]:
        days = schedule.days(first, until)
        return [day for day, _ in zip(days, range(3), strict=False)]

    assert few(Schedule(monthly=(31,)), date(2026, 1, 31)) == [
        date(2026, 1, 31),
        date(2026, 3, 31),
        date(2026, 5, 31),
    ]
    assert few(Schedule(monthly=("last",)), date(2026, 2, 1), date(2026, 3, 31)) == [
        date(2026, 2, 28)
    ]
    dates = (date(2026, 11, 11), date(2026, 6, 18))
    assert few(Schedule(dates=dates), date(2026, 1, 1)) == sorted(dates)
    assert few(Schedule(dates=dates), date(2027, 1, 1)) == []
    assert few(ALWAYS, date.max) == [date.max]


def test_a_rule_is_told_in_two_languages() -> None:
    told = words_of_rule(
        rule(
            1,
            Effect(kind="percent", percent=50, floor=10),
            schedule=Schedule(monthly=(8, "last"), hours=Hours(600, 1_440)),
            who=Who(tiers=("gold", ""), tags_none=("brand:staff",), points_at_most=50),
        )
    )
    assert told.en == (
        "50% of the ordinary price (at least 10 points), every month on day 8, last day,"
        " 10:00–24:00, for tier gold, none, for those with no tag of brand:staff,"
        " with at most 50 points"
    )
    assert told.zh == (
        "平日价的 50%（不低于 10 积分），每月8 日、最后一天，10:00–24:00，限等级 gold、无等级，"
        "不含标签 brand:staff，积分不多于 50"
    )
    weekly = rule(1, FREE, schedule=Schedule(weekly=(3, 7)), who=Who(first_redemption=True))
    assert words_of_rule(weekly).en == "free, every Wednesday, Sunday, for a first redemption"
    assert words_of_rule(weekly).zh == "免费，每周三、周日，限首次兑换"
