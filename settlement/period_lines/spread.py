"""Whole minor units spread over parts: the largest remainder, ties by the order of the parts. Pure.

Also known as the method of Hamilton. The parts always add up to the whole.
"""

from collections.abc import Sequence


def spread(total_minor: int, weights: Sequence[int]) -> list[int]:
    """A total over parts, each as near to its weight as whole units allow.

    What is left after rounding down goes to the largest remainders, one unit each, the first part
    first among equals. Weights are not negative. If all are zero, the parts are equal in weight.

    Raises:
        ValueError: there is something to spread and no part, or a weight is negative.
    """
    if not weights:
        if total_minor:
            raise ValueError("there is nothing to spread it over")
        return []
    if min(weights) < 0:
        raise ValueError("a weight is negative")
    if sum(weights) == 0:
        weights = [1] * len(weights)
    sign, total = (-1, -total_minor) if total_minor < 0 else (1, total_minor)
    whole = sum(weights)
    parts = [divmod(total * weight, whole) for weight in weights]
    left = total - sum(share for share, _ in parts)
    by_rest = sorted(range(len(parts)), key=lambda number: (-parts[number][1], number))
    extra = set(by_rest[:left])
    return [sign * (share + (number in extra)) for number, (share, _) in enumerate(parts)]
