"""What a leg of a use costs by itself: the agreed cases, exact until it is rounded."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.cards import BasisMissing, Inputs, Leg, RateCard, rate_line, words_of
from settlement.money import Rounding, round_exact, round_minor

DAY = date(2026, 5, 5)
ORDER: dict[str, Any] = {"order_minor": 8999, "paid_minor": 7499, "face_minor": 1990}


def leg_of(**said: Any) -> Leg:
    """The leg of a card that says this of its only leg."""
    rounding = said.pop("rounding", "half_up")
    leg = {"leg": "coupon_cost", "payer": "home", "payee": "supplier", **said}
    return RateCard.of_document({"currency": "CNY", "rounding": rounding, "legs": [leg]}).legs[0]


def share(rate: str, basis: str = "order", **said: Any) -> Leg:
    """A leg that is a share of a basis."""
    return leg_of(model="percent", basis=basis, rate=rate, **said)


TIERS = [{"to": 1000, "rate": "100"}, {"to": None, "rate": "90"}]
TAX = {"rate": "0.06", "inclusive": True}
CASES: dict[str, tuple[Leg, dict[str, Any], str, int]] = {
    "flat": (leg_of(rate="250.5"), {}, "250.5", 251),
    "flat to even": (leg_of(rate="250.5", rounding="half_even"), {}, "250.5", 250),
    "share of face": (share("0.125", "face"), ORDER, "248.75", 249),
    "share of order": (share("0.033"), ORDER, "296.967", 297),
    "share of subsidy": (share("0.4", "subsidy"), ORDER, "600", 600),
    "lowest price": (share("0.005", min_minor="50"), ORDER, "50", 50),
    "highest price": (share("0.03", max_minor="2000"), {"order_minor": 100_000}, "2000", 2000),
    "share of net, rounded once": (share("0.15", "net", tax=TAX), ORDER, "67492.5/53", 1273),
    "referral": (share("0.05"), ORDER, "449.95", 450),
    "yen": (leg_of(rate="33.5"), {}, "33.5", 34),
    "package": (leg_of(model="package", package={"size": 3, "price": "500"}), {}, "0", 0),
    "volume": (leg_of(model="volume", tiers=TIERS), {}, "100", 100),
    "graduated": (leg_of(model="graduated", tiers=TIERS), {}, "100", 100),
    "barter": (leg_of(model="barter", barter={"quota": 110, "rate": "300"}), {}, "0", 0),
    "first ten free": (leg_of(rate="80", free={"first": 10}), {}, "80", 80),
    "paid more than the order": (
        share("0.4", "subsidy"),
        {"order_minor": 1, "paid_minor": 2},
        "0",
        0,
    ),
    "order not known": (share("0.4", missing="zero", min_minor="7"), {}, "7", 7),
    "swapped": (leg_of(rate="80"), {"is_swapped": True}, "0", 0),
    "not delivered": (leg_of(rate="80", event="delivered"), {}, "0", 0),
    "free offer": (leg_of(rate="80", free={"offers": ["ticket"]}), {}, "0", 0),
    "no longer free": (leg_of(rate="80", free={"until": "2026-05-05"}), {}, "80", 80),
}


@pytest.mark.parametrize("name", CASES)
def test_a_line_costs_what_was_agreed(name: str) -> None:
    leg, facts, exact, amount_minor = CASES[name]
    rated = rate_line(leg, Inputs(DAY, "ticket", **facts))
    numerator, _, denominator = exact.partition("/")
    assert rated.exact == Fraction(numerator) / Fraction(denominator or "1")
    assert rated.amount_minor == amount_minor
    assert rated.steps[-1] == {"op": "round", "mode": leg.rounding, "minor": amount_minor}
    assert f" = {amount_minor} CNY minor (" in words_of(rated, leg, "CNY")
    assert abs(rated.rate_minor - amount_minor) < 1, "verify compares the two"
    assert rated.counts is (name not in {"swapped", "not delivered", "free offer"})


def test_a_line_is_explained_step_by_step() -> None:
    rated = rate_line(share("0.4", "subsidy"), Inputs(DAY, "ticket", **ORDER))
    assert list(rated.steps) == [
        {"op": "subsidy", "of": "order_minor - paid_minor", "exact": "1500"},
        {"op": "percent", "rate": "0.4", "exact": "600"},
        {"op": "round", "mode": "half_up", "minor": 600},
    ]
    words = words_of(rated, share("0.4", "subsidy"), "CNY")
    assert words == (
        "subsidy of order_minor - paid_minor: 1500, percent x 0.4: 600 = 600 CNY minor (half_up)"
    )
    flat = leg_of(rate="60")
    assert words_of(rate_line(flat, Inputs(DAY, "ticket")), flat, "USD") == (
        "1 use x 60 = 60 USD minor (half_up)"
    ), "as it was before there were cards"


def test_a_share_of_what_is_not_known_waits() -> None:
    with pytest.raises(BasisMissing, match="paid_minor"):
        rate_line(share("0.4", "subsidy"), Inputs(DAY, "ticket", order_minor=1))


@given(
    st.decimals(0, 10**6, places=6),
    st.sampled_from(["half_up", "half_even", "down", "up"]),
)
def test_fractions_are_rounded_as_decimals_are(rate: Decimal, rounding: Rounding) -> None:
    assert round_exact(Fraction(rate), rounding) == round_minor(rate, rounding)
