"""A rate card as the fields of a form: what is typed is the card, and comes back the same."""

import pytest

from api.console.money.card_fields import (
    FIRST,
    blame_fields,
    card_field_values,
    major_text,
    minor_text,
    read_card_fields,
    read_share,
)
from api.pages.forms import Form
from settlement.cards import RateCard, RateCardInvalid

TYPED = {
    "currency": "CNY",
    "rounding": "half_even",
    "legs": "4",
    "tiers": "6",
    "leg0_leg": "coupon_cost",
    "leg0_payer": "home",
    "leg0_payee": "supplier",
    "leg0_model": "percent",
    "leg0_basis": "face",
    "leg0_rate": "62.5",
    "leg0_min": "1.255",
    "leg0_max": "1,300",
    "leg0_cap": "50,000.00",
    "leg0_cap_per": "offer_month",
    "leg0_tax": "6%",
    "leg0_tax_way": "included",
    # The second row has no name, and is left out.
    "leg1_rate": "9",
    "leg2_leg": "platform_fee",
    "leg2_payer": "home",
    "leg2_payee": "operator",
    "leg2_model": "graduated",
    "leg2_scope": "offer",
    "leg2_tier0_to": "1000",
    "leg2_tier0_rate": "0.02",
    # Neither has the second row of tiers anything in it.
    "leg2_tier2_rate": "0.0125",
    "leg2_tier2_fee": "5",
    "leg2_minimum": "100",
    "leg2_free": "10",
}
CARD = {
    "currency": "CNY",
    "rounding": "half_even",
    "legs": [
        {
            "leg": "coupon_cost",
            "payer": "home",
            "payee": "supplier",
            "model": "percent",
            "basis": "face",
            "rate": "0.625",
            "min_minor": "125.5",
            "max_minor": "130000",
            "cap": {"per": "offer_month", "minor": 5_000_000},
            "tax": {"rate": "0.06", "inclusive": True},
        },
        {
            "leg": "platform_fee",
            "payer": "home",
            "payee": "operator",
            "model": "graduated",
            "scope": "offer",
            "tiers": [{"to": 1000, "rate": "2"}, {"rate": "1.25", "fee": "500"}],
            "minimum": {"per": "contract_month", "minor": 10_000},
            "free": {"first": 10},
        },
    ],
}


def test_what_is_typed_is_the_card_and_comes_back_the_same() -> None:
    typed = read_card_fields(Form(TYPED))
    card = RateCard.of_document(typed.document)
    assert card == RateCard.of_document(CARD)
    assert typed.rows == ((0, ()), (2, (0, 2)))
    values = card_field_values(card.to_document())
    assert values is not None
    again = read_card_fields(Form(values))
    assert RateCard.of_document(again.document) == card
    first = read_card_fields(Form({**FIRST, "leg0_payer": "home", "leg1_payer": "home"}))
    assert [each["leg"] for each in first.document["legs"]] == ["coupon_cost", "platform_fee"]


@pytest.mark.parametrize(
    "more",
    [
        {"model": "package", "package": {"size": 10, "price": "100"}, "rate": None},
        {"free": {"first": 1, "offers": ["a"]}},
        {"payee": "some-party"},
        {"tax": {"rate": "0.06", "inclusive": True, "code": "3070401"}},
        {"missing": "zero"},
    ],
)
def test_a_card_that_says_more_than_the_form_is_left_to_json(more: dict[str, object]) -> None:
    leg = {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "rate": "5", **more}
    document = RateCard.of_document({"currency": "CNY", "legs": [leg]}).to_document()
    assert card_field_values(document) is None


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"leg0_rate": "many"}, "leg0_rate"),
        ({"leg0_max": "1"}, "leg0_max"),
        ({"leg0_cap": "12.345"}, "leg0_cap"),
        ({"leg2_tier2_rate": "x"}, "leg2_tier2_rate"),
        ({"leg2_tier2_to": "9"}, "leg2_tier2_to"),
        ({"leg2_rate": "1"}, "leg2_rate"),
        ({"leg2_free": "0"}, "leg2_free"),
        ({"leg0_tax": "600"}, "leg0_tax"),
    ],
)
def test_a_fault_is_shown_at_its_field(changed: dict[str, str], field: str) -> None:
    form = Form({**TYPED, **changed})
    typed = read_card_fields(form)
    with pytest.raises(RateCardInvalid) as refused:
        RateCard.of_document(typed.document)
    blame_fields(form, refused.value.document(), typed)
    assert form.wrong(field)


def test_amounts_and_shares_are_exact_and_nothing_else_is_changed() -> None:
    assert (minor_text("0.1", "CNY"), minor_text("19", "JPY"), minor_text("0", "CNY")) == (
        *("10", "19"),
        "0",
    )
    assert (major_text("125.5", "CNY"), read_share("6"), read_share("0.5%")) == (
        *("1.255", "0.06"),
        "0.005",
    )
    for text in ("", "1e999999999", "NaN", "Infinity", "one", "9" * 40):
        assert minor_text(text, "CNY") == text
