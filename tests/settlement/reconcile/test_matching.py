"""Matching: which row of a partner's file is which of our lines, and what does not agree."""

import json
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.settlement.reconcile.sides import DAY, OFFERS, compare, mine, theirs, undone

SOON = DAY + timedelta(days=1)
LATER = DAY + timedelta(days=2)
BASKET = [mine(1, reference="b"), mine(2, reference="b", amount=70)]
GONE = [mine(1), undone(mine(1))]

CASES: dict[str, tuple[list[Any], list[Any], int, dict[str, int]]] = {
    "nothing": ([], [], 0, {}),
    "one": ([mine(1)], [theirs(1)], 1, {}),
    "ours alone": ([mine(1)], [], 0, {"missing_theirs": 1}),
    "theirs alone": ([], [theirs(1)], 0, {"missing_ours": 1}),
    "amount": ([mine(1)], [theirs(1, amount=65)], 0, {"amount": 1}),
    "a cent": ([mine(1)], [theirs(1, amount=61)], 0, {"amount_rounding": 1}),
    "net of tax": ([mine(1, net=57, gross=60)], [theirs(1, amount=57)], 0, {"amount_tax": 1}),
    "with the tax": ([mine(1, net=60, gross=64)], [theirs(1, amount=64)], 0, {"amount_tax": 1}),
    "another rate": ([mine(1)], [theirs(1, amount=45)], 0, {"amount_rate": 1}),
    "the rate of another brand": ([mine(1)], [theirs(1, amount=46)], 0, {"amount": 1}),
    "a day": ([mine(1)], [theirs(1, used_on=SOON)], 1, {}),
    "two days": ([mine(1)], [theirs(1, used_on=LATER)], 0, {"date": 1}),
    "currency": ([mine(1)], [theirs(1, currency="USD")], 0, {"currency": 1}),
    "the same currency": ([mine(1)], [theirs(1, currency="cny")], 1, {}),
    "offer": ([mine(1)], [theirs(1, offer="other")], 0, {"offer": 1}),
    "unmapped offer": ([mine(1)], [theirs(1, offer="SKU-9")], 0, {"unmapped_offer": 1}),
    "no offer": ([mine(1)], [theirs(1, offer=None)], 1, {}),
    "by code": ([mine(1)], [theirs(1, reference=None, code="code-1")], 1, {}),
    "by code under an own reference": ([mine(1)], [theirs(9, code="code-1")], 1, {}),
    "by our line": ([mine(1)], [theirs(9, reference=None, line_key="1:1.1")], 1, {}),
    "by request": (
        [mine(1, code=None, reference=None, request_number="FO-1")],
        [theirs(9, reference=None, request_number="fo-1 ")],
        1,
        {},
    ),
    "padded, wide and in capitals": (
        [mine(1, reference="Ref-１ａ")],
        [theirs(1, reference="REF-1A")],
        1,
        {},
    ),
    "quoted, and of two lines": (
        [mine(1, reference='a "quoted", one\nline')],
        [theirs(1, reference='a "quoted", one\nline')],
        1,
        {},
    ),
    "another code": (
        [mine(1)],
        [theirs(1, reference=None, code="code-2")],
        0,
        {"missing_ours": 1, "missing_theirs": 1},
    ),
    "two codes of one reference": ([mine(1)], [theirs(1, code="code-2")], 0, {"other_code": 1}),
    "the other coupon takes no place": (
        [mine(1)],
        [theirs(1, code="code-2"), theirs(2, reference="ref-1")],
        1,
        {"missing_ours": 1},
    ),
    # Duplicates: the row that agrees is no duplicate, wherever it stands and whatever the amount.
    "twice": ([mine(1)], [theirs(1), theirs(2, reference="ref-1")], 1, {"duplicate": 1}),
    "twice, the lower first": (
        [mine(1)],
        [theirs(1, amount=59), theirs(2, reference="ref-1")],
        1,
        {"duplicate": 1},
    ),
    "twice by code, the lower last": (
        [mine(1)],
        [theirs(1, code="code-1"), theirs(2, reference=None, code="code-1", amount=59)],
        1,
        {"duplicate": 1},
    ),
    "once by code, once by reference": (
        [mine(1)],
        [theirs(1, code="code-1"), theirs(2, reference="ref-1")],
        1,
        {"duplicate": 1},
    ),
    "a reference that only the partner has": (
        [mine(1, reference=None)],
        [theirs(1, code="code-1", reference="own"), theirs(2, reference="own")],
        1,
        {"duplicate": 1},
    ),
    "another code of a basket is no duplicate": (
        [mine(1)],
        [theirs(1, code="code-1"), theirs(2, reference="ref-1", code="code-2")],
        1,
        {"missing_ours": 1},
    ),
    # A use that is undone in the same month comes to nothing.
    "undone and not listed": (GONE, [], 0, {}),
    "undone and listed at 0": (GONE, [theirs(1, amount=0)], 1, {}),
    "undone and billed": (GONE, [theirs(1)], 0, {"status": 1}),
    "undone, billed and given back": (
        GONE,
        [theirs(1), theirs(2, reference="ref-1", amount=-60)],
        2,
        {},
    ),
    "undone, given back alone": (GONE, [theirs(1, amount=-60)], 0, {"status": 1}),
    "undone and billed twice": (
        GONE,
        [theirs(1), theirs(2, reference="ref-1")],
        0,
        {"status": 1, "duplicate": 1},
    ),
    "used again": (
        [*GONE, mine(2, code="code-1", reference="ref-2")],
        [theirs(2, reference=None, code="code-1")],
        1,
        {},
    ),
    "the undone one takes no row of another": (
        [*GONE, mine(2, reference="ref-1")],
        [theirs(1)],
        1,
        {},
    ),
    # The reversal of an earlier month's use.
    "given back by both": ([undone(mine(1))], [theirs(1, amount=-60)], 1, {}),
    "given back by us": ([undone(mine(1))], [], 0, {"status": 1}),
    "given back by them": (
        [mine(1)],
        [theirs(1), theirs(2, reference="ref-1", amount=-60)],
        1,
        {"status": 1},
    ),
    # Baskets and sums.
    "a basket": (BASKET, [theirs(1, reference="b", amount=70), theirs(2, reference="b")], 2, {}),
    "a basket in one row": (BASKET, [theirs(1, reference="b", amount=130)], 1, {}),
    "a basket in one row that is wrong": (
        BASKET,
        [theirs(1, reference="b", amount=131)],
        0,
        {"amount": 1, "missing_theirs": 1},
    ),
    "a day in one row": (BASKET, [theirs(1, reference=None, amount=130)], 1, {}),
    "terms": (
        [mine(1, reference=None), mine(2, amount=61)],
        [theirs(9, store="store", used_on=SOON)],
        1,
        {"missing_theirs": 1},
    ),
    "terms that are not unique": (
        [mine(1, reference=None), mine(2, reference=None)],
        [theirs(9, store="store")],
        0,
        {"missing_theirs": 2, "missing_ours": 1},
    ),
    "terms against names": (
        [mine(1)],
        [theirs(9, store="store")],
        0,
        {"missing_theirs": 1, "missing_ours": 1},
    ),
}


def apart(case: int, row: dict[str, Any]) -> dict[str, Any]:
    """The record with names that no other case has: all of them are compared at once."""
    changed = {
        name: row[name] and f"{case}/{row[name]}"
        for name in ("code", "reference", "request_number", "offer", "store")
    }
    if "book_id" in row:
        return row | changed | {"book_id": case}
    line_key = row["line_key"] and row["line_key"].replace("1:", f"{case}:", 1)
    return row | changed | {"row": 1_000 * case + row["row"], "line_key": line_key}


def test_rules(tmp_path: Path) -> None:
    ours_rows = [apart(n, row) for n, case in enumerate(CASES.values(), 1) for row in case[0]]
    theirs_rows = [apart(n, row) for n, case in enumerate(CASES.values(), 1) for row in case[1]]
    found = compare(
        tmp_path,
        ours_rows,
        theirs_rows,
        rates=((7, 45), (8, 46)),
        offers=[f"{n}/{offer}" for n in range(1, len(CASES) + 1) for offer in OFFERS],
    )
    matched = {
        int(row) for each in found.matches for row in each["row_numbers"].strip("{}").split(",")
    }
    broken = [
        (int(each["row_number"] or 0) // 1_000 or int(each["of_book"]), each["category"])
        for each in found.breaks
    ]
    said = {
        name: (
            sum(row // 1_000 == n for row in matched),
            dict(Counter(category for case, category in broken if case == n)),
        )
        for n, name in enumerate(CASES, 1)
    }
    assert said == {name: (case[2], case[3]) for name, case in CASES.items()}
    assert found.matching.matched == len(matched)
    assert (found.matching.ours, found.matching.theirs) == (len(ours_rows), len(theirs_rows))


def test_two_faults_in_one_row(tmp_path: Path) -> None:
    found = compare(tmp_path, [mine(1)], [theirs(1, amount=75, offer="SKU-9", used_on=LATER)])
    (each,) = found.breaks
    assert (each["category"], each["also"]) == ("amount", "{unmapped_offer,date}")
    assert (
        each["row_number"],
        each["use_id"],
        each["ours_minor"],
        each["theirs_minor"],
        each["difference_minor"],
    ) == (*("1", "1.1", "60", "75", "-15"),)


def test_what_is_known_elsewhere(tmp_path: Path) -> None:
    """In another month, of another supplier, or claimed by another run."""
    found = compare(
        tmp_path,
        [mine(1), mine(2), mine(3)],
        [
            theirs(11),
            theirs(12, amount=61),
            theirs(13, reference=None, code="code-13"),
            theirs(14),
            theirs(15, reference="ref-3"),
        ],
        elsewhere=[
            mine(11, month="2017-04", used_on=DAY + timedelta(days=30)),
            mine(12, month="2017-02"),
            mine(13, is_foreign=True),
            mine(14, month="2017-02", claimed_by=5),
        ],
        claims=[
            {"book_id": 1, "use_id": "2.1", "is_reversal": False, "run": 6, "is_cut_off": True},
            {"book_id": 1, "use_id": "3.1", "is_reversal": False, "run": 7, "is_cut_off": False},
        ],
    )
    said = {
        each["row_number"] or each["use_id"]: (each["category"], each["also"], each["claimed_by"])
        for each in found.breaks
    }
    assert said == {
        "11": ("cut_off", "{date}", ""),
        "12": ("cut_off", "{amount_rounding}", ""),
        "13": ("wrong_party", "{missing_ours}", ""),
        "14": ("duplicate", "{cut_off}", "5"),
        "15": ("duplicate", "{cut_off}", "7"),
        "1.1": ("missing_theirs", "{}", ""),
        "2.1": ("cut_off", "{missing_theirs}", "6"),
    }
    assert found.matching.difference_minor == 2 * 60 - (5 * 60 + 1)
    assert next(each for each in found.breaks if each["row_number"] == "13")["use_id"] == ""


def test_rejected_rows_are_breaks_without_money(tmp_path: Path) -> None:
    found = compare(tmp_path, [mine(1)], [theirs(1)], rejected=((4, "used_on: not a day"),))
    (each,) = found.breaks
    assert (each["category"], each["row_number"], each["note"], each["difference_minor"]) == (
        *("rejected", "4", "used_on: not a day", "0"),
    )


@pytest.mark.parametrize(
    ("ours_rows", "theirs_rows", "reason", "uses", "spreadsheet"),
    [
        ([mine(1, reference="00098")], [theirs(1, reference="98")], "leading_zeros", 1, True),
        (
            [mine(1, reference="20260120000000012345")],
            [theirs(1, reference="2.0260120000000012E+19")],
            "power_of_ten",
            1,
            True,
        ),
        ([mine(1), mine(2)], [theirs(9, reference="LUMP-1", amount=120)], "sum", 2, False),
        ([mine(1)], [theirs(9, used_on=DAY + timedelta(days=3))], "same_terms", 1, False),
        ([mine(1)], [theirs(9, used_on=DAY + timedelta(days=4))], None, 0, False),
        ([mine(1), mine(2)], [theirs(9, reference="LUMP-1", amount=121)], None, 0, False),
        ([mine(1)], [theirs(9, reference=None, code="code-9")], None, 0, False),
        ([mine(1)], [theirs(9, amount=90)], None, 0, False),
    ],
)
def test_suggestions_match_nothing(
    tmp_path: Path,
    ours_rows: list[Any],
    theirs_rows: list[Any],
    reason: str | None,
    uses: int,
    *,
    spreadsheet: bool,
) -> None:
    found = compare(tmp_path, ours_rows, theirs_rows)
    assert found.matching.matched == 0
    assert found.by_category == {"missing_ours": 1, "missing_theirs": len(ours_rows)}
    said = [json.loads(each["suggestion"]) for each in found.breaks if each["suggestion"]]
    assert [each["reason"] for each in said] == [reason] * bool(reason)
    assert [len(each["uses"]) for each in said] == [uses] * bool(reason)
    assert sum(each["suggested_row"] != "" for each in found.breaks) == uses
    assert found.matching.went_through_spreadsheet == spreadsheet


def test_a_reversal_in_one_programme_is_none_in_another(tmp_path: Path) -> None:
    here, there = mine(1), mine(1, book_id=2, code="code-2", reference="ref-2")
    found = compare(tmp_path, [here, undone(here), there], [theirs(1), theirs(2)])
    assert (found.matching.matched, found.by_category) == (1, {"status": 1})


def test_matches_are_written_by_brand(tmp_path: Path) -> None:
    found = compare(tmp_path, [mine(1), mine(2, home=8), mine(3)], [theirs(n) for n in (3, 2, 1)])
    said = sorted(
        (each["home_party_id"], each["row_numbers"], each["uses"]) for each in found.matches
    )
    assert said == [("7", "{1,3}", '{"1.1","3.1"}'), ("8", "{2}", '{"2.1"}')]
    assert {each["rules"].strip("{}").split(",")[0] for each in found.matches} == {"reference"}


def test_two_currencies_have_two_totals(tmp_path: Path) -> None:
    found = compare(
        tmp_path,
        [mine(1), mine(2), mine(3, currency="USD")],
        [theirs(1), theirs(3), theirs(2, currency="USD", amount=61)],
    )
    assert found.by_category == {"currency": 1}
    assert found.also == ["amount_rounding"]
    totals = {each.currency: each.difference_minor for each in found.matching.totals}
    assert totals == {"CNY": 60, "USD": -61}


def test_a_hundred_thousand_each_way(tmp_path: Path) -> None:
    count = 20_000
    begun = time.monotonic()
    found = compare(
        tmp_path,
        [mine(n) for n in range(count)],
        [theirs(n) for n in reversed(range(10, 10 + 2_000))],
    )
    assert found.matching.matched == 2_000
    assert found.by_category == {"missing_theirs": count - 2_000}
    assert time.monotonic() - begun < 20
