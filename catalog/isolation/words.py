"""A decision in words: what decided, in Chinese and English, and which rules were looked at.

Pure: no database, no clock.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from catalog.isolation.decide import (
    Facet,
    Layer,
    Offered,
    RulesInForce,
    Verdict,
    carrier_of,
    owner_of,
)
from catalog.isolation.sides import Group, Rule, Side, Subject
from catalog.parties import Party

CONSIDERED_MAX = 20
"""So many rules an explanation names, the nearest first."""

_KINDS_ZH = {"party": "", "group": "组", "category": "品类"}


@dataclass(frozen=True, slots=True)
class Considered:
    """A rule about the two parties of a question. `applies` says whether it held at the instant.

    `nearness` begins with the parties named, the groups named and the depth of the categories.
    """

    rule_id: int | None
    rule: str
    facet: Facet
    applies: bool
    nearness: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rule, and the sentence that explains it.

    `rule_id` is None unless a stored rule decided. `words` are the sentence in two languages.
    """

    isolated: bool
    rule: str
    explanation: str
    rule_id: int | None = None
    layer: Layer = "none"
    facet: Facet = "owner"
    words: dict[str, str] = field(default_factory=dict)
    considered: tuple[Considered, ...] = ()
    rules_version: int = 0


def explain(
    buyer: Party,
    offered: Offered,
    rules: Sequence[Rule],
    groups: Sequence[Group],
    at: datetime,
    *,
    rules_version: int = 0,
) -> Decision:
    """The decision about the offer at `at`, with its words and the rules that were looked at."""
    in_force = RulesInForce(rules, groups, at)
    view = in_force.view_of(buyer)
    verdict = view.decide(offered)
    facets: list[tuple[Facet, Subject]] = [("owner", owner_of(in_force, offered))]
    if offered.owner.code != offered.carrier.code:
        facets.append(("carrier", carrier_of(in_force, offered)))
    other = dict(facets)[verdict.facet]
    text, zh = _reason(verdict)
    words = {
        "zh": f"{_described_zh(view.buyer)}{'不可' if verdict.isolated else '可以'}看到"
        f"{_described_zh(other)}{_carried_zh(offered, verdict)}的权益：{zh}。",
        "en": f"{_described(view.buyer)} {'is' if verdict.isolated else 'is not'} isolated from"
        f" {_described(other)}{_carried(offered, verdict)}: {text}.",
    }
    return Decision(
        isolated=verdict.isolated,
        rule=text,
        explanation=words["en"],
        rule_id=None if verdict.rule is None else verdict.rule.rule_id,
        layer=verdict.layer,
        facet=verdict.facet,
        words=words,
        considered=tuple(_considered(view.buyer, facets, rules, groups, at))[:CONSIDERED_MAX],
        rules_version=rules_version,
    )


def _reason(verdict: Verdict) -> tuple[str, str]:
    """What decided, in English and in Chinese."""
    if verdict.rule is not None:
        return str(verdict.rule), _rule_zh(verdict.rule)
    if verdict.layer == "itself":
        return "a party is isolated from its own offers", "自己的权益不展示给自己的会员"
    if verdict.related is None:
        return "no rule isolates them", "没有规则隔离双方"
    one, other = verdict.related
    if one == other:
        return (
            f"parties of the same category {one} are isolated from each other",
            f"同一品类 {one} 的各方互相隔离",
        )
    outer, inner = (one, other) if len(one) < len(other) else (other, one)
    return (
        f"the category {outer} contains {inner}, and such parties are isolated from each other",
        f"品类 {outer} 包含 {inner}，双方互相隔离",
    )


def _considered(
    buyer: Subject,
    facets: Sequence[tuple[Facet, Subject]],
    rules: Sequence[Rule],
    groups: Sequence[Group],
    at: datetime,
) -> Iterator[Considered]:
    """The rules about the two, those that apply first, in the order in which they are heard."""
    owns = [own for group in groups if (own := group.own_rule())]
    about = []
    buyer_keys = set(buyer.covering())
    for place, (facet, other) in enumerate(facets):
        keys = set(other.covering())
        about += [
            (rule.in_force(at), rule.effect == "veto", -place, rule.nearness, facet, rule)
            for rule in (*rules, *owns)
            if any(one in buyer_keys and each in keys for one, each in rule.directions())
        ]
    about.sort(key=lambda each: each[:4], reverse=True)
    for applies, _, _, nearness, facet, rule in about:
        yield Considered(rule.rule_id, str(rule), facet, applies, nearness[:3])


def _described(subject: Subject) -> str:
    if not subject.categories:
        return f"{subject.code} (no category)"
    noun = "category" if len(subject.categories) == 1 else "categories"
    return f"{subject.code} ({noun} {', '.join(subject.categories)})"


def _described_zh(subject: Subject) -> str:
    categories = "、".join(subject.categories)
    return f" {subject.code}（{'品类 ' + categories if categories else '无品类'}）"


def _carried(offered: Offered, verdict: Verdict) -> str:
    if offered.owner.code == offered.carrier.code:
        return ""
    if verdict.facet == "carrier":
        return f", which carries the offer of {offered.owner.code}"
    return f", whose offer {offered.carrier.code} carries"


def _carried_zh(offered: Offered, verdict: Verdict) -> str:
    if offered.owner.code == offered.carrier.code:
        return ""
    if verdict.facet == "carrier":
        return f"代供 {offered.owner.code} "
    return f"由 {offered.carrier.code} 代供"


def _side_zh(side: Side) -> str:
    kind, code = side.key
    return "所有人" if kind == "everyone" else f"{_KINDS_ZH[kind]} {code} "


def _rule_zh(rule: Rule) -> str:
    """The rule as a sentence in Chinese."""
    buyer, supplier = _side_zh(rule.buyer), _side_zh(rule.supplier)
    if rule.effect == "veto":
        return f"{rule.author} 自行声明：{buyer}不看{supplier}的权益"
    if rule.buyer == rule.supplier and rule.buyer.party is None:
        if rule.rule_id is None and rule.effect == "allow":
            return f"{buyer}是联盟，成员互相开放"
        if rule.rule_id is None:
            return f"{buyer}是竞争组，成员互相隔离"
        return f"{buyer}之内互相{'隔离' if rule.effect == 'deny' else '开放'}"
    each = "，反之亦然" if rule.mutual and rule.buyer != rule.supplier else ""
    return f"{'禁止' if rule.effect == 'deny' else '允许'}{buyer}看{supplier}的权益{each}"
