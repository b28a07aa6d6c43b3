"""What is spent on an earlier day must have been there on that day."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from ledger import Database, Ledger
from ledger.asks import (
    Adjust,
    Answer,
    BatchMode,
    Capture,
    Convert,
    Gift,
    Hold,
    Issue,
    Operation,
    Redeem,
    Release,
    Reverse,
)
from ledger.book import DebtPolicy, ExpiryKind, ExpiryPlan, Rules
from ledger.write import load
from tests.ledger.fixtures import NEW_YEAR, Book, code


async def on(
    book: Book, day: int, kind: type[Operation], member: str = "ann", /, **fields: Any
) -> Answer:
    """Submit one operation, dated on a day of January, by a ledger that remembers nothing."""
    book.day = NEW_YEAR.replace(day=day)
    book.ledger = Ledger(book.database)
    return await book.do(kind, member, **fields)


async def test_a_redemption_spends_no_points_of_a_later_day(database: Database) -> None:
    book = await Book.open(database, Rules(expiry=ExpiryPlan(ExpiryKind.DAYS, 30)))
    await on(book, 15, Issue, points=100, expires_on=date(2026, 12, 31))
    refused = await on(book, 10, Redeem, points=10)
    assert refused.refusal is not None
    assert (code(refused), refused.refusal["spendable"]) == ("insufficient-points", 0)
    assert (await on(book, 1, Issue, points=10)).accepted
    # Now it is there, and the redemption takes it and not what came later.
    assert (await on(book, 10, Redeem, points=10)).accepted
    book.day = date(2026, 2, 1)
    after = await book.balance()
    assert (after.spendable, after.expired) == (100, 0)


SPENDS = [
    pytest.param(Redeem, {"points": 1}, id="redeem"),
    pytest.param(Hold, {"points": 1}, id="hold"),
    pytest.param(Gift, {"points": 1, "to_member": "bob"}, id="gift"),
    pytest.param(Adjust, {"points": -1, "reason": "r", "actor": "a"}, id="adjust"),
    pytest.param(
        Convert,
        {
            "points": 1,
            "to_programme": "x",
            "to_member": "ann",
            "to_book_id": 1,
            "version": 1,
            "credited": 1,
        },
        id="convert",
    ),
]


@pytest.mark.parametrize("is_batch", [False, True], ids=["singly", "in one transaction"])
@pytest.mark.parametrize(("kind", "fields"), SPENDS)
async def test_whatever_spends_points_looks_back(
    database: Database, kind: type[Operation], fields: dict[str, Any], is_batch: bool
) -> None:
    book = await Book.open(database)
    made: list[Operation] = []
    for day, each, more in (
        (3, Issue, {"points": 5}),
        (20, Issue, {"points": 7}),
        (10, Redeem, {"points": 4}),
        (10, kind, fields),
        (10, kind, fields),
        (19, kind, fields),
        (20, kind, fields),
    ):
        book.day = NEW_YEAR.replace(day=day)
        made.append(book.make(each, **more))
    if is_batch:
        answers = await book.batch(*made)
    else:
        answers = []
        for one in made:
            book.ledger = Ledger(database)
            answers += await book.batch(one)
    assert [code(each) for each in answers[3:]] == [
        "ok",
        "insufficient-points",
        "insufficient-points",
        "ok",
    ]


async def test_what_was_spent_on_a_later_day_cannot_be_spent_before_it(
    database: Database,
) -> None:
    book = await Book.open(database)
    await on(book, 1, Issue, points=10)
    await on(book, 10, Redeem, points=8)
    await on(book, 20, Issue, points=50)
    # Ten were there on the 5th, but eight of them are what was spent on the 10th.
    assert code(await on(book, 5, Redeem, points=3)) == "insufficient-points"
    assert (await on(book, 5, Redeem, points=2)).accepted
    assert code(await on(book, 19, Redeem, points=1)) == "insufficient-points"


async def test_points_that_came_back_are_there_from_the_day_they_came_back(
    database: Database,
) -> None:
    book = await Book.open(database)
    await on(book, 1, Issue, points=10)
    await on(book, 2, Hold, key="first", points=4)
    await on(book, 3, Hold, key="second", points=6)
    await on(book, 12, Release, hold_key="first")
    await on(book, 14, Capture, hold_key="second", points=1)
    for day, left in ((11, 0), (12, 4), (13, 4), (14, 9)):
        refused = await on(book, day, Redeem, points=10)
        assert refused.refusal is not None
        assert refused.refusal["spendable"] == left


async def test_a_lot_reversed_on_a_day_before_its_own_takes_nothing_from_the_others(
    database: Database,
) -> None:
    book = await Book.open(database)
    await on(book, 1, Issue, points=5, expires_on=date(2026, 6, 30))
    late = await on(book, 10, Issue, points=15)
    assert (await on(book, 5, Reverse, operation_key=late.key, points=4)).accepted
    refused = await on(book, 5, Redeem, points=6)
    assert refused.refusal is not None
    assert (code(refused), refused.refusal["spendable"]) == ("insufficient-points", 5)
    assert (await on(book, 5, Redeem, points=5)).accepted


async def test_a_gift_is_there_from_the_day_it_was_given(database: Database) -> None:
    book = await Book.open(database)
    await on(book, 1, Issue, points=10)
    await on(book, 8, Gift, to_member="bob", points=6)
    assert code(await on(book, 7, Redeem, "bob", points=1)) == "insufficient-points"
    assert (await on(book, 8, Redeem, "bob", points=6)).accepted


async def test_an_atomic_batch_looks_back_too(database: Database) -> None:
    book = await Book.open(database)
    await on(book, 15, Issue, points=10)
    book.day = NEW_YEAR.replace(day=10)
    early, spent = book.make(Issue, points=3), book.make(Redeem, points=4)
    answers = await book.batch(early, spent, mode=BatchMode.ATOMIC)
    assert [code(each) for each in answers] == ["batch-aborted", "insufficient-points"]
    retried = book.make(Issue, points=3), book.make(Redeem, points=3)
    assert all(each.accepted for each in await book.batch(*retried, mode=BatchMode.ATOMIC))


async def test_points_that_repaid_a_debt_are_not_there_before(database: Database) -> None:
    book = await Book.open(database, Rules(debt=DebtPolicy.OWE))
    await on(book, 1, Issue, key="purchase", points=5)
    await on(book, 2, Redeem, points=5)
    await on(book, 3, Reverse, operation_key="purchase")
    await on(book, 20, Issue, points=30)
    refused = await on(book, 19, Redeem, points=1)
    assert refused.refusal is not None
    assert refused.refusal["spendable"] == 0
    assert (await on(book, 20, Redeem, points=25)).accepted


async def test_only_what_is_out_of_order_costs_a_look_into_the_journal(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    book = await Book.open(database)
    looks: list[int] = []
    load_later = load.load_later

    async def counted(connection: Any, programme: Any, wanted: Any) -> None:
        looks.append(len(wanted))
        await load_later(connection, programme, wanted)

    monkeypatch.setattr(load, "load_later", counted)
    for day in (1, 2, 2, 3):
        await on(book, day, Issue, points=10)
        await on(book, day, Redeem, points=1)
    book.ledger = Ledger(database)
    await book.ledger.submit(book.programme, [Redeem(key="now", member="ann", points=1)])
    assert looks == []
    assert (await on(book, 2, Redeem, points=1)).accepted
    assert looks == [1]


async def test_a_wallet_of_an_earlier_release_is_read_until_its_day_is_known(
    database: Database,
) -> None:
    book = await Book.open(database)
    await on(book, 15, Issue, points=10)
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE ledger.account SET latest_on = NULL"))
    assert code(await on(book, 10, Redeem, points=1)) == "insufficient-points"
    assert (await on(book, 15, Redeem, points=1)).accepted
    await book.ledger.submit(book.programme, [Issue(key="now", member="ann", points=1)])
    async with database.transaction() as connection:
        row = await connection.execute(text("SELECT latest_on IS NOT NULL FROM ledger.account"))
        assert row.scalar_one()
    assert code(await on(book, 14, Redeem, points=1)) == "insufficient-points"
