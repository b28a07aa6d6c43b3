"""Random worlds of parties, rules, groups and offers, and a second reading of the specification.

The reading is slow and plain, looks at every rule for every question, and has no line of the code
that it judges.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from catalog.isolation.decide import Offered
from catalog.isolation.sides import Effect, Group, Member, Rule, Side
from catalog.parties import Party, Role

# "ab" is not beneath "a", although it begins with it.
CATEGORIES = ("a", "a.b", "a.b.c", "a.b.d", "a.bb", "ab", "e")
CODES = tuple(f"party-{number}" for number in range(5))
GROUPS = ("sky", "foes")
NOW = datetime(2026, 5, 20, tzinfo=UTC)
# Worlds live on a few days. What is asked about lies between these, on them, and at `NOW`.
DAYS = range(-2, 3)

categories = st.sampled_from(CATEGORIES)
sides = st.one_of(
    st.builds(Side, party=st.sampled_from(CODES)),
    st.builds(Side, category=categories),
    st.builds(Side, group=st.sampled_from(GROUPS)),
    st.just(Side()),
)
instants = st.none() | st.sampled_from([NOW + timedelta(days=day) for day in DAYS])
effects: st.SearchStrategy[Effect] = st.sampled_from(("allow", "deny"))
roles: st.SearchStrategy[frozenset[Role]] = st.sampled_from(
    (frozenset({"brand", "supplier"}), frozenset({"supplier"}), frozenset({"brand"}))
)


@st.composite
def rules(draw: st.DrawFn, number: int = 0) -> Rule:
    """A rule, or a veto of one of the parties about itself."""
    since, until = sorted((draw(instants), draw(instants)), key=lambda each: each or NOW)
    number = number or draw(st.integers(1, 99))
    buyer, supplier = draw(sides), draw(sides)
    if draw(st.integers(0, 3)):
        effect, mutual = draw(effects), draw(st.booleans())
        rule = Rule(number, effect, buyer, supplier, mutual, since, until)
    else:
        own = Side(party=draw(st.sampled_from(CODES)))
        buyer, supplier = draw(st.permutations((own, supplier)))
        rule = Rule(number, "veto", buyer, supplier, False, since, until, own.party)
    return rule if since is None or since != until else replace(rule, until=None)


rule_lists = st.lists(rules(), max_size=8, unique_by=lambda rule: rule.rule_id)

members = st.builds(
    lambda party, since, until, accepted_at: Member(
        party,
        since,
        until if since is None or until is None or since < until else None,
        accepted_at,
    ),
    st.sampled_from(CODES),
    instants,
    instants,
    instants,
)
group_lists = st.tuples(
    *(
        st.builds(
            Group,
            st.just(number),
            st.just(code),
            st.sampled_from(("alliance", "competitors", "plain")),
            st.lists(members, max_size=3, unique_by=lambda member: member.party).map(tuple),
        )
        for number, code in enumerate(GROUPS, start=1)
    )
).map(list)
markets = st.tuples(
    *(
        st.builds(
            Party,
            st.just(number),
            st.just(code),
            st.just(code),
            roles,
            st.lists(categories, max_size=3, unique=True).map(tuple),
        )
        for number, code in enumerate(CODES, start=1)
    )
).map(list)


@dataclass(frozen=True)
class World:
    """A market with its rules and groups, and what its parties offer."""

    parties: list[Party]
    rules: list[Rule]
    groups: list[Group]
    at: datetime


worlds = st.builds(
    World,
    markets,
    rule_lists,
    group_lists,
    st.sampled_from([NOW + timedelta(hours=12 * half) for half in range(-4, 5)]),
)


def offers_of(parties: Sequence[Party]) -> Iterator[Offered]:
    """Each party's own offers, and what each carries of the next one, in a few categories."""
    for place, carrier in enumerate(parties):
        for category in (None, "a.b", "e"):
            yield Offered(carrier, carrier, category)
        yield Offered(parties[(place + 1) % len(parties)], carrier, "a.b.c")


class Reference:
    """The specification, read a second time, at one instant."""

    def __init__(self, world: World) -> None:
        self.world = world

    def isolates(self, buyer: Party, offered: Offered) -> bool:
        owner, carrier = offered.owner, offered.carrier
        named = [] if offered.category is None else [offered.category]
        shown = list(owner.categories) if "brand" in owner.roles else []
        judged = shown + named or list(owner.categories)
        if self._apart(buyer, owner.code, judged):
            return True
        trade = list(carrier.categories) if "brand" in carrier.roles else []
        return owner.code != carrier.code and self._apart(buyer, carrier.code, trade)

    def _now(self, since: datetime | None, until: datetime | None) -> bool:
        return not (since and since > self.world.at) and not (until and until <= self.world.at)

    def _is_in(self, code: str, wanted: str | None) -> bool:
        for group in self.world.groups:
            for member in group.members:
                if (group.code, member.party) != (wanted, code):
                    continue
                accepted = member.accepted_at and member.accepted_at <= self.world.at
                if self._now(member.since, member.until) and (group.kind != "alliance" or accepted):
                    return True
        return False

    def _covers(self, side: Side, code: str, trades: Sequence[str]) -> bool:
        if side.party is None and side.group is None and side.category is None:
            return True
        if side.category is not None:
            wanted = side.category.split(".")
            return any(trade.split(".")[: len(wanted)] == wanted for trade in trades)
        return side.party == code if side.party is not None else self._is_in(code, side.group)

    def _apart(self, buyer: Party, code: str, trades: list[str]) -> bool:
        def speaks(rule: Rule) -> bool:
            one = self._covers(rule.buyer, buyer.code, buyer.categories)
            other = self._covers(rule.supplier, code, trades)
            if one and other:
                return True
            return (
                rule.mutual
                and self._covers(rule.buyer, code, trades)
                and self._covers(rule.supplier, buyer.code, buyer.categories)
            )

        implied = [
            Rule(900, "allow" if group.kind == "alliance" else "deny", side, side)
            for group in self.world.groups
            if group.kind != "plain"
            for side in [Side(group=group.code)]
        ]
        speaking = [
            rule
            for rule in (*self.world.rules, *implied)
            if self._now(rule.since, rule.until) and speaks(rule)
        ]
        if buyer.code == code:
            both = [rule for rule in speaking if rule.buyer.party == rule.supplier.party == code]
            effects = {rule.effect for rule in both}
            return "allow" not in effects or "deny" in effects
        if any(rule.effect == "veto" for rule in speaking):
            return True
        for level in sorted({_level(rule) for rule in speaking}, reverse=True):
            return any(rule.effect == "deny" for rule in speaking if _level(rule) == level)
        paths = [(one.split("."), other.split(".")) for one in buyer.categories for other in trades]
        return any(one[: len(other)] == other or other[: len(one)] == one for one, other in paths)


def _level(rule: Rule) -> tuple[int, int, int]:
    both = (rule.buyer, rule.supplier)
    return (
        sum(side.party is not None for side in both),
        sum(side.group is not None for side in both),
        sum(len(side.category.split(".")) for side in both if side.category is not None),
    )
