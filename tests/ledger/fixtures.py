"""A book to write examples in: one operation at a time, on the book's day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from ledger import Database, Ledger
from ledger.asks import Answer, BatchMode, Operation
from ledger.audit import verify_book
from ledger.book import (
    BALANCE_MAX,
    CONVERSION_RATE_MAX,
    ConsentTerms,
    Programme,
    Rules,
    create_programme,
)
from ledger.decide.wallet import lane_of
from ledger.read import Balance, balance

NEW_YEAR = date(2026, 1, 1)


class Book:
    """A programme in UTC with its rules, and a ledger to submit to."""

    def __init__(self, database: Database, programme: Programme) -> None:
        self.database = database
        self.programme = programme
        self.ledger = Ledger(database)
        self.day = NEW_YEAR
        self._keys = 0

    @classmethod
    async def open(
        cls,
        database: Database,
        rules: Rules | None = None,
        *,
        code: str = "tea-club",
        party_id: int = 1,
    ) -> "Book":
        """Create the programme and its ledger."""
        async with database.transaction() as connection:
            programme = await create_programme(
                connection,
                code=code,
                party_id=party_id,
                name=code,
                time_zone="UTC",
                rules=rules or Rules(),
                lanes=4,
            )
        return cls(database, programme)

    async def do(
        self, kind: type[Operation], member: str = "ann", /, *, key: str = "", **fields: Any
    ) -> Answer:
        """Submit one operation at noon of the book's day, under a new key unless one is given."""
        return (await self.batch(self.make(kind, member, key=key, **fields)))[0]

    def make(
        self, kind: type[Operation], member: str = "ann", /, *, key: str = "", **fields: Any
    ) -> Operation:
        """An operation at noon of the book's day."""
        self._keys += 1
        noon = datetime.combine(self.day, time(12), UTC)
        return kind(key=key or f"k{self._keys}", member=member, occurred_at=noon, **fields)

    async def batch(
        self, *operations: Operation, mode: BatchMode = BatchMode.INDEPENDENT
    ) -> list[Answer]:
        """Submit operations together, and see that the book is sound afterwards."""
        answers = await self.ledger.submit(self.programme, operations, mode=mode)
        await self.assert_sound()
        return answers

    async def balance(self, member: str = "ann") -> Balance:
        """What a member holds at noon of the book's day."""
        async with self.database.transaction() as connection:
            return await balance(
                connection, self.programme, member, datetime.combine(self.day, time(12), UTC)
            )

    async def assert_sound(self) -> None:
        """Verify the book."""
        async with self.database.transaction() as connection:
            assert await verify_book(connection, self.programme) == []


def generous(**changes: Any) -> ConsentTerms:
    """Terms that let in what the tests convert, but for the changes."""
    terms = ConsentTerms(
        numerator=CONVERSION_RATE_MAX,
        denominator=1,
        member_month_points_max=BALANCE_MAX,
        points_max=BALANCE_MAX,
        price_minor=Decimal(0),
        valid_from=date(2000, 1, 1),
    )
    return replace(terms, **changes)


def code(answer: Answer) -> str:
    """The code of an answer's refusal, or "ok"."""
    return "ok" if answer.refusal is None else str(answer.refusal["code"])


def members_by_lane(order: Sequence[int]) -> list[str]:
    """Forty members of each lane of four, in the order of their lanes."""
    found = {
        lane: [f"m{n}" for n in range(1_000) if lane_of(f"m{n}", 4) == lane][:40]
        for lane in range(4)
    }
    return [member for lane in order for member in found[lane]]
