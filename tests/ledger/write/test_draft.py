"""What a large transaction decided is put into its stored form in portions.

Nothing is stored but what was answered in the end.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import JSON, Database, Ledger
from ledger.asks import Gift, Hold, Issue, Item, Operation, Redeem
from ledger.write import batch, journal
from ledger.write.draft import Draft
from tests.ledger.fixtures import Book

MEMBERS = 40


@pytest.fixture(autouse=True)
def portions(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Portions of some five operations; the records taken by each."""
    monkeypatch.setattr(batch, "LONG_OPERATIONS_MIN", 5)
    monkeypatch.setattr(batch, "OPERATIONS_PER_ROUND", 5)
    monkeypatch.setattr("ledger.write.ticket.OPERATIONS_PER_TICKET_MAX", 5)
    taken: list[int] = []
    take = Draft.take

    def noted(self: Draft) -> None:
        taken.append(len(self.decider.sheet.records))
        take(self)

    monkeypatch.setattr(Draft, "take", noted)
    return taken


def everything_of(member: int, turn: int) -> Operation:
    """Operations that change a wallet again and again.

    It is new, spent to nothing, refused, has points set aside, and gives some away.
    """
    name, key = f"m{member}", f"{member}-{turn}"
    made: list[Operation] = [
        Issue(key=key, member=name, points=10 + member),
        Redeem(key=key, member=name, points=10 + member),
        Redeem(key=key, member=name, points=1_000_000),
        Issue(key=key, member=name, points=30, funder="mall", expires_on=date(2999, 1, 1)),
        Hold(key=key, member=name, points=7),
        Gift(key=key, member=name, to_member=f"m{(member + 1) % (2 * MEMBERS)}", points=5),
        Issue(key=key, member=name, points=2),
    ]
    return made[turn]


async def documents(
    ledger: Ledger, book: Book, operations: Sequence[Operation], **how: Any
) -> list[dict[str, JSON]]:
    return [answer.document() for answer in await ledger.submit(book.programme, operations, **how)]


async def test_what_is_stored_is_what_was_answered_last(
    database: Database, portions: list[int]
) -> None:
    book = await Book.open(database)
    operations = [everything_of(member, turn) for turn in range(7) for member in range(MEMBERS)]
    answers = await documents(Ledger(database), book, operations)

    assert sum(portions) > len(operations), "a gift has two records"
    assert len([taken for taken in portions if taken]) > 20
    await book.assert_sound()
    assert await documents(Ledger(database), book, operations) == answers
    last = {answer["member"]: answer["balance"] for answer in answers}
    # A member who was given points later has more than their own last answer says.
    asked = [f"m{member}" for member in range(1, MEMBERS)]
    assert [(await book.balance(member)).spendable for member in asked] == [
        last[member] for member in asked
    ]


def test_whatever_an_operation_notes_or_an_answer_tells_has_its_column() -> None:
    assert {*journal.ANSWER_COLUMNS, *journal.NOTE_COLUMNS} <= journal.EXTRA_COLUMNS.keys()


class Noting:
    """A companion that adds to the answer of every operation, once all are decided."""

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Nothing to check."""

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Add what a replay must also tell."""
        for item in items:
            item.detail = {"noted": item.index}


async def test_what_a_companion_adds_is_stored_too(database: Database) -> None:
    book = await Book.open(database)
    operations = [Issue(key=f"i{n}", member=f"m{n % MEMBERS}", points=1) for n in range(300)]
    answers = await documents(Ledger(database), book, operations, companion=Noting())

    assert [answer["noted"] for answer in answers] == list(range(300))
    assert await documents(Ledger(database), book, operations, companion=Noting()) == answers
