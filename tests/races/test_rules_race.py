"""Rules that change while points are issued: the old ones or the new, and never a mixture."""

import asyncio
from datetime import date

from ledger import Database
from ledger.asks import Answer, Issue
from ledger.book import (
    DebtPolicy,
    ExpiryKind,
    ExpiryPlan,
    Programme,
    Rules,
    RulesFromDay,
    change_rules_from,
)
from ledger.database import read_clock
from tests.ledger.fixtures import Book
from tests.races.waiting import until_it_waits

OPENED = Rules(expiry=ExpiryPlan(ExpiryKind.DAYS, 100))
CHANGED = RulesFromDay(expiry=ExpiryPlan(ExpiryKind.DAYS, 10), available_after_days=5)


async def change(book: Book, wanted: RulesFromDay) -> Programme:
    """Change the rules from today on."""
    async with book.database.transaction() as connection:
        now = await read_clock(connection)
        return await change_rules_from(connection, book.programme, wanted, since=None, now=now)


async def test_an_issue_follows_what_it_has_read_of_the_programme(database: Database) -> None:
    book = await Book.open(database, OPENED)

    async def give(programme: Programme, key: str) -> Answer:
        (answer,) = await book.ledger.submit(programme, [Issue(key=key, member=key, points=10)])
        return answer

    async with database.transaction() as connection:
        now = await read_clock(connection)
        changed = await change_rules_from(connection, book.programme, CHANGED, since=None, now=now)
        # The change is not committed, and keeps nobody who issues points waiting.
        meanwhile = await give(book.programme, "meanwhile")
        # Who changes something else waits, and then adds to the change.
        other = asyncio.create_task(change(book, RulesFromDay(debt=DebtPolicy.OWE)))
        await until_it_waits(database, other)
    both = await other
    after = await asyncio.gather(*(give(changed, f"after-{number}") for number in range(8)))

    today = changed.rules.dated[0].since
    assert (both.rules.on(today).debt, both.rules.on(today).expiry) == (
        DebtPolicy.OWE,
        CHANGED.expiry,
    )
    book.day = today
    assert _days(meanwhile, today) == 100
    assert {_days(each, today) for each in after} == {10}
    assert (await book.balance("meanwhile")).spendable == 10
    assert {(await book.balance(f"after-{number}")).pending for number in range(8)} == {10}
    await book.assert_sound()


def _days(answer: Answer, today: date) -> int:
    assert answer.expires_on is not None
    return (answer.expires_on - today).days
