"""What a file would be read as: the same as what is compared, and told before it is."""

from pathlib import Path

import pytest

from settlement.partner_files.mapping import FileMapping
from settlement.partner_files.preview import FIRST_LINES, CurrencySum, Preview, preview_partner_file
from settlement.partner_files.refusals import PartnerFileInvalid
from tests.settlement.fixtures import code_of

HEADING = "coupon_code,reference,date,amount,currency,colour\n"


def previewed(folder: Path, text: str, mapping: FileMapping | None = None) -> Preview:
    """The preview of a file, as it comes out of the process."""
    source = folder / "file"
    source.write_text(text, encoding="utf-8")
    found = preview_partner_file(source, mapping, zone="Asia/Shanghai")
    assert Preview.of_document(found.document()) == found
    assert list(folder.iterdir()) == [source], "nothing is left"
    return found


def test_lines_are_shown_as_written_and_as_understood(tmp_path: Path) -> None:
    days = FileMapping(date_format="day-first", time_zone="UTC", unit="yuan")
    code = code_of(7)
    first = f'{code},R-1,31/01/2026 20:00:00,"1,300.50",CNY,red\n'
    others = "".join(f",R-{number},01/02/2026,-2.00,USD,\n" for number in range(2, 40))
    found = previewed(tmp_path, HEADING + first + others + ",R-x,soon,1,CNY,\n", days)
    assert len(found.lines) == FIRST_LINES
    line = found.lines[0]
    assert (line.row, line.used_on, line.amount_minor, line.currency) == (
        *(2, "2026-02-01"),
        *(130050, "CNY"),
    )
    assert dict(line.written) == {
        "code": f"…{code[-4:]}",
        "reference": "R-1",
        "used_on": "31/01/2026 20:00:00",
        "amount": "1,300.50",
        "currency": "CNY",
    }
    assert list(found.currencies) == [
        CurrencySum("CNY", 1, 130050),
        CurrencySum("USD", 38, -7600),
    ]
    assert (found.time_zone, found.source_time_zone) == ("Asia/Shanghai", "UTC")
    assert [each.row for each in found.reading.rejected] == [41]
    assert found.reading.ignored == ["colour"]
    assert found.refused is None


def test_a_file_that_would_be_refused_is_shown_all_the_same(tmp_path: Path) -> None:
    rows = ",R,2026-01-01,1,CNY,\n" + ",R,soon,1,CNY,\n" * 5
    found = previewed(tmp_path, HEADING + rows)
    assert found.refused is not None
    assert "soon" in found.refused
    assert (len(found.lines), len(found.reading.rejected)) == (1, 5)
    none = previewed(tmp_path, HEADING + ",R,soon,1,CNY,\n")
    assert (none.lines, none.currencies) == ([], [])
    with pytest.raises(PartnerFileInvalid):
        previewed(tmp_path, "nothing,here\n1,2\n")
