"""The limits of the catalogue, each with its name, and the checks that refuse what lies outside them.

A check answers nothing: it returns when the value is good and raises the precise refusal when it is
not, before any database trip.
"""

import re
import unicodedata
from datetime import datetime
from typing import ClassVar

from ledger import Refusal

CODE_LENGTH_MAX = 64
NAME_LENGTH_MAX = 200
LABEL_LENGTH_MAX = 100
URL_LENGTH_MAX = 500
HOST_LENGTH_MAX = 253
HOST_LABEL_LENGTH_MAX = 63
CATEGORY_SEGMENT_LENGTH_MAX = 40
CATEGORY_DEPTH_MAX = 8
CATEGORY_LENGTH_MAX = CATEGORY_DEPTH_MAX * (CATEGORY_SEGMENT_LENGTH_MAX + 1) - 1
KEYS_PER_PARTY_MAX = 100
ISOLATION_RULES_MAX = 2_000
PAGE_ITEMS_MAX = 1_000
TAKE_OFFERS_MAX = 10_000
FACE_VALUE_MINOR_MAX = 1_000_000_000_000
PRICE_POINTS_MAX = 1_000_000_000
QUANTITY_MAX = 1_000_000_000
USE_WITHIN_DAYS_MAX = 3_650
ENCRYPTED_SECRET_BYTES_MAX = 4_096
INTEGER_MAX = 2**31 - 1
BIGINT_MAX = 2**63 - 1

SLUG_PATTERN = "[a-z0-9]+(?:-[a-z0-9]+)*"
CATEGORY_PATTERN = rf"{SLUG_PATTERN}(?:\.{SLUG_PATTERN}){{0,{CATEGORY_DEPTH_MAX - 1}}}"
OFFER_CODE_PATTERN = "[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
CURRENCY_PATTERN = "[A-Z]{3}"
_SLUG = re.compile(SLUG_PATTERN)
_OFFER_CODE = re.compile(OFFER_CODE_PATTERN)
_CURRENCY = re.compile(CURRENCY_PATTERN)
_INVISIBLE = frozenset({"Cc", "Cs"})
"""Unicode categories refused in text: control characters (PostgreSQL stores no NUL) and lone surrogates."""


class InvalidCode(Refusal):
    """A party code is not a slug, or is too long."""

    code: ClassVar[str] = "invalid-code"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The code is not a lower-case slug of allowed length."


class InvalidOfferCode(Refusal):
    """An offer code has other characters than letters, digits, dot, hyphen and underscore, or is too long."""

    code: ClassVar[str] = "invalid-offer-code"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The offer code has characters or a length that is not allowed."


class InvalidCategoryPath(Refusal):
    """A category path is not dotted slugs, or is too deep or too long."""

    code: ClassVar[str] = "invalid-category-path"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The category path is not a dotted path of slugs within the limits."


class InvalidName(Refusal):
    """A name or label is empty, padded, too long, or holds control characters."""

    code: ClassVar[str] = "invalid-name"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The name is empty, padded, too long or holds control characters."


class InvalidCurrency(Refusal):
    """A currency is not three capital letters, as in ISO 4217."""

    code: ClassVar[str] = "invalid-currency"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The currency is not a three-letter ISO 4217 code."


class FaceValueOutOfRange(Refusal):
    """A face value is no whole number of minor units within the limits."""

    code: ClassVar[str] = "face-value-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The face value is not a whole number of minor units within the limits."


class PriceOutOfRange(Refusal):
    """A price is no whole number of points within the limits."""

    code: ClassVar[str] = "price-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The price is not a whole number of points within the limits."


class QuantityOutOfRange(Refusal):
    """A quantity is no whole number within the limits."""

    code: ClassVar[str] = "quantity-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The quantity is not a whole number within the limits."


class UseWithinOutOfRange(Refusal):
    """The days a coupon may be used for are no whole number within the limits."""

    code: ClassVar[str] = "use-within-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The days to use a coupon are not a whole number within the limits."


class PageOutOfRange(Refusal):
    """A page is asked for with a limit or a cursor outside the limits."""

    code: ClassVar[str] = "page-out-of-range"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The page size or cursor is outside the limits."


class NaiveTime(Refusal):
    """A time carries no offset from UTC, so it names no instant."""

    code: ClassVar[str] = "naive-time"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The time has no offset from UTC."


class PeriodBackwards(Refusal):
    """A validity or a purchase window ends before it begins, or is empty."""

    code: ClassVar[str] = "period-backwards"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The period does not end after it begins."


def is_whole(value: object, least: int, most: int) -> bool:
    """Whether `value` is an int (a bool is none) from `least` to `most`, both included."""
    return type(value) is int and least <= value <= most


def check_number(value: int, least: int, most: int, refusal: type[Refusal], field: str) -> None:
    """Raise `refusal` unless `value` is a whole number from `least` to `most`."""
    if not is_whole(value, least, most):
        raise refusal(f"{field} must be a whole number from {least} to {most}", field=field)


def is_code(code: str) -> bool:
    """Whether `code` is a slug such as "harvest-market" of allowed length; no party has another code."""
    return len(code) <= CODE_LENGTH_MAX and _SLUG.fullmatch(code) is not None


def check_code(code: str) -> None:
    """Raise InvalidCode unless `code` is a slug of allowed length."""
    if not is_code(code):
        raise InvalidCode(
            f"a code is lower-case letters, digits and single hyphens, at most {CODE_LENGTH_MAX} characters"
        )


def check_offer_code(code: str) -> None:
    """Raise InvalidOfferCode unless `code` can be a supplier's own article number."""
    if len(code) > CODE_LENGTH_MAX or not _OFFER_CODE.fullmatch(code):
        raise InvalidOfferCode(
            "an offer code is letters and digits, with dots, hyphens and underscores between, "
            f"at most {CODE_LENGTH_MAX} characters"
        )


def check_category_path(path: str) -> None:
    """Raise InvalidCategoryPath unless `path` is dotted slugs such as "grocery.packaged" within depth and length."""
    if len(path) > CATEGORY_LENGTH_MAX:
        raise InvalidCategoryPath(f"a category path is at most {CATEGORY_LENGTH_MAX} characters")
    segments = path.split(".")
    if len(segments) > CATEGORY_DEPTH_MAX:
        raise InvalidCategoryPath(f"a category path is at most {CATEGORY_DEPTH_MAX} levels deep")
    if not all(
        len(segment) <= CATEGORY_SEGMENT_LENGTH_MAX and _SLUG.fullmatch(segment)
        for segment in segments
    ):
        raise InvalidCategoryPath(
            f"each level of a category path is a slug of at most {CATEGORY_SEGMENT_LENGTH_MAX} characters"
        )


def check_name(name: str, field: str, length_max: int = NAME_LENGTH_MAX) -> None:
    """Raise InvalidName unless `name` is visible text of 1 to `length_max` characters without padding."""
    padded = name != name.strip()
    if (
        not name
        or padded
        or len(name) > length_max
        or any(unicodedata.category(sign) in _INVISIBLE for sign in name)
    ):
        raise InvalidName(
            f"{field} is 1 to {length_max} characters without padding or control characters",
            field=field,
        )


def check_currency(currency: str) -> None:
    """Raise InvalidCurrency unless `currency` looks like "CNY"."""
    if not _CURRENCY.fullmatch(currency):
        raise InvalidCurrency("a currency is three capital letters")


def check_period(begin: datetime, end: datetime | None, field: str) -> None:
    """Check the half-open period from `begin` to `end` (None: without end).

    Raises:
        NaiveTime: a bound has no offset from UTC.
        PeriodBackwards: the period is empty or ends before it begins.
    """
    check_time(begin, field)
    if end is not None:
        check_time(end, field)
        if end <= begin:
            raise PeriodBackwards(
                f"{field} ends at {end.isoformat()}, not after {begin.isoformat()}", field=field
            )


def check_time(time: datetime, field: str) -> None:
    """Raise NaiveTime unless `time` carries its offset from UTC."""
    if time.utcoffset() is None:
        raise NaiveTime(f"{field} has no offset from UTC", field=field)


def check_page(after: int, limit: int, id_max: int = BIGINT_MAX) -> None:
    """Raise PageOutOfRange unless `limit` is 1 to PAGE_ITEMS_MAX and `after` 0 or an id up to `id_max`."""
    if not is_whole(limit, 1, PAGE_ITEMS_MAX):
        raise PageOutOfRange(f"a page holds 1 to {PAGE_ITEMS_MAX} items", field="limit")
    if not is_whole(after, 0, id_max):
        raise PageOutOfRange("the cursor is no id of this list", field="cursor")
