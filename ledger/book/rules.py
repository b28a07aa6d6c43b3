"""A programme's rules for its points: their life, their value, debts, caps and limits."""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import ClassVar

from pydantic import TypeAdapter

from ledger.book.calendar import NEVER, ExpiryKind, ExpiryPlan, Window
from ledger.book.limits import (
    BALANCE_MAX,
    CURRENCY_PATTERN,
    DATED_RULES_MAX,
    DAYS_MAX,
    DISPLAY_SCALE_MAX,
    EXPIRY_COUNT_MAX,
    EXPIRY_DATES_MAX,
    POINT_VALUE_MAX,
    POINT_VALUE_PLACES_MAX,
    UNIT_LENGTH_MAX,
)
from ledger.refusal import JSON, Refusal

LEAP_YEAR = 2000
"""A year in which every date of a plan can exist."""
_CURRENCY = re.compile(CURRENCY_PATTERN)


class ProgrammeInvalid(Refusal):
    """A setting of the programme is out of range."""

    code: ClassVar[str] = "programme-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The programme's settings are not valid."


class DebtPolicy(StrEnum):
    """What a claw-back does about points that have been spent in the meantime."""

    REFUSE = "refuse"
    """It is refused."""
    TAKE = "take"
    """It takes what is there."""
    OWE = "owe"
    """It takes what is there. The member owes the rest until later issues repay it."""


class Capped(StrEnum):
    """What a cap counts. Points that are set aside count as redeemed."""

    ISSUE = "issue"
    REDEEM = "redeem"


@dataclass(frozen=True, slots=True)
class Cap:
    """The most points one member may be issued, or redeem, in one window of the calendar."""

    kind: Capped
    window: Window
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedRules:
    """The rules that hold from a day on, until others do. They are those of `Rules`."""

    since: date
    point_value: Decimal | None = None
    expiry: ExpiryPlan = NEVER
    available_after_days: int = 0
    debt: DebtPolicy = DebtPolicy.REFUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """A programme's rules for its points.

    Those that `dated` has, too, hold until its first day. Who asks for one of them asks `on` a day.
    """

    unit: str = "points"
    """What a point is called."""
    display_scale: int = 0
    """Decimal places shown. With 2, a balance of 150 is shown as 1.50."""
    point_value: Decimal | None = None
    """What one point is worth, in major units of `currency`.

    The liability is measured with it. A point is counted whole, whatever `display_scale` shows.
    """
    currency: str | None = None
    expiry: ExpiryPlan = NEVER
    available_after_days: int = 0
    """The return window: issued points may be spent this many days later."""
    debt: DebtPolicy = DebtPolicy.REFUSE
    grace_days: int | None = None
    """How many days points live that come back after their last day.

    None: they come back to the lot they came from, past its last day.
    """
    caps: tuple[Cap, ...] = ()
    balance_max: int | None = None
    """The most points a wallet may have after an issue, held ones included."""
    dated: tuple[DatedRules, ...] = ()
    """What holds from later days on, in their order."""

    def on(self, day: date) -> "Rules":
        """The rules that hold on a day."""
        for held in reversed(self.dated):
            if held.since <= day:
                return replace(
                    self,
                    point_value=held.point_value,
                    expiry=held.expiry,
                    available_after_days=held.available_after_days,
                    debt=held.debt,
                )
        return self


_RULES: TypeAdapter[Rules] = TypeAdapter(Rules)


def rules_as_json(rules: Rules) -> JSON:
    """Rules as they are stored: defaults are left out."""
    return _RULES.dump_python(rules, mode="json", exclude_defaults=True)


@lru_cache(maxsize=4096)
def rules_from_json(stored: bytes) -> Rules:
    """Rules from their stored form."""
    return _RULES.validate_json(stored)


def require_valid(rules: Rules) -> None:
    """Check that every rule is in its range.

    Raises:
        ProgrammeInvalid: a rule is out of range. The first one found is named.
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
    _require_valid_days("available_after_days", rules.available_after_days)
    _require_valid_days("grace_days", rules.grace_days or 0)
    if rules.balance_max is not None and not 1 <= rules.balance_max <= BALANCE_MAX:
        raise ProgrammeInvalid(f"balance_max is 1 to {BALANCE_MAX}")
    _require_valid_value(rules)
    _require_valid_caps(rules.caps)
    _require_valid_plan(rules.expiry)
    if len(rules.dated) > DATED_RULES_MAX:
        raise ProgrammeInvalid(f"rules change on {DATED_RULES_MAX} days at most")
    for held in rules.dated:
        _require_valid_days("available_after_days", held.available_after_days)
        _require_valid_plan(held.expiry)


def _require_valid_days(name: str, days: int) -> None:
    if not 0 <= days <= DAYS_MAX:
        raise ProgrammeInvalid(f"{name} is 0 to {DAYS_MAX}")


def _require_valid_value(rules: Rules) -> None:
    values = [rules.point_value, *(held.point_value for held in rules.dated)]
    told = [value for value in values if value is not None]
    if bool(told) != (rules.currency is not None):
        raise ProgrammeInvalid("point_value and currency are given together")
    if rules.currency is not None and not _CURRENCY.fullmatch(rules.currency):
        raise ProgrammeInvalid("currency is three letters A-Z")
    if not all(_is_value(value) for value in told):
        raise ProgrammeInvalid(
            f"point_value is over 0 to {POINT_VALUE_MAX},"
            f" to {POINT_VALUE_PLACES_MAX} decimal places"
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
