"""Which offers a brand must never see."""

from catalog.isolation.decide import (
    Rule,
    Side,
)
from catalog.isolation.rules import (
    add_node_rule,
    add_rule,
    decide_pairs,
    load_rules,
    remove_rule,
)

__all__ = ["Rule", "Side", "add_node_rule", "add_rule", "decide_pairs", "load_rules", "remove_rule"]
