"""The number of a Chinese company (统一社会信用代码) and its check digit (pure, GB 32100-2015)."""

import re

CREDIT_CODE_LENGTH = 18
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Digits and capitals but I, O, S, V and Z, which are mistaken for others."""

_FORM = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_MODULUS = len(ALPHABET)


def check_digit(first: str) -> str:
    """The last character of a number, from those before it."""
    total = sum(ALPHABET.index(each) * pow(3, place, _MODULUS) for place, each in enumerate(first))
    return ALPHABET[-total % _MODULUS]


def is_credit_code(text: str) -> bool:
    """Whether this is a company's number: its form is right, and so is its check digit."""
    return _FORM.fullmatch(text) is not None and text[-1] == check_digit(text[:-1])
