"""Matching: which record of a partner's file is which of our lines."""

import csv
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from settlement.reconcile.matching import Matching, match

DAY = date(2017, 3, 10)
AS_OF = date(2017, 3, 31)


def mine(position: int, **changes: Any) -> list[Any]:
    record = {
        "position": position,
        "book_id": 1,
        "use_id": f"{position}.1",
        "code": f"digest-{position}",
        "reference": f"ref-{position}",
        "offer": "offer",
        "member": f"member-{position}",
        "used_on": DAY,
        "amount": 60,
        "reversed": "f",
    } | changes
    return list(record.values())


def theirs(position: int, **changes: Any) -> list[Any]:
    record = {
        "position": position,
        "reference": f"ref-{position}",
        "code": "",
        "offer": "offer",
        "member": f"member-{position}",
        "used_on": DAY,
        "amount": 60,
    } | changes
    return list(record.values())


_WRITE_THEIRS = """
    COPY (
        SELECT column0 AS row, column1 AS reference, unhex(column2) AS code_sha256,
            column3 AS offer, column4 AS member, CAST(column5 AS DATE) AS used_on,
            CAST(column6 AS BIGINT) AS amount_minor
        FROM read_csv(?, header = false, all_varchar = true, auto_detect = false, nullstr = '',
            columns = {'column0': 'BIGINT', 'column1': 'VARCHAR', 'column2': 'VARCHAR',
                'column3': 'VARCHAR', 'column4': 'VARCHAR', 'column5': 'VARCHAR',
                'column6': 'VARCHAR'})
    ) TO '%s' (FORMAT parquet)
"""


def run(folder: Path, ours_rows: list[list[Any]], theirs_rows: list[list[Any]]) -> Matching:
    for name, rows, code in (("ours", ours_rows, 3), ("theirs.csv", theirs_rows, 2)):
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            for row in rows:
                digest = row[code].encode().hex()
                csv.writer(file, lineterminator="\n").writerow(
                    [*row[:code], digest, *row[code + 1 :]]
                )
    with duckdb.connect(":memory:") as connection:
        connection.execute(_WRITE_THEIRS % (folder / "theirs"), [str(folder / "theirs.csv")])
    return match(folder / "ours", folder / "theirs", AS_OF, folder)


@pytest.mark.parametrize(
    ("ours_rows", "theirs_rows", "matched", "breaks"),
    [
        ([], [], 0, {}),
        ([mine(1)], [theirs(1)], 1, {}),
        ([mine(1)], [], 0, {"ours_only": 1}),
        ([], [theirs(1)], 0, {"theirs_only": 1}),
        ([mine(1)], [theirs(1, amount=61)], 0, {"amount_differs": 1}),
        ([mine(1)], [theirs(1, used_on=DAY + timedelta(days=1))], 1, {}),
        ([mine(1)], [theirs(1, used_on=DAY + timedelta(days=2))], 0, {"date_differs": 1}),
        ([mine(1)], [theirs(1, member="other")], 0, {"details_differ": 1}),
        (
            [mine(1)],
            [theirs(1), theirs(2, reference="ref-1", member="member-1")],
            1,
            {"duplicate": 1},
        ),
        ([mine(1, reversed="t")], [], 0, {}),
        ([mine(1, reversed="t")], [theirs(1)], 0, {"reversed": 1}),
        # A reversed use never takes the record of the one that stands.
        (
            [mine(1, reversed="t"), mine(2, reference="ref-1", member="member-1")],
            [theirs(1)],
            1,
            {},
        ),
        # By code, with no or another reference.
        ([mine(1)], [theirs(1, reference="", code="digest-1")], 1, {}),
        ([mine(1, reference="")], [theirs(1, reference="their-own", code="digest-1")], 1, {}),
        (
            [mine(1)],
            [theirs(1, reference="", code="digest-2")],
            0,
            {"ours_only": 1, "theirs_only": 1},
        ),
        ([mine(1)], [theirs(1, code="digest-1", offer="other")], 0, {"details_differ": 1}),
        (
            [mine(1)],
            [theirs(9, reference="", code="digest-1", member="member-1"), theirs(1)],
            1,
            {"theirs_only": 1},
        ),
        # Two codes are two coupons, though all else agrees.
        ([mine(1)], [theirs(1, code="digest-2")], 0, {"details_differ": 1}),
        (
            [mine(1)],
            [theirs(1, code="digest-2", used_on=DAY + timedelta(days=1), amount=61)],
            0,
            {"details_differ": 1},
        ),
        ([mine(1, reversed="t")], [theirs(1, code="digest-2")], 0, {"theirs_only": 1}),
        # The other coupon takes neither the place of the record without a code nor that of the
        # reversed use with its code.
        (
            [mine(1)],
            [theirs(1, code="digest-2"), theirs(2, reference="ref-1", member="member-1")],
            1,
            {"theirs_only": 1},
        ),
        (
            [mine(1, reversed="t"), mine(2, reference="ref-1", member="member-1")],
            [theirs(1, code="digest-1")],
            0,
            {"reversed": 1, "ours_only": 1},
        ),
        # A code listed again is a duplicate under any reference; another code of the same basket is
        # not.
        ([mine(1)], [theirs(1, code="digest-1"), theirs(2, code="digest-1")], 1, {"duplicate": 1}),
        (
            [mine(1)],
            [
                theirs(1, code="digest-1"),
                theirs(2, reference="ref-1", member="member-1", code="digest-2"),
            ],
            1,
            {"theirs_only": 1},
        ),
        (
            [mine(1)],
            [theirs(1, code="digest-1"), theirs(2, reference="ref-1", member="member-1")],
            1,
            {"duplicate": 1},
        ),
        # A coupon used again after a reversal: one code, one use that stands.
        (
            [mine(1, reversed="t"), mine(2, code="digest-1", member="member-1")],
            [theirs(1, reference="", code="digest-1")],
            1,
            {},
        ),
        # Two uses of one basket carry one reference.
        (
            [mine(1), mine(2, reference="ref-1", member="member-1")],
            [theirs(1), theirs(2, reference="ref-1", member="member-1")],
            2,
            {},
        ),
        (
            [mine(1, reference='a "quoted", one\nline')],
            [theirs(1, reference='a "quoted", one\nline')],
            1,
            {},
        ),
    ],
)
def test_rules(
    tmp_path: Path,
    ours_rows: list[Any],
    theirs_rows: list[Any],
    matched: int,
    breaks: dict[str, int],
) -> None:
    result = run(tmp_path, ours_rows, theirs_rows)
    assert (result.matched, result.by_category) == (matched, breaks)
    assert result.matched_minor == 60 * matched
    assert (result.ours, result.theirs) == (len(ours_rows), len(theirs_rows))
    assert Counter(each.category for each in result.breaks) == Counter(breaks)


def test_breaks_say_both_sides_and_their_age(tmp_path: Path) -> None:
    (found,) = run(tmp_path, [mine(1)], [theirs(1, amount=75)]).breaks
    assert (found.line_number, found.use_id, found.ours_minor, found.theirs_minor) == (
        1,
        "1.1",
        60,
        75,
    )
    assert found.age_days == 21


def test_suggestions_are_near_one_to_one_and_not_matched(tmp_path: Path) -> None:
    ours_rows = [
        mine(1, reference="a"),
        mine(2, reference="b", member="member-1", used_on=DAY + timedelta(days=2)),
    ]
    theirs_rows = [
        theirs(1, reference="x", used_on=DAY + timedelta(days=3)),
        theirs(2, reference="y", member="member-1", used_on=DAY + timedelta(days=9)),
    ]
    result = run(tmp_path, ours_rows, theirs_rows)
    assert (result.matched, result.break_count) == (0, 4)
    (suggestion,) = result.suggestions
    assert (suggestion.line_number, suggestion.use_id, suggestion.days_apart) == (1, "2.1", 1)


RECORDS = st.lists(
    st.tuples(
        st.sampled_from(["", "r1", "r2", "r3"]),
        st.sampled_from(["m1", "m2"]),
        st.integers(0, 4),
        st.sampled_from([60, 61]),
        st.booleans(),
        st.sampled_from(["", "c1", "c2"]),
    ),
    max_size=8,
)


@settings(max_examples=40)  # each example opens DuckDB twice
@given(ours_records=RECORDS, theirs_records=RECORDS, order=st.randoms())
def test_each_record_is_claimed_once_and_order_does_not_matter(
    tmp_path_factory: pytest.TempPathFactory, ours_records: Any, theirs_records: Any, order: Any
) -> None:
    ours_rows = [
        mine(
            n,
            reference=r,
            member=m,
            used_on=DAY + timedelta(days=d),
            amount=a,
            reversed="t" if u else "f",
            code=c or f"digest-{n}",
        )
        for n, (r, m, d, a, u, c) in enumerate(ours_records)
    ]
    theirs_rows = [
        theirs(n, reference=r or "own", member=m, used_on=DAY + timedelta(days=d), amount=a, code=c)
        for n, (r, m, d, a, _, c) in enumerate(theirs_records)
    ]
    folder = tmp_path_factory.mktemp("match")
    result = run(folder, ours_rows, theirs_rows)
    lines = [each.line_number for each in result.breaks if each.line_number is not None]
    uses = [each.use_id for each in result.breaks if each.use_id is not None]
    assert len(set(lines)) == len(lines)
    assert len(set(uses)) == len(uses)
    assert result.matched + len(lines) == len(theirs_rows)
    standing = sum(1 for row in ours_rows if row[-1] == "f")
    assert standing <= result.matched + len(uses) <= len(ours_rows)
    # What is matched is matched by a code of both sides, or the partner names none.
    codes = Counter(row[2] for row in theirs_rows if row[2])
    assert (
        result.matched <= len(theirs_rows) - (codes - Counter(row[3] for row in ours_rows)).total()
    )
    order.shuffle(ours_rows)
    order.shuffle(theirs_rows)
    assert run(folder, ours_rows, theirs_rows) == result


def test_a_hundred_thousand_each_way(tmp_path: Path) -> None:
    count = 100_000
    ours_rows = [mine(n) for n in range(count)]
    theirs_rows = [theirs(n) for n in reversed(range(10, count + 10))]
    begun = time.monotonic()
    result = run(tmp_path, ours_rows, theirs_rows)
    assert result.matched == count - 10
    assert result.by_category == {"ours_only": 10, "theirs_only": 10}
    assert time.monotonic() - begun < 20
