"""A book as a plain-text double-entry journal, for auditors who use Beancount or hledger.

Every record that moved points is a transaction, and each of its entries a pair of postings. The
file ends with a balance assertion for every account. It has the balance that the book keeps, not
one added up here. The tool that reads the file recomputes it from the transactions, and complains
where they differ. The same book gives the same file, byte for byte.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.operation import OperationKind
from ledger.audit.plaintext import Beancount, Hledger, Posting, Style, Transaction
from ledger.book.calendar import programme_day
from ledger.book.programme import Programme
from ledger.database import NO_TIME_LIMIT, allow_time
from ledger.decide.wallet import AccountKind

FETCH_ROWS = 1_000
READER_PATIENCE = "10min"
"""How long the reader of an export may pause before the snapshot is given up.

The snapshot keeps the database from cleaning up.
"""


class Format(StrEnum):
    """What an export can be written in."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"


_STYLES: dict[Format, Callable[[str], Style]] = {
    Format.BEANCOUNT: Beancount,
    Format.HLEDGER: Hledger,
}

ACCOUNTS: dict[AccountKind, str] = {
    AccountKind.ISSUANCE: "Expenses:Issuance",
    AccountKind.REDEMPTION: "Income:Redemption",
    AccountKind.BREAKAGE: "Income:Breakage",
    AccountKind.HELD: "Liabilities:Held",
    AccountKind.TRANSIT: "Equity:Transit",
    AccountKind.CLEARING: "Liabilities:Clearing",
    AccountKind.ADJUSTMENT: "Expenses:Adjustment",
    AccountKind.DEBT: "Assets:Debt",
    AccountKind.CONVERTED_OUT: "Income:Converted",
    AccountKind.CONVERTED_IN: "Expenses:Converted",
}
"""What the book's own accounts are called. The accounts of all lanes are one here."""

_OWN_BALANCES = text(
    f"""
    SELECT {", ".join(f"sum({kind.name.lower()})" for kind in ACCOUNTS)}
    FROM ledger.lane WHERE book_id = :book_id
    """
)
_WALLETS = text(
    """
    SELECT account_id, member, merged_into, balance FROM ledger.account
    WHERE book_id = :book_id ORDER BY account_id
    """
)
# Refused operations are not in the file. Their dates, which can be any, do not move its ends.
_SPAN = text(
    """
    SELECT coalesce(min(coalesce(occurred_at, recorded_at)), now()),
        coalesce(max(coalesce(occurred_at, recorded_at)), now())
    FROM ledger.journal WHERE book_id = :book_id AND part = 0 AND refusal IS NULL
    """
)
_ROWS = text(
    """
    SELECT lane, seq, account_id, amount, kind, from_kind, to_kind, available_on, expires_on,
        funder, key, coalesce(occurred_at, recorded_at) AS occurred_at, store, channel, staff,
        reference, detail::text, metadata::text
    FROM ledger.journal WHERE book_id = :book_id ORDER BY lane, seq, part
    """
)


def commodity_of(programme: Programme) -> str:
    """The programme's points as a commodity.

    The letters before the code keep it apart from currencies and from the formats' own words. A
    commodity must begin with a letter.
    """
    return f"PTS-{programme.code.upper()}"


def wallet_name(account_id: int) -> str:
    """What a member's account is called: points owed to members are a liability."""
    return f"Liabilities:Wallets:{account_id}"


async def export_book(
    connection: AsyncConnection, programme: Programme, form: Format
) -> AsyncGenerator[str, None]:
    """The file of a book, in pieces of whole lines.

    Run it in a transaction of its own: all of it is one snapshot (REPEATABLE READ). Server-side
    cursors read a thousand rows at a time. It never blocks a writer.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await allow_time(connection, NO_TIME_LIMIT)
    await connection.execute(
        text(f"SET LOCAL idle_in_transaction_session_timeout = '{READER_PATIENCE}'")
    )
    style = _STYLES[form](commodity_of(programme))
    book = {"book_id": programme.book_id}
    first, last = [
        programme_day(instant, programme.time_zone)
        for instant in (await connection.execute(_SPAN, book)).one()
    ]
    facts = {
        "name": programme.name,
        "unit": programme.rules.unit,
        "display-scale": str(programme.rules.display_scale),
    }
    yield style.head(first, {**facts, "time-zone": programme.time_zone})
    for name in ACCOUNTS.values():
        yield style.opening(first, name, {})
    async for row in _stream(connection, _WALLETS, book):
        yield style.opening(
            first,
            wallet_name(row.account_id),
            {"member": row.member, "merged-into": row.merged_into},
        )
    async for record in _records(connection, book):
        if (transaction := _transaction(record, programme.time_zone)).postings:
            yield style.transaction(transaction)
    yield "\n"
    async for assertion in _assertions(connection, book, style, last + timedelta(days=1)):
        yield assertion


async def _assertions(
    connection: AsyncConnection, book: dict[str, int], style: Style, day: date
) -> AsyncIterator[str]:
    """What every account holds by the book. A credit is above zero there, below in a journal."""
    balances = (await connection.execute(_OWN_BALANCES, book)).one()
    for name, balance in zip(ACCOUNTS.values(), balances, strict=True):
        yield style.assertion(day, name, -int(balance))
    async for row in _stream(connection, _WALLETS, book):
        yield style.assertion(day, wallet_name(row.account_id), -row.balance)


async def _stream(
    connection: AsyncConnection, statement: Any, book: dict[str, int]
) -> AsyncIterator[Row[Any]]:
    async with connection.stream(statement, book) as rows:
        async for some in rows.partitions(FETCH_ROWS):
            for row in some:
                yield row


async def _records(
    connection: AsyncConnection, book: dict[str, int]
) -> AsyncIterator[list[Row[Any]]]:
    """The rows of one record at a time."""
    record: list[Row[Any]] = []
    async for row in _stream(connection, _ROWS, book):
        if record and (row.lane, row.seq) != (record[0].lane, record[0].seq):
            yield record
            record = []
        record.append(row)
    if record:
        yield record


def _transaction(record: Sequence[Row[Any]], time_zone: str) -> Transaction:
    """A record as a transaction; without postings where it moved nothing.

    The record's first row carries what belongs to the whole of it.
    """
    first = record[0]
    occurred_at: datetime = first.occurred_at
    facts = {
        "occurred-at": occurred_at.isoformat(),
        **{
            name: getattr(first, name)
            for name in ("key", "store", "channel", "staff", "reference", "detail", "metadata")
        },
    }
    postings = [posting for row in record if row.amount for posting in _postings(row)]
    title = OperationKind(first.kind).name.lower()
    return Transaction(
        programme_day(occurred_at, time_zone), title, f"{first.lane}-{first.seq}", facts, postings
    )


def _postings(row: Row[Any]) -> Iterator[Posting]:
    """The two sides of an entry; the first of them tells the lot.

    What an account gains in the book is a credit, below zero.
    """
    lot = {
        "available-on": None if row.available_on is None else row.available_on.isoformat(),
        "expires-on": None if row.expires_on is None else row.expires_on.isoformat(),
        "funder": row.funder,
    }
    yield Posting(_account_name(row.from_kind, row.account_id), row.amount, lot)
    yield Posting(_account_name(row.to_kind, row.account_id), -row.amount, {})


def _account_name(kind: int, account_id: int) -> str:
    return wallet_name(account_id) if kind == AccountKind.WALLET else ACCOUNTS[AccountKind(kind)]
