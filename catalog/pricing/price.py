"""What an offer costs a member at an instant: one pure function.

The lowest of the price rules that apply, if any does. Else the ordinary course: the price of the
batch, the programme's rate, the offer's suggestion, whichever comes first. A `percent` is of the
ordinary price: the lowest price in points that a rule states for everybody at all times, else the
ordinary course. Percents never stack, and the order of the rules never matters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from catalog.pricing.eligible import ANYONE, MemberFacts, why_not_eligible
from catalog.pricing.price_rule import PERCENT, Effect, PriceRule
from catalog.pricing.words import BATCH, RATE, SUGGESTION, Words, words_of_rule

WITHOUT_RATE = frozenset({"trial", "discount"})
"""Kinds of offers whose face value says nothing of their worth."""


class Priced(Protocol):
    """What a price depends on in an offer."""

    @property
    def offer_id(self) -> int:
        """The offer."""

    @property
    def category(self) -> str | None:
        """Its category, as a path."""

    @property
    def kind(self) -> str | None:
        """What it is: a voucher, a trial and so on."""

    @property
    def face_value_minor(self) -> int:
        """Its face value."""

    @property
    def currency(self) -> str:
        """The currency of its face value."""

    @property
    def points(self) -> int:
        """The price that its supplier suggests."""


@dataclass(frozen=True, slots=True)
class PriceRate:
    """What a programme's points are worth at the till of its market: `points` for `minor`.

    Prices are rounded up to a multiple of `step`. It prices offers of its currency alone.
    """

    points: int
    minor: int
    step: int
    currency: str

    def price(self, face_value_minor: int) -> int:
        """The price of a face value."""
        points = -(-face_value_minor * self.points // self.minor)
        return -(-points // self.step) * self.step


@dataclass(frozen=True, slots=True)
class Price:
    """What an offer costs, and the rule that says so. None: no rule applies."""

    points: int
    price_id: int | None
    words: Words


def price_of(  # noqa: PLR0917 (what a price depends on, each by its own type)
    rules: Iterable[PriceRule],
    offer: Priced,
    batch_points: int | None,
    rate: PriceRate | None,
    facts: MemberFacts | None,
    at: datetime,
    time_zone: str,
) -> Price:
    """What the offer costs this member at this instant. None: what it costs anybody."""
    covering = [rule for rule in rules if rule.holds_at(at) and covers(rule, offer)]
    course = ordinary_course(offer, batch_points, rate)
    if not covering:
        return course
    stated = [rule.effect.points or 0 for rule in covering if rule.is_ordinary]
    applying = [rule for rule in covering if is_for(rule, facts, at, time_zone)]
    found = lowest(applying, min(stated, default=course.points))
    if found is None:
        return course
    points, rule = found
    return Price(points, rule.price_id, words_of_rule(rule))


def lowest(applying: Iterable[PriceRule], ordinary: int) -> tuple[int, PriceRule] | None:
    """The lowest price of the rules that apply, and the oldest rule that sets it."""
    found = min(
        ((_outcome(rule.effect, ordinary), rule.price_id, rule) for rule in applying),
        default=None,
        key=lambda each: each[:2],
    )
    return None if found is None else (found[0], found[2])


def ordinary_course(offer: Priced, batch_points: int | None, rate: PriceRate | None) -> Price:
    """What the offer costs where no rule applies."""
    if batch_points is not None:
        return Price(batch_points, None, BATCH)
    if (
        rate is not None
        and rate.currency == offer.currency
        and offer.face_value_minor > 0
        and offer.kind not in WITHOUT_RATE
    ):
        return Price(rate.price(offer.face_value_minor), None, RATE)
    return Price(offer.points, None, SUGGESTION)


def covers(rule: PriceRule, offer: Priced) -> bool:
    """Whether the offer is in the rule's scope."""
    if rule.offer_id is not None:
        return rule.offer_id == offer.offer_id
    if rule.category is not None:
        path = offer.category
        return path is not None and (path + ".").startswith(rule.category + ".")
    return True


def is_for(rule: PriceRule, facts: MemberFacts | None, at: datetime, time_zone: str) -> bool:
    """Whether the instant is within the rule's schedule, and the member meets its conditions.

    Without a member, a rule with conditions is for nobody.
    """
    if facts is None:
        return rule.who == ANYONE and rule.schedule.holds_at(at, time_zone)
    return rule.schedule.holds_at(at, time_zone) and why_not_eligible(rule.who, facts) is None


def _outcome(effect: Effect, ordinary: int) -> int:
    if effect.kind == "free":
        return 0
    if effect.kind == "points":
        return effect.points or 0
    points = -(-ordinary * (effect.percent or 0) // PERCENT)
    # A floor keeps a price from falling too far. It never makes a discount dearer than no discount.
    return min(ordinary, max(points, effect.floor or 0))
