"""How a book is written: concurrent operations gather per lane and are committed together.

Each lane is an ordered log behind one row, `ledger.lane`, which every writer of the lane locks
first (`store.lock_lanes`, ascending, so writers of several lanes cannot wait for each other in a
circle). While a transaction of some lanes is in flight, what arrives for them waits and goes with
the next; lanes at rest start at once. In a process one transaction at most writes a lane; between
processes the row lock decides.

What must be decided together (a gift's two wallets, a batch in order) is one ticket that stands in
the queue of each of its lanes and is taken when it is first in all of them. Tickets enter their
queues in one step, so the queues agree on who is before whom, and none waits in a circle.

A process remembers the wallets of the lanes it wrote. They are right as long as the lane's `seq` is
the one this process left, because whoever writes a lane advances it under the lock; otherwise they
are read again. Decisions change remembered wallets in place, so a transaction that fails has its
lanes forgotten.

Keys are unique in their book, and that is what finds a replay: the transaction fails, and its next
attempt looks all of its keys up before it decides. Replays seldom come alone, so the book's next
transactions look theirs up, too (decision 0014). The same key sent to two lanes at once meets the
same rule.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import asyncpg
import structlog

from ledger.asks.answer import Answer
from ledger.asks.companion import Companion
from ledger.asks.operation import BatchMode, LedgerBusy, Operation
from ledger.book.programme import Programme
from ledger.database import Database, driver
from ledger.decide.decider import Decider
from ledger.decide.wallet import LaneState, Wallet
from ledger.faults import is_clash, is_everybodys, is_worth_another_attempt
from ledger.refusal import Refusal
from ledger.write import store
from ledger.write.batch import Batch
from ledger.write.draft import Draft
from ledger.write.ticket import Submission, Ticket, tickets_of

OPERATIONS_PER_TRANSACTION_MAX = 4_000
TRANSACTIONS_PER_BOOK = 2
TRANSACTIONS_PER_CROWDED_BOOK = 4
SHARED_OPERATIONS_MIN = 100
"""From so many waiting operations on, a book's lanes are shared out among its transactions, so that client and server work at the same time."""
CROWDED_OPERATIONS_MIN = 1_000
"""From so many on, more transactions are worth it: fewer ones, and larger, cost less."""
TRANSACTIONS_MAX = 6
WAITING_OPERATIONS_MAX = 100_000
REMEMBERED_WALLETS_MAX = 200_000
ATTEMPTS_MAX = 5
WARY_TRANSACTIONS = 200
"""So many transactions of a book look their keys up before they decide, after one that met a key stored before."""
ATTEMPT_DELAY_SECONDS = 0.05

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Book:
    waiting: OrderedDict[int, deque[Ticket]] = field(default_factory=OrderedDict)
    """Tickets by lane; the lane that was served last comes last."""
    operations: int = 0
    """How many operations wait in them."""
    busy: set[int] = field(default_factory=set)
    running: int = 0
    wary: int = 0
    """How many of its next transactions look their keys up before they decide."""
    is_scheduled: bool = False


@dataclass(slots=True)
class _Memory:
    seq: int
    wallets: dict[str, Wallet]
    count: int
    """How many wallets were counted for it: loading adds to `wallets` before the commit that counts them."""


class Lanes:
    """The writer of every book in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._books: dict[int, _Book] = {}
        self._memory: OrderedDict[tuple[int, int], _Memory] = OrderedDict()
        self._remembered = 0
        self._waiting = 0
        self._slots = asyncio.Semaphore(TRANSACTIONS_MAX)
        self._turn = asyncio.Lock()
        """Of the larger transactions that have read what they need, one decides at a time."""
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(
        self,
        programme: Programme,
        operations: Sequence[Operation],
        mode: BatchMode = BatchMode.INDEPENDENT,
        companion: Companion | None = None,
        payloads: Sequence[object] | None = None,
    ) -> list[Answer]:
        """Have operations decided and committed; answers in their order, given after the commit.

        Operations that share a member keep their order. A cancelled wait does not undo what was
        handed in.

        Raises:
            LedgerBusy: too many operations wait; nothing was taken in.
        """
        if not operations:
            return []
        if self._waiting + len(operations) > WAITING_OPERATIONS_MAX:
            raise LedgerBusy(
                f"more than {WAITING_OPERATIONS_MAX} operations would wait", retry_after_seconds=1
            )
        submission = Submission(programme, len(operations), companion)
        book = self._books.setdefault(programme.book_id, _Book())
        for ticket in tickets_of(submission, operations, mode, payloads):
            for lane in ticket.lanes:
                queue = book.waiting.get(lane)
                if queue is None:
                    queue = book.waiting[lane] = deque()
                queue.append(ticket)
        book.operations += len(operations)
        self._waiting += len(operations)
        self._schedule(programme, book)
        await submission.future
        return [answer for answer in submission.answers if answer is not None]

    def _schedule(self, programme: Programme, book: _Book) -> None:
        """Look for the next transactions, but not at once.

        What arrives in this turn of the event loop joins them, and so does what those who were
        answered in it send next.
        """
        if not book.is_scheduled:
            book.is_scheduled = True
            asyncio.get_running_loop().call_soon(self._dispatch, programme, book)

    def _dispatch(self, programme: Programme, book: _Book) -> None:
        book.is_scheduled = False
        while book.running < _transactions(book):
            tickets = self._gather(book)
            if not tickets:
                return
            book.running += 1
            lanes = {lane for ticket in tickets for lane in ticket.lanes}
            book.busy |= lanes
            task = asyncio.get_running_loop().create_task(
                self._run(programme, book, lanes, tickets)
            )
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    @staticmethod
    def _is_ready(book: _Book, lane: int) -> bool:
        """Whether a lane's first ticket is first in all its lanes, and none of them busy."""
        queue = book.waiting.get(lane)
        if queue is None or lane in book.busy:
            return False
        lanes = queue[0].lanes
        return len(lanes) == 1 or all(
            other not in book.busy and book.waiting[other][0] is queue[0] for other in lanes
        )

    def _gather(self, book: _Book) -> list[Ticket]:
        """What the next transaction is to decide, in order: the tickets that are first in the queues of all their lanes.

        They are taken from the lanes by turns: a submission of many lanes is not kept waiting for
        the last of them. Where lanes are shared out, they are those that are alike modulo the
        number of transactions. So it is in every process: two transactions want the same lanes or
        none in common (of two against four, one's are among the other's; what moves points between
        members adds lanes of its own), and one that waits for a lane seldom holds another that
        somebody could have gone on with.
        """
        first = next((lane for lane in book.waiting if self._is_ready(book, lane)), None)
        if first is None:
            return []
        groups = _transactions(book) if book.operations >= SHARED_OPERATIONS_MIN else 1
        group = first % groups
        turns = OrderedDict.fromkeys(lane for lane in book.waiting if lane % groups == group)
        tickets: list[Ticket] = []
        room = OPERATIONS_PER_TRANSACTION_MAX
        while room > 0 and turns:
            lane, _ = turns.popitem(last=False)
            if not self._is_ready(book, lane):
                continue
            ticket = self._take(book, lane)
            tickets.append(ticket)
            room -= len(ticket.operations)
            # What is first in its lanes now has a turn, by a lane of the group: a lane that was not
            # ready may be by this.
            for other in ticket.lanes:
                queue = book.waiting.get(other)
                next_lane = (
                    next((each for each in queue[0].lanes if each % groups == group), None)
                    if queue
                    else None
                )
                if next_lane is not None:
                    turns[next_lane] = None
        return tickets

    def _take(self, book: _Book, lane: int) -> Ticket:
        """A lane's first ticket, which waits no longer; its lanes go behind those that were not served."""
        ticket = book.waiting[lane][0]
        for other in ticket.lanes:
            queue = book.waiting[other]
            queue.popleft()
            if queue:
                book.waiting.move_to_end(other)
            else:
                del book.waiting[other]
        book.operations -= len(ticket.operations)
        self._waiting -= len(ticket.operations)
        return ticket

    async def _run(
        self, programme: Programme, book: _Book, lanes: set[int], tickets: list[Ticket]
    ) -> None:
        try:
            async with self._slots:
                await self._commit_or_split(programme.book_id, tickets)
        finally:
            book.busy -= lanes
            book.running -= 1
            self._schedule(programme, book)

    async def _commit_or_split(self, book_id: int, tickets: list[Ticket]) -> None:
        """Commit tickets together; where that fails, each submission by itself, so that one cannot harm another."""
        try:
            await self._commit(book_id, tickets)
        except BaseException as error:
            groups: dict[Submission, list[Ticket]] = {}
            for ticket in tickets:
                groups.setdefault(ticket.submission, []).append(ticket)
            if len(groups) == 1 or is_everybodys(error):
                for submission in groups:
                    submission.fail(error)
                if not isinstance(error, Refusal):
                    log.exception("lane_transaction_failed", book_id=book_id, tickets=len(tickets))
                if not isinstance(error, Exception):
                    raise
                return
            for group in groups.values():
                await self._commit_or_split(book_id, group)

    async def _commit(self, book_id: int, tickets: list[Ticket]) -> None:
        book = self._books[book_id]
        for attempt in range(1, ATTEMPTS_MAX + 1):
            # Whatever ended the first attempt, it may have been committed.
            is_wary = attempt > 1 or book.wary > 0 or not all(ticket.is_plain for ticket in tickets)
            book.wary = max(book.wary - 1, 0)
            try:
                await self._transact(book_id, tickets, is_wary=is_wary)
            except BaseException as error:
                self._forget(book_id, {lane for ticket in tickets for lane in ticket.lanes})
                if is_clash(error):
                    book.wary = WARY_TRANSACTIONS
                if attempt == ATTEMPTS_MAX or not is_worth_another_attempt(error):
                    raise
                await asyncio.sleep(ATTEMPT_DELAY_SECONDS * (attempt - 1))
            else:
                for ticket in tickets:
                    ticket.submission.settle(ticket)
                return

    async def _transact(self, book_id: int, tickets: list[Ticket], *, is_wary: bool) -> None:
        programme = tickets[0].submission.programme
        has_companion = any(ticket.submission.companion is not None for ticket in tickets)
        begin = self._database.transaction if has_companion else self._database.driver_transaction
        async with begin() as connection:
            lanes = {lane for ticket in tickets for lane in ticket.lanes}
            count = sum(len(ticket.operations) for ticket in tickets)
            states, now = await store.lock_lanes(connection, book_id, lanes, count)
            raw = await driver(connection)
            stored: dict[str, asyncpg.Record] | None = None
            if is_wary:
                keys = [operation.key for ticket in tickets for operation in ticket.operations]
                stored = await store.find_operations(raw, book_id, keys)
                if stored:
                    self._books[book_id].wary = WARY_TRANSACTIONS
            batch = Batch(tickets, stored, now)
            decider: Decider | None = None
            if batch.has_fresh:
                await self._load(raw, programme, states, batch)
                subject_keys = batch.subject_keys()
                subjects = (
                    await store.load_subjects(raw, programme, subject_keys) if subject_keys else {}
                )
                decider = Decider(programme, states, now, subjects, frozenset(subject_keys))
                draft = Draft(decider)
                await batch.decide(connection, draft, self._turn)
                await store.store(connection, draft)
        if decider is not None:
            self._remember(book_id, decider.sheet.lanes)
        batch.answer_twins()

    async def _load(
        self,
        raw: asyncpg.Connection,
        programme: Programme,
        states: dict[int, LaneState],
        batch: Batch,
    ) -> None:
        """Have the lanes know the wallets they are asked about: remembered where nobody else wrote, read otherwise."""
        for lane, state in states.items():
            memory = self._memory.get((programme.book_id, lane))
            if memory is not None and memory.seq == state.seq:
                state.wallets = memory.wallets
        unknown = batch.unknown_members(states)
        if unknown:
            for member, wallet in (
                await store.load_wallets(raw, programme.book_id, list(unknown))
            ).items():
                states[unknown[member]].wallets[member] = wallet

    def _remember(self, book_id: int, lanes: dict[int, LaneState]) -> None:
        """Keep what the lanes hold after the commit."""
        self._forget(book_id, lanes)
        for lane, state in lanes.items():
            self._memory[book_id, lane] = _Memory(state.seq, state.wallets, len(state.wallets))
            self._remembered += len(state.wallets)
        while self._remembered > REMEMBERED_WALLETS_MAX:
            _, memory = self._memory.popitem(last=False)
            self._remembered -= memory.count

    def _forget(self, book_id: int, lanes: Iterable[int]) -> None:
        for lane in lanes:
            memory = self._memory.pop((book_id, lane), None)
            if memory is not None:
                self._remembered -= memory.count


def _transactions(book: _Book) -> int:
    """How many transactions of a book may be under way at once."""
    return (
        TRANSACTIONS_PER_BOOK
        if book.operations < CROWDED_OPERATIONS_MIN
        else TRANSACTIONS_PER_CROWDED_BOOK
    )
