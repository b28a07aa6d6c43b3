"""How a submission is taken apart into tickets, which wait for their lanes."""

import asyncio
from collections.abc import Sequence

from ledger.asks.answer import Answer
from ledger.asks.companion import Companion, Item
from ledger.asks.operation import BatchMode, Operation
from ledger.book.programme import Programme
from ledger.decide.wallet import lane_of

OPERATIONS_PER_TICKET_MAX = 1_000


class Submission:
    """Operations handed in together, and the answers so far."""

    __slots__ = ("answers", "companion", "future", "missing", "programme")

    def __init__(self, programme: Programme, count: int, companion: Companion | None) -> None:
        self.programme = programme
        self.companion = companion
        self.answers: list[Answer | None] = [None] * count
        self.missing = count
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def resolve(self, ticket: "Ticket") -> None:
        """Take a ticket's answers; the last of them ends the wait of the caller."""
        for index, answer in zip(ticket.indexes, ticket.answers, strict=True):
            self.answers[index] = answer
        self.missing -= len(ticket.indexes)
        if not self.missing and not self.future.done():
            self.future.set_result(None)

    def fail(self, error: BaseException) -> None:
        """Fail the whole submission: none of its answers is known."""
        if not self.future.done():
            self.future.set_exception(error)


class Ticket:
    """Operations of one submission that wait for their lanes together.

    The lists run side by side: one element for each operation.
    """

    __slots__ = (
        "answers",
        "dated_spends",
        "fingerprints",
        "indexes",
        "items",
        "lane_of_each",
        "lanes",
        "mode",
        "operations",
        "others",
        "subject_keys",
        "submission",
    )

    def __init__(self, submission: Submission, mode: BatchMode, lanes: tuple[int, ...]) -> None:
        self.submission = submission
        self.mode = mode
        self.lanes = lanes
        self.operations: list[Operation] = []
        self.indexes: list[int] = []
        """Their positions in the submission."""
        self.lane_of_each: list[int] = []
        self.fingerprints: list[int] = []
        """Of their bodies; empty until `take_fingerprints`."""
        self.items: list[Item] = []
        """What the submission's companion sees of them; empty without one."""
        self.answers: list[Answer | None] = []
        self.others: list[str] = []
        """The second members of operations that have one. This list is not side by side."""
        self.subject_keys: list[str] = []
        """The keys of what operations end or reverse. This list is not side by side either."""
        self.dated_spends: list[int] = []
        """The positions here of operations that spend points and say when."""

    @property
    def is_plain(self) -> bool:
        """Whether each operation stands for itself, with nothing beside it in the transaction."""
        return self.mode is BatchMode.INDEPENDENT and self.submission.companion is None

    @property
    def refuses_beside(self) -> bool:
        """Whether a companion has refused one of several operations that are decided together."""
        return self.mode is not BatchMode.INDEPENDENT and any(
            item.refusal is not None for item in self.items
        )

    def add(self, operation: Operation, index: int, lane: int, payload: object) -> None:
        """Let one more operation wait."""
        self.operations.append(operation)
        self.indexes.append(index)
        self.lane_of_each.append(lane)
        if operation.OTHER_MEMBER is not None and operation.other_member is not None:
            self.others.append(operation.other_member)
        elif operation.SUBJECT is not None and operation.subject_key is not None:
            self.subject_keys.append(operation.subject_key)
        if operation.SPENDS and operation.occurred_at is not None:
            self.dated_spends.append(len(self.operations) - 1)
        if self.submission.companion is not None:
            self.items.append(Item(operation, index, payload))

    def take_fingerprints(self) -> None:
        """Compute the operations' fingerprints, once.

        This is put off until the operations are decided, which looks at the same fields.
        """
        if not self.fingerprints:
            self.fingerprints = [operation.fingerprint() for operation in self.operations]


def tickets_of(
    submission: Submission,
    operations: Sequence[Operation],
    mode: BatchMode,
    payloads: Sequence[object] | None,
) -> list[Ticket]:
    """Make the tickets of a submission.

    A batch that is decided together is one ticket for all of its lanes. Independent operations
    make one ticket or more for each lane. An operation of two lanes has a ticket of its own, and
    what follows in these lanes comes after it.
    """
    count = submission.programme.lanes
    if mode is not BatchMode.INDEPENDENT:
        ticket = Ticket(submission, mode, ())
        for index, operation in enumerate(operations):
            ticket.add(operation, index, lane_of(operation.member, count), None)
        lanes = set(ticket.lane_of_each)
        lanes.update(
            lane_of(each.other_member, count)
            for each in operations
            if each.other_member is not None
        )
        ticket.lanes = tuple(sorted(lanes))
        return [ticket]
    tickets: list[Ticket] = []
    current: dict[int, Ticket] = {}
    for index, operation in enumerate(operations):
        lane = lane_of(operation.member, count)
        payload = payloads[index] if payloads is not None else None
        other = lane_of(operation.other_member or "", count) if operation.OTHER_MEMBER else lane
        if other != lane:
            ticket = Ticket(submission, mode, (lane, other))
            tickets.append(ticket)
            current.pop(lane, None)
            current.pop(other, None)
        else:
            found = current.get(lane)
            if found is None or len(found.operations) >= OPERATIONS_PER_TICKET_MAX:
                found = current[lane] = Ticket(submission, mode, (lane,))
                tickets.append(found)
            ticket = found
        ticket.add(operation, index, lane, payload)
    return tickets
