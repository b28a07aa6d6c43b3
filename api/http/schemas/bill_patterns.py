"""The patterns of what names a line of a bill or an invoice, and what each wants in words."""

from collections.abc import Mapping

from settlement.corrections import INVOICE_NUMBER_PATTERN as _INVOICE_NUMBER
from settlement.statements import LEG_PATTERN as _LEG
from settlement.statements import LINE_CURSOR_PATTERN as _LINE_CURSOR
from settlement.statements import USE_KEY_PATTERN as _USE_KEY

LINE_CURSOR_PATTERN = f"^(?:{_LINE_CURSOR})$"
LEG_PATTERN = f"^{_LEG}$"
USE_KEY_PATTERN = f"^{_USE_KEY}$"
INVOICE_NUMBER_PATTERN = f"^{_INVOICE_NUMBER}$"

BILL_SENTENCES: Mapping[str, str] = {
    LINE_CURSOR_PATTERN: "Input should be the next_cursor of an earlier page",
    LEG_PATTERN: "Input should be a leg of a rate card, like coupon_cost",
    USE_KEY_PATTERN: "Input should be a use as its lines name it, like 1:24.1",
    INVOICE_NUMBER_PATTERN: "Input should be letters and digits, with . / _ and - between",
}
"""What is wanted, in words, for each pattern: a part of `types.SENTENCES`."""
