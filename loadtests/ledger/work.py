"""The work that is measured.

One programme's book, its members, and operations built before the clock starts.
"""

import asyncio
import gc
import hashlib
import itertools
import random
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, SMALLINT

from ledger import Database, Ledger, allow_time, service_url
from ledger.asks import Issue, Operation, Redeem
from ledger.book import Programme, Rules, create_programme
from ledger.book.calendar import months

LANES = 16
ACTOR = 100
"""Whoever asks: a record of the service names somebody, so these do, too."""
BATCH = 1_000
SUBMITTERS = 32
"""Batches handed in at the same time."""
ISSUE_SHARE = 0.7
OPENING_POINTS, ISSUED_POINTS, REDEEMED_POINTS = 1_000, 10, 3
KEY_LENGTH = 20
POOL_SIZE = 10
COUNT_SECONDS_MAX = 600
GARBAGE_OBJECTS = 100_000
"""As in api/app.py, which brings more into the process than is measured."""


class KeyOrder(StrEnum):
    """How the keys of operations come: where the next one goes in the index of keys."""

    ORDERED = "ordered"
    """As an order number does: behind the ones before."""
    RANDOM = "random"
    """As a random identifier does: anywhere."""


_runs = itertools.count(1)


def next_run() -> int:
    """A number of its own for a set of keys."""
    return next(_runs)


def member_name(number: int) -> str:
    return f"member-{number:07d}"


def make_key(order: KeyOrder, run: int, number: int) -> str:
    """A key of 20 characters. No two runs of one bench share a number."""
    if order is KeyOrder.ORDERED:
        return f"{run:06d}{number:014d}"
    return hashlib.blake2b(b"%d-%d" % (run, number), digest_size=KEY_LENGTH // 2).hexdigest()


def build(count: int, members: int, order: KeyOrder, *, run: int | None = None) -> list[Operation]:
    """Operations of the mix, over members drawn evenly. They occur when they are taken."""
    run = next_run() if run is None else run
    draw = random.Random(run)
    operations: list[Operation] = []
    for number in range(count):
        key, member = make_key(order, run, number), member_name(draw.randrange(members))
        if draw.random() < ISSUE_SHARE:
            operations.append(Issue(key=key, member=member, points=ISSUED_POINTS))
        else:
            operations.append(Redeem(key=key, member=member, points=REDEEMED_POINTS))
    return operations


def calm_garbage_collection() -> None:
    """Do as the service does: never look at what was there at the start, seldom at the rest."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)


@dataclass(slots=True)
class Book:
    """A programme of months, open for work."""

    url: str
    database: Database
    ledger: Ledger
    programme: Programme
    members: int


@asynccontextmanager
async def opened(url: str, code: str, members: int, order: KeyOrder) -> AsyncIterator[Book]:
    """A book with all its members' wallets opened, in a migrated database."""
    database = await Database.open(service_url(url), pool_size=POOL_SIZE)
    try:
        async with database.transaction() as connection:
            programme = await create_programme(
                connection,
                code=code,
                party_id=1,
                name=code,
                time_zone="UTC",
                rules=Rules(expiry=months(6)),
                lanes=LANES,
            )
        book = Book(url, database, Ledger(database), programme, members)
        await _open_wallets(book, order)
        yield book
    finally:
        await database.close()


async def _open_wallets(book: Book, order: KeyOrder) -> None:
    run = next_run()
    await in_batches(
        book.ledger,
        book.programme,
        [
            Issue(
                key=make_key(order, run, number), member=member_name(number), points=OPENING_POINTS
            )
            for number in range(book.members)
        ],
    )


async def in_batches(
    ledger: Ledger, programme: Programme, operations: Sequence[Operation]
) -> list[float]:
    """Submit operations in batches, several at a time; the latency of each batch."""
    batches = iter(
        [operations[start : start + BATCH] for start in range(0, len(operations), BATCH)]
    )
    latencies: list[float] = []

    async def submit() -> None:
        for batch in batches:
            before = time.perf_counter()
            await ledger.submit(programme, batch, recorded_by=ACTOR)
            latencies.append(time.perf_counter() - before)

    await asyncio.gather(*(submit() for _ in range(SUBMITTERS)))
    return latencies


async def one_by_one(
    ledger: Ledger, programme: Programme, operations: Sequence[Operation], *, tasks: int
) -> list[float]:
    """Submit each operation by itself from concurrent tasks; the latency of each."""
    waiting = iter(operations)
    latencies: list[float] = []

    async def submit() -> None:
        for operation in waiting:
            before = time.perf_counter()
            await ledger.submit(programme, [operation], recorded_by=ACTOR)
            latencies.append(time.perf_counter() - before)

    await asyncio.gather(*(submit() for _ in range(tasks)))
    return latencies


# Each of these operations is one record. What was recorded after a mark is found by the lanes'
# numbers.
_COUNT = text(
    """
    SELECT count(*) FILTER (WHERE refusal IS NULL), count(refusal),
        count(DISTINCT journal.xmin::text)
    FROM unnest(:lanes, :seqs) AS mark(lane, seq)
    JOIN ledger.journal ON book_id = :book_id AND journal.lane = mark.lane
        AND journal.seq > mark.seq AND part = 0
    """
).bindparams(bindparam("lanes", type_=ARRAY(SMALLINT)), bindparam("seqs", type_=ARRAY(BIGINT)))
_MARK = text("SELECT lane, seq FROM ledger.lane WHERE book_id = :book_id ORDER BY lane")

Mark = dict[int, int]
"""Each lane's last record."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the journal took since a mark."""

    accepted: int
    refused: int
    transactions: int

    @property
    def operations(self) -> int:
        return self.accepted + self.refused


async def mark(book: Book) -> Mark:
    """Where the book's lanes are."""
    async with book.database.transaction() as connection:
        rows = await connection.execute(_MARK, {"book_id": book.programme.book_id})
        return {row[0]: row[1] for row in rows}


async def stored_since(book: Book, before: Mark) -> Stored:
    """Operations recorded since a mark, and the transactions they came in."""
    where = {
        "book_id": book.programme.book_id,
        "lanes": list(before),
        "seqs": list(before.values()),
    }
    async with book.database.transaction() as connection:
        await allow_time(connection, COUNT_SECONDS_MAX)
        row = (await connection.execute(_COUNT, where)).one()
    return Stored(row[0], row[1], row[2])
