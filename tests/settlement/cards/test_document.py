"""A rate card is read from its document, written in one way, and refused where it is not clear."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from settlement.cards import RateCard, RateCardInvalid, flat_card
from settlement.cards.legs import Tier

WHOLE: dict[str, Any] = {
    "currency": "CNY",
    "priced_at": "use",
    "rounding": "half_up",
    "round": "line",
    "legs": [
        {
            "leg": "coupon_cost",
            "payer": "home",
            "payee": "supplier",
            "model": "graduated",
            "basis": "count",
            "scope": "offer",
            "reset": "month",
            "tiers": [{"to": 1000, "rate": "100"}, {"to": None, "rate": "90.00", "fee": "5000"}],
            "min_minor": None,
            "free": {"first": 10, "offers": ["b", "a", "b"], "until": "2026-07-01"},
            "cap": {"per": "offer_month", "minor": 100000},
            "minimum": {"per": "contract_month", "minor": 5000},
            "tax": {"rate": "0.06", "inclusive": True, "code": "3040502", "item": "会员权益服务"},
        },
        {
            "leg": "referral",
            "payer": "supplier",
            "payee": "cinema-club",
            "event": "delivered",
            "model": "percent",
            "basis": "net",
            "rate": "0.05",
            "basis_tax_rate": "0.13",
            "max_minor": "2000",
            "missing": "zero",
            "round": "statement",
        },
        {"leg": "parcel", "payer": "home", "payee": "operator", "model": "package",
         "package": {"size": 3, "price": "500"}},
        {"leg": "swap", "payer": "home", "payee": "supplier", "model": "barter",
         "barter": {"quota": 110, "rate": "300"}, "rounding": "down"},
    ],
}  # fmt: skip


def test_a_card_is_read_and_written_in_one_way() -> None:
    card = RateCard.of_document(WHOLE)
    assert RateCard.of_document(card.to_document()) == card
    first, referral, parcel, swap = card.legs
    assert first.tiers == (Tier(1000, Decimal(100)), Tier(None, Decimal(90), Decimal(5000)))
    assert first.free is not None
    assert first.free.offers == ("a", "b")
    assert all(leg.counted for leg in (first, referral, parcel, swap))
    assert (first.round_at, referral.round_at, swap.rounding) == ("line", "statement", "down")
    assert [leg.base_rate for leg in card.legs] == [100, Decimal("0.05"), 0, 0]
    shuffled = {name: WHOLE[name] for name in reversed(WHOLE)}
    shuffled["legs"] = copy.deepcopy(WHOLE["legs"])
    shuffled["legs"][0]["tiers"][1]["rate"] = "90"
    assert RateCard.of_document(shuffled).sha256 == card.sha256
    shuffled["legs"][0]["tiers"][1]["rate"] = "90.000001"
    assert RateCard.of_document(shuffled).sha256 != card.sha256


def test_a_contract_of_two_rates_is_a_card_of_two_flat_legs() -> None:
    card = flat_card("USD", "down", Decimal("60.5"), Decimal(10))
    assert RateCard.of_document(card.to_document()) == card
    assert [(leg.leg, leg.payee, leg.base_rate, leg.counted) for leg in card.legs] == [
        ("coupon_cost", "supplier", Decimal("60.5"), False),
        ("platform_fee", "operator", 10, False),
    ]


REFUSED: dict[str, tuple[str, Any]] = {
    "currency": ("currency", "yuan"),
    "priced_at": ("priced_at", "redemption"),
    "legs": ("legs", []),
    "colour": ("colour", "red"),
    "legs[0].leg": ("legs.0.leg", "Cost"),
    "legs[2].leg": ("legs.2.leg", "referral"),
    "legs[0].payee": ("legs.0.payee", "home"),
    "legs[1].payee": ("legs.1.payee", "NOBODY"),
    "legs[0].model": ("legs.0.model", "magic"),
    "legs[0].basis": ("legs.0.basis", "order"),
    "legs[0].rate": ("legs.0.rate", "1"),
    "legs[1].rate": ("legs.1.rate", "1.1"),
    "legs[0].tiers[0].to": ("legs.0.tiers.0.to", None),
    "legs[0].tiers[1].to": ("legs.0.tiers.1.to", 2000),
    "legs[0].tiers[0].rate": ("legs.0.tiers.0.rate", 100),
    "legs[0].tiers[0].fee": ("legs.0.tiers.0.fee", "1"),
    "legs[0].tiers[1].rate": ("legs.0.tiers.1.rate", "1e3"),
    "legs[0].min_minor": ("legs.0.min_minor", "1"),
    "legs[0].free.first": ("legs.0.free.first", True),
    "legs[1].free.first": ("legs.1.free", {"first": 1}),
    "legs[1].free": ("legs.1.free", {}),
    "legs[0].free.until": ("legs.0.free.until", "July"),
    "legs[0].cap.per": ("legs.0.cap.per", "year"),
    "legs[0].cap": ("legs.0.cap", {"per": "contract_month", "minor": 4999}),
    "legs[2].cap": ("legs.2.cap", {"per": "offer_month", "minor": 1}),
    "legs[0].tax.inclusive": ("legs.0.tax.inclusive", "yes"),
    "legs[0].tax.item": ("legs.0.tax.item", "a\nb"),
    "legs[1].basis_tax_rate": ("legs.1.basis_tax_rate", None),
    "legs[1].min_minor": ("legs.1.min_minor", "100000000000"),
    "legs[1].max_minor": ("legs.1.min_minor", "2001"),
    "legs[2].package": ("legs.2.package", None),
    "legs[2].package.size": ("legs.2.package.size", 0),
    "legs[3].barter": ("legs.3.barter", 5),
}


@pytest.mark.parametrize("place", REFUSED)
def test_what_is_not_clear_is_refused_with_its_place(place: str) -> None:
    path, value = REFUSED[place]
    document = copy.deepcopy(WHOLE)
    within: Any = document
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        within = within[part]
    within[last] = value
    with pytest.raises(RateCardInvalid) as refused:
        RateCard.of_document(document)
    assert refused.value.extra["at"] == place
