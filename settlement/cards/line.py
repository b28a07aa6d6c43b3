"""What one leg of one use costs by itself: exactly, rounded, and step by step. Pure.

Rating writes it, and who explains or proves a line computes it again by the same function. All is
exact until the one rounding that the card asks for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Any, Literal

from settlement.cards.legs import Leg
from settlement.money import RATE_DECIMALS_MAX, plain, round_exact

COST = "coupon_cost"
"""The leg that the coupon of a swap does not cost: its worth enters the swap's balance."""

_WIDE = Context(prec=60)
_RATE_STEP = Decimal(1).scaleb(-RATE_DECIMALS_MAX)


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a line is rated from. Amounts are minor units; None is not known.

    `used_on` is the day of the settlement calendar. `event`: whether the right was used, or counts
    as used since it was delivered.
    """

    used_on: date
    offer_code: str
    face_minor: int | None = None
    order_minor: int | None = None
    paid_minor: int | None = None
    event: Literal["used", "delivered"] = "used"
    is_swapped: bool = False


@dataclass(frozen=True, slots=True)
class RatedLine:
    """What a leg of a use costs by itself.

    - `exact`: before rounding. `rate_minor`: the same with the decimals that a line keeps.
    - `counts`: whether the use is one of those that the leg counts and sums over a period.
    - `basis`: what the leg sums, 1 where it counts uses.
    - `steps`: how it comes about, one after the other.
    """

    exact: Fraction
    rate_minor: Decimal
    amount_minor: int
    counts: bool
    basis: Fraction
    steps: tuple[Mapping[str, Any], ...]


class BasisMissing(Exception):
    """The leg is a share of something that was not told of the use. `name` is what is missing."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def rate_line(leg: Leg, inputs: Inputs) -> RatedLine:
    """What this leg of a use costs by itself, whatever other uses there are.

    Raises:
        BasisMissing: the basis is not known, and the leg says that such a use waits.
    """
    reason = _not_meant(leg, inputs)
    if reason is not None:
        return _rated(leg, Fraction(0), Fraction(0), [{"op": reason, "exact": "0"}], counts=False)
    basis, steps = _basis(leg, inputs)
    if _is_free(leg, inputs):
        return _rated(leg, Fraction(0), basis, [*steps, {"op": "free", "exact": "0"}], counts=False)
    exact = basis * Fraction(leg.base_rate)
    if leg.is_share:
        steps.append({"op": "percent", "rate": plain(leg.base_rate), "exact": text_of(exact)})
    elif leg.package is not None or leg.barter is not None:
        steps.append({"op": leg.model, "of": "the period", "exact": "0"})
    else:
        steps.append({"op": leg.model, "rate": plain(leg.base_rate), "exact": text_of(exact)})
    return _rated(leg, _within(leg, exact, steps), basis, steps, counts=True)


def text_of(exact: Fraction) -> str:
    """An exact amount as text: a decimal where it has one, else a fraction."""
    rest = exact.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return f"{exact.numerator}/{exact.denominator}"
    return plain(_WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator)))


def words_of(rated: RatedLine, leg: Leg, currency: str) -> str:
    """The calculation of a line in words, so that a reader can recompute it."""
    *steps, _ = rated.steps
    told = ", ".join(_told(step) for step in steps)
    if [step["op"] for step in steps] in (["flat"], ["swapped"]):
        told = f"1 use x {plain(rated.rate_minor)}"
    return f"{told} = {rated.amount_minor} {currency} minor ({leg.rounding})"


def _told(step: Mapping[str, Any]) -> str:
    parts = [str(step["op"])]
    if "of" in step:
        parts.append(f"of {step['of']}")
    if "rate" in step:
        parts.append(f"x {step['rate']}")
    return f"{' '.join(parts)}: {step['exact']}"


def _not_meant(leg: Leg, inputs: Inputs) -> str | None:
    """Why the leg is not about this use at all."""
    if leg.event not in ("any", inputs.event):
        return "not_" + leg.event
    if inputs.is_swapped and leg.leg == COST:
        return "swapped"
    return None


def _is_free(leg: Leg, inputs: Inputs) -> bool:
    free = leg.free
    return (
        free is not None and free.first is None and free.covers(inputs.offer_code, inputs.used_on)
    )


def _basis(leg: Leg, inputs: Inputs) -> tuple[Fraction, list[dict[str, Any]]]:
    if leg.basis == "count":
        return Fraction(1), []
    if leg.basis == "face":
        value = _known(leg, inputs.face_minor, "face_minor")
        return Fraction(value), [_step("face", "face_minor", Fraction(value))]
    order = _known(leg, inputs.order_minor, "order_minor")
    if leg.basis == "order":
        return Fraction(order), [_step("order", "order_minor", Fraction(order))]
    if leg.basis == "subsidy":
        paid = _known(leg, inputs.paid_minor, "paid_minor")
        subsidy = Fraction(max(0, order - paid))
        return subsidy, [_step("subsidy", "order_minor - paid_minor", subsidy)]
    rate = leg.order_tax_rate
    net = Fraction(order) / (1 + Fraction(rate))
    return net, [_step("net", f"order_minor / (1 + {plain(rate)})", net)]


def _known(leg: Leg, value: int | None, name: str) -> int:
    if value is None:
        if leg.missing == "wait":
            raise BasisMissing(name)
        return 0
    return value


def _within(leg: Leg, exact: Fraction, steps: list[dict[str, Any]]) -> Fraction:
    if leg.min_minor is not None and exact < leg.min_minor:
        exact = Fraction(leg.min_minor)
        steps.append({"op": "minimum", "exact": text_of(exact)})
    if leg.max_minor is not None and exact > leg.max_minor:
        exact = Fraction(leg.max_minor)
        steps.append({"op": "maximum", "exact": text_of(exact)})
    return exact


def _rated(
    leg: Leg, exact: Fraction, basis: Fraction, steps: list[dict[str, Any]], *, counts: bool
) -> RatedLine:
    amount_minor = round_exact(exact, leg.rounding)
    steps.append({"op": "round", "mode": leg.rounding, "minor": amount_minor})
    rate = _WIDE.divide(Decimal(exact.numerator), Decimal(exact.denominator))
    rate_minor = rate.quantize(_RATE_STEP, rounding=ROUND_HALF_EVEN, context=_WIDE)
    return RatedLine(exact, rate_minor, amount_minor, counts, basis, tuple(steps))


def _step(op: str, of: str, exact: Fraction) -> dict[str, Any]:
    return {"op": op, "of": of, "exact": text_of(exact)}
