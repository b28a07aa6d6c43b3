"""The patterns of what names a line of a bill or an invoice, and what each wants in words."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from settlement.corrections import INVOICE_NUMBER_PATTERN as _INVOICE_NUMBER
from settlement.statements import LEG_PATTERN as _LEG
from settlement.statements import LINE_CURSOR_PATTERN as _LINE_CURSOR
from settlement.statements import USE_KEY_PATTERN as _USE_KEY

LINE_CURSOR_PATTERN = f"^(?:{_LINE_CURSOR})$"
LEG_PATTERN = f"^{_LEG}$"
USE_KEY_PATTERN = f"^{_USE_KEY}$"
USE_PATTERN = r"^[0-9]{1,19}[.-][0-9]{1,19}$"
"""A coupon and the number of its use, or the lane and the number of a credit."""
INVOICE_NUMBER_PATTERN = f"^{_INVOICE_NUMBER}$"
COHORT_PATTERN = r"^((until )?[0-9]{4}-(0[1-9]|1[0-2])|owed)$"
CREDIT_CODE_PATTERN = "^[0-9A-HJ-NP-RTUW-Y]{18}$"
SHARE_PATTERN = r"^(0(\.[0-9]{1,6})?|1(\.0{1,6})?)$"

BILL_SENTENCES: Mapping[str, str] = {
    LINE_CURSOR_PATTERN: "Input should be the next_cursor of an earlier page",
    LEG_PATTERN: "Input should be a leg of a rate card, like coupon_cost",
    USE_KEY_PATTERN: "Input should be a use as its lines name it, like 1:24.1",
    COHORT_PATTERN: "Input should be a cohort, like 2017-01, until 2018-12 or owed",
    CREDIT_CODE_PATTERN: "Input should be a company number of 18 digits and capital letters",
    SHARE_PATTERN: "Input should be a share of 1 with up to six decimals, like 0.5",
    USE_PATTERN: "Input should be a coupon and the number of its use, like 82.1",
    INVOICE_NUMBER_PATTERN: "Input should be letters and digits, with . / _ and - between",
}
"""What is wanted, in words, for each pattern: a part of `types.SENTENCES`."""

UseId = Annotated[str, Field(pattern=USE_PATTERN)]
