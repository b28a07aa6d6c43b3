"""Exact money: rates are decimals, amounts are whole minor units such as fen and cents.

The contract states how a rate is rounded to an amount.
"""

from decimal import (
    ROUND_CEILING,
    ROUND_DOWN,
    ROUND_HALF_EVEN,
    ROUND_HALF_UP,
    Context,
    Decimal,
)
from fractions import Fraction
from typing import Literal

Rounding = Literal["half_up", "half_even", "down", "up"]

RATE_DECIMALS_MAX = 6
RATE_MINOR_MAX = Decimal(10) ** 11
"""A rate fits `numeric(18,6)`. A thousand million major units per use is a typing error."""

_MODES: dict[Rounding, str] = {
    "half_up": ROUND_HALF_UP,
    "half_even": ROUND_HALF_EVEN,
    "down": ROUND_DOWN,
    "up": ROUND_CEILING,  # rates are never negative, so this is towards the payee
}
# Wide enough for any rate, so that the context itself never rounds. Only `quantize` does, in the
# mode that the contract states.
_CONTEXT = Context(prec=60)

DECIMALS: dict[str, int] = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217 currencies that do not have two decimals."""


def round_minor(amount_minor: Decimal, rounding: Rounding) -> int:
    """An exact amount, not negative, as whole minor units."""
    return int(amount_minor.quantize(Decimal(1), rounding=_MODES[rounding], context=_CONTEXT))


def round_exact(exact: Fraction, rounding: Rounding) -> int:
    """An exact amount, not negative, as whole minor units: as `round_minor` does."""
    whole, rest = divmod(exact.numerator, exact.denominator)
    if rounding == "down" or rest == 0:
        return whole
    if rounding == "up":
        return whole + 1
    twice = 2 * rest
    goes_up = twice > exact.denominator or (
        twice == exact.denominator and (rounding == "half_up" or whole % 2 == 1)
    )
    return whole + goes_up


def currency_decimals(currency: str) -> int:
    """How many decimals the major unit of an ISO 4217 currency has."""
    return DECIMALS.get(currency, 2)


def major(amount_minor: int, currency: str) -> Decimal:
    """An amount in major units, exact, with the currency's decimals.

    60 cents of USD are `Decimal("0.60")`.
    """
    return Decimal(amount_minor).scaleb(-currency_decimals(currency), context=_CONTEXT)


def plain(rate: Decimal) -> str:
    """A rate without exponent or trailing zeros: equal numbers give the same text."""
    text = format(rate, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
