"""What every figure has at hand: the server, the sizes, and books to work on."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from ledger.audit import verify_book
from loadtests.ledger.meter import Sample, measured
from loadtests.ledger.server import Server
from loadtests.ledger.work import (
    Book,
    KeyOrder,
    Stored,
    build,
    calm_garbage_collection,
    in_batches,
    mark,
    opened,
    stored_since,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much work there is."""

    members: int = 100_000
    operations: int = 100_000
    """Of one run of the bulk work."""
    rounds: int = 5
    """Runs of each side of a pair, taken in turns."""
    singles: int = 40_000
    one_member: int = 10_000
    orm_seconds: float = 4.0
    lots: int = 200_000
    growth_entries: int = 20_000_000


QUICK = Sizes(
    members=500,
    operations=2_000,
    rounds=1,
    singles=500,
    one_member=200,
    orm_seconds=0.5,
    lots=1_000,
    growth_entries=0,
)
"""A test of the bench itself: what it measures means nothing."""


class Unsound(Exception):
    """Something was lost, or a book does not add up: figures of such a ledger are worth nothing."""


@dataclass(slots=True)
class Bench:
    """One run of the bench."""

    server: Server
    sizes: Sizes
    order: KeyOrder
    _names: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @asynccontextmanager
    async def book(self, members: int | None = None) -> AsyncIterator[Book]:
        """A book with its members, alone in a database of its own."""
        async with (
            self.server.database(f"bench_{next(self._names)}") as url,
            opened(url, "bench", members or self.sizes.members, self.order) as book,
        ):
            await self.server.settle(url)
            yield book

    async def bulk(self, book: Book, operations: int | None = None) -> tuple[Sample, Stored]:
        """Run the bulk work once.

        Raises:
            Unsound: the journal does not have what was answered, or something was refused.
        """
        work = build(operations or self.sizes.operations, book.members, self.order)
        before = await mark(book)
        calm_garbage_collection()
        with measured(self.server, book.url) as sample:
            sample.latencies = await in_batches(book.ledger, book.programme, work)
            sample.operations = len(work)
        return sample, await self.require_stored(book, before, len(work))

    async def require_stored(self, book: Book, before: dict[int, int], operations: int) -> Stored:
        """See that the journal took so many operations since a mark, and refused none.

        Raises:
            Unsound: it did not.
        """
        stored = await stored_since(book, before)
        if stored.operations != operations or stored.refused:
            raise Unsound(
                f"{operations} operations were sent, {stored.accepted} taken"
                f" and {stored.refused} refused"
            )
        return stored

    async def require_sound(self, book: Book) -> None:
        """Replay the book.

        Raises:
            Unsound: it has a defect.
        """
        async with book.database.transaction() as connection:
            defects = await verify_book(connection, book.programme)
        if defects:
            raise Unsound(f"the book does not add up: {defects[0].check}: {defects[0].where}")
