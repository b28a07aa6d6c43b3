"""A correction that is asked for: by how much each line is corrected, and with which tax. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

from ledger import Refusal
from settlement.corrections.limits import (
    AdjustmentTooLarge,
    Original,
    require_left,
    spread,
    tax_of,
)
from settlement.statements.disputed import LineAmount, LineKey
from settlement.statements.parts import Part

ADJUSTMENT_LINES_MAX = 1000
ADJUSTMENT_MINOR_MAX = 1_000_000_000_000

AdjustmentKind = Literal["credit", "debit"]


class AdjustmentInvalid(Refusal):
    """The amounts of the adjustment do not make sense together."""

    code: ClassVar[str] = "adjustment-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The adjustment has to say what is corrected, and by how much."


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A line to correct. Without an amount, by its share of the whole amount or by all of it."""

    key: LineKey
    amount_minor: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A correction that is asked for. Amounts are above zero; the kind says which way.

    Without lines it is of the statement as a whole. Without any amount, a credit is of all that is
    left.
    """

    kind: AdjustmentKind
    reason: str
    lines: Sequence[AskedLine] = ()
    amount_minor: int | None = None
    dispute_id: int | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A line that is corrected: what it came to, and how far it is corrected so far."""

    key: LineKey
    part: Part
    original: Original


def amounts_of(asked: Asked, targets: Sequence[Target], total: Original) -> list[LineAmount]:
    """By how much each target is corrected, with the sign.

    Raises:
        AdjustmentInvalid: the amounts do not make sense together, or nothing is left to correct.
        AdjustmentTooLarge: more is to be credited than is left of the lines.
    """
    sign = -1 if asked.kind == "credit" else 1
    given = [line.amount_minor for line in asked.lines] or [asked.amount_minor]
    left = [min(target.original.left_minor, total.left_minor) for target in targets]
    if asked.lines and asked.amount_minor is not None:
        if any(each is not None for each in given):
            raise AdjustmentInvalid("give one amount for all lines, or one for each")
        weights = left if sign < 0 else [target.part.gross_minor for target in targets]
        if sign < 0 and asked.amount_minor > sum(left):
            raise AdjustmentTooLarge(
                f"{sum(left)} minor units are left of the lines", left_minor=sum(left)
            )
        given = list(spread(asked.amount_minor, weights))
    elif sign > 0 and None in given:
        raise AdjustmentInvalid("a debit says by how much")
    chosen = [
        LineAmount(target.key, sign * (most if each is None else each))
        for target, each, most in zip(targets, given, left, strict=True)
    ]
    lines = [line for line in chosen if line.amount_minor]
    if not lines:
        raise AdjustmentInvalid("nothing is left to correct")
    return lines


def tax_lines(
    lines: Sequence[LineAmount], targets: Sequence[Target], total: Original
) -> list[tuple[Target, LineAmount, int]]:
    """The tax of each corrected line.

    Raises:
        AdjustmentInvalid: a reversal is to be credited.
        AdjustmentTooLarge: more is to be credited than is left of a line or of the statement.
    """
    by_key = {target.key: target for target in targets}
    found = []
    for line in lines:
        target = by_key[line.key]
        if line.amount_minor < 0 and line.key.kind == "reversal":
            raise AdjustmentInvalid("a reversal gives back already: it takes debits only")
        is_whole = line.key == LineKey()
        original = total if is_whole else target.original
        require_left(original, line.amount_minor, "statement" if is_whole else "line")
        require_left(total, line.amount_minor, "statement")
        tax = tax_of(original, total, line.amount_minor)
        found.append((replace(target, original=original), line, tax))
        total = total.after(line.amount_minor, tax)
    return found
