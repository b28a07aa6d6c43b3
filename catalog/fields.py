"""What the catalogue takes in its fields: for each field its limits, its refusal and its check.

A check answers nothing. It returns when the value is good, and raises the field's own refusal when
it is not. It needs no database.
"""

import re
import unicodedata
from datetime import datetime
from typing import ClassVar

from ledger import Refusal
from ledger.book import CURRENCY_PATTERN, NAME_LENGTH_MAX

# Whole numbers.

INTEGER_MAX = 2**31 - 1
BIGINT_MAX = 2**63 - 1


def is_whole(value: object, least: int, most: int) -> bool:
    """Whether `value` is an int from `least` to `most`, both included. A bool is not."""
    return type(value) is int and least <= value <= most


def require_number(value: int, least: int, most: int, refusal: type[Refusal], field: str) -> None:
    """Raise `refusal` unless `value` is a whole number from `least` to `most`."""
    if not is_whole(value, least, most):
        raise refusal(f"{field} must be a whole number from {least} to {most}", field=field)


# Codes of parties.

CODE_LENGTH_MAX = 64
SLUG_PATTERN = "[a-z0-9]+(?:-[a-z0-9]+)*"
_SLUG = re.compile(SLUG_PATTERN)


class CodeInvalid(Refusal):
    """A party code is not a slug, or is too long."""

    code: ClassVar[str] = "code-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The code is not a lower-case slug of allowed length."


def is_code(code: str) -> bool:
    """Whether `code` is a slug of allowed length, such as "harvest-market". Every party's is."""
    return len(code) <= CODE_LENGTH_MAX and _SLUG.fullmatch(code) is not None


def require_code(code: str) -> None:
    """Raise CodeInvalid unless `code` is a slug of allowed length."""
    if not is_code(code):
        raise CodeInvalid(
            "a code is lower-case letters, digits and single hyphens, "
            f"at most {CODE_LENGTH_MAX} characters"
        )


# Codes of offers. They are as long as codes of parties at most.

OFFER_CODE_PATTERN = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_OFFER_CODE = re.compile(OFFER_CODE_PATTERN)
REGION_PATTERN = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])[0-9]{4}"
"""Codes of GB/T 2260 begin with one of these: the numbers of the provinces."""


class OfferCodeInvalid(Refusal):
    """An offer code is too long, or is not letters and digits with `.`, `-` or `_` between."""

    code: ClassVar[str] = "offer-code-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The offer code has characters or a length that is not allowed."


def require_offer_code(code: str) -> None:
    """Raise OfferCodeInvalid unless `code` can be a supplier's own article number."""
    if len(code) > CODE_LENGTH_MAX or not _OFFER_CODE.fullmatch(code):
        raise OfferCodeInvalid(
            "an offer code is letters and digits, with dots, hyphens and underscores between, "
            f"at most {CODE_LENGTH_MAX} characters"
        )


# Paths of categories.

CATEGORY_SEGMENT_LENGTH_MAX = 40
CATEGORY_DEPTH_MAX = 8
CATEGORY_LENGTH_MAX = CATEGORY_DEPTH_MAX * (CATEGORY_SEGMENT_LENGTH_MAX + 1) - 1
CATEGORY_PATTERN = rf"{SLUG_PATTERN}(?:\.{SLUG_PATTERN}){{0,{CATEGORY_DEPTH_MAX - 1}}}"


class CategoryPathInvalid(Refusal):
    """A category path is not dotted slugs, or is too deep or too long."""

    code: ClassVar[str] = "category-path-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The category path is not a dotted path of slugs within the limits."


def require_category_path(path: str) -> None:
    """Raise CategoryPathInvalid unless `path` is dotted slugs, such as "grocery.packaged"."""
    if len(path) > CATEGORY_LENGTH_MAX:
        raise CategoryPathInvalid(f"a category path is at most {CATEGORY_LENGTH_MAX} characters")
    segments = path.split(".")
    if len(segments) > CATEGORY_DEPTH_MAX:
        raise CategoryPathInvalid(f"a category path is at most {CATEGORY_DEPTH_MAX} levels deep")
    if not all(
        len(segment) <= CATEGORY_SEGMENT_LENGTH_MAX and _SLUG.fullmatch(segment)
        for segment in segments
    ):
        raise CategoryPathInvalid(
            "each level of a category path is a slug "
            f"of at most {CATEGORY_SEGMENT_LENGTH_MAX} characters"
        )


# Names of parties and offers, and labels of keys.

LABEL_LENGTH_MAX = 100
_INVISIBLE = frozenset({"Cc", "Cs"})
"""Unicode categories refused: control characters, as PostgreSQL stores no NUL, and surrogates."""


class NameInvalid(Refusal):
    """A name or label is empty, padded, too long, or holds control characters."""

    code: ClassVar[str] = "name-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The name is empty, padded, too long or holds control characters."


def require_name(name: str, field: str, length_max: int = NAME_LENGTH_MAX) -> None:
    """Raise NameInvalid unless `name` is unpadded visible text of 1 to `length_max` characters."""
    padded = name != name.strip()
    if (
        not name
        or padded
        or len(name) > length_max
        or any(unicodedata.category(sign) in _INVISIBLE for sign in name)
    ):
        raise NameInvalid(
            f"{field} is 1 to {length_max} characters without padding or control characters",
            field=field,
        )


# Currencies.

_CURRENCY = re.compile(CURRENCY_PATTERN)


class CurrencyInvalid(Refusal):
    """A currency is not three capital letters, as in ISO 4217."""

    code: ClassVar[str] = "currency-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The currency is not a three-letter ISO 4217 code."


def require_currency(currency: str) -> None:
    """Raise CurrencyInvalid unless `currency` looks like "CNY"."""
    if not _CURRENCY.fullmatch(currency):
        raise CurrencyInvalid("a currency is three capital letters")


# Face values of offers.

FACE_VALUE_MINOR_MAX = 1_000_000_000_000


class FaceValueOutOfRange(Refusal):
    """A face value is not a whole number of minor units within the limits."""

    code: ClassVar[str] = "face-value-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The face value is not a whole number of minor units within the limits."


def require_face_value(face_value_minor: int) -> None:
    """Raise FaceValueOutOfRange unless it is from 0 to FACE_VALUE_MINOR_MAX."""
    require_number(
        face_value_minor, 0, FACE_VALUE_MINOR_MAX, FaceValueOutOfRange, "face_value_minor"
    )


# Prices of offers and allotments.

PRICE_POINTS_MAX = 1_000_000_000


class PriceOutOfRange(Refusal):
    """A price is not a whole number of points within the limits."""

    code: ClassVar[str] = "price-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The price is not a whole number of points within the limits."


def require_price(points: int) -> None:
    """Raise PriceOutOfRange unless it is from 0 to PRICE_POINTS_MAX."""
    require_number(points, 0, PRICE_POINTS_MAX, PriceOutOfRange, "points")


# Quantities of allotments.

QUANTITY_MAX = 1_000_000_000


class QuantityOutOfRange(Refusal):
    """A quantity is not a whole number within the limits."""

    code: ClassVar[str] = "quantity-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The quantity is not a whole number within the limits."


def require_quantity(quantity: int) -> None:
    """Raise QuantityOutOfRange unless it is from 1 to QUANTITY_MAX."""
    require_number(quantity, 1, QUANTITY_MAX, QuantityOutOfRange, "quantity")


# Days in which a coupon may be used.

USE_WITHIN_DAYS_MAX = 3_650


class UseWithinOutOfRange(Refusal):
    """The days in which a coupon may be used are not a whole number within the limits."""

    code: ClassVar[str] = "use-within-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The days to use a coupon are not a whole number within the limits."


def require_use_within(days: int) -> None:
    """Raise UseWithinOutOfRange unless it is from 1 to USE_WITHIN_DAYS_MAX."""
    require_number(days, 1, USE_WITHIN_DAYS_MAX, UseWithinOutOfRange, "use_within_days")


# Instants and periods.


class TimeInvalid(Refusal):
    """A time has no offset from UTC, so it names no instant."""

    code: ClassVar[str] = "time-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The time has no offset from UTC."


class PeriodBackwards(Refusal):
    """A validity or a purchase window ends before it begins, or is empty."""

    code: ClassVar[str] = "period-backwards"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The period does not end after it begins."


def require_time(time: datetime, field: str) -> None:
    """Raise TimeInvalid unless `time` has an offset from UTC."""
    if time.utcoffset() is None:
        raise TimeInvalid(f"{field} has no offset from UTC", field=field)


def require_period(begin: datetime, end: datetime | None, field: str) -> None:
    """Check the period from `begin` until before `end`. None: it has no end.

    Raises:
        TimeInvalid: a bound has no offset from UTC.
        PeriodBackwards: the period is empty or ends before it begins.
    """
    require_time(begin, field)
    if end is not None:
        require_time(end, field)
        if end <= begin:
            raise PeriodBackwards(
                f"{field} ends at {end.isoformat()}, not after {begin.isoformat()}", field=field
            )


# Pages of a list.

PAGE_ITEMS_MAX = 1_000


class PageOutOfRange(Refusal):
    """A page is asked for with a size or a cursor outside the limits."""

    code: ClassVar[str] = "page-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The page size or cursor is outside the limits."


def require_page(after: int, limit: int, id_max: int = BIGINT_MAX) -> None:
    """Check a page of `limit` items after the id `after`.

    Raises:
        PageOutOfRange: `limit` is not 1 to PAGE_ITEMS_MAX, or `after` not 0 to `id_max`.
    """
    if not is_whole(limit, 1, PAGE_ITEMS_MAX):
        raise PageOutOfRange(f"a page holds 1 to {PAGE_ITEMS_MAX} items", field="limit")
    if not is_whole(after, 0, id_max):
        raise PageOutOfRange("the cursor is not an id of this list", field="cursor")
