"""Worked examples of the standard and of the actuaries, to the last unit."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from ledger.asks import OperationKind
from ledger.audit.moves import MOVES
from ledger.book import ExpiryKind, ExpiryPlan
from ledger.decide.wallet import TRANSIT
from ledger.read import Row
from ledger.read.rows import cohort_of, row_of
from settlement.liability.fifo import UNKNOWN, Queue
from settlement.liability.journal import MonthOfJournal, entries_of
from settlement.liability.methods import (
    back_test,
    chain_ladder,
    history_of,
    pattern_of,
    still_by_age,
)
from settlement.liability.valuation import (
    Amounts,
    CohortState,
    Estimate,
    allocated_of_sale,
    estimate_for,
    expected_cost,
    liability_of,
    roll,
)
from settlement.liability.what_if import CohortThen, Sale, average_cost, cash_by_month, sale_parts

COHORT = "2024-01"
TRIANGLE = ((100, 250, 330, 360), (120, 290, 380), (90, 230), (110,))
ISSUED = (1_000, 1_100, 950, 1_200)


def estimate(rate: str, **changes: object) -> Estimate:
    """An estimate of all cohorts, with a point worth 0.9."""
    fields = {
        "version": 1,
        "from_month": "",
        "cohort": None,
        "redeem_rate": Decimal(rate),
        "use_rate": Decimal(1),
        "value_minor_per_1000_points": Decimal(900),
        "cost_minor_per_1000_points": Decimal(0),
    }
    return Estimate(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("rate", "earned", "left"), [("0.99", 3_552, 1_273), ("0.92", 4_140, 685)])
def test_the_standards_example_comes_out_to_the_unit(rate: str, earned: int, left: int) -> None:
    first = estimate("0.97")
    issued, year_one = roll(COHORT, CohortState(), {Row.ISSUED: 10_000}, first, first)
    assert year_one is not None
    assert (year_one.deferred, year_one.closing) == (9_000, 9_000)
    spent, year_two = roll(COHORT, issued, {Row.REDEEMED: -4_500}, first, first)
    assert year_two is not None
    assert (-year_two.redeemed, year_two.closing) == (4_175, 4_825)
    after, year_three = roll(COHORT, spent, {Row.REDEEMED: -4_000}, first, estimate(rate))
    assert year_three is not None
    assert -(year_three.redeemed + year_three.estimate_change) == earned
    assert (year_three.closing, after.liability_minor) == (left, left)
    # On the same points: what the new estimate says, less what the old one says.
    old = liability_of(COHORT, after, Decimal("0.97"))
    assert old is not None
    assert year_three.estimate_change == left - old


def test_what_expires_is_breakage_and_nothing_is_owed_in_the_end() -> None:
    full = estimate("1")
    state, amounts = roll(COHORT, CohortState(), {Row.ISSUED: 1_000}, full, full)
    state, amounts = roll(COHORT, state, {Row.REDEEMED: -400, Row.EXPIRED: -200}, full, full)
    assert amounts == Amounts(
        opening=900, deferred=0, redeemed=-360, broken=-90, estimate_change=0, closing=450
    )
    state, amounts = roll(COHORT, state, {Row.EXPIRED: -400}, full, full)
    assert (state.points, state.liability_minor) == (0, 0)
    assert amounts is not None
    assert amounts.broken == -450


def test_no_liability_is_below_zero_and_debts_are_a_claim() -> None:
    low = estimate("0.1")
    state, amounts = roll(COHORT, CohortState(), {Row.ISSUED: 100, Row.REDEEMED: -50}, low, low)
    assert (state.liability_minor, amounts and amounts.closing) == (0, 0)
    owed, _ = roll("owed", CohortState(), {Row.ISSUE_REVERSED: -100}, low, low)
    assert (owed.points, owed.liability_minor) == (-100, -90)


def test_points_that_are_taken_back_leave_with_their_share() -> None:
    first, second = estimate("1"), estimate("1", value_minor_per_1000_points=Decimal(500))
    state, _ = roll(COHORT, CohortState(), {Row.ISSUED: 1_000}, first, first)
    state, amounts = roll(COHORT, state, {Row.ISSUE_REVERSED: -500}, first, second)
    assert (state.allocated_minor, amounts and amounts.deferred) == (450, -450)
    state, amounts = roll(COHORT, state, {Row.ISSUED: 100}, second, second)
    assert (state.allocated_minor, amounts and amounts.deferred) == (500, 50)


def test_points_without_a_value_are_valued_once_they_have_one() -> None:
    state, amounts = roll(COHORT, CohortState(), {Row.ISSUED: 1_000}, None, None)
    assert (state.allocated_minor, amounts) == (None, None)
    state, amounts = roll(COHORT, state, {Row.REDEEMED: -100}, None, estimate("1"))
    assert (state.allocated_minor, state.liability_minor) == (900, 810)


def test_cost_has_two_stages() -> None:
    terms = estimate("0.5", use_rate=Decimal("0.8"), cost_minor_per_1000_points=Decimal(600))
    assert expected_cost(CohortState(points=900, given=1_000, redeemed=100), terms) == 192


def test_a_cohorts_own_estimate_comes_before_that_of_all() -> None:
    all_of_them = estimate("0.5", from_month="2024-03", version=3)
    own = estimate("0.6", from_month="2024-02", cohort=COHORT, version=2)
    known = [estimate("1", version=0), all_of_them, own]
    assert estimate_for(known, "2024-04", COHORT) == own
    assert estimate_for(known, "2024-04", "2024-02") == all_of_them
    assert estimate_for(known, "2024-01", COHORT) == known[0]
    assert estimate_for(known[1:], "2024-01", COHORT) is None


def test_the_ladder_carries_each_cohort_to_its_end() -> None:
    ladder = chain_ladder(ISSUED, TRIANGLE)
    assert ladder.factors == (
        Fraction(770, 310),
        Fraction(710, 540),
        Fraction(360, 330),
        Fraction(1),
    )
    assert [f"{float(factor):.6f}" for factor in ladder.factors[:3]] == [
        "2.483871",
        "1.314815",
        "1.090909",
    ]
    assert ladder.ultimates == (360, 415, 330, 392)
    assert ladder.to_come == (0, 35, 100, 282)
    assert (sum(ladder.ultimates), ladder.issued) == (1_497, 4_250)
    assert f"{float(ladder.rate):.1%}" == "35.2%"
    assert ladder.warnings == ()
    assert chain_ladder(ISSUED, TRIANGLE, Fraction(11, 10)).ultimates == (396, 456, 363, 431)


def test_a_ladder_without_redemptions_warns_and_never_divides_by_zero() -> None:
    ladder = chain_ladder((100, 100), ((0, 50), (0,)))
    assert (ladder.factors, ladder.ultimates) == ((Fraction(1), Fraction(1)), (50, 0))
    assert len(ladder.warnings) == 1
    assert chain_ladder((10, 100), ((1, 50), (10,))).ultimates == (50, 100)
    assert chain_ladder((), ()).rate == 0


def test_the_back_test_predicts_the_last_diagonal() -> None:
    test = back_test(TRIANGLE)
    assert test.predicted == (330, 383, 221)
    assert test.actual == (360, 380, 230)
    assert test.errors == (-30, 3, -9)


def test_history_weighs_complete_cohorts_by_their_points() -> None:
    history = history_of([(1_000, 300), (3_000, 600)])
    assert (history.rate, history.is_short) == (Fraction(9, 40), True)
    assert history_of([(100, 30)] * 12).is_short is False
    assert history_of([]).rate is None


def test_half_of_a_sale_is_deferred_if_members_redeem_half() -> None:
    value = Decimal(5_000)
    assert allocated_of_sale(10_000, 100, value, Decimal("0.1")) == 50
    assert allocated_of_sale(10_000, 100, value, Decimal("0.5")) == 244
    assert allocated_of_sale(10_000, 100, value, Decimal(0)) == 0
    terms = estimate("0.1", value_minor_per_1000_points=value)
    parts = sale_parts(Sale(10_000, 100), terms, Decimal("0.5"))
    assert (parts.now_minor, parts.then_minor) == (50, 244)


def test_cash_comes_along_the_pattern_and_adds_up() -> None:
    pattern = pattern_of(chain_ladder(ISSUED, TRIANGLE))
    assert pattern[-1] == pattern[-2] == 1
    assert sum(still_by_age(pattern, 1)) == 1
    cohorts = [CohortThen(COHORT, 0, 0, 100, 1_001), CohortThen("until 2025-01", 0, 0, 1, 7)]
    cash = cash_by_month(cohorts, "2024-02", chain_ladder(ISSUED, TRIANGLE))
    assert [month for month, _ in cash] == ["2024-03", "2024-04"]
    assert sum(minor for _, minor in cash) == 1_008
    assert cash_by_month(cohorts, "2024-02", chain_ladder((), ())) == (("2024-03", 1_008),)
    assert average_cost({}, {"2024-01": 10}, frozenset()) is None


def test_the_first_points_in_are_the_first_out_and_the_last_out_the_first_back() -> None:
    queue = Queue()
    queue.give("2024-01", 5)
    queue.give("2024-02", 5)
    assert queue.take(7) == [("2024-01", -5), ("2024-02", -2)]
    assert queue.give_back("2024-03", 4) == [("2024-01", 2), ("2024-02", 2)]
    assert queue.give_back("2024-03", 5) == [("2024-01", 3), ("2024-03", 2)]
    assert queue.take(13) == [
        ("2024-01", -5),
        ("2024-02", -5),
        ("2024-03", -2),
        (UNKNOWN, -1),
    ]


def test_every_move_that_an_operation_makes_is_in_one_row() -> None:
    found = {
        (kind, source, target): row_of(kind, source, target)
        for kind, moves in MOVES.items()
        for source, target in moves
    }
    assert {row for row, _ in found.values()} == set(Row)
    for (kind, source, target), (row, sign) in found.items():
        assert (sign == 0) == (row is Row.SET_ASIDE)
        assert (row is Row.MOVED) == (TRANSIT in {source, target}), (kind, source, target)
    ends, credit = OperationKind.END_CONVERSION, OperationKind.CREDIT
    assert found[ends, 5, 1] == (Row.CONVERTED_OUT_BEFORE, -1)
    assert found[credit, 0, 15] == (Row.CONVERTED_IN_BEFORE, 1)


def test_a_cohort_is_the_month_of_issue_where_the_plan_tells_it() -> None:
    def cohort(kind: ExpiryKind, count: int, last_day: str) -> str:
        return cohort_of(ExpiryPlan(kind, count), date.fromisoformat(last_day), is_debt=False)

    assert cohort(ExpiryKind.MONTHS, 12, "2025-02-28") == "2024-02"
    assert cohort(ExpiryKind.MONTHS, 1, "2025-01-31") == "2024-12"
    assert cohort(ExpiryKind.DAYS, 2, "2024-03-01") == "2024-02"
    assert cohort(ExpiryKind.DATES, 0, "2024-12-31") == "until 2024-12"
    assert cohort(ExpiryKind.NONE, 0, "2024-12-31") == "until 2024-12"
    assert cohort_of(ExpiryPlan(), None, is_debt=True) == "owed"


def test_debits_equal_credits_and_an_amount_below_zero_changes_the_sides() -> None:
    amounts = Amounts(100, -20, -30, -5, 7, 52)
    entries = entries_of([MonthOfJournal("2024-02", amounts, 11)])
    assert [(e.kind, e.debit, e.credit, e.amount_minor) for e in entries] == [
        ("opening", "opening", "liability", 100),
        ("deferred", "liability", "deferred", 20),
        ("redeemed", "liability", "redeemed", 30),
        ("broken", "liability", "broken", 5),
        ("estimate_change", "estimate_change", "liability", 7),
        ("cost", "cost", "payable", 11),
    ]
    assert entries[1].day.isoformat() == "2024-02-29"
