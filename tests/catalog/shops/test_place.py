"""Where, when and for what order a coupon can be used."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from catalog.shops.place import UseTerms, judge_order, judge_place
from catalog.shops.terms import ShopTerms

SHANGHAI = "Asia/Shanghai"
NOON = datetime(2026, 11, 27, 4, tzinfo=UTC)
"""A Friday, noon in Shanghai."""
WEST = ShopTerms("west", "West gate", "310101", ("core", "mall"))
ONLINE = ShopTerms("app", "The app", online=True)


def only(**shops: Any) -> dict[str, Any]:
    return {"online": False, "shops": shops}


@pytest.mark.parametrize(
    ("usable", "shop", "allowed"),
    [
        (None, WEST, True),
        (None, ONLINE, True),
        ({"online": True, "shops": "none"}, WEST, False),
        ({"online": True, "shops": "none"}, ONLINE, True),
        ({"online": False, "shops": "all"}, WEST, True),
        ({"online": False, "shops": "all"}, ONLINE, False),
        (only(codes=["east", "west"]), WEST, True),
        (only(codes=["east"]), WEST, False),
        (only(groups=["mall"]), WEST, True),
        (only(groups=["airport"]), WEST, False),
        (only(regions=["310101"]), WEST, True),
        (only(regions=["310115"]), WEST, False),
        (only(regions=["310100"]), WEST, True),
        (only(regions=["310000"]), WEST, True),
        (only(regions=["110000"]), WEST, False),
        (only(regions=["310000"]), ShopTerms("x", "Nowhere"), False),
        (only(regions=["310000"]), ShopTerms("x", "The city", "310000"), True),
        (only(codes=["east"], groups=["core"], regions=None), WEST, True),
    ],
)
def test_shops_are_named_by_code_group_region_or_all(
    usable: dict[str, Any] | None, shop: ShopTerms, allowed: bool
) -> None:
    refusal = judge_place(UseTerms("n", usable=usable), shop, NOON, SHANGHAI)
    assert (refusal is None) == allowed
    assert refusal is None or refusal.code == "shop-not-allowed"


def test_a_closed_shop_uses_nothing_and_may_tell_what_it_has_used() -> None:
    closed = ShopTerms("west", "West gate", state="closed")
    assert judge_place(UseTerms("n"), closed, NOON, SHANGHAI) is not None
    assert judge_place(UseTerms("n"), closed, NOON, SHANGHAI, is_told_later=True) is None
    assert judge_place(UseTerms("n", usable=only(codes=["east"])), None, NOON, SHANGHAI) is None


HOURS = [
    {"weekdays": [1, 2, 3, 4, 5], "opens": "10:00", "closes": "14:00"},
    {"weekdays": [6], "opens": "00:00", "closes": "23:59"},
]


@pytest.mark.parametrize(
    ("hour", "minute", "day", "is_open"),
    [
        (9, 59, 27, False),
        (10, 0, 27, True),
        (13, 59, 27, True),
        (14, 0, 27, False),
        (0, 0, 28, True),
        (23, 59, 28, True),
        (12, 0, 29, False),
        (12, 0, 30, False),
    ],
)
def test_hours_are_those_of_the_programmes_wall(
    hour: int, minute: int, day: int, is_open: bool
) -> None:
    """The 27th is a Friday, the 28th a Saturday, the 29th a Sunday, and the 30th is closed."""
    at = datetime(2026, 11, day, hour - 8, minute, 59, tzinfo=UTC) if hour >= 8 else None
    at = at or datetime(2026, 11, day - 1, hour + 16, minute, 59, tzinfo=UTC)
    terms = UseTerms("n", use_times=HOURS, closed_on=(date(2026, 11, 30),))
    refusal = judge_place(terms, None, at, SHANGHAI)
    assert (refusal is None) == is_open
    assert refusal is None or refusal.code == "hours-closed"


@pytest.mark.parametrize(
    ("threshold", "order", "must_be_told", "enough"),
    [
        (None, None, True, True),
        (100, 100, True, True),
        (100, 99, False, False),
        (100, None, False, True),
        (100, None, True, False),
    ],
)
def test_the_order_reaches_the_threshold(
    threshold: int | None, order: int | None, must_be_told: bool, enough: bool
) -> None:
    terms = UseTerms("n", threshold_minor=threshold)
    assert (judge_order(terms, order, must_be_told=must_be_told) is None) == enough
