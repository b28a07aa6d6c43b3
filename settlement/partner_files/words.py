"""The words by which rows of totals are known, and what is said of rows that cannot be used."""

import re
from collections.abc import Mapping

from settlement.partner_files.normal import AMOUNT_DIGITS_MAX

FIELD_LENGTH_MAX = 200
SHOWN_LENGTH_MAX = 40

_TOTAL_WORDS = (
    r"(本页|本月|当月)?(合计|总计|小计|总和|共计|总额|汇总|累计)(金额|行|数)?"
    r"|(grand |sub)?totals?|sum"
)
TOTAL = rf"({_TOTAL_WORDS})\s*[:：]?\s*([0-9,]+\s*[笔条张行]?)?"
"""A cell that says of its row that it is one of totals. Regardless of case."""
PART_TOTAL = re.compile("本页|小计|累计|subtotal", re.IGNORECASE)
"""Of some rows only, or of more than the file has."""

_SENTENCES: Mapping[str, str] = {
    "ragged": "has more cells than the heading",
    "no-key": "empty, and there is no code and no other number of the use either",
    "empty": "empty",
    "day": "{cell} is not a day, such as 2026-05-03, as the mapping has it",
    "amount": f"{{cell}} is not an amount of up to {AMOUNT_DIGITS_MAX} digits, such as 1300.00",
    "decimals": "{cell} has decimals, but the column has whole minor units: send {minor},"
    " or state the unit in a mapping",
    "part": "{cell} is no whole number of minor units of the currency",
    "currency": "{cell} is not a currency, such as CNY",
    "code": "{cell} is not a coupon code: mistyped, or not one of this exchange",
    "digest": "{cell} is not a SHA-256 in hexadecimal digits",
    "long": f"longer than {FIELD_LENGTH_MAX} characters",
    "control": "holds a control character",
}


def sentence(kind: str, cell: str) -> str:
    """What is wrong with a cell. No more of it is shown than people need to find it."""
    shown = repr(cell[:SHOWN_LENGTH_MAX])[1:-1]
    return _SENTENCES[kind].format(cell=shown, minor=cell.replace(".", "", 1)[:SHOWN_LENGTH_MAX])
