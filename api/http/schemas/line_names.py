"""How bodies name the lines of a statement."""

from typing import Annotated

from pydantic import Field

from api.http.schemas.bill_patterns import LEG_PATTERN, USE_KEY_PATTERN
from api.http.schemas.types import NO_CONTROL_PATTERN
from ledger.asks import KEY_LENGTH_MAX
from settlement.statements import PERIOD_LINE_LENGTH_MAX

USE_KEY_LENGTH_MAX = KEY_LENGTH_MAX + len("2147483647:")

UseKey = Annotated[
    str,
    Field(
        min_length=3,
        max_length=USE_KEY_LENGTH_MAX,
        pattern=USE_KEY_PATTERN,
        description="A use as its lines name it, like 1:24.1.",
    ),
]
LegName = Annotated[
    str, Field(pattern=LEG_PATTERN, description="The leg of the rate card, like coupon_cost.")
]
PeriodLine = Annotated[
    str,
    Field(
        min_length=1,
        max_length=PERIOD_LINE_LENGTH_MAX,
        pattern=NO_CONTROL_PATTERN,
        description="A line of the month, by its id.",
    ),
]
