"""How far something is corrected, and the tax of that: pure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from settlement.corrections.asked import AdjustmentInvalid, Asked, AskedLine, Target, amounts_of
from settlement.corrections.limits import (
    AdjustmentTooLarge,
    Original,
    require_left,
    spread,
    tax_of,
)
from settlement.statements.disputed import LineKey, state_of
from settlement.statements.parts import LineInvalid, Part, read_line_key, require_distinct

LEDGER = Original(33_499, 5_583)
LINES = {8_200: 1_367, 8_199: 1_366, 6_900: 1_150, 10_200: 1_700}


def test_credits_of_all_lines_take_the_stored_tax_to_the_last_unit() -> None:
    statement = LEDGER
    for gross, tax in LINES.items():
        step = tax_of(Original(gross, tax), statement, -gross)
        assert step == -tax
        statement = statement.after(-gross, step)
    assert (statement.left_minor, statement.tax_minor + statement.adjusted_tax_minor) == (0, 0)


@given(
    st.integers(1, 10_000),
    st.floats(0, 0.5),
    st.lists(st.integers(1, 3_000), max_size=8),
)
def test_the_taxes_of_several_steps_add_up_to_that_of_the_line(
    gross: int, share: float, steps: list[int]
) -> None:
    line = Original(gross, int(gross * share))
    for step in [*steps, gross]:
        amount = -min(step, line.left_minor)
        tax = tax_of(line, line, amount)
        assert amount <= tax <= 0
        line = line.after(amount, tax)
    assert (line.left_minor, line.tax_minor + line.adjusted_tax_minor) == (0, 0)


def test_a_debit_can_be_credited_again_and_its_tax_too() -> None:
    line = Original(1_000, 60)
    up = tax_of(line, line, 500)
    raised = line.after(500, up)
    assert (up, raised.left_minor) == (30, 1_500)
    assert tax_of(raised, raised, -1_500) == -90
    require_left(raised, -1_500, "line")
    with pytest.raises(AdjustmentTooLarge) as refusal:
        require_left(raised, -1_501, "line")
    assert refusal.value.extra == {"left_minor": 1_500}
    assert tax_of(Original(0, 0), Original(0, 0), 5) == 0


@pytest.mark.parametrize(
    ("total", "weights", "parts"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (7, [0, 500, 500], [0, 4, 3]),
        (-100, [1, 1, 1], [-34, -33, -33]),
        (5, [0, 0], [3, 2]),
        (5_583, [6_833, 6_833, 5_750, 8_500], [1_367, 1_366, 1_150, 1_700]),
    ],
)
def test_a_total_is_spread_by_the_largest_remainder(
    total: int, weights: list[int], parts: list[int]
) -> None:
    assert spread(total, weights) == parts


def targets(*left: int) -> list[Target]:
    return [
        Target(LineKey(1, f"{place}.1", "coupon_cost", "charge"), Part(each, 0), Original(each, 0))
        for place, each in enumerate(left)
    ]


def test_an_amount_for_all_lines_is_spread_and_a_line_has_all_that_is_left() -> None:
    found = targets(60, 60, 0)
    keys = [AskedLine(target.key) for target in found]
    total = Original(120, 0)

    def amounts(kind: str, given: int | None) -> list[int]:
        asked = Asked("credit" if kind == "credit" else "debit", "why", keys, given)
        return [line.amount_minor for line in amounts_of(asked, found, total)]

    assert amounts("credit", None) == [-60, -60]
    assert amounts("credit", 21) == [-11, -10]
    assert amounts("debit", 21) == [11, 10]
    with pytest.raises(AdjustmentTooLarge):
        amounts("credit", 121)
    with pytest.raises(AdjustmentInvalid):
        amounts("debit", None)
    twice = Asked("credit", "why", [AskedLine(found[0].key, 5)], 5)
    with pytest.raises(AdjustmentInvalid):
        amounts_of(twice, found[:1], total)
    with pytest.raises(AdjustmentInvalid):
        amounts_of(Asked("credit", "why", keys[2:]), found[2:], total)


def test_a_line_is_named_by_its_use_and_leg_or_by_its_period_line() -> None:
    use = LineKey(1, "24.1", "coupon_cost", "charge")
    assert read_line_key("1:24.1", "coupon_cost", None, None) == use
    assert read_line_key(None, None, None, "cap:7") == LineKey(period_line_id="cap:7")
    for wrong in (
        (None, None, None, None),
        ("1:24.1", None, None, None),
        ("1:24.1", "coupon_cost", None, "cap:7"),
        (None, None, "charge", "cap:7"),
        ("24.1", "coupon_cost", None, None),
        ("x:24.1", "coupon_cost", None, None),
        ("99999999999:1", "coupon_cost", None, None),
    ):
        with pytest.raises(LineInvalid):
            read_line_key(*wrong)
    with pytest.raises(LineInvalid):
        require_distinct([use, use])


def test_the_state_is_that_of_agreements_and_open_disputes() -> None:
    assert state_of("issued", 1, both_agreed=False) == "disputed"
    assert state_of("disputed", 1, both_agreed=True) == "disputed"
    assert state_of("disputed", 0, both_agreed=False) == "issued"
    assert state_of("disputed", 0, both_agreed=True) == "agreed"
    assert state_of("final", 2, both_agreed=False) == "final"
