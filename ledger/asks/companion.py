"""How a package above the ledger adds its part of a use case to a ledger operation.

Both are committed together. A companion is called twice inside the lane transaction, each time for
all of its new operations: `before` may refuse some of them, and `after` stores what belongs to
those that took effect. It refuses nothing of operations that are decided together, because then
it would have to be asked again whenever one of them is refused.

A companion keeps no state between the calls: a transaction may run again after a fault, and one
submission may be spread over several transactions. Submissions with equal companions share the
calls.
"""

from collections.abc import Hashable, Sequence
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.answer import Answer
from ledger.asks.operation import Operation
from ledger.refusal import JSON, Refusal


class Item:
    """One new operation of a submission, as its companion sees it."""

    __slots__ = ("_answer", "detail", "index", "operation", "payload", "refusal")

    def __init__(self, operation: Operation, index: int, payload: object) -> None:
        self.operation = operation
        self.index = index
        """Position in the submission."""
        self.payload = payload
        """What the submitter gave along with the operation."""
        self.refusal: Refusal | None = None
        self.detail: dict[str, JSON] | None = None
        """Members to add to the answer's document. They are stored, so they must be plain JSON."""
        self._answer: Answer | None = None

    @property
    def answer(self) -> Answer:
        """The ledger's answer, which is known in `after`."""
        assert self._answer is not None, "an answer is known after the decision"
        return self._answer

    @answer.setter
    def answer(self, answer: Answer) -> None:
        self._answer = answer

    def refuse(self, refusal: Refusal) -> None:
        """Have the operation stored as refused, so that it moves nothing."""
        self.refusal = refusal


class Companion(Hashable, Protocol):
    """What a package above the ledger adds to a lane transaction."""

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Check and lock what the use case needs.

        Called under the lanes' locks, before the decision.
        """

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Store what belongs to the accepted operations.

        Called before the commit.
        """
