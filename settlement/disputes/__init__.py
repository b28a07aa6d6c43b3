"""Disputes: a party says which lines of a statement are wrong, and the rest goes on.

Promises:

- Each dispute has a state of its own, and who opened and who closed it is kept. None is lost.
- What is in question of a statement is the sum of the lines under open disputes, each line once.
- An accepted dispute corrects its lines at once, by the parts that were billed.

Never:

- A dispute never changes what was billed, and never holds up the lines that it does not name.
- Nobody answers a dispute of their own.

Start here:

- `disputes`: opening, answering and reading them.
"""

from settlement.disputes.disputes import (
    DISPUTE_LINES_MAX,
    Dispute,
    DisputeNotFound,
    DisputesWanted,
    DisputeVerb,
    answer_dispute,
    find_dispute,
    list_disputes,
    open_dispute,
)
from settlement.statements.disputed import (
    LineAmount,
    NewDispute,
)

__all__ = [
    "DISPUTE_LINES_MAX",
    "Dispute",
    "DisputeNotFound",
    "DisputeVerb",
    "DisputesWanted",
    "LineAmount",
    "NewDispute",
    "answer_dispute",
    "find_dispute",
    "list_disputes",
    "open_dispute",
]
