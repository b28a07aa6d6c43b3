"""A partner's file: what is read, and which faults are named."""

from pathlib import Path
from typing import Any

import pytest

from settlement.rating.uses import code_digest
from settlement.reconcile import partner_file
from settlement.reconcile.partner_file import (
    PartnerFileInvalid,
    PartnerFileTooLarge,
    read_partner_file,
)
from tests.settlement.fixtures import code_of

HEADING = "reference,offer_code,member,used_on,amount_minor"


def faults(tmp_path: Path, content: str | bytes) -> list[tuple[int, str, str]]:
    data = content if isinstance(content, bytes) else content.encode()
    with pytest.raises(PartnerFileInvalid) as refusal:
        read_partner_file(data, tmp_path / "out")
    found: list[dict[str, Any]] = refusal.value.extra["faults"]
    return [(fault["line"], fault["column"], fault["problem"]) for fault in found]


def test_a_file_is_rewritten_in_our_columns(tmp_path: Path) -> None:
    code = code_of(7)
    content = (
        "\ufeffmember,amount_minor,used_on,offer_code,reference,coupon_code\r\n"
        f'm-1,60,2017-01-01,offer, "a, ""b""",{code[:5]}-{code[5:].lower()}\r\n\r\n'
        "会员,0,2017-02-28,offer,r2,\r\n"
    ).replace(' "a', '"a')
    source = tmp_path / "in.csv"
    source.write_text(content, encoding="utf-8", newline="")
    for given in (source, content.encode()):
        read = read_partner_file(given, tmp_path / "out")
        assert read.rows == 2
        assert (tmp_path / "out").read_text(encoding="utf-8").splitlines() == [
            f'2,"a, ""b""",{code_digest(code).hex()},offer,m-1,2017-01-01,60',
            "4,r2,,offer,会员,2017-02-28,0",
        ]


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (",o,m,2017-01-01,60", "reference", "empty"),
        ("r,,m,2017-01-01,60", "offer_code", "empty"),
        ("r,o,,2017-01-01,60", "member", "empty"),
        ("r,o,m,20170101,60", "used_on", "not a day"),
        ("r,o,m,2017-02-29,60", "used_on", "not a day"),
        ("r,o,m,2017-01-01,-60", "amount_minor", "not a whole number"),
        ("r,o,m,2017-01-01,0.60", "amount_minor", "not a whole number"),
        ("r,o,m,2017-01-01,٦٠", "amount_minor", "not a whole number"),
        ("r,o,m,2017-01-01,1234567890123456", "amount_minor", "not a whole number"),
        (f"{'r' * 201},o,m,2017-01-01,60", "reference", "longer"),
        ("r,o,m\x00,2017-01-01,60", "member", "control"),
        ("r,o,m,2017-01-01", "", "4 fields where the heading has 5"),
        ('r,o,"m"x,2017-01-01,60', "", "not CSV"),
        ('r,o,"m,2017-01-01,60', "", "not CSV"),
    ],
)
def test_a_fault_is_named_with_its_line(
    tmp_path: Path, row: str, column: str, problem: str
) -> None:
    good = '"a\nb",o,m,2017-01-01,60'.replace("\n", " ")
    ((line, where, what),) = faults(tmp_path, f"{HEADING}\n{good}\n\n{row}\n")
    assert (line, where) == (4, column)
    assert problem in what


def test_faults_of_the_whole_file(tmp_path: Path) -> None:
    assert faults(tmp_path, "") == [
        (1, column, "the column is missing") for column in HEADING.split(",")
    ]
    assert faults(tmp_path, f"{HEADING},price,member\n") == [
        (1, "member", "the column is there twice"),
        (1, "price", "unknown column"),
    ]
    assert faults(tmp_path, f"{HEADING}\nr,o,m,2017-01-01,60\n".encode() + b"r,\xff\n") == [
        (3, "", "not UTF-8")
    ]
    mistyped = code_of(7)[:-1] + ("1" if code_of(7)[-1] != "1" else "2")
    ((line, column, _),) = faults(
        tmp_path, f"coupon_code,{HEADING}\n{mistyped},r,o,m,2017-01-01,60\n"
    )
    assert (line, column) == (2, "coupon_code")


def test_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = f"{HEADING}\n" + "r,o,m,2017-01-01,60\n" * 3
    bad = f"{HEADING}\n" + "r,o,m,never,60\n" * 200
    assert len(faults(tmp_path, bad)) == partner_file.FAULTS_LISTED_MAX
    assert len(faults(tmp_path, f"{HEADING}\n" + "r,o\n" * 200)) == partner_file.FAULTS_LISTED_MAX
    monkeypatch.setattr(partner_file, "ROWS_MAX", 2)
    with pytest.raises(PartnerFileTooLarge):
        read_partner_file(rows.encode(), tmp_path / "out")
    monkeypatch.setattr(partner_file, "BYTES_MAX", 20)
    with pytest.raises(PartnerFileTooLarge):
        read_partner_file(rows.encode(), tmp_path / "out")
