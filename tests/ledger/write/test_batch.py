"""Batches that are decided together, beside others that have a key in common with them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database
from ledger.asks import BatchMode, Capture, Hold, Issue, Item, Redeem
from tests.ledger.fixtures import Book, code


async def test_an_atomic_batch_counts_a_key_that_is_refused_to_another_meanwhile(
    database: Database,
) -> None:
    book = await Book.open(database)
    spend = book.make(Redeem, "zoe", key="spend", points=10)
    give = book.make(Issue, key="give", points=1)
    _, batch = await asyncio.gather(
        book.ledger.submit(book.programme, [spend]),
        book.ledger.submit(book.programme, [give, spend], mode=BatchMode.ATOMIC),
    )
    assert [code(answer) for answer in batch] == ["batch-aborted", "member-not-found"]


async def test_what_one_batch_did_not_try_is_decided_for_another(database: Database) -> None:
    book = await Book.open(database)
    spend = book.make(Redeem, "zoe", key="spend", points=10)
    give = book.make(Issue, key="give", points=1)
    stopped, alone = await asyncio.gather(
        book.ledger.submit(book.programme, [spend, give], mode=BatchMode.STOP_ON_ERROR),
        book.ledger.submit(book.programme, [give]),
    )
    assert [code(answer) for answer in (*stopped, *alone)] == [
        "member-not-found",
        "batch-stopped",
        "ok",
    ]


@dataclass(frozen=True, slots=True)
class Noting:
    """A companion that adds to every answer."""

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Check nothing."""

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Add a note."""
        for item in items:
            item.detail = {"note": "seen"}


async def test_a_companion_adds_to_what_the_ledger_tells(database: Database) -> None:
    book = await Book.open(database)
    await book.batch(book.make(Issue, points=10), book.make(Hold, key="hold", points=5))
    capture = book.make(Capture, hold_key="hold", points=3)
    answers = await book.ledger.submit(book.programme, [capture], companion=Noting())
    assert answers[0].detail == {"released": 2, "note": "seen"}
    assert (await book.batch(capture))[0].document() == answers[0].document()
