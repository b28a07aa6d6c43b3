"""What an event earns (pure): which rule speaks, and why it gives or does not."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from catalog.pricing import MemberFacts, why_not_eligible
from exchange.earning.terms import EarningRule

NATURAL_KEY_LENGTH_BYTES = 16

Why = Literal[
    "given", "cap", "budget", "once", "closed", "not-eligible", "not-new", "waiting", "voided"
]
"""Why points were given or not.

- `closed`: no rule for the event is in force, or the batch of the product code has ended.
- `not-eligible`: the rules for the event are for other members.
- `once`: the member has earned by it, or the friend or the product code is taken.
- `cap`: the member has earned as often as the rule lets one, or as the programme lets one.
- `budget`: what is left of the rule's budget is less than the event would give.
- `not-new`: the friend was known before.
- `waiting`: the friend is new, and has not used a coupon yet.
- `voided`: the batch of the product code was voided.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a member and a rule stand right before an event."""

    is_taken: bool = False
    """Whether the natural key is."""
    times_today: int = 0
    times_total: int = 0
    spent_today: int = 0
    spent_total: int = 0


def choose_rule(
    rules: Iterable[EarningRule], facts: MemberFacts, at: datetime
) -> EarningRule | Literal["closed", "not-eligible"]:
    """The rule that speaks: of those in force and for the member, the one that gives most.

    Of equal ones it is the first by code. Its limits do not matter here. So a member who has
    reached the cap of one rule does not go on with the next.
    """
    in_force = [rule for rule in rules if rule.holds_at(at)]
    if not in_force:
        return "closed"
    meant = [rule for rule in in_force if why_not_eligible(rule.who, facts) is None]
    if not meant:
        return "not-eligible"
    return min(meant, key=lambda rule: (-rule.points, rule.rule))


def judge_event(rule: EarningRule, points: int, standing: Standing) -> Why:
    """Whether the rule gives these points, which may be more than its own on a points day."""
    if standing.is_taken:
        return "once"
    for times, cap in (
        (standing.times_today, rule.per_member_per_day),
        (standing.times_total, rule.per_member_total),
    ):
        if cap is not None and times >= cap:
            return "cap"
    for spent, budget in (
        (standing.spent_today, rule.budget_points_per_day),
        (standing.spent_total, rule.budget_points_total),
    ):
        if budget is not None and spent + points > budget:
            return "budget"
    return "given"


def natural_key(*parts: str) -> bytes:
    """What makes an event the same one, whoever tells of it under whichever key."""
    digest = hashlib.blake2b(digest_size=NATURAL_KEY_LENGTH_BYTES)
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(4))
        digest.update(data)
    return digest.digest()


def key_of_event(rule: EarningRule, member: str, day: date, subject: str | None, key: str) -> bytes:
    """The natural key of a plain event. Without `once_per`, each of the caller's keys is another.

    It names the event and not the rule: a new rule for the same event is no second chance.
    """
    if rule.once_per == "day":
        return natural_key("day", rule.event, member, day.isoformat())
    if rule.once_per == "subject":
        return natural_key("subject", rule.event, member, subject or "")
    if rule.once_per == "ever":
        return natural_key("ever", rule.event, member)
    return natural_key("key", key)
