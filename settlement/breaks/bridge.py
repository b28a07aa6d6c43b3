"""From the difference of the totals to zero, in each currency. Pure.

That it ends at zero is asserted before a run is stored (`settlement.reconcile.matching`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class BridgeStep:
    """What the breaks of a category come to in a currency, and what is unexplained after them.

    That is 0 in the end. A break of two currencies is a step in each: what it has on that side.
    """

    currency: str
    category: str
    breaks: int
    difference_minor: int
    left_minor: int


def bridge_of(counts: Iterable[Any], totals: Sequence[Any]) -> list[BridgeStep]:
    """The steps. Where a reader has no totals, they begin with what the breaks come to."""
    found: dict[str, dict[str, tuple[int, int]]] = {each["currency"]: {} for each in totals}
    for each in counts:
        for currency, minor in _sides(each, next(iter(found), "")).items():
            of_currency = found.setdefault(currency, {})
            breaks, before = of_currency.get(each.category, (0, 0))
            of_currency[each.category] = (breaks + each.breaks, before + minor)
    differences = {each["currency"]: each["difference_minor"] for each in totals}
    steps = []
    for currency, categories in found.items():
        left = differences.get(currency, sum(minor for _, minor in categories.values()))
        for category, (breaks, minor) in sorted(
            categories.items(), key=lambda item: (-abs(item[1][1]), item[0])
        ):
            left -= minor
            steps.append(BridgeStep(currency, category, breaks, minor, left))
    return steps


def _sides(counted: Any, otherwise: str) -> dict[str, int]:
    """What counted breaks come to, by currency. A row that cannot be read has none of its own."""
    sides: dict[str, int] = {}
    if counted.currency is not None:
        sides[counted.currency] = int(counted.ours_minor)
    if counted.theirs_currency is not None:
        theirs = counted.theirs_currency
        sides[theirs] = sides.get(theirs, 0) - int(counted.theirs_minor)
    return sides or {otherwise: 0}
