"""For whom a price or an offer is: one pure function over what is known of a member."""

from dataclasses import dataclass
from typing import Literal

WhyNot = Literal["tier", "tag", "points", "new"]
"""What a member lacks: the tier, the tags, the right number of points, or being new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """Conditions on a member; all that are stated must hold.

    The tier of a member without one is the empty text. `points_at_most` and `points_at_least` are
    about the points that can be spent right before the redemption: pending and held ones do not
    count. `member_for_days_at_most` counts from the member's first operation, and a member without
    any is new. With `first_redemption`, the member has never had a coupon.
    """

    tiers: tuple[str, ...] = ()
    tags_any: tuple[str, ...] = ()
    tags_all: tuple[str, ...] = ()
    tags_none: tuple[str, ...] = ()
    points_at_least: int | None = None
    points_at_most: int | None = None
    member_for_days_at_most: int | None = None
    first_redemption: bool = False

    @property
    def tags(self) -> tuple[str, ...]:
        """Every tag that it names."""
        return self.tags_any + self.tags_all + self.tags_none

    @property
    def asks_class(self) -> bool:
        """Whether it asks for tiers or tags."""
        return bool(self.tiers or self.tags)

    @property
    def asks_points(self) -> bool:
        """Whether it is about points."""
        return self.points_at_least is not None or self.points_at_most is not None

    @property
    def asks_past(self) -> bool:
        """Whether it asks what the member has done so far."""
        return self.first_redemption or self.member_for_days_at_most is not None


ANYONE = Who()
"""No conditions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """What is known of a member right before a redemption.

    `member_for_days` is None for a member without any operation.
    """

    tier: str = ""
    tags: frozenset[str] = frozenset()
    spendable: int = 0
    member_for_days: int | None = None
    coupons: int = 0


NOBODY_YET = MemberFacts()
"""Someone without a wallet."""


def why_not_eligible(who: Who, facts: MemberFacts) -> WhyNot | None:
    """The first condition that the member does not meet. None: the member is eligible.

    The facts are those of the instant in question, so no instant is needed here.
    """
    if who.tiers and facts.tier not in who.tiers:
        return "tier"
    if (
        (who.tags_any and facts.tags.isdisjoint(who.tags_any))
        or not facts.tags.issuperset(who.tags_all)
        or not facts.tags.isdisjoint(who.tags_none)
    ):
        return "tag"
    if who.points_at_least is not None and facts.spendable < who.points_at_least:
        return "points"
    if who.points_at_most is not None and facts.spendable > who.points_at_most:
        return "points"
    if (
        who.member_for_days_at_most is not None
        and (facts.member_for_days or 0) > who.member_for_days_at_most
    ) or (who.first_redemption and facts.coupons):
        return "new"
    return None
