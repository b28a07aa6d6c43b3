"""How a book is written: concurrent operations gather per lane and are committed together.

The rules:

- A lane is an ordered log. Every writer of a lane first locks its row in `ledger.lane`.
- Lanes are locked in ascending order, so no two writers wait for each other.
- In one process, one transaction at most writes a lane. Between processes the row lock decides.
- Operations for a busy lane wait, and the next transaction takes them all. A lane at rest starts
  at once (`queues`).
- Operations that must be decided together, such as both sides of a gift, wait as one ticket.
- A process remembers the wallets it wrote, and reads only the others (`memory`).
- A key is unique in its book. A replay makes the transaction fail; its next attempt looks all of
  its keys up first.
- Replays seldom come alone, so the book's next transactions look their keys up as well
  (decision 0014).
- A transaction that fails for a reason of its own is split by submission: none harms another.
"""

import asyncio
import itertools
import time
from collections.abc import Sequence
from contextvars import Context
from dataclasses import dataclass, field

import asyncpg
import structlog

from ledger.asks.answer import Answer
from ledger.asks.companion import Companion
from ledger.asks.operation import BatchMode, LedgerBusy, Operation
from ledger.book.programme import Programme
from ledger.database import Database, driver
from ledger.decide.decider import Decider
from ledger.decide.wallet import LaneState
from ledger.faults import is_clash, is_shared_fault, is_worth_another_attempt
from ledger.refusal import Refusal
from ledger.troubles import Troubles
from ledger.turns import ACTING_FOR, Turns, name_of_party
from ledger.write import load, lock, store
from ledger.write.batch import LaneBatch
from ledger.write.draft import Draft
from ledger.write.memory import Memory
from ledger.write.queues import TRANSACTIONS_PER_CROWDED_BOOK, Queues
from ledger.write.ticket import Submission, Ticket, tickets_of

TRANSACTIONS_MAX = 6
"""Of all books in this process."""
TRANSACTIONS_PER_PARTY = TRANSACTIONS_PER_CROWDED_BOOK
"""Of all books of one party. So two are left for others, whatever waits there."""
WAITING_OPERATIONS_MAX = 100_000
TRANSACTION_SECONDS = 25.0
"""After this time the lanes of a transaction are given up, so that others can have them."""
ATTEMPTS_MAX = 5
ATTEMPT_DELAY_SECONDS = 0.05
WARY_TRANSACTIONS = 200
"""After a key that was stored before, so many transactions of the book look their keys up."""

_log = structlog.get_logger(__name__)
_troubles = Troubles(_log, "lane_transaction_failed", "lanes_commit_again")


@dataclass(slots=True)
class _Book:
    party: str
    queues: Queues[Ticket] = field(default_factory=Queues)
    wary: int = 0
    """How many of its next transactions look their keys up before they decide."""
    is_scheduled: bool = False


class Lanes:
    """The writer of every book in this process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._books: dict[int, _Book] = {}
        self._memory = Memory()
        self._waiting = 0
        """How many operations wait, in all books."""
        self._transactions = Turns(TRANSACTIONS_MAX, TRANSACTIONS_PER_PARTY)
        """Which books may write now: their parties in turn. Lanes are a book's own, so nobody
        else's operations wait there."""
        self._tasks: set[asyncio.Task[None]] = set()
        self._began: dict[int, float] = {}
        """When each transaction began that has not ended, by a number of its own."""
        self._numbers = itertools.count()
        self._stored_at = time.monotonic()

    @property
    def waits_seconds(self) -> float:
        """For how long the transaction that waits longest has waited."""
        return time.monotonic() - min(self._began.values(), default=time.monotonic())

    @property
    def stuck_seconds(self) -> float:
        """For how long transactions have waited, and none was stored."""
        return min(self.waits_seconds, time.monotonic() - self._stored_at)

    async def submit(
        self,
        programme: Programme,
        operations: Sequence[Operation],
        mode: BatchMode = BatchMode.INDEPENDENT,
        companion: Companion | None = None,
        payloads: Sequence[object] | None = None,
    ) -> list[Answer]:
        """Have operations decided and committed; answers in their order, after the commit.

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
        book = self._books.get(programme.book_id)
        if book is None:
            book = self._books[programme.book_id] = _Book(name_of_party(programme.party_id))
        book.queues.add(tickets_of(submission, operations, mode, payloads))
        self._waiting += len(operations)
        self._schedule(programme.book_id, book)
        await submission.future
        return [answer for answer in submission.answers if answer is not None]

    def _schedule(self, book_id: int, book: _Book) -> None:
        """Look for the next transactions, but not at once.

        So what else arrives in this round of the event loop joins them. Callers that were answered
        in this round can add their next operations.
        """
        if not book.is_scheduled:
            book.is_scheduled = True
            asyncio.get_running_loop().call_soon(self._dispatch, book_id, book)

    def _dispatch(self, book_id: int, book: _Book) -> None:
        """Start what may start now."""
        book.is_scheduled = False
        book.queues.is_beside_others = self._database.are_others_about(book.party)
        while tickets := book.queues.start():
            self._waiting -= sum(len(ticket.operations) for ticket in tickets)
            # A transaction is nobody's request: it inherits nothing from the one that came first.
            task = asyncio.get_running_loop().create_task(
                self._run(book_id, book, tickets), context=Context()
            )
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _run(self, book_id: int, book: _Book, tickets: list[Ticket]) -> None:
        ACTING_FOR.set(book.party)
        number = next(self._numbers)
        self._began[number] = time.monotonic()
        try:
            async with self._transactions.turn(book.party):
                await self._commit_or_split(book_id, tickets)
        finally:
            del self._began[number]
            book.queues.end(tickets)
            self._schedule(book_id, book)

    async def _commit_or_split(self, book_id: int, tickets: list[Ticket]) -> None:
        """Commit tickets together; where that fails, commit each submission by itself."""
        try:
            await self._commit(book_id, tickets)
        except BaseException as error:
            groups: dict[Submission, list[Ticket]] = {}
            for ticket in tickets:
                groups.setdefault(ticket.submission, []).append(ticket)
            if len(groups) == 1 or is_shared_fault(error):
                for submission in groups:
                    submission.fail(error)
                if not isinstance(error, Refusal):
                    kind = type(error).__name__
                    _troubles.met(book_id, kind, exception=error, book_id=book_id)
                if not isinstance(error, Exception):
                    raise
                return
            for group in groups.values():
                await self._commit_or_split(book_id, group)

    async def _commit(self, book_id: int, tickets: list[Ticket]) -> None:
        """Commit tickets, with as many attempts as that is worth."""
        book = self._books[book_id]
        for attempt in range(1, ATTEMPTS_MAX + 1):
            # Whatever ended the first attempt, it may have been committed.
            is_wary = attempt > 1 or book.wary > 0 or not all(ticket.is_plain for ticket in tickets)
            book.wary = max(book.wary - 1, 0)
            try:
                async with asyncio.timeout(TRANSACTION_SECONDS):
                    await self._transact(book_id, tickets, is_wary=is_wary)
            except BaseException as error:
                if isinstance(error, TimeoutError):
                    self._database.distrust()
                self._memory.forget(book_id, {lane for each in tickets for lane in each.lanes})
                if is_clash(error):
                    book.wary = WARY_TRANSACTIONS
                if attempt == ATTEMPTS_MAX or not is_worth_another_attempt(error):
                    raise
                await asyncio.sleep(ATTEMPT_DELAY_SECONDS * (attempt - 1))
            else:
                self._stored_at = time.monotonic()
                _troubles.over(book_id, book_id=book_id)
                for ticket in tickets:
                    ticket.submission.resolve(ticket)
                return

    async def _transact(self, book_id: int, tickets: list[Ticket], *, is_wary: bool) -> None:
        """One transaction: lock, look up, decide, store."""
        programme = tickets[0].submission.programme
        has_companion = any(ticket.submission.companion is not None for ticket in tickets)
        begin = self._database.transaction if has_companion else self._database.driver_transaction
        async with begin() as connection:
            lanes = {lane for ticket in tickets for lane in ticket.lanes}
            count = sum(len(ticket.operations) for ticket in tickets)
            states, now = await lock.lock_lanes(connection, book_id, lanes, count)
            raw = await driver(connection)
            stored: dict[str, asyncpg.Record] | None = None
            if is_wary:
                keys = [operation.key for ticket in tickets for operation in ticket.operations]
                stored = await load.load_operations(raw, book_id, keys)
                if stored:
                    self._books[book_id].wary = WARY_TRANSACTIONS
            batch = LaneBatch(tickets, stored, now)
            decider: Decider | None = None
            if batch.has_fresh:
                await self._load_wallets(raw, book_id, states, batch)
                subject_keys = batch.subject_keys()
                subjects = (
                    await load.load_subjects(raw, programme, subject_keys) if subject_keys else {}
                )
                decider = Decider(programme, states, now, subjects, frozenset(subject_keys))
                unread = decider.look_back(batch.dated_spends())
                if unread:
                    await load.load_later(raw, programme, unread)
                draft = Draft(decider)
                await batch.decide(connection, draft, self._database.long_work)
                await store.store(connection, draft)
                decider.look_ahead()
        if decider is not None:
            self._memory.remember(book_id, decider.sheet.lanes)
        batch.answer_twins()

    async def _load_wallets(
        self,
        raw: asyncpg.Connection,
        book_id: int,
        states: dict[int, LaneState],
        batch: LaneBatch,
    ) -> None:
        """Give the lanes the wallets that a batch looks at: remembered, or read."""
        self._memory.load(book_id, states)
        unknown = batch.unknown_members(states)
        if unknown:
            found = await load.load_wallets(raw, book_id, list(unknown))
            for member, wallet in found.items():
                states[unknown[member]].wallets[member] = wallet
