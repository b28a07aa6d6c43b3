"""The field types of every request, each with its named limit.

Requests are decoded from JSON before pydantic sees them, and pydantic's strict mode takes neither a string for a time nor one for a
decimal; accepting them loosely would also accept numbers. So times, dates and decimals are read here, from text only.
"""

import re
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

POINTS_MAX = 1_000_000_000
"""Most points one operation may move."""
MONEY_MINOR_MAX = 1_000_000_000_000
"""Largest amount of money in minor units."""
QUANTITY_MAX = 1_000_000_000
"""Most pieces one allotment may hold."""
KEY_LENGTH_MAX = 120
CODE_LENGTH_MAX = 64
NAME_LENGTH_MAX = 200
REFERENCE_LENGTH_MAX = 200
CATEGORY_LENGTH_MAX = 200
MEMBER_LENGTH_MAX = 100
URL_LENGTH_MAX = 2_000
BATCH_ITEMS_MAX = 1_000
PAGE_ITEMS_MAX = 1_000
PAGE_ITEMS_DEFAULT = 100
IDENTIFIER_MAX = 2**63 - 1

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,6})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(r"\d{1,12}(\.\d{1,6})?", re.ASCII)

NO_CONTROL_PATTERN = r"^[^\x00-\x1f\x7f]*$"
KEY_PATTERN = r"^[\x21-\x7e]+$"
SLUG_PATTERN = r"^[a-z0-9][a-z0-9-]*$"
CATEGORY_PATTERN = r"^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)*$"
MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"


def read_moment(value: Any) -> datetime:
    """A time as RFC 3339 writes it, with its offset, in UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        raise PydanticCustomError(
            "moment", "Input should be a time as text with an offset, like 2017-01-31T09:30:00+08:00"
        )
    try:
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("moment", "Input should be a time that exists") from error


def read_day(value: Any) -> date:
    """A calendar day as text, like 2017-01-31."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise PydanticCustomError("day", "Input should be a day as text, like 2017-01-31")
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("day", "Input should be a day that exists") from error


def read_decimal(value: Any) -> Decimal:
    """An exact decimal number, not negative, as text: JSON's own numbers are binary fractions in most readers. Whole numbers may be numbers."""
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or _DECIMAL.fullmatch(text) is None:
        raise PydanticCustomError("decimal", "Input should be a decimal number as text, like 60 or 0.125")
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise PydanticCustomError("decimal", "Input should be a decimal number as text") from error


Points = Annotated[int, Field(ge=1, le=POINTS_MAX, description="Whole points, at least 1.")]
PointsOrNone = Annotated[int, Field(ge=0, le=POINTS_MAX, description="Whole points; 0 for a free right.")]
Money = Annotated[int, Field(ge=0, le=MONEY_MINOR_MAX, description="Money in minor units, e.g. cents.")]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]
Identifier = Annotated[int, Field(ge=1, le=IDENTIFIER_MAX)]
Key = Annotated[
    str,
    Field(min_length=1, max_length=KEY_LENGTH_MAX, pattern=KEY_PATTERN, description="Idempotency key: visible ASCII."),
]
Slug = Annotated[
    str,
    Field(
        min_length=1,
        max_length=CODE_LENGTH_MAX,
        pattern=SLUG_PATTERN,
        description="Lower-case letters, digits, hyphens.",
    ),
]
Code = Annotated[str, Field(min_length=1, max_length=CODE_LENGTH_MAX, pattern=KEY_PATTERN)]
Member = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MEMBER_LENGTH_MAX,
        pattern=NO_CONTROL_PATTERN,
        description="The brand's own reference of the member.",
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)]
Reference = Annotated[str, Field(min_length=1, max_length=REFERENCE_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)]
Category = Annotated[
    str,
    Field(
        min_length=1,
        max_length=CATEGORY_LENGTH_MAX,
        pattern=CATEGORY_PATTERN,
        description="Dotted path, e.g. grocery.packaged.",
    ),
]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code.")]
TimeZone = Annotated[
    str,
    Field(
        min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_+/-]+$", description="IANA time zone, e.g. Asia/Shanghai."
    ),
]
Url = Annotated[str, Field(min_length=8, max_length=URL_LENGTH_MAX, pattern=r"^https?://[\x21-\x7e]+$")]
Secret = Annotated[
    str,
    Field(
        pattern=r"^whsec_[A-Za-z0-9+/]{32,88}={0,2}$",
        description="Standard Webhooks secret: whsec_ and 24 to 64 bytes in base64.",
    ),
]
Month = Annotated[str, Field(pattern=MONTH_PATTERN, description="Calendar month, like 2017-01.")]
Moment = Annotated[
    datetime,
    BeforeValidator(read_moment),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2017-01-31T09:30:00+08:00"]}),
]
Day = Annotated[
    date, BeforeValidator(read_day), WithJsonSchema({"type": "string", "format": "date", "examples": ["2017-01-31"]})
]
Rate = Annotated[
    Decimal,
    BeforeValidator(read_decimal),
    WithJsonSchema({"type": ["string", "integer"], "pattern": _DECIMAL.pattern, "examples": ["60"]}),
]


class Request(BaseModel):
    """The base of every request body: strict, closed, immutable."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, hide_input_in_errors=True, regex_engine="rust-regex"
    )
