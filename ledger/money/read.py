"""What the money books say: balances, transactions, heads. Without a lock."""

from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.money.transactions import MoneyTransaction, Recorded, Transfer

FETCH_ROWS = 1_000
PAGE_MAX = 1_000

COLUMNS = (
    "seq, part, key, kind, posted_on, document, from_account, to_account, amount_minor,"
    " sha256, recorded_at, recorded_by"
)
"""What `gathered` wants of each entry."""


@dataclass(frozen=True, slots=True)
class MoneyBook:
    """The book of a currency: how many transactions it has, and the head of their chain."""

    currency: str
    last_seq: int
    head_sha256: bytes


@dataclass(frozen=True, slots=True)
class Posted:
    """A transaction as it stands in a book."""

    recorded: Recorded
    transaction: MoneyTransaction
    sha256: bytes


_BOOKS = text(
    """
    SELECT currency, last_seq, head_sha256 FROM ledger.money_book ORDER BY currency
    """
)
_BALANCES = text(
    """
    SELECT currency, account, CAST(sum(amount_minor) AS bigint) AS balance_minor FROM (
        SELECT currency, posted_on, to_account AS account, amount_minor FROM ledger.money_entry
        UNION ALL
        SELECT currency, posted_on, from_account, -amount_minor FROM ledger.money_entry
    ) AS side
    WHERE (CAST(:currency AS text) IS NULL OR currency = :currency)
        AND (CAST(:before AS date) IS NULL OR posted_on < :before)
    GROUP BY currency, account ORDER BY currency, account
    """
)
_PAGE = text(
    f"""
    SELECT {COLUMNS} FROM ledger.money_entry
    WHERE currency = :currency AND seq IN (
        SELECT seq FROM ledger.money_entry
        WHERE currency = :currency AND seq > :after AND part = 0
            AND (CAST(:since AS date) IS NULL OR posted_on >= :since)
            AND (CAST(:before AS date) IS NULL OR posted_on < :before)
        ORDER BY seq LIMIT :limit
    )
    ORDER BY seq, part
    """
)
_ALL = text(
    f"""
    SELECT {COLUMNS} FROM ledger.money_entry
    WHERE currency = :currency
        AND (CAST(:since AS date) IS NULL OR posted_on >= :since)
        AND (CAST(:before AS date) IS NULL OR posted_on < :before)
    ORDER BY seq, part
    """
)


_DAYS = text(
    """
    SELECT min(posted_on), max(posted_on) FROM ledger.money_entry WHERE currency = :currency
    """
)


async def load_money_days(connection: AsyncConnection, currency: str) -> tuple[date, date] | None:
    """The first and the last day on which something is posted in a book. None: nothing is."""
    first, last = (await connection.execute(_DAYS, {"currency": currency})).one()
    return None if first is None else (first, last)


async def load_money_books(connection: AsyncConnection) -> list[MoneyBook]:
    """Every money book, in order of currency."""
    rows = await connection.execute(_BOOKS)
    return [MoneyBook(row.currency, row.last_seq, bytes(row.head_sha256)) for row in rows]


async def load_money_balances(
    connection: AsyncConnection, currency: str | None = None, before: date | None = None
) -> dict[tuple[str, str], int]:
    """What each account holds, by (currency, account): all of it, or what was posted before a day.

    An account that nothing was ever moved to or from is not there.
    """
    rows = await connection.execute(_BALANCES, {"currency": currency, "before": before})
    return {(row.currency, row.account): row.balance_minor for row in rows}


async def list_money(
    connection: AsyncConnection,
    currency: str,
    *,
    since: date | None = None,
    before: date | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Posted]:
    """A page of a book's transactions, in order of number: those after `after`.

    A page holds at most PAGE_MAX. `since` and `before` are days on which they are posted.
    """
    page = {"after": after, "limit": max(1, min(limit, PAGE_MAX))}
    where = {"currency": currency, "since": since, "before": before}
    return list(gathered(await connection.execute(_PAGE, {**where, **page})))


async def stream_money(
    connection: AsyncConnection,
    currency: str,
    *,
    since: date | None = None,
    before: date | None = None,
) -> AsyncIterator[Posted]:
    """All transactions of a book, or those of some days, in order of number."""
    where = {"currency": currency, "since": since, "before": before}
    entries: list[Row[Any]] = []
    async with connection.stream(_ALL, where) as rows:
        async for some in rows.partitions(FETCH_ROWS):
            for row in some:
                if entries and row.seq != entries[0].seq:
                    yield _posted(entries)
                    entries = []
                entries.append(row)
    if entries:
        yield _posted(entries)


def gathered(rows: Iterable[Row[Any]]) -> Iterator[Posted]:
    """Entries in order of number and part, put together into their transactions."""
    entries: list[Row[Any]] = []
    for row in rows:
        if entries and row.seq != entries[0].seq:
            yield _posted(entries)
            entries = []
        entries.append(row)
    if entries:
        yield _posted(entries)


def _posted(entries: Sequence[Row[Any]]) -> Posted:
    first = entries[0]
    transfers = tuple(
        Transfer(each.from_account, each.to_account, each.amount_minor) for each in entries
    )
    return Posted(
        Recorded(first.seq, first.recorded_at, first.recorded_by),
        MoneyTransaction(first.key, first.kind, first.posted_on, first.document, transfers),
        bytes(first.sha256 or b""),
    )
