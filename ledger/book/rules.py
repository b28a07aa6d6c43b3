"""What a programme lays down for its points: their life, their value, what may be owed, and what is too much."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar

from pydantic import TypeAdapter

from ledger.book.calendar import NEVER, ExpiryKind, ExpiryPlan, Window
from ledger.book.limits import BALANCE_MAX
from ledger.refusal import JSON, Refusal

EXPIRY_COUNT_MAX = {
    ExpiryKind.NONE: 0,
    ExpiryKind.DAYS: 36_500,
    ExpiryKind.MONTHS: 1_200,
    ExpiryKind.DATES: 100,
    ExpiryKind.SLIDING: 36_500,
}
"""The most days, months or years a plan may give."""
EXPIRY_DATES_MAX = 12
LEAP_YEAR = 2000
UNIT_LENGTH_MAX = 20
DISPLAY_SCALE_MAX = 6
POINT_VALUE_MAX = Decimal(1_000_000)
POINT_VALUE_PLACES_MAX = 6
DAYS_MAX = 3_650
CURRENCY_PATTERN = re.compile(r"[A-Z]{3}")


class ProgrammeInvalid(Refusal):
    """A setting of the programme is out of its range."""

    code: ClassVar[str] = "programme-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The programme's settings are not valid."


class DebtPolicy(StrEnum):
    """What a claw-back does about points that were spent meanwhile."""

    REFUSE = "refuse"
    """It is refused."""
    TAKE = "take"
    """It takes what is there."""
    OWE = "owe"
    """It takes what is there, and the member owes the rest until later issues repay it."""


class Capped(StrEnum):
    """What a cap counts; points set aside count as redeemed."""

    ISSUE = "issue"
    REDEEM = "redeem"


@dataclass(frozen=True, slots=True)
class Cap:
    """At most so many points for one member in one window of the programme's calendar."""

    kind: Capped
    window: Window
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a programme lays down for its points."""

    unit: str = "points"
    """What a point is called."""
    display_scale: int = 0
    """Decimal places shown: with 2, a balance of 150 is shown as 1.50."""
    point_value: Decimal | None = None
    """What one point as counted is worth, in major units of `currency`: the measure of the liability."""
    currency: str | None = None
    expiry: ExpiryPlan = NEVER
    available_after_days: int = 0
    """The return window: issued points may be spent so many days later."""
    debt: DebtPolicy = DebtPolicy.REFUSE
    grace_days: int | None = None
    """How many days points live that come back after their last day; None: they come back as dead as they are."""
    caps: tuple[Cap, ...] = ()
    balance_max: int | None = None
    """The most points a wallet may hold after an issue, held ones included."""


_RULES: TypeAdapter[Rules] = TypeAdapter(Rules)


def rules_as_json(rules: Rules) -> JSON:
    """Rules as the book keeps them: what has its default is left out."""
    return _RULES.dump_python(rules, mode="json", exclude_defaults=True)


@lru_cache(maxsize=4096)
def rules_from_json(stored: bytes) -> Rules:
    """The rules a book keeps."""
    return _RULES.validate_json(stored)


def require_valid(rules: Rules) -> None:
    """Check that every rule is in its range.

    Raises:
        ProgrammeInvalid: one is not; the first is named.
    """
    if (
        not 1 <= len(rules.unit) <= UNIT_LENGTH_MAX
        or not rules.unit.isprintable()
        or rules.unit.isspace()
    ):
        raise ProgrammeInvalid(
            f"unit has 1 to {UNIT_LENGTH_MAX} printable characters, not all of them blank"
        )
    if not 0 <= rules.display_scale <= DISPLAY_SCALE_MAX:
        raise ProgrammeInvalid(f"display_scale is 0 to {DISPLAY_SCALE_MAX}")
    for name, days in (
        ("available_after_days", rules.available_after_days),
        ("grace_days", rules.grace_days),
    ):
        if days is not None and not 0 <= days <= DAYS_MAX:
            raise ProgrammeInvalid(f"{name} is 0 to {DAYS_MAX}")
    if rules.balance_max is not None and not 1 <= rules.balance_max <= BALANCE_MAX:
        raise ProgrammeInvalid(f"balance_max is 1 to {BALANCE_MAX}")
    _require_valid_value(rules)
    _require_valid_caps(rules.caps)
    _require_valid_plan(rules.expiry)


def _require_valid_value(rules: Rules) -> None:
    if (rules.point_value is None) != (rules.currency is None):
        raise ProgrammeInvalid("point_value and currency are given together")
    if rules.currency is not None and not CURRENCY_PATTERN.fullmatch(rules.currency):
        raise ProgrammeInvalid("currency is three letters A-Z")
    if rules.point_value is not None and not _is_value(rules.point_value):
        raise ProgrammeInvalid(
            f"point_value is over 0 to {POINT_VALUE_MAX}, to {POINT_VALUE_PLACES_MAX} decimal places"
        )


def _require_valid_caps(caps: tuple[Cap, ...]) -> None:
    if len({(cap.kind, cap.window) for cap in caps}) != len(caps):
        raise ProgrammeInvalid("caps has one cap at most for a kind and a window")
    if not all(1 <= cap.points <= BALANCE_MAX for cap in caps):
        raise ProgrammeInvalid(f"a cap has 1 to {BALANCE_MAX} points")


def _is_value(value: Decimal) -> bool:
    places = value.as_tuple().exponent
    return (
        value.is_finite()
        and 0 < value <= POINT_VALUE_MAX
        and isinstance(places, int)
        and -places <= POINT_VALUE_PLACES_MAX
    )


def _require_valid_plan(plan: ExpiryPlan) -> None:
    least = 1 if plan.kind in {ExpiryKind.DAYS, ExpiryKind.SLIDING} else 0
    if not least <= plan.count <= EXPIRY_COUNT_MAX[plan.kind]:
        raise ProgrammeInvalid(
            f"expiry.count of plan {plan.kind} is {least} to {EXPIRY_COUNT_MAX[plan.kind]}"
        )
    if (plan.kind is ExpiryKind.DATES) != bool(plan.dates):
        raise ProgrammeInvalid("expiry.dates is given for the plan of dates, and for no other")
    if len(plan.dates) > EXPIRY_DATES_MAX or list(plan.dates) != sorted(set(plan.dates)):
        raise ProgrammeInvalid(
            f"expiry.dates is up to {EXPIRY_DATES_MAX} dates in the order of the year, each once"
        )
    for month, day in plan.dates:
        try:
            date(LEAP_YEAR, month, day)
        except ValueError as error:
            raise ProgrammeInvalid(f"expiry.dates: there is no day {month}-{day}") from error
