"""Defects planted in the matching of files: each is found by the test of its rule.

The matcher is pure and runs here in the test's own process.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from settlement.reconcile import claims, clean, outcome
from settlement.reconcile.matching import BridgeBroken
from tests.properties.planted import StatementDefect
from tests.settlement.reconcile import test_matching, test_mutations

DEFECTS: tuple[tuple[StatementDefect, Callable[[Path], None]], ...] = (
    (
        StatementDefect(
            "a row of another amount is clean",
            clean,
            "_HIT",
            "AND mine.amount = yours.amount",
            "",
        ),
        test_matching.test_rules,
    ),
    (
        StatementDefect(
            "a reversal in one programme is one in all",
            clean,
            "_NETTED",
            "USING (book_id, use_id)",
            "USING (use_id)",
        ),
        test_matching.test_a_reversal_in_one_programme_is_none_in_another,
    ),
    (
        StatementDefect(
            "a row is the sum of any lines",
            claims,
            "_GROUP",
            "WHERE sums.total = asking.amount",
            "",
        ),
        test_matching.test_rules,
    ),
    (
        StatementDefect(
            "names that differ are the same use",
            claims,
            "_TERMS",
            "may_be AND",
            "",
        ),
        test_matching.test_rules,
    ),
    (
        StatementDefect(
            "what is of another month counts in this one",
            outcome,
            "_LINKED",
            "is_elsewhere OR is_lonely THEN 0",
            "is_lonely THEN 0",
        ),
        test_matching.test_what_is_known_elsewhere,
    ),
    (
        StatementDefect(
            "a use that comes to nothing counts",
            outcome,
            "_LONELY",
            "(charge.ours IS NULL) <> (reversal.ours IS NULL)",
            "FALSE",
        ),
        test_mutations.test_known_mutations_are_the_breaks,
    ),
)


@pytest.mark.campaign
@pytest.mark.parametrize(("defect", "test"), DEFECTS, ids=lambda each: getattr(each, "name", ""))
def test_a_planted_defect_is_found(
    defect: StatementDefect,
    test: Callable[[Path], None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    defect.plant(monkeypatch)
    with pytest.raises((AssertionError, BridgeBroken)):
        test(tmp_path)
