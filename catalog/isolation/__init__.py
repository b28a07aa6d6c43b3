"""Which offers a brand must never see.

Promises:

- One pure function decides, behind every answer. It says which rule decided.
- A change of a rule, a group or a party's categories holds in the next request, and in what
  transactions look at after it is committed.

Never:

- Nothing is deleted that ever held: a rule or membership that is ended keeps its period.
- No decision that is kept outlives what it was made of.

Start here:

- `sides`: between which sides a rule speaks, when it holds, how near it is.
- `decide`: which rule decides about an offer.
- `words`: a decision as people read it.
- `rules`: the stored rules. The operator adds and ends them, and parties their own vetoes.
- `groups`: alliances, competitors and plain groups, and who is in them.
- `known`: what a process knows of all these, and when it reads them again.
- `ask`: decisions about stored offers: one, many, or all that a brand may see.
"""

from catalog.isolation.ask import (
    MatrixRow,
    closing_offers,
    cut_for,
    decide_offers,
    load_matrix,
)
from catalog.isolation.groups import (
    Membership,
    StoredGroup,
    accept_membership,
    create_group,
    end_member,
    find_group,
    list_groups,
    put_member,
)
from catalog.isolation.rules import (
    add_node_rule,
    add_rule,
    add_veto,
    end_rule,
    end_veto,
    load_rules,
    load_vetoes,
)
from catalog.isolation.sides import Rule, Side

__all__ = [
    "MatrixRow",
    "Membership",
    "Rule",
    "Side",
    "StoredGroup",
    "accept_membership",
    "add_node_rule",
    "add_rule",
    "add_veto",
    "closing_offers",
    "create_group",
    "cut_for",
    "decide_offers",
    "end_member",
    "end_rule",
    "end_veto",
    "find_group",
    "list_groups",
    "load_matrix",
    "load_rules",
    "load_vetoes",
    "put_member",
]
