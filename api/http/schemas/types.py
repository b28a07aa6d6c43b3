"""The field types of all bodies. Each has a named limit, which is the domain's own if it has one.

Bodies are decoded from JSON before pydantic sees them. In strict mode, pydantic takes no text for a
time or a decimal. In lax mode, it would also take numbers. So times, dates and decimals are read
here, from text only.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

import catalog
import ledger.book
from api.http.schemas.bill_patterns import BILL_SENTENCES
from api.identity.frames import FRAME_ORIGIN_PATTERN as _FRAME_ORIGIN
from catalog import (
    BIGINT_MAX,
    CATEGORY_DEPTH_MAX,
    CATEGORY_LENGTH_MAX,
    CODE_LENGTH_MAX,
    FACE_VALUE_MINOR_MAX,
    LABEL_LENGTH_MAX,
    QUANTITY_MAX,
    URL_LENGTH_MAX,
)
from catalog.market import MARKET_CURSOR_PATTERN as _MARKET_CURSOR
from catalog.members import TAG_CLASSES
from catalog.members import TAG_PATTERN as TAG_FORM
from catalog.offers import IMAGE_PATTERN as _IMAGE
from catalog.offers import TIME_OF_DAY_PATTERN as _TIME_OF_DAY
from exchange.earning import EVENT_PATTERN as _EVENT
from exchange.redeem import ACCOUNT_LENGTH_MAX
from ledger.asks import (
    KEY_LENGTH_MAX,
    MEMBER_LENGTH_MAX,
    METADATA_ITEMS_MAX,
    METADATA_NAME_LENGTH_MAX,
    NOTE_LENGTH_MAX,
    YEAR_MAX,
    YEAR_MIN,
)
from ledger.book import (
    BALANCE_MAX,
    CODE_PATTERN,
    NAME_LENGTH_MAX,
    POINT_VALUE_MAX,
    POINT_VALUE_PLACES_MAX,
)
from settlement import NUMBER_PREFIX_PATTERN, RATE_DECIMALS_MAX, RATE_MINOR_MAX

POINTS_MAX = 1_000_000_000
"""The most points that one operation can ask for over HTTP: as many as an offer may cost.

The ledger itself takes more (`ledger.asks.operation.POINTS_MAX`).
"""
BATCH_ITEMS_MAX = 1_000
PAGE_ITEMS_DEFAULT = 100
TIME_ZONE_LENGTH_MAX = 64
RATE_DIGITS_MAX = len(str(RATE_MINOR_MAX - 1))

INSTANT_PATTERN = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}"
    r"(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
INSTANT_LENGTH_MAX = len("2017-01-31T09:30:00.000000+08:00")
_INSTANT = re.compile(INSTANT_PATTERN)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_DECIMAL = re.compile(rf"\d{{1,{RATE_DIGITS_MAX}}}(\.\d{{1,{RATE_DECIMALS_MAX}}})?", re.ASCII)
_POINT_VALUE = re.compile(
    rf"\d{{1,{len(str(POINT_VALUE_MAX))}}}(\.\d{{1,{POINT_VALUE_PLACES_MAX}}})?", re.ASCII
)

NO_CONTROL_PATTERN = r"^[^\x00-\x1f\x7f]*$"
NAME_PATTERN = r"^[^\x00-\x1f\x7f\s]([^\x00-\x1f\x7f]*[^\x00-\x1f\x7f\s])?$"
"""Not blank, and without spaces at the ends."""
MEMBER_PATTERN = r"^(\.{0,2}[^\x00-\x1f\x7f./][^\x00-\x1f\x7f/]*|\.{3}[^\x00-\x1f\x7f/]*)$"
"""A member is part of an address. There a slash, a single dot or two dots have another meaning.

Proxies give them that meaning even if they are escaped.
"""
KEY_PATTERN = r"^[\x21-\x7e]+$"
SLUG_PATTERN = f"^{catalog.SLUG_PATTERN}$"
TAG_PATTERN = f"^{TAG_FORM}$"
PROGRAMME_PATTERN = f"^{CODE_PATTERN.pattern}$"
OFFER_CODE_PATTERN = f"^{catalog.OFFER_CODE_PATTERN}$"
CATEGORY_PATTERN = f"^{catalog.CATEGORY_PATTERN}$"
CURRENCY_PATTERN = f"^{ledger.book.CURRENCY_PATTERN}$"
EVENT_PATTERN = f"^{_EVENT}$"
TIME_ZONE_PATTERN = r"^[A-Za-z0-9_+/-]+$"
URL_PATTERN = r"""^[Hh][Tt][Tt][Pp][Ss]?://[!"$-.0->A-~]+(/[!"$->@-~]*)?$"""
"""Visible ASCII, without what begins a query, a fragment or a password."""
FRAME_ORIGIN_PATTERN = f"^{_FRAME_ORIGIN}$"
IMAGE_PATTERN = f"^{_IMAGE}$"
TIME_OF_DAY_PATTERN = f"^{_TIME_OF_DAY}$"
REGION_PATTERN = f"^{catalog.REGION_PATTERN}$"
CLOSING_PATTERN = "^(?:(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
MARKET_CURSOR_PATTERN = f"^{_MARKET_CURSOR}$"
DAY_PATTERN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
MONTH_PATTERN = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
MONTH_AND_DAY_PATTERN = r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"
ORDER_NUMBER_PATTERN = r"^FO-[0-9A-HJKMNP-TV-Z]{20,26}$"
CASE_NUMBER_PATTERN = r"^CS-[0-9A-HJKMNP-TV-Z]{20,26}$"
CURSOR_PATTERN = r"^[0-9]{1,19}$"
CATEGORY_CURSOR_PATTERN = f"^(?:{catalog.CATEGORY_PATTERN})$"
SECRET_PATTERN = r"^whsec_[A-Za-z0-9+/]{32,88}={0,2}$"

SENTENCES: Mapping[str, str] = {
    **BILL_SENTENCES,
    INSTANT_PATTERN: "Input should be a time with an offset, like 2017-01-31T09:30:00+08:00",
    NO_CONTROL_PATTERN: "Input should be a text without control characters",
    NAME_PATTERN: "Input should be a text without control characters, and without spaces at its"
    " ends",
    MEMBER_PATTERN: "Input should be a member's reference without slashes and control characters,"
    " and neither . nor ..",
    KEY_PATTERN: "Input should be visible ASCII characters, without spaces",
    SLUG_PATTERN: "Input should be lower-case letters and digits, with single hyphens between,"
    " like corner-shop",
    TAG_PATTERN: f"Input should be one of {', '.join(TAG_CLASSES)}, a colon and lower-case letters"
    " and digits, like product:tea",
    PROGRAMME_PATTERN: "Input should be lower-case letters and digits, with hyphens between, like"
    " corner-shop",
    OFFER_CODE_PATTERN: "Input should be letters and digits, with dots, hyphens and underscores"
    " between, like Ticket-2d",
    CATEGORY_PATTERN: "Input should be a category like food.coffee: up to"
    f" {CATEGORY_DEPTH_MAX} names with dots between, each of lower-case letters, digits and single"
    " hyphens",
    CURRENCY_PATTERN: "Input should be three capital letters, like CNY",
    TIME_ZONE_PATTERN: "Input should be the name of a time zone, like Asia/Shanghai",
    EVENT_PATTERN: "Input should be the name of an event, like sign-in or custom:survey",
    URL_PATTERN: "Input should be an absolute http or https address without a query, a fragment or"
    " a password, like https://example.com/orders",
    FRAME_ORIGIN_PATTERN: "Input should be an https origin, like https://app.example.com",
    SECRET_PATTERN: "Input should be whsec_ and 24 to 64 bytes in base64",
    IMAGE_PATTERN: "Input should be an https address, or the address of a picture that is kept",
    TIME_OF_DAY_PATTERN: "Input should be a time of day, like 09:30",
    CLOSING_PATTERN: "Input should be a time of day, like 09:30, or 24:00",
    MARKET_CURSOR_PATTERN: "Input should be the next_cursor of an earlier page",
    REGION_PATTERN: "Input should be a region of six digits, like 110101",
    DAY_PATTERN: "Input should be a day, like 2017-01-31",
    MONTH_PATTERN: "Input should be a month, like 2017-01",
    MONTH_AND_DAY_PATTERN: "Input should be a date of every year, like 12-31",
    ORDER_NUMBER_PATTERN: "Input should be the request number of an order",
    CASE_NUMBER_PATTERN: "Input should be the number of a case",
    NUMBER_PREFIX_PATTERN: "Input should be up to 12 capital letters, digits and hyphens, like CN-",
    CURSOR_PATTERN: "Input should be the next_cursor of an earlier page",
    CATEGORY_CURSOR_PATTERN: "Input should be the next_cursor of an earlier page",
}
"""What is wanted, in words, for each pattern that refuses texts. A refusal says this."""


def read_instant(value: Any) -> datetime:
    """A time in the form of RFC 3339, with its offset, converted to UTC."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    if not isinstance(value, str) or _INSTANT.fullmatch(value) is None:
        raise PydanticCustomError(
            "instant",
            "Input should be a time as text with an offset, like 2017-01-31T09:30:00+08:00",
        )
    try:
        instant = datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise PydanticCustomError("instant", "Input should be a time that exists") from error
    _require_year(instant)
    return instant


def read_day(value: Any) -> date:
    """A calendar day as text, like 2017-01-31."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise PydanticCustomError("day", "Input should be a day as text, like 2017-01-31")
    try:
        day = date.fromisoformat(value)
    except ValueError as error:
        raise PydanticCustomError("day", "Input should be a day that exists") from error
    _require_year(day)
    return day


def _require_year(day: date) -> None:
    """Stay off the edges of the calendar. In another time zone, their day would not exist."""
    if not YEAR_MIN <= day.year <= YEAR_MAX:
        raise PydanticCustomError(
            "year",
            "Input should lie in the years {first} to {last}",
            {"first": YEAR_MIN, "last": YEAR_MAX},
        )


def read_decimal(value: Any) -> Decimal:
    """An exact decimal number as text, not negative. A whole number may also be a JSON number.

    Most readers turn a JSON number into a binary fraction, and so would change it.
    """
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(text, str) or _DECIMAL.fullmatch(text) is None:
        raise PydanticCustomError(
            "decimal", "Input should be a decimal number as text, like 60 or 0.125"
        )
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise PydanticCustomError("decimal", "Input should be a decimal number as text") from error


def read_point_value(value: Any) -> Decimal:
    """What a point is worth, in major units of a currency, as text."""
    if not isinstance(value, str) or _POINT_VALUE.fullmatch(value) is None:
        raise PydanticCustomError(
            "decimal", "Input should be a decimal number as text, like 1 or 0.005"
        )
    return Decimal(value)


Points = Annotated[int, Field(ge=1, le=POINTS_MAX, description="Whole points, at least 1.")]
PointsOrNone = Annotated[
    int, Field(ge=0, le=POINTS_MAX, description="Whole points; 0 for a free right.")
]
SignedPoints = Annotated[
    int,
    Field(
        ge=-POINTS_MAX,
        le=POINTS_MAX,
        description="Whole points: above zero to add, below zero to take; not 0.",
    ),
]
WalletPoints = Annotated[int, Field(ge=1, le=BALANCE_MAX, description="Whole points, at least 1.")]
Money = Annotated[
    int, Field(ge=0, le=FACE_VALUE_MINOR_MAX, description="Money in minor units, e.g. cents.")
]
Quantity = Annotated[int, Field(ge=1, le=QUANTITY_MAX)]
Identifier = Annotated[int, Field(ge=1, le=BIGINT_MAX)]
Key = Annotated[
    str,
    Field(
        min_length=1,
        max_length=KEY_LENGTH_MAX,
        pattern=KEY_PATTERN,
        description="Idempotency key: visible ASCII.",
    ),
]
Slug = Annotated[
    str,
    Field(
        min_length=1,
        max_length=CODE_LENGTH_MAX,
        pattern=SLUG_PATTERN,
        description="Lower-case letters, digits, single hyphens.",
    ),
]
ProgrammeCode = Annotated[
    str,
    Field(
        min_length=1,
        max_length=CODE_LENGTH_MAX,
        pattern=PROGRAMME_PATTERN,
        description="Lower-case letters and digits, with hyphens between.",
    ),
]
Code = Annotated[
    str,
    Field(
        min_length=1,
        max_length=CODE_LENGTH_MAX,
        pattern=OFFER_CODE_PATTERN,
        description="Letters and digits, with dots, hyphens and underscores between.",
    ),
]
Member = Annotated[
    str,
    Field(
        min_length=1,
        max_length=MEMBER_LENGTH_MAX,
        pattern=MEMBER_PATTERN,
        description="The brand's own reference for the member: printable, without slashes, and"
        " neither . nor ..",
    ),
]
Name = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=NAME_PATTERN)]
Label = Annotated[str, Field(min_length=1, max_length=LABEL_LENGTH_MAX, pattern=NAME_PATTERN)]
Account = Annotated[
    str, Field(min_length=1, max_length=ACCOUNT_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]
Reference = Annotated[
    str, Field(min_length=1, max_length=NOTE_LENGTH_MAX, pattern=NO_CONTROL_PATTERN)
]
Metadata = Annotated[
    dict[
        Annotated[
            str,
            Field(min_length=1, max_length=METADATA_NAME_LENGTH_MAX, pattern=NO_CONTROL_PATTERN),
        ],
        Reference,
    ],
    Field(
        max_length=METADATA_ITEMS_MAX,
        description="The caller's own facts about the operation: names and texts.",
    ),
]
Category = Annotated[
    str,
    Field(
        min_length=1,
        max_length=CATEGORY_LENGTH_MAX,
        pattern=CATEGORY_PATTERN,
        description="Dotted path, e.g. grocery.packaged.",
    ),
]
Currency = Annotated[str, Field(pattern=CURRENCY_PATTERN, description="ISO 4217 code.")]
TimeZone = Annotated[
    str,
    Field(
        min_length=1,
        max_length=TIME_ZONE_LENGTH_MAX,
        pattern=TIME_ZONE_PATTERN,
        description="IANA time zone, e.g. Asia/Shanghai.",
    ),
]
Url = Annotated[str, Field(min_length=8, max_length=URL_LENGTH_MAX, pattern=URL_PATTERN)]
Secret = Annotated[
    str,
    Field(
        pattern=SECRET_PATTERN,
        description="Standard Webhooks secret: whsec_ and 24 to 64 bytes in base64.",
    ),
]
Month = Annotated[str, Field(pattern=MONTH_PATTERN, description="Calendar month, like 2017-01.")]
OrderNumber = Annotated[str, Field(pattern=ORDER_NUMBER_PATTERN)]
CaseNumber = Annotated[str, Field(pattern=CASE_NUMBER_PATTERN)]
Instant = Annotated[
    datetime,
    BeforeValidator(read_instant),
    WithJsonSchema(
        {"type": "string", "format": "date-time", "examples": ["2017-01-31T09:30:00+08:00"]}
    ),
]
Day = Annotated[
    date,
    BeforeValidator(read_day),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2017-01-31"]}),
]
MonthAndDay = Annotated[
    str,
    Field(
        pattern=MONTH_AND_DAY_PATTERN,
        description="A date of every year, like 12-31.",
        examples=["12-31"],
    ),
]
PointValue = Annotated[
    Decimal,
    BeforeValidator(read_point_value),
    WithJsonSchema(
        {"type": "string", "pattern": f"^{_POINT_VALUE.pattern}$", "examples": ["0.005"]}
    ),
]


def decimal_schema(description: str) -> dict[str, Any]:
    """How a decimal is described that `read_decimal` reads."""
    return {
        "type": ["string", "integer"],
        "pattern": f"^{_DECIMAL.pattern}$",
        "minimum": 0,
        "description": description,
        "examples": ["60", "0.125"],
    }


Rate = Annotated[
    Decimal,
    BeforeValidator(read_decimal),
    WithJsonSchema(
        decimal_schema("Minor units per use, as text or as a whole number.")
        | {"exclusiveMaximum": int(RATE_MINOR_MAX)}
    ),
]


class Body(BaseModel):
    """The base of every body: strict, immutable, and without unknown members."""

    model_config = ConfigDict(
        strict=True,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        regex_engine="rust-regex",
    )


class EmptyBody(Body):
    """The body where the address alone says what is to happen: nothing, or an empty object."""
