"""Bodies of price rules made into terms, and rules into answers."""

from datetime import datetime

from api.http.schemas.answers import WordsAnswer
from api.http.schemas.prices import (
    EffectBody,
    HoursAnswer,
    HoursBody,
    PriceAnswer,
    PriceBody,
    WhoAnswer,
    WhoBody,
)
from catalog.pricing import (
    ANYONE,
    Effect,
    Hours,
    PriceInvalid,
    PriceRule,
    PriceTerms,
    Schedule,
    Who,
    Words,
    clock,
    next_days,
    words_of_rule,
)

NEXT_DAYS = 3


def price_terms(data: PriceBody) -> PriceTerms:
    """The terms of a price rule.

    Raises:
        PriceInvalid: the scope, or the effect, is not one of those that there are.
    """
    scope, schedule = data.scope, data.schedule
    if sum(each is not None for each in (scope.offer_id, scope.category, scope.all)) != 1:
        raise PriceInvalid("a scope is one of offer_id, category and all", field="scope")
    return PriceTerms(
        offer_id=scope.offer_id,
        category=scope.category,
        effect=_effect(data.price),
        schedule=Schedule(
            monthly=tuple(schedule.monthly) if schedule else (),
            weekly=tuple(schedule.weekly) if schedule else (),
            dates=tuple(schedule.dates) if schedule else (),
            hours=_hours(data.hours),
        ),
        who=who_of(data.who),
        valid_from=data.valid_from,
        valid_until=data.valid_until,
        earning_multiplier_percent=data.earning_multiplier_percent,
        label=data.label,
    )


def _effect(data: EffectBody) -> Effect:
    if sum(each is not None for each in (data.points, data.percent, data.free)) != 1:
        raise PriceInvalid("a price is one of points, percent and free", field="price")
    if data.points is not None:
        return Effect(kind="points", points=data.points, floor=data.floor)
    if data.percent is not None:
        return Effect(kind="percent", percent=data.percent, floor=data.floor)
    return Effect(kind="free", floor=data.floor)


def _hours(data: HoursBody | None) -> Hours | None:
    return None if data is None else Hours(_minute(data.opens), _minute(data.closes))


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


def who_of(data: WhoBody | None) -> Who:
    """The conditions of a body."""
    if data is None:
        return ANYONE
    return Who(
        tiers=tuple(data.tiers),
        tags_any=tuple(data.tags_any),
        tags_all=tuple(data.tags_all),
        tags_none=tuple(data.tags_none),
        points_at_least=data.points_at_least,
        points_at_most=data.points_at_most,
        member_for_days_at_most=data.member_for_days_at_most,
        first_redemption=data.first_redemption,
    )


def price_answer(rule: PriceRule, now: datetime, time_zone: str) -> PriceAnswer:
    """A price rule as it is answered."""
    effect, schedule = rule.effect, rule.schedule
    return {
        "price_id": rule.price_id,
        "scope": {
            "offer_id": rule.offer_id,
            "category": rule.category,
            "all": rule.offer_id is None and rule.category is None,
        },
        "price": {
            "points": effect.points,
            "percent": effect.percent,
            "floor": effect.floor,
            "free": effect.kind == "free",
        },
        "schedule": {
            "monthly": list(schedule.monthly),
            "weekly": list(schedule.weekly),
            "dates": list(schedule.dates),
        },
        "hours": hours_answer(schedule.hours),
        "who": who_answer(rule.who),
        "valid_from": rule.valid_from,
        "valid_until": rule.valid_until,
        "ended_at": rule.ended_at,
        "earning_multiplier_percent": rule.earning_multiplier_percent,
        "label": rule.label,
        "words": words_answer(words_of_rule(rule)),
        "next_days": next_days(rule, now, time_zone, NEXT_DAYS),
    }


def hours_answer(hours: Hours | None) -> HoursAnswer | None:
    """Hours as they are answered."""
    if hours is None:
        return None
    return {"opens": clock(hours.from_minute), "closes": clock(hours.until_minute)}


def who_answer(who: Who) -> WhoAnswer:
    """Conditions as they are answered."""
    return {
        "tiers": list(who.tiers),
        "tags_any": list(who.tags_any),
        "tags_all": list(who.tags_all),
        "tags_none": list(who.tags_none),
        "points_at_least": who.points_at_least,
        "points_at_most": who.points_at_most,
        "member_for_days_at_most": who.member_for_days_at_most,
        "first_redemption": who.first_redemption,
    }


def words_answer(words: Words) -> WordsAnswer:
    """A sentence as it is answered."""
    return {"zh": words.zh, "en": words.en}
