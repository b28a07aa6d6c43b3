"""Isolation: whether a brand's members may be shown, sold and delivered an offer.

Pure: no database, no clock.

An offer has an owner, whose right it is, a carrier, who supplies it, and a category. Two questions
are asked, and the offer is isolated if either says so:

- the **owner**, judged by its trade if it is a brand, and by the offer's category. A pure platform
  is judged by what it offers alone.
- the **carrier**, where it is another party, judged by its trade if it is a brand.

In each, the first layer that says something decides:

1. itself: nobody sees its own offers, unless a rule that names it on both sides allows it.
2. veto: a party's own wish about itself. No allow overrides it.
3. rule: the nearest that applies. Parties named on more sides, then groups named on more sides,
   then deeper categories, then a deny, then the older one.
4. default: parties are isolated where a category of one is, or contains, one of the other.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Literal

from catalog.isolation.sides import Group, Key, Rule, Subject, is_beneath
from catalog.parties import Party

Ranked = tuple[tuple[int, int, int, bool, bool, int], Rule]
"""A rule with its nearness, which is compared often."""
Layer = Literal["itself", "veto", "rule", "default", "none"]
Facet = Literal["owner", "carrier"]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a decision about an offer depends on: whose it is, who carries it, and its category."""

    owner: Party
    carrier: Party
    category: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided, in which layer, about whom, and by which rule if one did.

    `related` are the two categories that the default found, the buyer's first.
    """

    isolated: bool
    layer: Layer
    facet: Facet = "owner"
    rule: Rule | None = None
    related: tuple[str, str] | None = None


class RulesInForce:
    """The rules and memberships that hold at an instant, found by what their sides cover."""

    def __init__(self, rules: Iterable[Rule], groups: Iterable[Group], at: datetime) -> None:
        self._groups: dict[str, set[str]] = defaultdict(set)
        self._by_buyer: dict[Key, list[tuple[Key, Ranked]]] = defaultdict(list)
        self._views: dict[Subject, View] = {}
        holding = [rule for rule in rules if rule.in_force(at)]
        for group in groups:
            for member in group.members:
                if group.has(member, at):
                    self._groups[member.party].add(group.code)
            own = group.own_rule()
            holding += [] if own is None else [own]
        for rule in holding:
            ranked = (rule.nearness, rule)
            for buyer, supplier in rule.directions():
                self._by_buyer[buyer].append((supplier, ranked))

    def subject(self, code: str, categories: tuple[str, ...]) -> Subject:
        """The party in its groups."""
        return Subject(code, categories, frozenset(self._groups.get(code, ())))

    def view_of(self, buyer: Party) -> "View":
        """How the offers look from this buyer."""
        subject = self.subject(buyer.code, buyer.categories)
        view = self._views.get(subject)
        if view is None:
            view = self._views[subject] = View(self, subject)
        return view

    def rules_for(self, buyer: Subject) -> Iterable[tuple[Key, Ranked]]:
        """The rules that cover the buyer, each with what it covers on the other side."""
        for key in buyer.covering():
            yield from self._by_buyer.get(key, ())


class View:
    """The rules about one buyer. Decides any number of offers, each kind of question once.

    `stated` has the operator's and the groups' rules by what they cover on the other side, nearest
    first. `vetoes` has the oldest of each.
    """

    def __init__(self, in_force: RulesInForce, buyer: Subject) -> None:
        self.buyer = buyer
        self.stated: dict[Key, list[Ranked]] = defaultdict(list)
        self.vetoes: dict[Key, Rule] = {}
        self._in_force = in_force
        self._known: dict[Subject, Verdict] = {}
        for key, ranked in sorted(in_force.rules_for(buyer), key=lambda each: each[1][0])[::-1]:
            if ranked[1].effect != "veto":
                self.stated[key].append(ranked)
            elif key not in self.vetoes or _age(ranked[1]) < _age(self.vetoes[key]):
                self.vetoes[key] = ranked[1]

    def decide(self, offered: Offered) -> Verdict:
        """Whether the offer is isolated from the buyer."""
        verdict = self._ask(owner_of(self._in_force, offered))
        if verdict.isolated or offered.owner.code == offered.carrier.code:
            return verdict
        carrier = self._ask(carrier_of(self._in_force, offered))
        if not carrier.isolated:
            return verdict
        return Verdict(True, carrier.layer, "carrier", carrier.rule, carrier.related)

    def _ask(self, other: Subject) -> Verdict:
        verdict = self._known.get(other)
        if verdict is None:
            verdict = self._known[other] = _judge(self, other)
        return verdict


def owner_of(in_force: RulesInForce, offered: Offered) -> Subject:
    """The owner as it is judged: by its trade if it is a brand, and by the offer's category."""
    trade = _trade(offered.owner)
    offers: tuple[str, ...] = () if offered.category is None else (offered.category,)
    if not trade and not offers:
        offers = offered.owner.categories
    return in_force.subject(offered.owner.code, tuple(dict.fromkeys((*trade, *offers))))


def carrier_of(in_force: RulesInForce, offered: Offered) -> Subject:
    """The carrier as it is judged: by its trade if it is a brand."""
    return in_force.subject(offered.carrier.code, _trade(offered.carrier))


def decide(
    buyer: Party,
    offered: Offered,
    rules: Iterable[Rule],
    groups: Iterable[Group],
    at: datetime,
) -> Verdict:
    """Whether the offer is isolated from the buyer at `at`. The order of rules does not matter."""
    return RulesInForce(rules, groups, at).view_of(buyer).decide(offered)


def _trade(party: Party) -> tuple[str, ...]:
    return party.categories if "brand" in party.roles else ()


def _age(rule: Rule) -> int:
    return rule.rule_id or 0


def _judge(view: View, other: Subject) -> Verdict:
    """One question: the first layer that says something."""
    buyer, keys = view.buyer, list(other.covering())
    if buyer.code == other.code:
        about = sorted(
            (each for key in keys for each in view.stated.get(key, ())),
            key=itemgetter(0),
            reverse=True,
        )
        named = [rule for _, rule in about if rule.buyer.party == rule.supplier.party == buyer.code]
        opened = bool(named) and named[0].effect == "allow"
        return Verdict(False, "rule", rule=named[0]) if opened else Verdict(True, "itself")
    vetoes = [view.vetoes[key] for key in keys if key in view.vetoes]
    if vetoes:
        return Verdict(True, "veto", rule=min(vetoes, key=_age))
    nearest = max(
        (view.stated[key][0] for key in keys if key in view.stated),
        key=itemgetter(0),
        default=None,
    )
    if nearest is not None:
        return Verdict(nearest[1].effect == "deny", "rule", rule=nearest[1])
    for one in buyer.categories:
        for each in other.categories:
            if is_beneath(one, each) or is_beneath(each, one):
                return Verdict(True, "default", related=(one, each))
    return Verdict(False, "none")
