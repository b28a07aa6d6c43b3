"""How far what was billed may be corrected, and the tax of a correction. Pure.

A correction is a signed amount: a credit is below zero. What is left of an original is what it came
to and all its corrections so far. No credit goes below nothing, neither of the line nor of the
statement.

Tax is that of the stored part: of a line that is credited in several steps, the taxes of the steps
add up to the line's own. It is never computed from the rate again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from ledger import Refusal


class AdjustmentTooLarge(Refusal):
    """More would be credited than is left of the line or of the statement: `left_minor`."""

    code: ClassVar[str] = "adjustment-too-large"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A credit is never above what was billed."


@dataclass(frozen=True, slots=True)
class Original:
    """What was billed, and its corrections so far, with the tax in each. In minor units."""

    gross_minor: int
    tax_minor: int
    adjusted_minor: int = 0
    adjusted_tax_minor: int = 0

    @property
    def left_minor(self) -> int:
        """What is left to be credited, not below zero."""
        return max(0, self.gross_minor + self.adjusted_minor)

    def after(self, amount_minor: int, tax_minor: int) -> "Original":
        """The original after one more correction."""
        return Original(
            self.gross_minor,
            self.tax_minor,
            self.adjusted_minor + amount_minor,
            self.adjusted_tax_minor + tax_minor,
        )


def require_left(original: Original, amount_minor: int, what: str) -> None:
    """Refuse a credit above what is left.

    Raises:
        AdjustmentTooLarge: it is above that.
    """
    if -amount_minor > original.left_minor:
        raise AdjustmentTooLarge(
            f"{original.left_minor} minor units are left of the {what}",
            left_minor=original.left_minor,
        )


def tax_of(line: Original, statement: Original, amount_minor: int) -> int:
    """The tax in a correction of a line, with its sign.

    What ends a line or a statement takes all the tax that is left of it.
    """
    step = _part(line, line.adjusted_minor + amount_minor) - _part(line, line.adjusted_minor)
    if amount_minor >= 0:
        return step
    left = statement.tax_minor + statement.adjusted_tax_minor
    if statement.gross_minor + statement.adjusted_minor + amount_minor == 0:
        return -left
    if line.gross_minor + line.adjusted_minor + amount_minor == 0:
        step = -(line.tax_minor + line.adjusted_tax_minor)
    return max(step, -left) if left > 0 else step


def _part(original: Original, adjusted_minor: int) -> int:
    """The tax in corrections of so much altogether."""
    if original.gross_minor == 0:
        return 0
    exact = Fraction(original.tax_minor * adjusted_minor, original.gross_minor)
    half_up = (2 * abs(exact) + 1) // 2
    return int(half_up) if exact >= 0 else -int(half_up)


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """A total over weights by the largest remainder. Of equal remainders the earlier goes first.

    Where all weights are zero, they count the same. The parts always add up to the total.
    """
    sizes = [abs(each) for each in weights]
    if not any(sizes):
        sizes = [1] * len(sizes)
    size, whole = abs(total), sum(sizes)
    parts = [size * each // whole for each in sizes]
    rest = size - sum(parts)
    order = sorted(range(len(sizes)), key=lambda place: (-(size * sizes[place] % whole), place))
    for place in order[:rest]:
        parts[place] += 1
    return parts if total >= 0 else [-each for each in parts]
