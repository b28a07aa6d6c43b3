"""How a book is written: concurrent operations gather per lane and are committed together.

Each lane is an ordered log behind one row, `ledger.lane`, which every writer of the lane locks first (`store.lock_lanes`, ascending, so writers
of several lanes cannot wait for each other in a circle). While a transaction of some lanes is in flight, what arrives for them waits and goes
with the next; lanes at rest start at once. In a process one transaction at most writes a lane; between processes the row lock decides.

A process remembers the wallets of the lanes it wrote. They are right as long as the lane's `seq` is the one this process left, because whoever
writes a lane advances it under the lock; otherwise they are read again.

The same key sent to two lanes at once meets the unique key (book_id, key): one transaction fails, runs again, and then finds the stored operation.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import asyncpg
import orjson
import sqlalchemy.exc
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import store
from ledger.companion import Companion, Item
from ledger.database import Database, driver
from ledger.decide import Decider
from ledger.idempotency import KeyReused
from ledger.operations import Answer, Capture, LedgerBusy, Operation, Release
from ledger.programme import Programme
from ledger.refusal import Refusal
from ledger.wallet import HeldPoints, LaneState, Wallet, lane_of

OPERATIONS_PER_TRANSACTION_MAX = 4_000
TRANSACTIONS_PER_BOOK_MAX = 2
TRANSACTIONS_MAX = 6
WAITING_OPERATIONS_MAX = 100_000
REMEMBERED_WALLETS_MAX = 200_000
ATTEMPTS_MAX = 5
ATTEMPT_DELAY_SECONDS = 0.05

log = structlog.get_logger(__name__)


class Submission:
    """Operations handed in together, and the answers so far."""

    __slots__ = ("answers", "companion", "future", "missing", "programme")

    def __init__(self, programme: Programme, count: int, companion: Companion | None) -> None:
        self.programme = programme
        self.companion = companion
        self.answers: list[Answer | None] = [None] * count
        self.missing = count
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def fail(self, error: BaseException) -> None:
        """Have the whole submission fail: none of its answers is known."""
        if not self.future.done():
            self.future.set_exception(error)


class Ticket:
    """One operation waiting for its lane."""

    __slots__ = ("fingerprint", "item", "lane", "submission")

    def __init__(self, submission: Submission, item: Item, lane: int, fingerprint: bytes) -> None:
        self.submission = submission
        self.item = item
        self.lane = lane
        self.fingerprint = fingerprint

    def settle(self, answer: Answer) -> None:
        """Give the answer to whoever waits."""
        submission = self.submission
        submission.answers[self.item.index] = answer
        submission.missing -= 1
        if not submission.missing and not submission.future.done():
            submission.future.set_result(None)


@dataclass(slots=True)
class _Book:
    waiting: OrderedDict[int, deque[Ticket]] = field(default_factory=OrderedDict)
    """Tickets by lane; the lane that waits longest comes first."""
    busy: set[int] = field(default_factory=set)
    running: int = 0
    is_scheduled: bool = False


@dataclass(slots=True)
class _Memory:
    seq: int
    wallets: dict[str, Wallet | None]
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
        self._tasks: set[asyncio.Task[None]] = set()

    async def submit(
        self,
        programme: Programme,
        operations: Sequence[Operation],
        companion: Companion | None,
        payloads: Sequence[object] | None,
    ) -> list[Answer]:
        """Have operations decided and committed; answers in their order, given after the commit.

        Operations of one member keep their order. A cancelled wait does not undo what was handed in.

        Raises:
            LedgerBusy: too many operations wait; nothing was taken in.
        """
        if not operations:
            return []
        if self._waiting + len(operations) > WAITING_OPERATIONS_MAX:
            raise LedgerBusy(f"more than {WAITING_OPERATIONS_MAX} operations would wait", retry_after_seconds=1)
        submission = Submission(programme, len(operations), companion)
        book = self._books.setdefault(programme.book_id, _Book())
        for index, operation in enumerate(operations):
            lane = lane_of(operation.member, programme.lanes)
            item = Item(operation, index, payloads[index] if payloads is not None else None)
            ticket = Ticket(submission, item, lane, operation.fingerprint())
            queue = book.waiting.get(lane)
            if queue is None:
                queue = book.waiting[lane] = deque()
            queue.append(ticket)
        self._waiting += len(operations)
        if not book.is_scheduled:
            # Not at once: whatever else arrives in this turn of the event loop joins the same transaction.
            book.is_scheduled = True
            asyncio.get_running_loop().call_soon(self._dispatch, programme.book_id, book)
        await submission.future
        return [answer for answer in submission.answers if answer is not None]

    def _dispatch(self, book_id: int, book: _Book) -> None:
        book.is_scheduled = False
        while book.running < TRANSACTIONS_PER_BOOK_MAX:
            tickets = self._gather(book)
            if not tickets:
                return
            book.running += 1
            lanes = {ticket.lane for ticket in tickets}
            book.busy |= lanes
            task = asyncio.get_running_loop().create_task(self._run(book_id, book, lanes, tickets))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _gather(self, book: _Book) -> list[Ticket]:
        tickets: list[Ticket] = []
        for lane in [lane for lane in book.waiting if lane not in book.busy]:
            room = OPERATIONS_PER_TRANSACTION_MAX - len(tickets)
            if room <= 0:
                break
            queue = book.waiting.pop(lane)
            if len(queue) <= room:
                tickets.extend(queue)
            else:
                tickets.extend(queue.popleft() for _ in range(room))
                book.waiting[lane] = queue
        self._waiting -= len(tickets)
        return tickets

    async def _run(self, book_id: int, book: _Book, lanes: set[int], tickets: list[Ticket]) -> None:
        try:
            async with self._slots:
                await self._commit_or_split(book_id, tickets)
        finally:
            book.busy -= lanes
            book.running -= 1
            self._dispatch(book_id, book)

    async def _commit_or_split(self, book_id: int, tickets: list[Ticket]) -> None:
        """Commit tickets together; where that fails, each submission by itself, so that one cannot harm another."""
        try:
            await self._commit(book_id, tickets)
        except BaseException as error:
            groups: dict[Submission, list[Ticket]] = {}
            for ticket in tickets:
                groups.setdefault(ticket.submission, []).append(ticket)
            if len(groups) == 1 or _is_everybodys(error):
                for submission in groups:
                    submission.fail(error)
                if not isinstance(error, Refusal):
                    log.exception("lane_transaction_failed", book_id=book_id, operations=len(tickets))
                if not isinstance(error, Exception):
                    raise
                return
            for group in groups.values():
                await self._commit_or_split(book_id, group)

    async def _commit(self, book_id: int, tickets: list[Ticket]) -> None:
        for attempt in range(1, ATTEMPTS_MAX + 1):
            try:
                answers = await self._transact(book_id, tickets)
            except BaseException as error:
                self._forget(book_id, {ticket.lane for ticket in tickets})
                if attempt == ATTEMPTS_MAX or not _is_worth_another_attempt(error):
                    raise
                await asyncio.sleep(ATTEMPT_DELAY_SECONDS * (attempt - 1))
            else:
                for ticket, answer in zip(tickets, answers, strict=True):
                    ticket.settle(answer)
                return

    async def _transact(self, book_id: int, tickets: list[Ticket]) -> list[Answer]:
        async with self._database.transaction() as connection:
            locked, now = await store.lock_lanes(connection, book_id, {ticket.lane for ticket in tickets})
            raw = await driver(connection)
            stored = await store.find_operations(raw, book_id, [ticket.item.operation.key for ticket in tickets])
            answers: dict[int, Answer] = {}
            fresh: list[tuple[int, Ticket]] = []
            twins: list[tuple[int, Ticket, int]] = []
            first: dict[str, int] = {}
            for position, ticket in enumerate(tickets):
                operation = ticket.item.operation
                row = stored.get(operation.key)
                if row is not None:
                    same = bytes(row["fingerprint"]) == ticket.fingerprint
                    answers[position] = store.stored_answer(operation, row) if same else _key_reused(ticket, now)
                elif operation.key in first:
                    twins.append((position, ticket, first[operation.key]))
                else:
                    first[operation.key] = position
                    fresh.append((position, ticket))
            decider: Decider | None = None
            if fresh:
                decider = Decider(
                    tickets[0].submission.programme,
                    await self._load(raw, book_id, locked, [ticket for _, ticket in fresh]),
                    now,
                )
                await self._decide(connection, raw, decider, fresh, answers)
        if decider is not None:
            self._remember(book_id, decider, {ticket.item.operation.member: ticket.lane for _, ticket in fresh})
        for position, ticket, origin in twins:
            if tickets[origin].fingerprint == ticket.fingerprint:
                answers[position] = replace(answers[origin], replayed=True)
            else:
                answers[position] = _key_reused(ticket, now)
        return [answers[position] for position in range(len(tickets))]

    async def _decide(
        self,
        connection: AsyncConnection,
        raw: asyncpg.Connection,
        decider: Decider,
        fresh: list[tuple[int, Ticket]],
        answers: dict[int, Answer],
    ) -> None:
        companions: dict[Companion, list[Item]] = {}
        for _, ticket in fresh:
            ticket.item.refusal = ticket.item.detail = None
            if ticket.submission.companion is not None:
                companions.setdefault(ticket.submission.companion, []).append(ticket.item)
        for companion, items in companions.items():
            await companion.before(connection, items)
        for position, ticket in fresh:
            answer = decider.decide(ticket.item.operation, ticket.lane, ticket.item.refusal)
            ticket.item.answer = answers[position] = answer
        for companion, items in companions.items():
            accepted = [item for item in items if item.answer.accepted]
            if accepted:
                await companion.after(connection, accepted)
                for item in accepted:
                    # Through JSON and back, so that the first answer is made of what a replay will read.
                    item.answer.detail = orjson.loads(orjson.dumps(item.detail)) if item.detail is not None else None
        await store.store(
            raw,
            fresh[0][1].submission.programme.book_id,
            decider,
            [(ticket.item.operation, answers[position], ticket.fingerprint) for position, ticket in fresh],
        )

    async def _load(
        self, raw: asyncpg.Connection, book_id: int, states: dict[int, LaneState], tickets: list[Ticket]
    ) -> dict[int, LaneState]:
        """The lanes as they stand under their locks: remembered where nobody else wrote, read otherwise."""
        for lane, state in states.items():
            memory = self._memory.get((book_id, lane))
            if memory is not None and memory.seq == state.seq:
                state.wallets = memory.wallets
        unknown = {
            ticket.item.operation.member: ticket.lane
            for ticket in tickets
            if ticket.item.operation.member not in states[ticket.lane].wallets
        }
        if unknown:
            for member, wallet in (await store.load_wallets(raw, book_id, list(unknown))).items():
                states[unknown[member]].wallets[member] = wallet
        holds: dict[str, set[int]] = {}
        for ticket in tickets:
            if isinstance(ticket.item.operation, (Capture, Release)):
                holds.setdefault(ticket.item.operation.hold_key, set()).add(ticket.lane)
        if holds:
            found: dict[str, HeldPoints] = await store.load_holds(raw, book_id, list(holds))
            for key, hold in found.items():
                for lane in holds[key]:
                    states[lane].holds[key] = hold
        return states

    def _remember(self, book_id: int, decider: Decider, members: dict[str, int]) -> None:
        """Keep what the lanes hold after the commit: what was loaded for them, overlaid with what was decided."""
        self._forget(book_id, set(decider.lanes))
        for member, wallet in decider.wallets.items():
            decider.lanes[members[member]].wallets[member] = wallet
        for lane, state in decider.lanes.items():
            self._memory[book_id, lane] = _Memory(state.seq, state.wallets, len(state.wallets))
            self._remembered += len(state.wallets)
        while self._remembered > REMEMBERED_WALLETS_MAX:
            _, memory = self._memory.popitem(last=False)
            self._remembered -= memory.count

    def _forget(self, book_id: int, lanes: set[int]) -> None:
        for lane in lanes:
            memory = self._memory.pop((book_id, lane), None)
            if memory is not None:
                self._remembered -= memory.count


RETRIED = (
    asyncpg.UniqueViolationError,  # a key that another lane stored meanwhile: the next attempt finds it
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,  # the server restarts
    asyncpg.InterfaceError,
    ConnectionError,
)


# The database is away, or everything waits for something else: no submission of the transaction is to blame.
EVERYBODYS = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InterfaceError,
    sqlalchemy.exc.TimeoutError,
    OSError,
    TimeoutError,
)


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__


def _is_worth_another_attempt(error: BaseException) -> bool:
    """Whether the same transaction may succeed the next time.

    Another attempt is right even where the connection broke during COMMIT: if that commit took place, the keys are found.
    """
    return any(isinstance(cause, RETRIED) for cause in _causes(error))


def _is_everybodys(error: BaseException) -> bool:
    return not isinstance(error, Exception) or any(isinstance(cause, EVERYBODYS) for cause in _causes(error))


def _key_reused(ticket: Ticket, now: datetime) -> Answer:
    operation = ticket.item.operation
    refusal = KeyReused(f"key {operation.key!r} was first used with another request")
    return Answer(
        operation.key,
        operation.KIND,
        operation.member,
        ticket.lane,
        0,
        operation.amount,
        None,
        now,
        refusal=refusal.document(),
    )
