"""The scale of a chart (pure)."""

import math

TICKS_WANTED = 4


def chart_ticks(low: float, top: float) -> list[int]:
    """Round numbers from at or below `low` to at or above `top`, with zero among them.

    The step is 1, 2 or 5 times a power of ten (Heckbert's nice numbers).
    """
    span = max(top, 0) - min(low, 0)
    rough = max(span / TICKS_WANTED, 1)
    magnitude = 10 ** math.floor(math.log10(rough))
    step = next(each * magnitude for each in (1, 2, 5, 10) if each * magnitude >= rough)
    first = math.floor(min(low, 0) / step)
    last = math.ceil(max(top, 0) / step)
    return [round(place * step) for place in range(first, max(last, first + 1) + 1)]
