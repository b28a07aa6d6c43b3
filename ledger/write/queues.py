"""Who goes next: what waits for the lanes of one book, and which of it a transaction takes.

A ticket stands in the queue of each of its lanes. It is ready when it is first in all of them and
none of them is busy. All its queues take it in one step, so they agree on who came first, and no
two tickets wait for each other.
"""

from collections import OrderedDict, deque
from collections.abc import Iterable, Sized
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

OPERATIONS_PER_TRANSACTION_MAX = 4_000
TRANSACTIONS_PER_BOOK = 2
TRANSACTIONS_PER_CROWDED_BOOK = 4
SHARED_OPERATIONS_MIN = 100
"""From this many waiting operations on, a book's transactions share its lanes out.

Client and server then work at the same time.
"""
OPERATIONS_BESIDE_OTHERS_MAX = 1_000
"""In one transaction, while other parties are about."""
CROWDED_OPERATIONS_MIN = 1_000
"""From this many on, more transactions pay. Below it, fewer and larger ones cost less."""


class Waiting(Protocol):
    """What waits: a ticket, with its operations and the lanes that it needs all at once."""

    @property
    def lanes(self) -> tuple[int, ...]:
        """The lanes it needs."""

    @property
    def operations(self) -> Sized:
        """What it brings."""


T = TypeVar("T", bound=Waiting)


@dataclass(slots=True)
class Queues(Generic[T]):
    """The queues of one book's lanes, and the lanes that a transaction has now."""

    waiting: OrderedDict[int, deque[T]] = field(default_factory=OrderedDict)
    """Tickets by lane. The lane that was served last comes last."""
    operations: int = 0
    """How many operations wait in them."""
    busy: set[int] = field(default_factory=set)
    running: int = 0
    """How many transactions are under way."""
    is_beside_others: bool = False
    """Whether other parties are about. Then a book has one large transaction at a time, and it is
    not as large. The server and the process are theirs, too."""

    def add(self, tickets: Iterable[T]) -> None:
        """Let tickets wait behind those that are there."""
        for ticket in tickets:
            self.operations += len(ticket.operations)
            for lane in ticket.lanes:
                queue = self.waiting.get(lane)
                if queue is None:
                    queue = self.waiting[lane] = deque()
                queue.append(ticket)

    def start(self) -> list[T]:
        """Begin the next transaction: its tickets, in order. Their lanes are busy until `end`.

        Empty where nothing is ready, or as many transactions as may be are under way.
        """
        if self.running >= self._transactions():
            return []
        tickets = self.gather()
        if tickets:
            self.running += 1
            self.busy |= {lane for ticket in tickets for lane in ticket.lanes}
        return tickets

    def end(self, tickets: Iterable[T]) -> None:
        """A transaction of these tickets has ended: others may have its lanes."""
        self.running -= 1
        self.busy -= {lane for ticket in tickets for lane in ticket.lanes}

    def is_ready(self, lane: int) -> bool:
        """Whether a lane's first ticket is first in all its lanes, and none of them is busy."""
        queue = self.waiting.get(lane)
        if queue is None or lane in self.busy:
            return False
        lanes = queue[0].lanes
        return len(lanes) == 1 or all(
            other not in self.busy and self.waiting[other][0] is queue[0] for other in lanes
        )

    def gather(self) -> list[T]:
        """Take the tickets of one transaction, in the order in which they are to be decided.

        Ready tickets are taken lane by lane, in turns. So a submission of many lanes does not wait
        for the last of them.

        Where lanes are shared out, a transaction takes lanes that are alike modulo the number of
        transactions. Every process does the same. So two transactions want the same lanes or none
        in common: with two against four, one's lanes are among the other's. Only what moves points
        between members adds other lanes. A transaction that waits for a lane therefore seldom
        holds a lane that another one could have used meanwhile.
        """
        first = next((lane for lane in self.waiting if self.is_ready(lane)), None)
        if first is None:
            return []
        groups = self._transactions() if self.operations >= SHARED_OPERATIONS_MIN else 1
        group = first % groups
        turns = OrderedDict.fromkeys(lane for lane in self.waiting if lane % groups == group)
        tickets: list[T] = []
        room = OPERATIONS_PER_TRANSACTION_MAX
        if self.is_beside_others:
            room = OPERATIONS_BESIDE_OTHERS_MAX
        while room > 0 and turns:
            lane, _ = turns.popitem(last=False)
            if not self.is_ready(lane):
                continue
            ticket = self.take(lane)
            tickets.append(ticket)
            room -= len(ticket.operations)
            for other in ticket.lanes:
                # The ticket that is first there now may be ready by this: it has a turn, by one of
                # its lanes that is of the group.
                queue = self.waiting.get(other)
                if queue:
                    following = (each for each in queue[0].lanes if each % groups == group)
                    next_lane = next(following, None)
                    if next_lane is not None:
                        turns[next_lane] = None
        return tickets

    def take(self, lane: int) -> T:
        """Take a lane's first ticket; its lanes go behind those that were not served."""
        ticket = self.waiting[lane][0]
        for other in ticket.lanes:
            queue = self.waiting[other]
            queue.popleft()
            if queue:
                self.waiting.move_to_end(other)
            else:
                del self.waiting[other]
        self.operations -= len(ticket.operations)
        return ticket

    def _transactions(self) -> int:
        """How many transactions of the book may be under way at once."""
        if self.is_beside_others and self.operations >= SHARED_OPERATIONS_MIN:
            return 1
        if self.operations < CROWDED_OPERATIONS_MIN:
            return TRANSACTIONS_PER_BOOK
        return TRANSACTIONS_PER_CROWDED_BOOK
