"""What was sent, as the demo's client tells it, and the batches that must be accepted whole."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from api.client import Answered, AsyncComity, Problem, problems
from api.demo.errors import DemoFailed

JSON = Any
"""What the service answers. Type checkers know its shape from the client."""
BATCH_ITEMS_MAX = 1_000
RENEWAL = "demo-renewal-"
"""How the key of a change begins that each run makes anew. It is no part of the year."""
PENDING_USES = "period-has-pending-uses"
"""A refusal that is no answer: it is not kept under the key, and the demo asks again."""

Connect = Callable[[str], AsyncComity]
"""Makes the client of an API key."""


@dataclass(slots=True)
class Tally:
    """What was sent: requests, changes (one per idempotency key), and how many were replays."""

    requests: int = 0
    changes: int = 0
    replayed: int = 0

    def note(self, answered: Answered) -> None:
        """Count an answered call."""
        self.requests += answered.attempts
        if answered.items:
            self.changes += answered.items
            self.replayed += int(answered.headers.get("idempotency-replays", "0"))
        elif answered.key is not None and not answered.key.startswith(RENEWAL):
            self.changes += answered.problem != PENDING_USES
            self.replayed += answered.headers.get("idempotency-replayed") == "true"


def accepted(what: str, batch: Any) -> list[JSON]:
    """The answers of a batch. The demo ends if one item was refused."""
    answers: Sequence[JSON] = batch["answers"]
    for _, problem in problems.refusals(list(answers)):
        raise DemoFailed(f"{what}: {problem.key} was refused: {problem}")
    return list(answers)


def words_of(problem: Problem) -> str:
    """A refusal in one line, with the address that was asked."""
    return f"{problem.document.get('instance', '')}: {problem}"
