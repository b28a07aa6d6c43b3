"""What a price rule says."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from catalog.pricing.eligible import ANYONE, Who
from catalog.pricing.schedule import ALWAYS, Schedule

PERCENT = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a rule makes of the price.

    `points` is a price. `percent` is a share of the ordinary price, rounded up, of at least `floor`
    points. `free` costs nothing.
    """

    kind: Literal["points", "percent", "free"]
    points: int | None = None
    percent: int | None = None
    floor: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceRule:
    """One price rule of a programme, for one offer, a category with all beneath it, or all offers.

    It applies from `valid_from` until before `valid_until`, or its end if that is earlier. Smaller
    numbers are older.
    """

    price_id: int
    offer_id: int | None = None
    category: str | None = None
    effect: Effect
    schedule: Schedule = ALWAYS
    who: Who = ANYONE
    valid_from: datetime
    valid_until: datetime | None = None
    ended_at: datetime | None = None
    earning_multiplier_percent: int | None = None
    label: str = ""
    recorded_at: datetime | None = None

    @property
    def is_ordinary(self) -> bool:
        """Whether it states a price for everybody at all times, of which others are a percent."""
        return self.effect.kind == "points" and self.schedule.is_always and self.who == ANYONE

    def holds_at(self, at: datetime) -> bool:
        """Whether the rule is in force, on whatever days it then applies."""
        return (
            self.valid_from <= at
            and (self.valid_until is None or at < self.valid_until)
            and (self.ended_at is None or at < self.ended_at)
        )
