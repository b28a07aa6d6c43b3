"""Files that are broken, or made to break what reads them: each is refused with a sentence."""

import io
import zipfile

import pytest

from settlement.partner_files import workbook
from settlement.partner_files.mapping import FileMapping, require_mapping
from settlement.partner_files.refusals import MappingInvalid, PartnerFileTooLarge
from tests.settlement.partner_files.files import OURS, ROW, Read, faults

BOOK = '<workbook xmlns:r="x"><sheets><sheet name="A" r:id="r1"/></sheets></workbook>'
RELATIONS = '<Relationships><Relationship Id="r1" Target="worksheets/s.xml"/></Relationships>'
STYLES = '<styleSheet><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>'
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def line(number: int, *cells: str) -> str:
    inside = "".join(f'<c t="inlineStr"><is><t>{each}</t></is></c>' for each in cells)
    return f'<row r="{number}">{inside}</row>'


HEADING = line(1, "reference", "used_on", "amount_minor")
GOOD = line(2, "T-JAN", "2026-01-15", "3000")


def packed(parts: dict[str, str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", method) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return output.getvalue()


def made(
    rows: str, book: str = BOOK, method: int = zipfile.ZIP_DEFLATED, strings: str = ""
) -> bytes:
    return packed(
        {
            "xl/workbook.xml": book,
            "xl/_rels/workbook.xml.rels": RELATIONS,
            "xl/styles.xml": STYLES,
            "xl/sharedStrings.xml": f"<sst>{strings}</sst>",
            "xl/worksheets/s.xml": f"<worksheet><sheetData>{rows}</sheetData></worksheet>",
        },
        method,
    )


def spoiled(file: bytes, part: str) -> bytes:
    """The file with other bytes where this part is packed."""
    changed = bytearray(file)
    begin = changed.find(part.encode()) + len(part) + 12
    changed[begin : begin + 24] = bytes(each ^ 0xFF for each in changed[begin : begin + 24])
    return bytes(changed)


@pytest.mark.parametrize("method", METHODS)
def test_a_package_with_spoiled_bytes(read: Read, method: int) -> None:
    book = spoiled(made(HEADING + GOOD, method=method), "xl/worksheets/s.xml")
    assert "the workbook cannot be read" in str(faults(read, book))
    archive = spoiled(packed({"uses.csv": f"{OURS}\n{ROW}\n" * 9}, method), "uses.csv")
    assert "the package cannot be opened" in str(faults(read, archive))


@pytest.mark.parametrize(
    ("rows", "book"),
    [
        (GOOD + '<row r="3"><c t="s"><v>99</v></c></row>', BOOK),
        (GOOD + '<row r="3"><c t="s"><v>-1</v></c></row>', BOOK),
        (GOOD, BOOK.replace(' r:id="r1"', "")),
        (GOOD + line(99_999_999_999_999_999_999, "T-2", "2026-01-15", "1"), BOOK),
        (GOOD + line(2, "T-2", "2026-01-15", "1"), BOOK),
        (GOOD + line(-5, "T-2", "2026-01-15", "1"), BOOK),
    ],
    ids=["no-such-text", "a-text-below-zero", "no-part", "far-row", "twice", "below-zero"],
)
def test_a_workbook_that_contradicts_itself(read: Read, rows: str, book: str) -> None:
    assert "the workbook cannot be read" in str(faults(read, made(HEADING + rows, book)))


def test_a_style_that_is_not_there_is_none(read: Read) -> None:
    row = '<row r="3"><c s="-9"><v>7</v></c><c s="9"><v>46037</v></c><c><v>5</v></c></row>'
    _, rows = read(made(HEADING + GOOD + row))
    assert [(each["reference"], str(each["used_on"])) for each in rows] == [
        ("T-JAN", "2026-01-15"),
        ("7", "2026-01-15"),
    ]


def test_texts_of_a_workbook_take_no_more_memory_than_the_limit(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package of a few bytes may hold a text of gigabytes: a cell is no longer than a cell."""
    long = "x" * 300_000
    rows = GOOD + f'<row r="3"><c t="s"><v>0</v></c></row>{line(4, long)}'
    found, _ = read(made(HEADING + rows, strings=f"<si><t>{long}</t></si>"))
    assert found.rows == 1
    monkeypatch.setattr(workbook, "STRINGS_BYTES_MAX", 100_000)
    few, many = (f"<si><t>{'x' * 30_000}</t></si>" * count for count in (3, 4))
    assert read(made(HEADING + GOOD, strings=few))[0].rows == 1
    with pytest.raises(PartnerFileTooLarge):
        read(made(HEADING + GOOD, strings=many))


def test_a_red_envelope_is_no_refund(read: Read) -> None:
    """Money is taken back where a row says so, and not where a word merely has the same sign."""
    kinds = {"红包券": 1, "红字": -1, "红冲": -1, "冲红": -1, "退款": -1, "use": 1}
    rows = "".join(f"r-{place},2026-01-15,7,{kind}\n" for place, kind in enumerate(kinds))
    _, found = read(f"reference,used_on,amount_minor,kind\n{rows}")
    assert [each["amount_minor"] for each in found] == [7 * sign for sign in kinds.values()]


def test_a_time_zone_that_is_none_of_the_world_is_refused() -> None:
    require_mapping(FileMapping(time_zone="Asia/Shanghai"))
    with pytest.raises(MappingInvalid):
        require_mapping(FileMapping(time_zone="localtime"))
