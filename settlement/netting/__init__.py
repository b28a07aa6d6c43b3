"""Netting: the statements of one currency set off against each other, so that few payments remain.

Promises:

- The positions of a run are zero together. Whoever pays, pays the operator, which pays the others.
- A statement is in one run at a time. What is due for it does not change meanwhile.
- A confirmed run is posted. The statements of a party that does not pay are taken out, and the run
  is posted anew without them, in one transaction.
- A party sees its own position and its own statements, once the run is advised.

Never:

- It never nets what is not final, or in dispute.
- It never changes a statement: what was billed stays as it was.

Start here:

- `positions`: what each party gets or pays. Pure.
- `steps`: the states of a run, and the steps between them. Pure.
- `runs`: a run is drafted, advised, confirmed or cancelled.
- `taken_out`: a run goes on without a party.
- `paid`: positions are paid, and a run ends.
- `read`: runs as their parties and the operator see them.
- `rows`: how a step locks a run, changes it and posts it.
"""

from settlement.netting.paid import pay_netting
from settlement.netting.read import (
    NettedStatement,
    Netting,
    NettingNotFound,
    NettingPosition,
    find_netting,
    list_netted,
    list_nettings,
)
from settlement.netting.runs import (
    advise_netting,
    cancel_netting,
    confirm_netting,
    draft_netting,
)
from settlement.netting.taken_out import default_party, remove_party

__all__ = [
    "NettedStatement",
    "Netting",
    "NettingNotFound",
    "NettingPosition",
    "advise_netting",
    "cancel_netting",
    "confirm_netting",
    "default_party",
    "draft_netting",
    "find_netting",
    "list_netted",
    "list_nettings",
    "pay_netting",
    "remove_party",
]
