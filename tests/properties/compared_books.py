"""The books of a history, and how they are compared with the oracle's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import text

from ledger import Database
from ledger.asks import Answer
from ledger.book import Programme
from ledger.decide.wallet import HoldState
from ledger.read import balances
from tests.properties.drawn_operations import OperationDrawer
from tests.properties.oracle import Oracle
from tests.properties.oracle_book import Ask, Said
from tests.properties.oracle_wallet import Purse, total

ACCOUNTS = (
    "issuance",
    "redemption",
    "breakage",
    "held",
    "transit",
    "clearing",
    "adjustment",
    "debt",
    "converted_out",
    "converted_in",
)
_WALLETS = text(
    """
    SELECT book_id, member, balance, held, debt, slides_until, merged_into, lots, usage
    FROM ledger.account WHERE book_id = ANY(:books)
    """
)
_LANES = text(
    f"""
    SELECT book_id, {", ".join(f"sum({name})::bigint AS {name}" for name in ACCOUNTS)}
    FROM ledger.lane WHERE book_id = ANY(:books) GROUP BY book_id
    """
)
_HOLDS = text(
    """
    SELECT book_id, lane || '-' || seq AS operation, points, state
    FROM ledger.hold WHERE book_id = ANY(:books)
    """
)


@dataclass
class Book:
    """A programme, its oracle, and what was sent and answered."""

    programme: Programme
    drawer: OperationDrawer
    sent: dict[str, tuple[Ask, dict[str, Any]]] = field(default_factory=dict)
    """By key, the operation and its answer's document."""
    operations: dict[str, str] = field(default_factory=dict)
    """The key of each hold and conversion, by its operation's identifier."""
    seen: set[tuple[str, str]] = field(default_factory=set)
    """The records made by workers that the oracle knows of."""

    @property
    def oracle(self) -> Oracle:
        return self.drawer.oracle


def _lots(purse: Purse) -> list[dict[str, Any]]:
    names = ("available_on", "expires_on", "funder", "points")
    found = [
        {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in zip(names, (*lot, points), strict=True)
            if value is not None
        }
        for lot, points in purse.lots.items()
    ]
    return sorted(found, key=repr)


def agree(got: object, expected: object, where: object) -> None:
    """Fail with both values: pytest explains assertions only in modules of tests."""
    if got != expected:
        raise AssertionError(f"{where}: got {got}, expected {expected}")


def compare(book: Book, ask: Ask, expected: Said, answer: Answer) -> None:
    """See that an answer is the oracle's, and that a replay is the first answer to the letter."""
    assert (answer.key, answer.kind.name.lower()) == (ask.key, ask.kind)
    if not expected.is_stored:
        assert answer.operation is None, ask
        return
    got = (answer.points, answer.balance, answer.expires_on, answer.detail or {})
    agree(got, (expected.points, expected.balance, expected.expires_on, expected.detail), ask)
    refusal = answer.refusal or {}
    agree({name: refusal.get(name) for name in expected.extra}, expected.extra, (ask, answer))
    assert answer.replayed == expected.is_replay, ask
    document = answer.document()
    if ask.key in book.sent:
        assert document == book.sent[ask.key][1], ask
    elif expected.code == "ok" and ask.kind in {"hold", "convert"} and answer.operation is not None:
        book.operations[answer.operation] = ask.key
    book.sent.setdefault(ask.key, (ask, document))


async def check_books(database: Database, books: Sequence[Book]) -> None:
    """See that the database has the oracle's wallets, lots, holds and totals.

    What the members of the first book are told is compared, too.
    """
    ids = [book.programme.book_id for book in books]
    first = books[0]
    members = list(first.oracle.state.purses)
    async with database.transaction() as connection:
        wallets = list(await connection.execute(_WALLETS, {"books": ids}))
        lanes = list(await connection.execute(_LANES, {"books": ids}))
        holds = list(await connection.execute(_HOLDS, {"books": ids}))
        told = (
            await balances(connection, first.programme, members, first.drawer.now())
            if members
            else []
        )
    for book in books:
        book_id = book.programme.book_id
        _check_wallets(book, [row for row in wallets if row.book_id == book_id])
        _check_holds(book, [row for row in holds if row.book_id == book_id])
        expected = {name: book.oracle.state.accounts.get(name, 0) for name in ACCOUNTS}
        (row,) = (row for row in lanes if row.book_id == book_id)
        agree({name: getattr(row, name) for name in ACCOUNTS}, expected, book_id)
    _check_balances(first, told)


def _check_wallets(book: Book, rows: list[Any]) -> None:
    purses = book.oracle.state.purses
    assert {row.member for row in rows} == set(purses)
    for row in rows:
        purse = purses[row.member]
        got = (row.balance, row.held, row.debt, row.slides_until, row.merged_into)
        held = book.oracle.held(row.member)
        agree(got, (purse.points(), held, purse.debt, purse.slides_until, purse.into), row.member)
        used = {
            f"{kind}/{window}": [day.isoformat(), points]
            for (kind, window), (day, points) in purse.used.items()
        }
        agree(row.usage or {}, used, row.member)
        agree(sorted(row.lots, key=lambda lot: repr(dict(_named(lot)))), _lots(purse), row.member)


def _check_holds(book: Book, rows: list[Any]) -> None:
    states = {
        "open": HoldState.OPEN,
        "captured": HoldState.CAPTURED,
        "released": HoldState.RELEASED,
    }
    for row in rows:
        aside = book.oracle.state.aside[book.operations[row.operation]]
        assert (row.points, row.state) == (total(aside.parts), states[aside.state]), row.operation
    known = {key for key, aside in book.oracle.state.aside.items() if aside.conversion is None}
    assert known <= {book.operations[row.operation] for row in rows}


def _check_balances(book: Book, found: Sequence[Any]) -> None:
    for balance in found:
        purse, today = book.oracle.state.purses[balance.member], book.drawer.today
        got = (balance.spendable, balance.held, balance.pending, balance.expired, balance.debt)
        held = book.oracle.held(balance.member)
        expected = (
            purse.spendable(today),
            held,
            purse.pending(today),
            purse.dead(today),
            purse.debt,
        )
        agree(got, expected, balance.member)


def _named(lot: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (name, lot[name])
        for name in ("available_on", "expires_on", "funder", "points")
        if name in lot
    ]
