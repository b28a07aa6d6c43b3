"""The rules of isolation: between which sides each one speaks, when it holds, how near it is.

Pure: no database, no clock.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Effect = Literal["allow", "deny", "veto"]
GroupKind = Literal["alliance", "competitors", "plain"]
Key = tuple[str, str]
"""What a side covers: a party, a group, a category or everyone, and its code."""

EVERYONE: Key = ("everyone", "")


def holds(since: datetime | None, until: datetime | None, at: datetime) -> bool:
    """Whether `at` is in [since, until). None is no bound."""
    return (since is None or since <= at) and (until is None or at < until)


def is_beneath(path: str, node: str) -> bool:
    """Whether the category is `node` or beneath it. `coffee-beans` is not beneath `coffee`."""
    return f"{path}.".startswith(f"{node}.")


@dataclass(frozen=True, slots=True)
class Subject:
    """A party as one question looks at it: by these categories, and in these groups."""

    code: str
    categories: tuple[str, ...] = ()
    groups: frozenset[str] = frozenset()

    def covering(self) -> Iterator[Key]:
        """The keys of all sides that cover it."""
        yield "party", self.code
        for group in self.groups:
            yield "group", group
        nodes = set()
        for path in self.categories:
            levels = path.split(".")
            nodes |= {".".join(levels[:depth]) for depth in range(1, len(levels) + 1)}
        for node in nodes:
            yield "category", node
        yield EVERYONE


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """One side of a rule: a party, a group, or a category with everything beneath it.

    At most one is given. With none, it is everyone.
    """

    party: str | None = None
    category: str | None = None
    group: str | None = None

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.party, self.category, self.group)) > 1:
            raise ValueError("a side is a party, a group, a category or everyone")

    @property
    def key(self) -> Key:
        """What it covers: `Subject.covering` has it for whom it covers."""
        if self.party is not None:
            return "party", self.party
        if self.group is not None:
            return "group", self.group
        return EVERYONE if self.category is None else ("category", self.category)

    @property
    def depth(self) -> int:
        """How many levels the category has; 0 for any other side."""
        return 0 if self.category is None else self.category.count(".") + 1

    def __str__(self) -> str:
        kind, code = self.key
        return {"party": code, "everyone": "everyone"}.get(kind, f"{kind} {code}")


@dataclass(frozen=True, slots=True)
class Rule:
    """Allows or denies the buyer side the offers of the supplier side, from `since` until `until`.

    A mutual rule holds in both directions. A `veto` is a party's own wish about itself, which no
    allow overrides. `author` is the party that stated it. The rule that a group is to its members
    has no `rule_id`, but the group's.
    """

    rule_id: int | None
    effect: Effect
    buyer: Side
    supplier: Side
    mutual: bool = True
    since: datetime | None = None
    until: datetime | None = None
    author: str | None = None
    group_id: int = 0

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at the instant."""
        return holds(self.since, self.until, at)

    def directions(self) -> Iterator[tuple[Key, Key]]:
        """What its buyer and its supplier side cover, in each direction in which it holds."""
        yield self.buyer.key, self.supplier.key
        if self.mutual and self.buyer != self.supplier:
            yield self.supplier.key, self.buyer.key

    @property
    def nearness(self) -> tuple[int, int, int, bool, bool, int]:
        """Greater is nearer: parties named, groups named, depth of the categories, then a deny.

        Of rules that are still equal a stored one comes before a group's own, and an older one
        before a younger. So no two are equal.
        """
        sides = (self.buyer, self.supplier)
        return (
            sum(side.party is not None for side in sides),
            sum(side.group is not None for side in sides),
            sum(side.depth for side in sides),
            self.effect == "deny",
            self.rule_id is not None,
            -(self.group_id if self.rule_id is None else self.rule_id),
        )

    def __str__(self) -> str:
        if self.buyer == self.supplier and self.buyer.party is None and self.effect != "veto":
            return self._within(self.buyer)
        if self.effect == "veto":
            return f"{self.author} keeps itself apart: {self.buyer} is denied {self.supplier}"
        verb = "is denied" if self.effect == "deny" else "is allowed"
        each = " and the other way round" if self.mutual and self.buyer != self.supplier else ""
        return f"{self.buyer} {verb} the offers of {self.supplier}{each}"

    def _within(self, side: Side) -> str:
        """A rule between a side and itself."""
        isolates = self.effect == "deny"
        if side.category is not None:
            return f"{side} {'isolates' if isolates else 'opens'} everything beneath it"
        if side.group is None:
            return f"everyone is {'isolated from' if isolates else 'open to'} everyone"
        kind = "" if self.rule_id is not None else " (competitors)" if isolates else " (alliance)"
        each = "isolates its members from" if isolates else "opens its members to"
        return f"{side}{kind} {each} each other"


@dataclass(frozen=True, slots=True)
class Member:
    """A party in a group, from `since` until `until`.

    An alliance needs its consent: until `accepted_at` it is invited only.
    """

    party: str
    since: datetime | None = None
    until: datetime | None = None
    accepted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Parties that rules name together.

    The members of an `alliance` are open to each other, those of `competitors` are isolated from
    each other. A `plain` group is for rules alone.
    """

    group_id: int
    code: str
    kind: GroupKind
    members: tuple[Member, ...] = ()

    def has(self, member: Member, at: datetime) -> bool:
        """Whether the party is in the group at the instant. An invited one is not."""
        if self.kind == "alliance" and (member.accepted_at is None or at < member.accepted_at):
            return False
        return holds(member.since, member.until, at)

    def own_rule(self) -> Rule | None:
        """What the group is to its members, as a rule between them."""
        if self.kind == "plain":
            return None
        side = Side(group=self.code)
        effect: Effect = "allow" if self.kind == "alliance" else "deny"
        return Rule(None, effect, side, side, group_id=self.group_id)
