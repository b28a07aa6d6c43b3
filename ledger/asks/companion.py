"""How a package above the ledger adds its part of a use case to a ledger operation.

Both are committed together. A companion is called twice inside the lane transaction, each time for
all of its new operations: `before` may refuse some of them, and `after` stores what belongs to
those that took effect. `before` refuses nothing of operations that are decided together, because
then it would have to be asked again whenever one of them is refused. It may leave a `judge`.

A companion keeps no state between the calls: a transaction may run again after a fault, and one
submission may be spread over several transactions. Submissions with equal companions share the
calls.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.answer import Answer
from ledger.asks.operation import Operation
from ledger.refusal import JSON, Refusal

Judge = Callable[[int], int | Refusal]
"""Is given what the member can spend right before the operation, and says what it costs.

Or why it is refused. It is asked while the operation is decided, so it is exact in the order of a
batch, and it must not wait for anything.
"""


class Item:
    """One new operation of a submission, as its companion sees it."""

    __slots__ = ("_answer", "detail", "index", "judge", "operation", "payload", "refusal")

    def __init__(self, operation: Operation, index: int, payload: object) -> None:
        self.operation = operation
        self.index = index
        """Position in the submission."""
        self.payload = payload
        """What the submitter gave along with the operation."""
        self.refusal: Refusal | None = None
        self.judge: Judge | None = None
        """What `before` leaves to say about the points of the operation, see `Judge`."""
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

    def amend(self, operation: Operation) -> None:
        """Have this decided instead, for the transaction that runs: the same ask at another price.

        It is of the same kind, key and member. The fingerprint stays that of what was submitted.
        """
        submitted = self.operation
        assert type(operation) is type(submitted), "an operation keeps its kind"
        assert (operation.key, operation.member) == (submitted.key, submitted.member)
        # No part of the body, so `dataclasses.replace` leaves it behind.
        object.__setattr__(operation, "recorded_by", submitted.recorded_by)
        self.operation = operation

    @property
    def is_accepted(self) -> bool:
        """Whether it was decided in this attempt already, and accepted."""
        return self._answer is not None and self._answer.accepted

    def begin(self, submitted: Operation) -> None:
        """Forget what an earlier attempt left."""
        self.operation = submitted
        self.refusal = self.detail = self.judge = self._answer = None

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


@dataclass(frozen=True, slots=True)
class Companions:
    """Several companions of one batch: each sees the operations of its own kind, and no others."""

    by_kind: tuple[tuple[type[Operation], Companion], ...]

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Pass on what is asked before the decision."""
        for companion, some in self._parts(items):
            await companion.before(connection, some)

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Pass on what is to be stored."""
        for companion, some in self._parts(items):
            await companion.after(connection, some)

    def _parts(self, items: Sequence[Item]) -> Iterator[tuple[Companion, Sequence[Item]]]:
        for kind, companion in self.by_kind:
            some = [item for item in items if isinstance(item.operation, kind)]
            if some:
                yield companion, some
