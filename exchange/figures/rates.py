"""A figure with all that it takes to judge it (pure).

A rate of a few trials is not comparable with one of many, and half a rate is nothing. So each is
told with what was counted, the interval that chance leaves, and how much is too young to say.
"""

from dataclasses import dataclass
from typing import Literal

from exchange.figures.intervals import wilson_of

Unit = Literal["members", "coupons", "orders", "uses", "redemptions", "points", "pieces"]
Method = Literal["wilson-95"]

RANKED_TRIALS_MIN = 30
"""With fewer trials than these, nobody is ranked."""
DIGITS = 6
"""What is told of a rate. The interval of a million trials is wider than that."""
TOO_FEW = "too few to rank"
JOINED = "; "


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """What was counted, the rate, and its 95% interval.

    - `unit`: what `trials` counts. Trials of one member are not independent, so the interval is
      that of as many trials as there are members, wherever a member can have several.
    - `immature`: what is too young to be counted, in neither of the two numbers.
    - `method`: None where there is no interval, because the rate is no proportion or not known.
    - `rate`: None where nothing was counted. It is never guessed: `note` says what is missing.
    """

    unit: Unit
    numerator: int | None = None
    denominator: int | None = None
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    method: Method | None = None
    trials: int | None = None
    immature: int = 0
    note: str | None = None

    @property
    def is_ranked(self) -> bool:
        """Whether there are enough trials to compare it with others."""
        return self.low is not None and (self.trials or 0) >= RANKED_TRIALS_MIN


def proportion(
    numerator: int,
    denominator: int,
    unit: Unit,
    *,
    trials: int | None = None,
    immature: int = 0,
    note: str | None = None,
) -> Rate:
    """So many of so many, with Wilson's interval of `trials`: by default, of the denominator.

    Raises:
        ValueError: it is no proportion.
    """
    if not 0 <= numerator <= denominator:
        message = f"{numerator} of {denominator} is not a proportion"
        raise ValueError(message)
    trials = denominator if trials is None else trials
    rate = numerator / denominator if denominator else None
    low, high = wilson_of(rate or 0.0, trials if denominator else 0)
    notes = [note] if note is not None else []
    if trials < RANKED_TRIALS_MIN:
        notes.append(TOO_FEW)
    return Rate(
        unit=unit,
        numerator=numerator,
        denominator=denominator,
        rate=None if rate is None else round(rate, DIGITS),
        low=round(low, DIGITS),
        high=round(high, DIGITS),
        method="wilson-95",
        trials=trials,
        immature=immature,
        note=JOINED.join(notes) or None,
    )


def ratio(numerator: int, denominator: int, unit: Unit, *, note: str | None = None) -> Rate:
    """One amount by another. It may be more than 1, so it has no interval."""
    return Rate(
        unit=unit,
        numerator=numerator,
        denominator=denominator,
        rate=round(numerator / denominator, DIGITS) if denominator else None,
        note=note,
    )


def unknown(unit: Unit, note: str) -> Rate:
    """A figure that nothing tells, and why."""
    return Rate(unit=unit, note=note)
