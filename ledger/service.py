"""The ledger's front: operations in, answers out."""

from collections.abc import Sequence

from ledger.asks.answer import Answer
from ledger.asks.companion import Companion
from ledger.asks.kinds import Convert
from ledger.asks.operation import BatchMode, Operation, OperationInvalid
from ledger.book.programme import Programme
from ledger.book.rates import resolve_conversions
from ledger.database import Database
from ledger.write.lanes import Lanes

BATCH_OPERATIONS_MAX = 1_000


class Ledger:
    """Takes operations for any programme.

    The tasks of one event loop may use it at the same time, and so may any number of processes,
    each with a ledger of its own.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._lanes = Lanes(database)

    @property
    def waits_seconds(self) -> float:
        """For how long the change that waits longest for its lane or its commit has waited."""
        return self._lanes.waits_seconds

    @property
    def stuck_seconds(self) -> float:
        """For how long changes have waited, and none was stored."""
        return self._lanes.stuck_seconds

    async def submit(
        self,
        programme: Programme,
        operations: Sequence[Operation],
        *,
        mode: BatchMode = BatchMode.INDEPENDENT,
        companion: Companion | None = None,
        payloads: Sequence[object] | None = None,
        recorded_by: int | None = None,
    ) -> list[Answer]:
        """Decide and commit operations, in `mode`; answers in their order, after the commit.

        A business refusal is an answer, and is stored under the operation's key. A key that was
        used with another body is answered with `idempotency-key-reused`, and nothing is stored.
        `companion` adds the rest of a use case to the same transaction; `payloads` gives it one
        value for each operation. With operations that are decided together, it may refuse none of
        them, and gets no payloads. `recorded_by` stays with the records: the number of whoever
        asks.

        Raises:
            LedgerBusy: too many operations wait; nothing was taken in.
            OperationInvalid: more operations than a batch may have are to be decided together.
        """
        if mode is not BatchMode.INDEPENDENT:
            if len(operations) > BATCH_OPERATIONS_MAX:
                raise OperationInvalid(
                    f"at most {BATCH_OPERATIONS_MAX} operations are decided together"
                )
            if payloads is not None:
                raise ValueError("payloads go with independent operations")
        if Convert in map(type, operations):
            operations = await resolve_conversions(self.database, programme, operations)
        if recorded_by is not None:
            for operation in operations:
                object.__setattr__(operation, "recorded_by", recorded_by)
        return await self._lanes.submit(programme, operations, mode, companion, payloads)
