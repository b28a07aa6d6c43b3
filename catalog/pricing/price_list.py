"""What offers cost one member at one instant: the rules made ready for many offers (pure).

It says what `price_of` says. But whether a rule holds, and is for the member, is judged once and
not again for each offer, and the rules that cover a category are gathered once. Those that can
never be the lowest are left out.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from catalog.pricing.eligible import MemberFacts
from catalog.pricing.price import Price, Priced, PriceRate, is_for, lowest, ordinary_course
from catalog.pricing.price_rule import Effect, PriceRule
from catalog.pricing.words import Words, words_of_rule

Covering = tuple[int | None, tuple[PriceRule, ...]]
"""The lowest price that is stated for everybody at all times, and the rules that may be lowest."""


class PriceList:
    """The prices of a member at an instant. Without a member, those that anybody pays."""

    def __init__(
        self,
        rules: Iterable[PriceRule],
        rate: PriceRate | None,
        facts: MemberFacts | None,
        at: datetime,
        time_zone: str,
    ) -> None:
        self._rate = rate
        self._of_offer: dict[int, list[PriceRule]] = defaultdict(list)
        self._of_category: dict[str | None, list[PriceRule]] = defaultdict(list)
        self._covering: dict[str | None, Covering] = {}
        self._words: dict[int, Words] = {}
        for rule in rules:
            # One that states the ordinary price is always for everybody, so it is among these.
            if not rule.holds_at(at) or not is_for(rule, facts, at, time_zone):
                continue
            if rule.offer_id is not None:
                self._of_offer[rule.offer_id].append(rule)
            else:
                # Those for all offers are kept under no category.
                self._of_category[rule.category].append(rule)

    def price(self, offer: Priced, batch_points: int | None) -> Price:
        """What the offer costs, where a piece is of a batch with this price."""
        course = ordinary_course(offer, batch_points, self._rate)
        stated, applying = self._covering_of(offer)
        found = lowest(applying, course.points if stated is None else stated) if applying else None
        if found is None:
            return course
        points, rule = found
        words = self._words.get(rule.price_id)
        if words is None:
            words = self._words[rule.price_id] = words_of_rule(rule)
        return Price(points, rule.price_id, words)

    def _covering_of(self, offer: Priced) -> Covering:
        category = offer.category
        found = self._covering.get(category)
        if found is None:
            found = self._covering[category] = _gathered(self._within(category))
        named = self._of_offer.get(offer.offer_id)
        if named is None:
            return found
        return _gathered([*self._within(category), *named])

    def _within(self, category: str | None) -> list[PriceRule]:
        """The rules for all offers, and those for the category or one that it lies beneath."""
        found = list(self._of_category.get(None, ()))
        path = category
        while path:
            found += self._of_category.get(path, ())
            path = path.rpartition(".")[0]
        return found


def _gathered(rules: list[PriceRule]) -> Covering:
    stated = [rule.effect.points or 0 for rule in rules if rule.is_ordinary]
    kept: list[PriceRule] = []
    for rule in sorted(rules, key=lambda each: each.price_id):
        if not any(_outdoes(older.effect, rule.effect) for older in kept):
            kept.append(rule)
    return min(stated, default=None), tuple(kept)


def _outdoes(older: Effect, younger: Effect) -> bool:
    """Whether an older rule never leaves a younger one the lowest, whatever an offer costs."""
    if older.percent is None:
        return (older.points or 0) <= (0 if younger.percent else younger.points or 0)
    if younger.percent is None:
        return False
    return older.percent <= younger.percent and (older.floor or 0) <= (younger.floor or 0)
