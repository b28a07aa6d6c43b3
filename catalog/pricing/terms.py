"""What a price rule, a rate and a condition may say, and how they are stored (pure)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pydantic import TypeAdapter

from catalog.fields import (
    BIGINT_MAX,
    LABEL_LENGTH_MAX,
    PRICE_POINTS_MAX,
    is_whole,
    require_currency,
    require_name,
    require_period,
)
from catalog.pricing.eligible import ANYONE, Who
from catalog.pricing.price import PriceRate
from catalog.pricing.price_rule import PERCENT, Effect
from catalog.pricing.schedule import (
    ALWAYS,
    DATES_MAX,
    MINUTES_OF_DAY,
    Schedule,
)
from ledger import Refusal

WHO_NAMES_MAX = 64
"""So many tiers, and so many tags of each kind, a condition names."""
MEMBER_DAYS_MAX = 36_500
MULTIPLIER_PERCENT_MAX = 10_000
RATE_MAX = 1_000_000_000
STEP_MAX = 1_000_000
DAY_OF_MONTH_MAX = 31
DAY_OF_WEEK_MAX = 7


class PriceInvalid(Refusal):
    """A term of a price rule or of a rate is out of range, or two of them do not fit."""

    code: ClassVar[str] = "price-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The price rule or rate is not valid."


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceTerms:
    """What a brand wants a price rule to say."""

    offer_id: int | None = None
    category: str | None = None
    effect: Effect
    schedule: Schedule = ALWAYS
    who: Who = ANYONE
    valid_from: datetime
    valid_until: datetime | None = None
    earning_multiplier_percent: int | None = None
    label: str


def require_price_terms(terms: PriceTerms) -> None:
    """Refuse malformed terms.

    Raises:
        NameInvalid: the label is.
        PriceInvalid: a term is out of range, or two of them do not fit.
        TimeInvalid, PeriodBackwards: the period is malformed.
    """
    require_name(terms.label, "label", LABEL_LENGTH_MAX)
    if terms.offer_id is not None and terms.category is not None:
        raise PriceInvalid("a rule is for an offer, for a category, or for all", field="scope")
    if terms.offer_id is not None:
        _require(terms.offer_id, 1, BIGINT_MAX, "scope.offer_id")
    _require_effect(terms.effect)
    _require_schedule(terms.schedule)
    require_who(terms.who)
    multiplier = terms.earning_multiplier_percent
    if multiplier is not None:
        _require(multiplier, PERCENT, MULTIPLIER_PERCENT_MAX, "earning_multiplier_percent")
        if not terms.schedule.has_days:
            raise PriceInvalid(
                "a multiplier belongs to a schedule with days", field="earning_multiplier_percent"
            )
    require_period(terms.valid_from, terms.valid_until, "validity")


def require_who(who: Who) -> None:
    """Refuse a condition that nobody can meet, or that names too much.

    Raises:
        PriceInvalid: a term is out of range, or two of them do not fit.
    """
    for name in ("tiers", "tags_any", "tags_all", "tags_none"):
        named = getattr(who, name)
        if len(named) > WHO_NAMES_MAX or len(set(named)) != len(named):
            raise PriceInvalid(
                f"{name} has up to {WHO_NAMES_MAX} codes, each once", field=f"who.{name}"
            )
    if banned := set(who.tags_none) & {*who.tags_all}:
        raise PriceInvalid(f"nobody has and lacks the tag {min(banned)!r}", field="who.tags_none")
    least, most = who.points_at_least, who.points_at_most
    for name, limit in (
        ("points_at_least", BIGINT_MAX),
        ("points_at_most", BIGINT_MAX),
        ("member_for_days_at_most", MEMBER_DAYS_MAX),
    ):
        if (value := getattr(who, name)) is not None:
            _require(value, 0, limit, f"who.{name}")
    if least is not None and most is not None and least > most:
        raise PriceInvalid("points_at_least is at most points_at_most", field="who.points_at_least")


def require_rate(rate: PriceRate) -> None:
    """Refuse a malformed rate.

    Raises:
        PriceInvalid, CurrencyInvalid: a term is out of range.
    """
    _require(rate.points, 1, RATE_MAX, "points")
    _require(rate.minor, 1, RATE_MAX, "minor")
    _require(rate.step, 1, STEP_MAX, "step_points")
    require_currency(rate.currency)


def _require_effect(effect: Effect) -> None:
    wanted = {"points": effect.points, "percent": effect.percent}
    for kind, value in wanted.items():
        if (value is not None) != (effect.kind == kind):
            raise PriceInvalid("a price is one of points, percent and free", field=f"price.{kind}")
    if effect.points is not None:
        _require(effect.points, 0, PRICE_POINTS_MAX, "price.points")
    if effect.percent is not None:
        _require(effect.percent, 1, PERCENT, "price.percent")
    if effect.floor is not None:
        _require(effect.floor, 0, PRICE_POINTS_MAX, "price.floor")
        if effect.kind != "percent":
            raise PriceInvalid("a floor belongs to a percent", field="price.floor")


def _require_schedule(schedule: Schedule) -> None:
    kinds = [name for name in ("monthly", "weekly", "dates") if getattr(schedule, name)]
    if len(kinds) > 1:
        raise PriceInvalid("a schedule names days in one way", field=f"schedule.{kinds[1]}")
    for kind in kinds:
        named = getattr(schedule, kind)
        if len(named) > DATES_MAX or len(set(named)) != len(named):
            raise PriceInvalid(
                f"{kind} has up to {DATES_MAX} days, each once", field=f"schedule.{kind}"
            )
    for day in schedule.monthly:
        if not isinstance(day, str):
            _require(day, 1, DAY_OF_MONTH_MAX, "schedule.monthly")
    for day in schedule.weekly:
        _require(day, 1, DAY_OF_WEEK_MAX, "schedule.weekly")
    hours = schedule.hours
    if hours is not None and not 0 <= hours.from_minute < hours.until_minute <= MINUTES_OF_DAY:
        raise PriceInvalid("hours end after they begin, on the same day", field="hours")


def _require(value: int, least: int, most: int, field: str) -> None:
    if not is_whole(value, least, most):
        raise PriceInvalid(f"{field} is a whole number from {least} to {most}", field=field)


_SCHEDULE: TypeAdapter[Schedule] = TypeAdapter(Schedule)
_WHO: TypeAdapter[Who] = TypeAdapter(Who)


def schedule_as_json(schedule: Schedule) -> str:
    """A schedule as it is stored: what it does not say is left out."""
    return _SCHEDULE.dump_json(schedule, exclude_defaults=True).decode()


def schedule_of(stored: object) -> Schedule:
    """A schedule from its stored form."""
    return _SCHEDULE.validate_python(stored)


def who_as_json(who: Who) -> str:
    """A condition as it is stored: what it does not say is left out."""
    return _WHO.dump_json(who, exclude_defaults=True).decode()


def who_of(stored: object) -> Who:
    """A condition from its stored form."""
    return _WHO.validate_python(stored)
