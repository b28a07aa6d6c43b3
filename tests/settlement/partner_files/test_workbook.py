"""Workbooks: as a spreadsheet writes them, and as they break."""

import io
import zipfile
from datetime import UTC, date, datetime
from typing import Any

import pytest
import xlsxwriter

from settlement.partner_files import workbook
from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.refusals import PartnerFileTooLarge
from tests.settlement.partner_files.files import Read, faults, known

HEADING = ("商户单号", "商品编码", "核销时间", "金额")


def book(rows: list[tuple[Any, ...]], *, days: list[str] | None = None, **options: Any) -> bytes:
    """A workbook whose second sheet has these rows, below a title. `days`: formats of the rows."""
    output = io.BytesIO()
    with xlsxwriter.Workbook(output, {"in_memory": True, **options}) as made:
        made.add_worksheet("说明").write("A1", "本月核销明细")
        sheet = made.add_worksheet("明细")
        shown = [made.add_format({"num_format": each}) for each in days or ["yyyy/m/d h:mm"]]
        sheet.merge_range("A1:D1", "核销明细（2026年1月）")
        for number, row in enumerate([HEADING, *rows], start=2):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(number, place, cell, shown[(number - 3) % len(shown)])
                else:
                    sheet.write(number, place, cell)
    return output.getvalue()


@pytest.mark.parametrize("options", [{}, {"date_1904": True}, {"constant_memory": True}])
def test_cells_of_every_kind(read: Read, options: dict[str, Any]) -> None:
    at = datetime(2026, 1, 15, 23, 30, tzinfo=UTC).replace(tzinfo=None)
    found, rows = read(
        book(
            [
                ("T-1", "ticket", at, 30.1 + 0.2),
                ("00098", "券🎫", date(2026, 1, 16), 30),
                (98, "ticket", "2026/1/17", "1,300.00"),
                (20260120000000012345, "ticket", "20260118", -0.5),
                ("合计", "", "", 1359.8),
                ("制表人：张三",),
            ],
            **options,
        )
    )
    assert [known(row) for row in rows] == [
        ("T-1", "ticket", None, "2026-01-15", 3030),
        ("00098", "券🎫", None, "2026-01-16", 3000),
        ("98", "ticket", None, "2026-01-17", 130000),
        ("2.02601200000000E+19", "ticket", None, "2026-01-18", -50),
    ]
    assert [row["row"] for row in rows] == [4, 5, 6, 7]
    assert (found.format, found.sheet, found.heading_row, found.notes) == ("xlsx", "明细", 3, 1)
    assert [each.code for each in found.findings] == ["digits-lost"]
    assert found.totals[0].amount_minor == found.total_minor


def test_a_number_is_a_day_where_its_format_says_so(read: Read) -> None:
    formats = {
        "yyyy-mm-dd": True,
        'yyyy"年"m"月"d"日"': True,
        "m/d/yy": True,
        "[$-804]aaaa;@": False,
        '#,##0.00" days"': False,
        "[Red]0.00": False,
    }
    mapping = FileMapping(columns={"reference": "核销时间", "used_on": "商户单号"})
    row = (46037, "", date(2026, 1, 15), 30)
    _, rows = read(book([row] * len(formats), days=list(formats)), mapping)
    assert [each["reference"] == "2026-01-15" for each in rows] == list(formats.values())
    assert {each["reference"] for each in rows} == {"2026-01-15", "46037"}
    assert {str(each["used_on"]) for each in rows} == {"2026-01-15"}, "a serial number is a day"


def test_a_sheet_can_be_named(read: Read) -> None:
    file = book([("T-1", "ticket", date(2026, 1, 15), 30)])
    found, _ = read(file, FileMapping(sheet="明细"))
    assert found.sheet == "明细"
    assert "column is missing" in str(faults(read, file, FileMapping(sheet="说明")))
    assert "no sheet" in str(faults(read, file, FileMapping(sheet="x")))


def test_broken_workbooks(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    file = book([("T-1", "ticket", date(2026, 1, 15), 30)])

    def changed(part: str, old: bytes, new: bytes) -> bytes:
        output = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(file)) as parts, zipfile.ZipFile(output, "w") as made:
            for name in parts.namelist():
                content = parts.read(name)
                made.writestr(name, content.replace(old, new) if name == part else content)
        return output.getvalue()

    sheet = "xl/worksheets/sheet2.xml"
    for part, old, new, said in (
        (sheet, b"<sheetData>", b"<sheetData", "not well-formed"),
        (sheet, b"<worksheet", b"<!DOCTYPE x><worksheet", "document type"),
        (sheet, b'r="A4"', b'r="a4"', "no cell is called"),
        ("xl/_rels/workbook.xml.rels", b"sheet2.xml", b"other.xml", "cannot be read"),
        ("xl/sharedStrings.xml", b"<si>", b"<no>", "cannot be read"),
    ):
        assert said in str(faults(read, changed(part, old, new))), (part, said)
    monkeypatch.setattr(workbook, "UNPACKED_BYTES_MAX", 100)
    with pytest.raises(PartnerFileTooLarge):
        read(file)
