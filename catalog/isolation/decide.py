"""Isolation: whether a brand's members may be shown, sold and delivered a supplier's offers.

Pure: no database, no clock.

One function, `decide`, is asked whenever offers are listed, read, redeemed or procured. It also
says which rule decided:

1. The nearest rule that applies decides. A rule that names both parties is nearer than one that
   names a single party. That one is nearer than a rule that names categories only. Where rules name
   equally many parties, the one with the deeper categories is nearer.
2. Among equally near rules a deny beats an allow.
3. Where no rule applies, a party is isolated from itself, as the exchange is for the rights of
   other parties. The parties of one leaf category are isolated from each other. A party without a
   category is isolated from itself alone.

A deny between a category and itself is a node rule. It isolates the parties beneath that node of
the tree from each other.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from catalog.parties import Party

Effect = Literal["allow", "deny"]


@dataclass(frozen=True, slots=True, order=True)
class Side:
    """One side of a rule: a single party by its code, or a category with everything beneath it.

    Exactly one is given.
    """

    party: str | None = None
    category: str | None = None

    def __post_init__(self) -> None:
        if (self.party is None) == (self.category is None):
            raise ValueError("a side is a party or a category")

    def covers(self, party: Party) -> bool:
        """Whether the party is this one, or trades in this category or beneath it."""
        if self.category is None:
            return party.code == self.party
        return party.category is not None and f"{party.category}.".startswith(f"{self.category}.")

    @property
    def depth(self) -> int:
        """How many levels the category has; 0 for a party."""
        return 0 if self.category is None else self.category.count(".") + 1

    def __str__(self) -> str:
        return f"category {self.category}" if self.party is None else self.party


@dataclass(frozen=True, slots=True)
class Rule:
    """Allows or denies the buyer side the offers of the supplier side.

    A mutual rule holds in both directions.
    """

    rule_id: int
    effect: Effect
    buyer: Side
    supplier: Side
    mutual: bool = True

    def applies(self, buyer: Party, supplier: Party) -> bool:
        """Whether the rule is about this buyer and this supplier."""
        if self.buyer.covers(buyer) and self.supplier.covers(supplier):
            return True
        return self.mutual and self.buyer.covers(supplier) and self.supplier.covers(buyer)

    @property
    def nearness(self) -> tuple[int, int, bool, int]:
        """Greater is nearer: parties named, depth of the categories, then a deny.

        Of rules that are still equal the older one wins.
        """
        parties_named = (self.buyer.party is not None) + (self.supplier.party is not None)
        return (
            parties_named,
            self.buyer.depth + self.supplier.depth,
            self.effect == "deny",
            -self.rule_id,
        )

    def __str__(self) -> str:
        if self.buyer == self.supplier and self.buyer.party is None:
            effect = "isolates" if self.effect == "deny" else "opens"
            return f"{self.buyer} {effect} everything beneath it"
        verb = "is denied" if self.effect == "deny" else "is allowed"
        each = " and the other way round" if self.mutual and self.buyer != self.supplier else ""
        return f"{self.buyer} {verb} the offers of {self.supplier}{each}"


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by which rule, and the sentence that explains it.

    `rule_id` is None when the default decided.
    """

    isolated: bool
    rule: str
    explanation: str
    rule_id: int | None = None


def decide(buyer: Party, supplier: Party, rules: Iterable[Rule]) -> Decision:
    """Whether `supplier` is isolated from `buyer`. The order of the rules does not matter."""
    nearest = max(
        (rule for rule in rules if rule.applies(buyer, supplier)),
        key=lambda rule: rule.nearness,
        default=None,
    )
    if nearest is None:
        isolated, text = _default(buyer, supplier)
    else:
        isolated, text = nearest.effect == "deny", str(nearest)
    outcome = "is isolated from" if isolated else "is not isolated from"
    explanation = f"{_described(buyer)} {outcome} {_described(supplier)}: {text}."
    return Decision(isolated, text, explanation, None if nearest is None else nearest.rule_id)


def rules_about(buyer: Party, rules: Iterable[Rule]) -> list[Rule]:
    """The rules that can apply to this buyer: enough to decide many suppliers for it."""
    return [
        rule
        for rule in rules
        if rule.buyer.covers(buyer) or (rule.mutual and rule.supplier.covers(buyer))
    ]


def isolated_suppliers(
    buyer: Party, suppliers: Iterable[Party], rules: Sequence[Rule]
) -> list[int]:
    """The ids of the suppliers that `decide` isolates from the buyer."""
    about = rules_about(buyer, rules)
    return [supplier.party_id for supplier in suppliers if decide(buyer, supplier, about).isolated]


def _default(buyer: Party, supplier: Party) -> tuple[bool, str]:
    if buyer.code == supplier.code:
        return True, "a party is isolated from its own offers"
    if buyer.category is not None and buyer.category == supplier.category:
        return True, f"parties of the same category {buyer.category} are isolated from each other"
    return False, "no rule isolates them"


def _described(party: Party) -> str:
    return f"{party.code} ({f'category {party.category}' if party.category else 'no category'})"
