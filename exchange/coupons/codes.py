"""Coupon codes and request numbers: unguessable, easy to read aloud, and they say where they live.

A code is `<book><lane><random><check>` in Crockford's base 32:

- the book, without leading zeros
- the member's lane in that book, two characters
- 16 characters (80 bits) from the system's random source
- a Luhn mod 32 character. It catches every wrong character and nearly every swap of neighbours

A shop's request goes straight to the book in the code, the only one that can hold the coupon. The
lane is there so that a book can be split later and its codes still lead to the right part. Neither
of them grants anything.
"""

import secrets
import unicodedata
from dataclasses import dataclass
from typing import ClassVar

from ledger import Refusal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LENGTH = 16
LANE_LENGTH = 2
LANE_MAX = len(ALPHABET) ** LANE_LENGTH - 1
BOOK_LENGTH_MAX = 7
BOOK_MAX = 2**31 - 1
CODE_LENGTH_MAX = 64
"""The longest text that is read as a code: spaces and hyphens may be typed into it."""
REQUEST_NUMBER_PREFIX = "FO-"

_BITS = 5
"""What one character stands for."""
_LAST = len(ALPHABET) - 1
_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {"O": 0, "I": 1, "L": 1}
_SEPARATING = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"})
"""Categories of Unicode: spaces, ends of lines, controls, what has no width, and dashes."""
_HYPHENS = frozenset("\N{MINUS SIGN}\N{KATAKANA-HIRAGANA PROLONGED SOUND MARK}")
_TAIL_LENGTH = LANE_LENGTH + RANDOM_LENGTH + 1


class CouponNotFound(Refusal):
    """This party has no coupon of this code. Another supplier's coupon is answered the same way."""

    code: ClassVar[str] = "coupon-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such coupon."


class OrderNotFound(Refusal):
    """No fulfilment order of this supplier has this request number."""

    code: ClassVar[str] = "order-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such fulfilment order."


@dataclass(frozen=True, slots=True)
class CouponCode:
    """A code that was read: `text` is its one canonical spelling."""

    text: str
    book_id: int
    lane: int


def new_code(book_id: int, lane: int) -> str:
    """A fresh code, in canonical spelling, for the coupon of a member in this lane of this book."""
    assert 0 < book_id <= BOOK_MAX, book_id
    assert 0 <= lane <= LANE_MAX, lane
    number = (book_id << _BITS * LANE_LENGTH | lane) << _BITS * RANDOM_LENGTH
    number |= secrets.randbits(_BITS * RANDOM_LENGTH)
    length = -(-number.bit_length() // _BITS)
    values = [number >> _BITS * place & _LAST for place in reversed(range(length))]
    values.append(_check_value(values))
    return "".join([ALPHABET[value] for value in values])


def parse_code(text: str) -> CouponCode:
    """Read a code as it was typed.

    Case, width, spaces, hyphens and characters without a width do not matter, and O, I and L count
    as 0, 1 and 1.

    Raises:
        CouponNotFound: it cannot be a code: wrong length, alphabet, book or check character.
    """
    compact = _compact(text) if len(text) <= CODE_LENGTH_MAX else ""
    values = [_VALUES.get(character, -1) for character in compact]
    book_length = len(values) - _TAIL_LENGTH
    if not 1 <= book_length <= BOOK_LENGTH_MAX or min(values) < 0 or values[0] == 0:
        raise CouponNotFound("this is not a coupon code")
    if _check_value(values[:-1]) != values[-1]:
        raise CouponNotFound("the code is mistyped: its check character does not fit")
    book_id = _number(values[:book_length])
    if book_id > BOOK_MAX:
        raise CouponNotFound("this is not a coupon code")
    return CouponCode(
        text="".join(ALPHABET[value] for value in values),
        book_id=book_id,
        lane=_number(values[book_length : book_length + LANE_LENGTH]),
    )


def _compact(text: str) -> str:
    """The text in capitals of plain width, without what a keyboard, a till or a copy put between.

    An input method may type full-width characters, and the mark of a long vowel for a hyphen.
    """
    kept = [
        character
        for character in unicodedata.normalize("NFKC", text)
        if unicodedata.category(character) not in _SEPARATING and character not in _HYPHENS
    ]
    return "".join(kept).upper()


def code_tail(text: str) -> str:
    """The end of a code as it was typed, in canonical spelling. What is no end of one stays so."""
    return "".join(
        ALPHABET[_VALUES[character]] if character in _VALUES else character
        for character in _compact(text)
    )


def new_request_number(book_id: int, lane: int) -> str:
    """A fresh request number, of the same form as a code.

    It is random, so an exchange that was restored from a backup never repeats one to a supplier.
    """
    return REQUEST_NUMBER_PREFIX + new_code(book_id, lane)


def parse_request_number(text: str) -> CouponCode:
    """Read the request number of a fulfilment order, without its prefix.

    Raises:
        OrderNotFound: it cannot be a request number of ours.
    """
    if not text.startswith(REQUEST_NUMBER_PREFIX):
        raise OrderNotFound("this is not a request number")
    try:
        return parse_code(text.removeprefix(REQUEST_NUMBER_PREFIX))
    except CouponNotFound as error:
        raise OrderNotFound("this is not a request number") from error


def check_character(body: str) -> str:
    """The Luhn mod 32 character that completes a code, given all that stands before it."""
    return ALPHABET[_check_value([_VALUES[character] for character in body])]


_DOUBLED = [sum(divmod(2 * value, len(ALPHABET))) for value in range(len(ALPHABET))]


def _check_value(values: list[int]) -> int:
    """From the last one, every other value is doubled, and the digits of what it gives are added.

    So it is in the formula of Luhn, here with 32 for its base:
    https://en.wikipedia.org/wiki/Luhn_mod_N_algorithm.
    """
    total = sum([_DOUBLED[value] for value in values[::-2]]) + sum(values[-2::-2])
    return -total % len(ALPHABET)


def _number(values: list[int]) -> int:
    number = 0
    for value in values:
        number = number * len(ALPHABET) + value
    return number
