"""Which offers a brand must never see.

Promises:

- One pure function, `decide`, is behind every answer. It says which rule decided.

Never:

- No decision is cached: a new rule holds from the next read on.

Start here:

- `decide`: what a rule says, and which one decides.
- `rules`: the stored rules. The operator adds and removes them.
"""

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
