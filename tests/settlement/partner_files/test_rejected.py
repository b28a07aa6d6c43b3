"""Rows that cannot be used: each is rejected alone, with its reason. A bad file is refused."""

import gzip
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.coupons.codes import CouponNotFound, parse_code
from settlement.partner_files import judged, normal, reading, unpack
from settlement.partner_files.mapping import FileMapping, require_mapping
from settlement.partner_files.presets import PRESETS
from settlement.partner_files.refusals import MappingInvalid, PartnerFileTooLarge
from tests.settlement.fixtures import code_of
from tests.settlement.partner_files.files import OURS, ROW, TAKEN, Read, faults, known

MISTYPED = code_of(7)[:-1] + ("1" if code_of(7)[-1] != "1" else "2")


BAD = (
    (",o,m,2026-01-01,60", "reference", "empty"),
    ("r,o,m,,60", "used_on", "empty"),
    ("r,o,m,2026-01-01,", "amount_minor", "empty"),
    ("r,o,m,yesterday,60", "used_on", "yesterday is not a day"),
    ("r,o,m,2026-02-29,60", "used_on", "not a day"),
    ("r,o,m,01/02/2026,60", "used_on", "not a day"),
    ("r,o,m,1926-01-01,60", "used_on", "not a day"),
    ("r,o,m,2026-01-01 25:00:00,60", "used_on", "not a day"),
    ("r,o,m,2026-01-01,30.00", "amount_minor", "30.00 has decimals"),
    ("r,o,m,2026-01-01,sixty", "amount_minor", "not an amount"),
    ("r,o,m,2026-01-01,٦٠", "amount_minor", "not an amount"),
    ("r,o,m,2026-01-01,6E1", "amount_minor", "not an amount"),
    ('r,o,m,2026-01-01,"1,30"', "amount_minor", "not an amount"),
    ("r,o,m,2026-01-01,1234567890123456", "amount_minor", "not an amount"),
    (f"{'r' * 201},o,m,2026-01-01,60", "reference", "longer"),
    ("r,o,m\x01x,2026-01-01,60", "member", "control"),
    ("r,o,m,2026-01-01,1,300", "", "more cells"),
    ("r,o,m,2026-01-01", "amount_minor", "empty"),
)


def test_a_bad_row_is_named_and_the_others_go_on(read: Read) -> None:
    good = f"{ROW}\n" * 100 * len(BAD)
    found, rows = read(f"{OURS}\n{good}\n" + "\n".join(row for row, _, _ in BAD) + f"\n{ROW}\n")
    assert [known(each) for each in rows] == [TAKEN] * (100 * len(BAD) + 1)
    first = 100 * len(BAD) + 3
    assert rows[-1]["row"] == first + len(BAD)
    for number, (rejected, (_, column, problem)) in enumerate(
        zip(found.rejected, BAD, strict=True), start=first
    ):
        assert (rejected.row, rejected.column) == (number, column)
        assert problem in rejected.problem


def test_one_mistyped_code_among_sixty_is_rejected_alone(read: Read) -> None:
    heading = f"coupon_code,{OURS}\n"
    rows = [f"{code_of(number)},,o,,2026-01-01,60\n" for number in range(1, 60)]
    found, taken = read(heading + "".join(rows) + f"{MISTYPED},,o,,2026-01-01,60\n")
    assert len(taken) == 59
    (rejected,) = found.rejected
    assert (rejected.row, rejected.column, rejected.amount_minor) == (61, "coupon_code", 60)
    assert "mistyped" in rejected.problem


def test_a_file_with_too_many_bad_rows_is_refused(read: Read) -> None:
    good, bad = f"{ROW}\n", "r,o,m,never,60\n"
    found, _ = read(f"{OURS}\n" + good * 990 + bad * 10)
    assert len(found.rejected) == 10
    assert len(faults(read, f"{OURS}\n" + good * 989 + bad * 11)) == 11
    assert len(faults(read, f"{OURS}\n" + good + bad * 200)) == 50
    assert faults(read, f"{OURS}\nr,o,m,never,60\n") == [
        (2, "used_on", faults(read, f"{OURS}\n{bad}")[0][2])
    ]


def test_faults_of_the_whole_file(read: Read) -> None:
    assert faults(read, "") == [(1, "", "the file is empty")]
    assert faults(read, "a,b\n1,2\n") == [
        (1, column, "the column is missing") for column in ("reference", "used_on", "amount")
    ]
    assert faults(read, f"{OURS},reference\n") == [(1, "reference", "the column is there twice")]
    assert faults(read, f"{OURS}\n", FileMapping(columns={"store": "门店"})) == [
        (1, "门店", "the column is missing")
    ]
    ((line, _, problem),) = faults(read, f'{OURS}\n{ROW}\n"r,o,m,2026-01-01,60\n{ROW}\n')
    assert (line, problem) == (3, "a quotation mark is not closed")
    found, rows = read(f"{OURS}\n")
    assert (rows, found.rows) == ([], 0)


def test_a_mapping_says_what_cannot_be_known(read: Read) -> None:
    mapping = FileMapping(
        columns={"reference": "Ours", "used_on": "When", "amount": "Owed (USD)"},
        constants={"offer": "ticket", "currency": "USD"},
        unit="fen",
        sign="negated",
        date_format="day-first",
        delimiter="bar",
    )
    require_mapping(mapping)
    assert FileMapping.of_document(mapping.document()) == mapping
    found, (row,) = read("Ours|When|Owed (CNY)|Owed (USD)\nT|03/02/2026|1|-300.0\n", mapping)
    assert known(row) == ("T", "ticket", None, "2026-02-03", 300)
    assert (row["currency"], list(found.ignored)) == ("USD", ["Owed (CNY)"])
    _, (row,) = read("ref,date,amount,币种\nT,2026-02-03,300,日元\n".replace("日元", "JPY"))
    assert (row["amount_minor"], row["currency"]) == (300, "JPY")
    for wrong in (
        FileMapping(columns={"price": "x"}),
        FileMapping(columns={"amount": ""}),
        FileMapping(columns={"offer": "x"}, constants={"offer": "y"}),
        FileMapping(constants={"amount": "1"}),
        FileMapping(constants={"currency": "yuan"}),
        FileMapping(unit="dollar"),  # type: ignore[arg-type]
        FileMapping(time_zone="Moon/Sea"),
    ):
        with pytest.raises(MappingInvalid):
            require_mapping(wrong)
    for preset in PRESETS.values():
        require_mapping(preset)


def test_what_our_own_files_and_a_spreadsheet_do_to_values(read: Read) -> None:
    """The apostrophe goes that an export or a spreadsheet put there. Lost digits are told of."""
    found, rows = read(
        f"{OURS}\nP-1,ticket,'+8613800000000,2026-02-03,3000\n"
        "'00098,ticket,''=x,2026-02-03,3000\n"
        "2.0260120000000012E+19,ticket,12345,2026-02-03,3000\n"
        "it's,ticket,'m,2026-02-03,3000\n"
    )
    assert [row["member"] for row in rows] == ["+8613800000000", "'=x", "12345", "'m"]
    assert [row["reference"] for row in rows][1::2] == ["00098", "it's"]
    assert [each.code for each in found.findings] == ["digits-lost"]


def test_totals_are_compared_and_never_rows(read: Read) -> None:
    found, rows = read(
        f'{OURS}\n{ROW}\n小计,,,,3000\n{ROW}\n本页合计,,,,3000\n合计：3笔,,,,"6,001"\n'
        "备注：以上为准\n"
    )
    assert (len(rows), found.notes, len(found.rejected)) == (2, 1, 0)
    assert [each.detail for each in found.findings] == [
        "row 6 says 3 rows, its all have 2",
        "row 6 says 6001 minor units, its all have 6000",
    ]
    found, rows = read(f"{OURS}\n合计,ticket,m1,2026-01-15,3000\n{ROW}\n")
    assert (len(rows), len(found.totals)) == (1, 1)


def test_limits(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    content = f"{OURS}\n" + f"{ROW}\n" * 3
    for module, name, most in (
        (judged, "ROWS_MAX", 2),
        (reading, "BYTES_MAX", 20),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, most)
            with pytest.raises(PartnerFileTooLarge):
                read(content)
    monkeypatch.setattr(unpack, "UNPACKED_BYTES_MAX", 20)
    with pytest.raises(PartnerFileTooLarge):
        read(gzip.compress(content.encode()))


def test_quoted_files_are_read_as_plain_ones(read: Read) -> None:
    plain = f"{OURS}\n" + "".join(
        f"R-{number},o,m,2026-01-{number % 28 + 1:02},{number}\n" for number in range(500)
    )
    quoted = "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in plain.splitlines()
    )
    assert read(plain)[1] == read(quoted)[1]


def test_codes_are_read_as_at_the_till() -> None:
    """The macros say of a code, and of what is nearly one, what `parse_code` says."""
    signs = st.sampled_from(["-", " ", "\u3000", "ー", "O", "l", "１", "ａ", "", "\u200b", "9"])
    changes = st.lists(st.tuples(st.integers(0, 24), signs), max_size=3)
    with duckdb.connect(":memory:") as connection:
        normal.add_macros(connection, "year-first", "UTC", "UTC")

        @settings(max_examples=100, deadline=None)
        @given(number=st.integers(1, 10**6), is_small=st.booleans(), changes=changes)
        def agree(number: int, *, is_small: bool, changes: list[tuple[int, str]]) -> None:
            typed = code_of(number).lower() if is_small else code_of(number)
            for place, sign in changes:
                typed = typed[:place] + sign + typed[place:]
            try:
                expected = parse_code(typed).text
            except CouponNotFound:
                expected = None
            ((found, is_good),) = connection.execute(
                "SELECT code_of(cell), is_code(code_of(cell)) FROM (SELECT ? AS cell)", [typed]
            ).fetchall()
            assert (found if is_good else None) == expected

        agree()


def test_a_path_with_a_quotation_mark(tmp_path: Path) -> None:
    folder = tmp_path / "it's"
    folder.mkdir()
    (folder / "file").write_text(f"{OURS}\n{ROW}\n")
    assert reading.read_partner_file(folder / "file", folder / "rows").rows == 1
