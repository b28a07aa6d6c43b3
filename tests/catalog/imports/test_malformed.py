"""Malformed files of each kind: each bad row is named by its line and column. All of it is pure."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.imports import table_file
from catalog.imports.apart import REFUSALS
from catalog.imports.encoding import EncodingDoubtful, EncodingUnknown, decode
from catalog.imports.headings import (
    COLUMNS,
    KINDS,
    FileMapping,
    HeaderMissing,
    Kind,
    plan_columns,
)
from catalog.imports.reading import mended, read_file
from catalog.imports.row_codes import ROW_CODES, sentences
from catalog.imports.table_file import (
    CELL_LENGTH_MAX,
    COLUMNS_MAX,
    ImportFileTooLarge,
    ImportFileUnreadable,
    guarded,
    read_table,
)
from ledger import Refusal
from tests.catalog.imports.files import csv_of, xlsx_of

PLAIN = FileMapping()
GOOD: dict[Kind, dict[str, str]] = {
    "shops": {
        "code": "S1",
        "name": "West",
        "region": "310101",
        "groups": "a;b",
        "state": "营业",
        "online": "否",
    },
    "codes": {"number": "7001", "secret": "47", "expires_on": "2099-01-31", "batch": "May"},
    "offers": {
        "code": "latte",
        "name": "Latte",
        "kind": "exchange",
        "category": "food",
        "presented_brand": "cinema",
        "face_value": "25.50",
        "currency": "CNY",
        "points": "1,200",
        "fulfilment": "own_code",
        "valid_from": "2017-01-01",
        "valid_until": "2017-12-31",
        "within_days": "30",
        "threshold": "50",
        "discount": "8.5",
        "discount_cap": "5",
        "shop_groups": "a;b",
        "per_member": "1",
        "per_member_per_day": "1",
        "per_day": "9",
        "quantity_max": "99",
        "gift_hops": "0",
        "return_within_days": "7",
        "terms_text": "…",
    },
}
GOOD["members"] = {
    "member": "M1",
    "phone": "13800138000",
    "openid": "wx1:o1",
    "email": "a@b.cn",
    "tier": "gold",
    "tags": "品牌:coffee;behaviour:active",
    "birthday": "02-29",
    "points": "1,200",
    "expires_on": "2099-12-31",
}
KEY: dict[Kind, str] = {"shops": "code", "codes": "number", "offers": "code", "members": "member"}
LONG = "x" * (CELL_LENGTH_MAX + 1)
BAD: dict[Kind, list[tuple[str, str, str]]] = {
    "shops": [
        ("code", "", "required-empty"),
        ("code", "S 1", "shop-code-invalid"),
        ("code", "-S", "shop-code-invalid"),
        ("code", "S" * 65, "shop-code-invalid"),
        ("code", "店", "shop-code-invalid"),
        ("code", LONG, "cell-too-long"),
        ("code", "S\x07", "control-character"),
        ("name", "", "required-empty"),
        ("name", "N" * 201, "name-invalid"),
        ("name", "a\nb", "name-invalid"),
        ("region", "31010", "region-invalid"),
        ("region", "3101011", "region-invalid"),
        ("region", "990101", "region-invalid"),
        ("region", "上海", "region-invalid"),
        ("region", "３１０１０１", "region-invalid"),
        ("groups", "g" * 41, "group-invalid"),
        ("groups", ";".join(map(str, range(17))), "group-invalid"),
        ("groups", "a\tb", "group-invalid"),
        ("state", "maybe", "choice-invalid"),
        ("state", "停", "choice-invalid"),
        ("online", "2", "choice-invalid"),
    ],
    "members": [
        ("member", "", "required-empty"),
        ("member", "M" * 101, "member-invalid"),
        ("member", "M\n1", "member-invalid"),
        ("member", "M\x07", "control-character"),
        ("member", LONG, "cell-too-long"),
        ("phone", "1380013800", "identifier-invalid"),
        ("phone", "138-0013-800x", "identifier-invalid"),
        ("phone", "+0138001380", "identifier-invalid"),
        ("openid", "o1", "identifier-invalid"),
        ("openid", "wx1:o 1", "identifier-invalid"),
        ("email", "a@b", "identifier-invalid"),
        ("email", "a b@c.cn", "identifier-invalid"),
        ("tags", "coffee", "tag-invalid"),
        ("tags", "brand:Coffee", "tag-invalid"),
        ("tags", "口味:coffee", "tag-invalid"),
        ("tags", ";".join(f"brand:t{n}" for n in range(65)), "tag-invalid"),
        ("birthday", "02-30", "birthday-invalid"),
        ("birthday", "13-01", "birthday-invalid"),
        ("birthday", "1999-02-29", "birthday-invalid"),
        ("birthday", "二月一日", "birthday-invalid"),
        ("points", "-1", "number-invalid"),
        ("points", "1.5", "number-invalid"),
        ("points", "1000000001", "number-invalid"),
        ("expires_on", "2099-02-30", "day-invalid"),
        ("expires_on", "soon", "day-invalid"),
        ("expires_on", "9001-01-01", "day-invalid"),
        ("birthday", "0001-01-01", "birthday-invalid"),
    ],
    "codes": [
        ("number", "", "required-empty"),
        ("number", "7" * 129, "card-number-invalid"),
        ("number", "7\n8", "card-number-invalid"),
        ("number", "7\x00", "control-character"),
        ("number", "7\x1b", "control-character"),
        ("number", LONG, "cell-too-long"),
        ("secret", "4" * 129, "card-number-invalid"),
        ("secret", "4\t7", "card-number-invalid"),
        ("secret", LONG, "cell-too-long"),
        ("expires_on", "tomorrow", "day-invalid"),
        ("expires_on", "2099-02-30", "day-invalid"),
        ("expires_on", "2099/01-31", "day-invalid"),
        ("expires_on", "31.01.2099", "day-invalid"),
        ("expires_on", "209901", "day-invalid"),
        ("expires_on", "99-01-31", "day-invalid"),
        ("expires_on", "２０９９-01-31", "day-invalid"),
        ("expires_on", "2099-01-31 00:00", "day-invalid"),
        ("expires_on", "-1", "day-invalid"),
        ("expires_on", "1899-12-31", "day-invalid"),
        ("batch", "b" * 65, "batch-invalid"),
        ("batch", "a\nb", "batch-invalid"),
    ],
    "offers": [
        ("code", "", "required-empty"),
        ("code", "la tte", "offer-code-invalid"),
        ("name", "N" * 201, "name-invalid"),
        ("kind", "gift", "choice-invalid"),
        ("face_value", "", "required-empty"),
        ("face_value", "25.505", "money-invalid"),
        ("face_value", "-1", "money-invalid"),
        ("face_value", "1e3", "money-invalid"),
        ("face_value", "1,00", "money-invalid"),
        ("face_value", "=1+1", "money-invalid"),
        ("face_value", "99999999999999", "money-invalid"),
        ("currency", "yuan", "currency-invalid"),
        ("points", "1.5", "number-invalid"),
        ("points", "9" * 19, "number-invalid"),
        ("fulfilment", "post", "choice-invalid"),
        ("valid_from", "soon", "time-invalid"),
        ("valid_from", "2017-01-01T00:00:00", "time-invalid"),
        ("valid_until", "2017-13-01", "time-invalid"),
        ("valid_from", "0001-01-01", "time-invalid"),
        ("valid_from", "0001-01-01T00:00:00+08:00", "time-invalid"),
        ("valid_from", "1899-12-31", "time-invalid"),
        ("valid_until", "9001-01-01", "time-invalid"),
        ("valid_until", "9999-12-31", "time-invalid"),
        ("valid_until", "9999-12-31T23:59:59-08:00", "time-invalid"),
        ("within_days", "0", "number-invalid"),
        ("discount", "12", "discount-invalid"),
        ("discount", "0", "discount-invalid"),
        ("discount", "8.555", "discount-invalid"),
        ("shop_groups", "g" * 41, "group-invalid"),
        ("per_member", "none", "number-invalid"),
        ("gift_hops", "4", "number-invalid"),
        ("terms_text", LONG, "cell-too-long"),
    ],
}


def rows_of(kind: Kind) -> list[list[str]]:
    """The heading line in Chinese, and a row that is good."""
    row = GOOD[kind]
    return [[each.chinese for each in COLUMNS[kind] if each.name in row], list(row.values())]


def alone(kind: Kind, column: str, cell: str, mark: str) -> str:
    """A cell of a row that has nothing in common with another one which must be its own."""
    if column == KEY[kind] or kind != "members":
        return mark if column == KEY[kind] else cell
    others = {"phone": f"138{mark:0>8}", "openid": f"wx1:o{mark}", "email": f"{mark}@b.cn"}
    return others.get(column, cell)


def test_there_are_at_least_twenty_malformed_files_of_each_kind() -> None:
    assert {kind: len(BAD[kind]) >= 20 for kind in KINDS} == dict.fromkeys(KINDS, True)
    told = {code for cases in BAD.values() for _, _, code in cases}
    others = {"too-many-cells", "digits-lost", "row-repeated", "card-expired"}
    others |= {"identifier-repeated", "identifier-taken", "identifier-limit", "tag-unknown"}
    others |= {"tag-limit", "tier-unknown", "member-merged", "already-expired"}
    others |= {"points-not-permitted"}
    assert told | others == ROW_CODES.keys()
    for code in ROW_CODES:
        said = sentences(code)
        assert said["en"] != code
        assert any("\u4e00" <= sign <= "\u9fff" for sign in said["zh"])


@pytest.mark.parametrize(
    ("kind", "column", "cell", "code"),
    [(kind, *case) for kind, cases in BAD.items() for case in cases],
)
def test_a_bad_cell_is_named_and_its_neighbours_are_good(
    kind: Kind, column: str, cell: str, code: str
) -> None:
    headings, good = rows_of(kind)
    bad = [cell if name == column else each for name, each in GOOD[kind].items()]
    last = [alone(kind, name, each, "9") for name, each in GOOD[kind].items()]
    if "\x00" in cell:
        with pytest.raises(EncodingUnknown):
            read_file(kind, csv_of([headings, good, bad, last]), None, PLAIN)
        return
    first = [alone(kind, name, each, "8") for name, each in GOOD[kind].items()]
    files = [csv_of([headings, first, bad, last])]
    if "\x07" not in cell and "\x1b" not in cell:  # no workbook can hold these
        files.append(xlsx_of([headings, first, bad, last]))
    for file in files:
        one, wrong, other = read_file(kind, file, None, PLAIN).rows
        assert (one.code, other.code) == (None, None)
        assert (wrong.line, wrong.code, wrong.column) == (3, code, column)


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_rows_are_rejected_as_were_spoilt(kind: Kind) -> None:
    drawn = random.Random(14)
    headings, _ = rows_of(kind)
    rows = [
        [alone(kind, name, each, f"{number:03}") for name, each in GOOD[kind].items()]
        for number in range(200)
    ]
    cases = [case for case in BAD[kind] if "\x00" not in case[1]]
    spoilt = drawn.sample(range(200), 30)
    names = list(GOOD[kind])
    for place in spoilt:
        column, cell, _ = drawn.choice(cases)
        rows[place][names.index(column)] = cell
    file = csv_of([headings, *rows], encoding="gb18030")
    judged = read_file(kind, file, None, PLAIN).rows
    wrong = [number for number, row in enumerate(judged) if row.code is not None]
    assert wrong == sorted(spoilt)


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        ("码,名称".encode(), "utf-8"),
        ("码,名称".encode("utf-8-sig"), "utf-8"),
        ("码,名称".encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + "码,名称".encode("utf-16-be"), "utf-16"),
        ("码,名称".encode("gbk"), "gb18030"),
        ("码,名称,𠮷".encode("gb18030"), "gb18030"),
        (b"code,name", "utf-8"),
    ],
)
def test_the_encoding_is_found_out(raw: bytes, encoding: str) -> None:
    found = decode(raw)
    assert found.encoding == encoding
    assert not found.text.startswith("\ufeff")
    assert "名称" in found.text or found.text == "code,name"


def test_big5_is_not_taken_for_gb18030() -> None:
    raw = "編號,名稱\n1,顯卡\n2,一大人".encode("big5")
    with pytest.raises(EncodingDoubtful):
        decode(raw)
    assert decode(raw, "big5").text.endswith("一大人")
    for wrong, stated in ((b"\xff\x81\xff", None), (b"\xa4", "utf-8"), (b"a", "latin-1")):
        with pytest.raises(EncodingUnknown):
            decode(wrong, stated)
    with pytest.raises(EncodingUnknown):
        decode("ab".encode("utf-16-le"))  # without its mark


@given(st.text(st.characters(exclude_categories=["Cs", "Co"], exclude_characters="\0\ufeff")))
@settings(max_examples=100)
def test_any_text_is_read_back_in_every_encoding(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        assert decode(text.encode(encoding)).text == text
    assert decode(text.encode("gb18030"), "gb18030").text == text


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        (b"", ImportFileUnreadable),
        (b"\n\n", ImportFileUnreadable),
        (b'code,name\n"1,x\n', ImportFileUnreadable),
        (b'code,name\n"1"2,x\n', ImportFileUnreadable),
        (b"PK\x03\x04", ImportFileUnreadable),
        (csv_of([["c"] * (COLUMNS_MAX + 1)]), ImportFileTooLarge),
        (b"x" * (8 * 1024 * 1024 + 1), ImportFileTooLarge),
        (xlsx_of([]), ImportFileUnreadable),
    ],
)
def test_what_is_no_table_is_refused(file: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read_table(file)
    assert refusal.code in REFUSALS


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(table_file, "ROWS_MAX", 3)
    rows = [["code"], *([str(number)] for number in range(3))]
    assert len(read_table(csv_of(rows)).rows) == 3
    for write in (csv_of, xlsx_of):
        with pytest.raises(ImportFileTooLarge):
            read_table(write([*rows, ["4"]]))
    monkeypatch.setattr(table_file, "UNPACKED_BYTES_MAX", 1_000)
    with pytest.raises(ImportFileTooLarge):
        read_table(xlsx_of(rows))


def test_headings_are_found_by_any_of_their_names_and_only_once() -> None:
    for headings in (["Shop-Code ", "NAME"], ["门店编码", "门店名称"], [" code", "名　称"]):
        assert plan_columns("shops", headings, PLAIN).places == {"code": 0, "name": 1}
    assert plan_columns("shops", ["code", "name", "x"], PLAIN).unknown == ["x"]
    for headings in (["code"], ["code", "name", "Shop Code"], ["name", ""]):
        with pytest.raises(HeaderMissing):
            plan_columns("shops", headings, PLAIN)
    mapping = FileMapping({"code": "No"}, {"name": "same"})
    assert plan_columns("shops", ["no", "code"], mapping).places == {"code": 0}
    with pytest.raises(HeaderMissing):
        plan_columns("shops", ["code"], mapping)


def test_a_workbook_keeps_zeros_and_tells_of_lost_digits() -> None:
    rows: list[list[object]] = [
        ["卡号", "有效期"],
        ["0012", ""],
        [123456789012345, ""],
        [1234567890123456, ""],
    ]
    table = read_table(xlsx_of(rows, first_line=4))
    assert [row.line for row in table.rows] == [5, 6, 7]
    assert [row.cells[0] for row in table.rows[:2]] == ["0012", "123456789012345"]
    judged = read_file("codes", xlsx_of(rows), None, PLAIN).rows
    assert [row.code for row in judged] == [None, None, "digits-lost"]
    assert judged[2].column == "number"
    numbers = read_table(xlsx_of([["a", "b", "c"], [0.1 + 0.2, True, 25.5]])).rows[0].cells
    assert numbers == ["0.3", "true", "25.5"]


@given(
    st.lists(
        st.text(
            st.characters(
                exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp", "Co"], exclude_characters="\ufeff"
            ),
            min_size=1,
        ),
        min_size=2,
        max_size=5,
    )
)
@settings(max_examples=100)
def test_rejected_rows_come_back_as_they_were_sent(cells: list[str]) -> None:
    """Also where a spreadsheet would take a cell for a formula."""
    sent = [guarded(cell) for cell in cells]
    headings = [f"h{place}" for place in range(len(cells))]
    file = csv_of([headings, sent, ["other"]])
    first = read_table(file).rows[0].cells
    again = read_table(mended(file, None, {2: ("h0", "wrong")}))
    assert len(again.rows) == 1
    assert list(again.rows[0].cells[:-2]) == list(first)
    assert again.rows[0].cells[-2:] == ["h0", "wrong"]
