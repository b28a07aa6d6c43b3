"""The thirty golden rows: worked out by hand with exact fractions, in minor units."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from settlement.cards import Inputs, Leg, RateCard, RateCardInvalid, rate_line
from settlement.money import round_minor
from settlement.period_lines.spread import spread
from settlement.period_lines.sums import Settled, Sums, settle, tax_of

DAY = date(2026, 3, 5)


def leg_of(currency: str = "CNY", **terms: Any) -> Leg:
    """A leg from the brand to the supplier, as a card's document states it."""
    leg = {"leg": "coupon_cost", "payer": "home", "payee": "supplier", **terms}
    return RateCard.of_document({"currency": currency, "legs": [leg]}).legs[0]


def use(
    *, face_minor: int | None = None, order_minor: int | None = None, paid_minor: int | None = None
) -> Inputs:
    """A use of the one offer there is."""
    return Inputs(DAY, "coffee", face_minor, order_minor, paid_minor)


def billed(leg: Leg, uses: Sequence[Inputs], *, offer_id: int = 0) -> tuple[int, Settled]:
    """What the lines of these uses come to, and what their period does."""
    lines = [rate_line(leg, each) for each in uses]
    counted = [line for line in lines if line.counts]
    sums = Sums(
        offer_id=offer_id,
        uses=len(counted),
        coverable=len(counted) if leg.counts_first else 0,
        basis=sum((line.basis for line in counted), Fraction(0)),
        exact=sum((line.exact for line in counted), Fraction(0)),
        lines_minor=sum(line.amount_minor for line in lines),
    )
    return sums.lines_minor, settle(leg, [sums])


def in_all(leg: Leg, uses: Sequence[Inputs]) -> int:
    """Lines and lines of the period together."""
    lines_minor, settled = billed(leg, uses)
    return lines_minor + settled.parts_minor


FLAT = {"model": "flat", "rate": "250.5"}
VOLUME: dict[str, Any] = {"model": "volume", "tiers": [{"to": 1000, "rate": "100"}, {"rate": "90"}]}
GRADUATED = {**VOLUME, "model": "graduated"}
ORDER = {"order_minor": 8999}


@pytest.mark.parametrize(
    ("row", "terms", "uses", "cents"),
    [
        (1, FLAT, [use()], 251),
        (2, {**FLAT, "rounding": "half_even"}, [use()], 250),
        (3, {**FLAT, "round": "statement"}, [use()] * 1000, 250_500),
        (4, {"model": "percent", "basis": "face", "rate": "0.125"}, [use(face_minor=1990)], 249),
        (5, {"model": "percent", "rate": "0.033"}, [use(**ORDER)], 297),
        (
            6,
            {"model": "percent", "basis": "subsidy", "rate": "0.4"},
            [use(order_minor=8999, paid_minor=7499)],
            600,
        ),
        (7, {"model": "percent", "rate": "0.005", "min_minor": "50"}, [use(**ORDER)], 50),
        (
            8,
            {"model": "percent", "rate": "0.03", "max_minor": "2000"},
            [use(order_minor=100_000)],
            2000,
        ),
        (9, {"model": "package", "package": {"size": 3, "price": "500"}}, [use()] * 7, 1500),
        (10, VOLUME, [use()] * 1200, 108_000),
        (11, GRADUATED, [use()] * 1200, 118_000),
        (
            12,
            {
                "model": "graduated",
                "tiers": [{"to": 1000, "rate": "100"}, {"rate": "90", "fee": "5000"}],
            },
            [use()] * 1200,
            123_000,
        ),
        (
            13,
            {
                "model": "graduated_percent",
                "tiers": [{"to": 50_000, "rate": "0.01"}, {"rate": "0.02"}],
            },
            [use(order_minor=25_000)] * 3,
            1000,
        ),
        (14, {"model": "flat", "rate": "80", "free": {"first": 10}}, [use()] * 25, 1200),
        (
            15,
            {"model": "flat", "rate": "400", "cap": {"per": "offer_month", "minor": 1000}},
            [use()] * 3,
            1000,
        ),
        (
            16,
            {"model": "flat", "rate": "80", "minimum": {"per": "contract_month", "minor": 5000}},
            [use()] * 12,
            5000,
        ),
        (17, {"model": "barter", "barter": {"quota": 110, "rate": "300"}}, [use()] * 120, 3000),
        (
            18,
            {"model": "percent", "basis": "net", "basis_tax_rate": "0.06", "rate": "0.15"},
            [use(**ORDER)],
            1273,
        ),
        (23, VOLUME, [use()] * 999, 99_900),
        (26, {"model": "flat", "rate": "33.5"}, [use()], 34),
        (
            30,
            {
                "leg": "referral",
                "payer": "supplier",
                "payee": "home",
                "model": "percent",
                "rate": "0.05",
            },
            [use(**ORDER)],
            450,
        ),
    ],
)
def test_what_uses_come_to(row: int, terms: dict[str, Any], uses: list[Inputs], cents: int) -> None:
    currency = "JPY" if row == 26 else "CNY"
    assert in_all(leg_of(currency, **terms), uses) == cents


def test_rounded_at_the_line_the_same_uses_cost_more() -> None:
    """Row 3, the other way: each use is rounded by itself."""
    assert in_all(leg_of(**FLAT), [use()] * 1000) == 251_000


def test_the_other_brand_of_a_barter_stays_within_its_quota() -> None:
    """Row 17: B used 100 of A's 110."""
    leg = leg_of(model="barter", barter={"quota": 110, "rate": "300"})
    assert in_all(leg, [use()] * 100) == 0


def test_a_cap_is_a_line_of_the_period_and_is_shared() -> None:
    """Row 15: three uses of 400 come to 1,000, that is 334, 333 and 333."""
    leg = leg_of(model="flat", rate="400", cap={"per": "offer_month", "minor": 1000})
    _, settled = billed(leg, [use()] * 3, offer_id=7)
    (part,) = settled.parts
    assert (part.kind, part.offer_id, part.amount_minor) == ("cap", 7, -200)
    assert settled.total_by_offer == {7: 1000}
    assert spread(1000, [400, 400, 400]) == [334, 333, 333]


def test_a_minimum_is_a_line_of_the_period() -> None:
    """Row 16, and the same for a card that holds for half the month, and for no use at all."""
    leg = leg_of(model="flat", rate="80", minimum={"per": "contract_month", "minor": 5000})
    _, settled = billed(leg, [use()] * 12)
    assert [(part.kind, part.amount_minor) for part in settled.parts] == [("minimum", 4040)]
    (part,) = settle(leg, [], minimum_share=Fraction(1, 2)).parts
    assert (part.amount_minor, part.calculation["share"]) == (2500, "0.5")


def test_tax() -> None:
    """Rows 19 and 20."""
    rate = Decimal("0.06")
    assert tax_of(10_000, rate, inclusive=True) == 566
    assert 10_000 + tax_of(10_000, rate, inclusive=False) == 10_600


def test_tax_is_computed_once_and_credits_take_the_stored_parts() -> None:
    """Rows 21 and 22: four credits come to what was billed, to the cent."""
    amounts = [6833, 6833, 5750, 8500]
    tax = tax_of(sum(amounts), Decimal("0.2"), inclusive=False)
    parts = spread(tax, amounts)
    assert (tax, parts, sum(amounts) + tax) == (5583, [1367, 1366, 1150, 1700], 33_499)
    credited = [amount + part for amount, part in zip(amounts, parts, strict=True)]
    assert credited == [8200, 8199, 6900, 10_200]
    assert sum(credited) == 33_499
    # Line by line anew, each credit's tax would be rounded by itself, and a cent would be missing.
    anew = sum(amount + tax_of(amount, Decimal("0.2"), inclusive=False) for amount in amounts)
    assert anew == 33_500


def test_a_tier_is_a_line_of_the_period() -> None:
    """Row 25. With row 24, a reversal after the month takes back 90, its share, and not 100."""
    _, settled = billed(leg_of(**VOLUME), [use()] * 1200)
    (part,) = settled.parts
    assert (part.kind, part.amount_minor, part.calculation["uses"]) == ("tier", -12_000, 1200)
    _, march = billed(leg_of(**VOLUME), [use()] * 1000)
    assert march.total_by_offer == {0: 90_000}
    assert set(spread(90_000, [100] * 1000)) == {90}


def test_a_reversal_is_never_rounded_anew() -> None:
    """Row 27: -(251), while rounding -250.5 half up would give -250."""
    line = rate_line(leg_of(**FLAT), use())
    assert -line.amount_minor == -251
    assert -round_minor(Decimal("250.5"), "half_up") == -251


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (7, [0, 500, 500], [0, 4, 3]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 0], [3, 2]),
        (0, [], []),
    ],
)
def test_largest_remainder(total: int, weights: list[int], parts: list[int]) -> None:
    """Rows 28 and 29, a negative whole, weights that are all zero, and nothing."""
    assert spread(total, weights) == parts


@pytest.mark.parametrize(("total", "weights"), [(1, []), (1, [2, -1])])
def test_what_cannot_be_spread(total: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match=r"nothing to spread|negative"):
        spread(total, weights)


@pytest.mark.parametrize(
    ("terms", "cents"),
    [
        # Each use is rounded by itself: 15 x 251.
        ({"rate": "250.5"}, 3765),
        ({"rate": "250.5", "round": "statement"}, 3758),
        ({"rate": "10", "min_minor": "50"}, 15 * 50),
        ({"rate": "10", "max_minor": "7.5", "round": "statement"}, 113),
    ],
)
def test_what_is_not_free_costs_what_its_line_says(terms: dict[str, Any], cents: int) -> None:
    leg = leg_of(model="flat", free={"first": 10}, **terms)
    assert in_all(leg, [use()] * 25) == cents


def test_a_cap_for_each_offer_may_be_below_the_minimum_of_a_contract() -> None:
    leg = leg_of(
        model="flat",
        rate="400",
        cap={"per": "offer_month", "minor": 1000},
        minimum={"per": "contract_month", "minor": 5000},
    )
    assert in_all(leg, [use()] * 3) == 5000
    for per in ("offer_month", "contract_month"):
        with pytest.raises(RateCardInvalid):
            leg_of(
                model="flat",
                rate="400",
                cap={"per": "contract_month", "minor": 1000},
                minimum={"per": per, "minor": 5000},
            )
