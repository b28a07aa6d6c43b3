"""The rules of the replay, compared with the independent computation of the year."""

import json
from collections import Counter
from datetime import date
from typing import Any

import pytest

from api.demo.dataset import Brand, Dataset, Purchase, Redemption, load_dataset
from api.demo.plan import Plan, make_plan
from api.demo.replay import cut_between_members
from tests.demo.expected_year import EXPECTED, expected


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return load_dataset()


@pytest.fixture(scope="module")
def year(dataset: Dataset) -> Plan:
    return make_plan(dataset)


def figures(plan: Plan) -> dict[str, Any]:
    uses = [use for month in plan.months for use in month.uses()]
    brands = [brand.code for brand in plan.brands]
    by_supplier = Counter(use.supplier for use in uses)
    by_home = Counter(use.home for use in uses)
    return {
        "issue_operations": plan.issue_count,
        "coupons_used": plan.use_count,
        "coupons_free": sum(use.points == 0 for use in uses),
        "used_by_supplier": {brand: by_supplier[brand] for brand in brands if by_supplier[brand]},
        "used_by_home_brand": {brand: by_home[brand] for brand in brands},
        "issued_by_brand": {
            brand: sum(month.issued[brand] for month in plan.months) for brand in brands
        },
        "redeemed_by_brand": {
            brand: sum(month.redeemed[brand] for month in plan.months) for brand in brands
        },
        "expired_by_brand": {
            brand: sum(month.expired[brand] for month in plan.months) for brand in brands
        },
        "outstanding_by_brand": {brand: sum(plan.balances[brand].values()) for brand in brands},
        "statements": len(
            {(month.name, use.home, use.supplier) for month in plan.months for use in month.uses()}
        ),
        "fee_statements": len(
            {(month.name, use.home) for month in plan.months for use in month.uses()}
        ),
    }


def flat(computed: dict[str, Any]) -> dict[str, Any]:
    return {**computed, **computed["detail"]}


def test_the_year_is_as_the_independent_computation_says(year: Plan) -> None:
    found = figures(year)

    assert found == {
        name: flat(json.loads(EXPECTED.read_text(encoding="utf-8")))[name] for name in found
    }


def test_the_kept_figures_are_what_the_independent_computation_gives() -> None:
    assert expected() == json.loads(EXPECTED.read_text(encoding="utf-8"))


@pytest.mark.parametrize("days", [20, 215])
def test_a_part_of_the_year_is_as_the_independent_computation_says(
    dataset: Dataset, days: int
) -> None:
    found = figures(make_plan(dataset, days))

    assert found == {name: flat(expected(days))[name] for name in found}


def test_waves_keep_every_household_in_the_order_of_its_days(year: Plan) -> None:
    """The issues of a day come before its uses, and nothing follows these in the same wave."""
    for month in year.months:
        reached: dict[int, date] = {}
        for wave in month.waves:
            latest: dict[int, date] = {}
            for planned in (planned for batch in wave.issues.values() for planned in batch):
                household, day = planned.purchase.household, planned.purchase.day
                assert day > reached.get(household, date.min)
                latest[household] = max(day, latest.get(household, day))
            for use in wave.uses:
                household, day = use.redemption.household, use.redemption.day
                assert day >= latest.get(household, day)
                latest[household] = day
            used = {use.redemption.household for use in wave.uses}
            reached.update(
                {household: day for household, day in latest.items() if household in used}
            )


def test_batches_are_full_but_never_part_a_member(year: Plan) -> None:
    wave = year.months[0].waves[0]
    issues = wave.issues["harvest-market"]
    batches = cut_between_members(issues)

    assert sorted(planned.purchase.basket for batch in batches for planned in batch) == sorted(
        planned.purchase.basket for planned in issues
    )
    households = [{planned.purchase.household for planned in batch} for batch in batches]
    assert sum(map(len, households)) == len(set().union(*households))
    assert all(900 < len(batch) <= 1_000 for batch in batches[:-1])


FIRST = date(2017, 1, 1)


def small(purchases: list[tuple[date, str, int]], redemptions: list[date]) -> Dataset:
    brands = (
        Brand("alpha", "food.fresh"),
        Brand("beta", "food.dry"),
        Brand("delta", "fuel"),
        Brand("gamma", "books"),
    )
    return Dataset(
        brands=brands,
        offers={7: "alpha"},
        purchases=[
            Purchase(day, f"{day}T12:00:00Z", 1, 1, number, brand, points)
            for number, (day, brand, points) in enumerate(purchases)
        ],
        redemptions=[Redemption(day, 1, 7, number) for number, day in enumerate(redemptions)],
    )


def test_isolated_brands_are_never_the_home_brand_however_rich() -> None:
    plan = make_plan(
        small([(FIRST, "alpha", 900), (FIRST, "beta", 900), (FIRST, "gamma", 20)], [FIRST]), 1
    )

    assert [(use.home, use.points) for use in plan.months[0].uses()] == [("gamma", 20)]


def test_a_tie_goes_to_the_alphabetically_first_and_too_few_points_make_it_free() -> None:
    plan = make_plan(
        small([(FIRST, "gamma", 39), (FIRST, "delta", 39)], [FIRST, FIRST, FIRST, FIRST]), 1
    )

    assert [(use.home, use.points, use.balance) for use in plan.months[0].uses()] == [
        ("delta", 20, 19),
        ("gamma", 20, 19),
        ("delta", 0, 19),
        ("delta", 0, 19),
    ]


def test_points_live_to_the_end_of_the_sixth_month_after() -> None:
    plan = make_plan(
        small([(FIRST, "gamma", 50), (date(2017, 2, 1), "gamma", 5)], [date(2017, 7, 31)])
    )

    expired = {
        month.name: month.expired["gamma"] for month in plan.months if month.expired["gamma"]
    }
    assert expired == {"2017-08": 30, "2017-09": 5}
