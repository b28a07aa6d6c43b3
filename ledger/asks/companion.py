"""The rest of a use case, committed with a ledger operation.

A companion's two calls happen inside the lane transaction, once for all operations of it that are
new: `before` may refuse some of them, and `after` stores what belongs to those that took effect. A
transaction may be run again after a fault, and one submission may be spread over several
transactions, so a companion keeps no state between calls. Submissions with equal companions share
the calls.
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
        """Members to add to the answer; stored with it, so they must be plain JSON."""
        self._answer: Answer | None = None

    @property
    def answer(self) -> Answer:
        """The ledger's answer; known in `after`."""
        assert self._answer is not None, "an answer is known after the decision"
        return self._answer

    @answer.setter
    def answer(self, answer: Answer) -> None:
        self._answer = answer

    def refuse(self, refusal: Refusal) -> None:
        """Have the operation stored as rejected: it moves nothing."""
        self.refusal = refusal


class Companion(Hashable, Protocol):
    """What a package above the ledger adds to a lane transaction."""

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Check and lock what the use case needs; called under the lanes' locks, before the decision."""

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Store what belongs to accepted operations; called before the commit."""
