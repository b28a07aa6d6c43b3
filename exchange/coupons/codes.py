"""Coupon codes and request numbers: unguessable, readable aloud, and carrying the book they live in.

A code is `<book><random><check>` in Crockford's base 32: the book without leading zeros, 16
characters (80 bits) from the system's random source, and a Luhn mod 32 character that catches every
single slip and nearly every swap of neighbours. The book in the code is what lets a shop's request
go straight to the one book that holds the coupon; it grants nothing.
"""

import secrets
from typing import ClassVar

from ledger import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LENGTH = 16
BOOK_LENGTH_MAX = 7
BOOK_MAX = 2**31 - 1
CODE_LENGTH_MAX = 64
REQUEST_NUMBER_PREFIX = "FO-"

_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}


class CouponNotFound(Refusal):
    """No coupon of this party has this code; another supplier's coupon answers the same."""

    code: ClassVar[str] = "coupon-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such coupon."


class OrderNotFound(Refusal):
    """No fulfilment order of this supplier has this request number."""

    code: ClassVar[str] = "order-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such fulfilment order."


def _check_value(values: list[int]) -> int:
    total, factor = 0, 2
    for value in reversed(values):
        quotient, remainder = divmod(value * factor, len(ALPHABET))
        total += quotient + remainder
        factor = 3 - factor
    return -total % len(ALPHABET)


def _base32(number: int) -> str:
    digits = ""
    while number:
        number, value = divmod(number, len(ALPHABET))
        digits = ALPHABET[value] + digits
    return digits


def new_code(book_id: int) -> str:
    """A fresh code for a coupon of this book, in its one canonical spelling."""
    assert 0 < book_id <= BOOK_MAX, book_id
    body = _base32(book_id) + "".join(secrets.choice(ALPHABET) for _ in range(RANDOM_LENGTH))
    return body + ALPHABET[_check_value([_VALUES[character] for character in body])]


def normalise_code(text: str) -> str:
    """The canonical spelling of a code as typed: case, spaces, hyphens, and O, I, L for 0, 1, 1 do not matter.

    Raises:
        CouponNotFound: it cannot be a code: wrong length, alphabet, book or check character.
    """
    compact = "".join(text.split()).replace("-", "").upper() if len(text) <= CODE_LENGTH_MAX else ""
    values = [_VALUES.get(character, -1) for character in compact]
    book_length = len(values) - RANDOM_LENGTH - 1
    if not 1 <= book_length <= BOOK_LENGTH_MAX or min(values) < 0 or values[0] == 0:
        raise CouponNotFound("this is not a coupon code")
    if _check_value(values[:-1]) != values[-1]:
        raise CouponNotFound("the code is mistyped: its check character does not fit")
    code = "".join(ALPHABET[value] for value in values)
    if _book_of(code) > BOOK_MAX:
        raise CouponNotFound("this is not a coupon code")
    return code


def _book_of(code: str) -> int:
    book_id = 0
    for character in code[: -RANDOM_LENGTH - 1]:
        book_id = book_id * len(ALPHABET) + _VALUES[character]
    return book_id


def parse_code(text: str) -> int:
    """The book that a code points to.

    Raises:
        CouponNotFound: it cannot be a code.
    """
    return _book_of(normalise_code(text))


def new_request_number(book_id: int) -> str:
    """A fresh request number: random, so that a restored or rebuilt exchange never repeats one to a supplier."""
    return REQUEST_NUMBER_PREFIX + new_code(book_id)


def parse_request_number(text: str) -> int:
    """The book of a fulfilment order.

    Raises:
        OrderNotFound: it cannot be a request number of ours.
    """
    if not text.startswith(REQUEST_NUMBER_PREFIX):
        raise OrderNotFound("this is not a request number")
    try:
        return parse_code(text.removeprefix(REQUEST_NUMBER_PREFIX))
    except CouponNotFound as error:
        raise OrderNotFound("this is not a request number") from error
