"""Transactions as they are posted to the money book of their currency.

Four statements, however many transactions there are: make the book, lock it, look for keys, add.
The book's row is locked (FOR UPDATE) until the caller commits. So numbers are dense, the chain does
not fork, and of two callers with one key the second finds what the first has posted. Whoever posts
in several currencies in one transaction takes them in order of their codes.
"""

from collections.abc import Mapping, Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.money.read import COLUMNS, gathered
from ledger.money.transactions import (
    MoneyTransaction,
    MoneyTransactionInvalid,
    Recorded,
    link,
    require_sound,
)

_MAKE = text(
    """
    INSERT INTO ledger.money_book (currency) VALUES (:currency) ON CONFLICT DO NOTHING
    """
)
_LOCK = text(
    """
    SELECT last_seq, head_sha256, now() AS recorded_at,
        CAST(nullif(current_setting('comity.actor', true), '') AS integer) AS recorded_by
    FROM ledger.money_book WHERE currency = :currency FOR UPDATE
    """
)
_KNOWN = text(
    f"""
    SELECT {COLUMNS} FROM ledger.money_entry
    WHERE currency = :currency AND seq IN (
        SELECT seq FROM ledger.money_entry
        WHERE currency = :currency AND key = ANY (CAST(:keys AS text[]))
    )
    ORDER BY seq, part
    """
)
_ADD = text(
    """
    INSERT INTO ledger.money_entry
        (currency, seq, part, key, kind, posted_on, document, from_account, to_account,
        amount_minor, sha256, recorded_at, recorded_by)
    SELECT :currency, seq, part, key, kind, posted_on, document, from_account, to_account,
        amount_minor, sha256, :recorded_at, :recorded_by
    FROM unnest(
        CAST(:seqs AS bigint[]), CAST(:parts AS integer[]), CAST(:keys AS text[]),
        CAST(:kinds AS text[]), CAST(:days AS date[]), CAST(:documents AS text[]),
        CAST(:from_accounts AS text[]), CAST(:to_accounts AS text[]),
        CAST(:amounts AS bigint[]), CAST(:links AS bytea[])
    ) AS added (seq, part, key, kind, posted_on, document, from_account, to_account,
        amount_minor, sha256)
    """
)
_MOVE_HEAD = text(
    """
    UPDATE ledger.money_book SET last_seq = :last_seq, head_sha256 = :head_sha256
    WHERE currency = :currency
    """
)


async def post_money(
    connection: AsyncConnection, posted: Mapping[str, Sequence[MoneyTransaction]]
) -> int:
    """Post transactions to the books of their currencies, in order. Returns how many are new.

    A key that was posted before with the same content adds nothing.

    Raises:
        MoneyTransactionInvalid: a transaction is not sound, or its key was posted with another
            content.
    """
    count = 0
    for currency in sorted(posted):
        if posted[currency]:
            count += await _post(connection, currency, posted[currency])
    return count


async def _post(
    connection: AsyncConnection, currency: str, transactions: Sequence[MoneyTransaction]
) -> int:
    for transaction in transactions:
        require_sound(transaction)
    if len({transaction.key for transaction in transactions}) != len(transactions):
        raise MoneyTransactionInvalid("two transactions have the same key")
    await connection.execute(_MAKE, {"currency": currency})
    book = (await connection.execute(_LOCK, {"currency": currency})).one()
    known = await _known(connection, currency, transactions)
    added = [each for each in transactions if each.key not in known]
    head, seq = bytes(book.head_sha256), book.last_seq
    links: list[bytes] = []
    for seq, transaction in enumerate(added, start=book.last_seq + 1):
        recorded = Recorded(seq, book.recorded_at, book.recorded_by)
        head = link(head, currency, recorded, transaction)
        links.append(head)
    if added:
        where = {"currency": currency, "recorded_at": book.recorded_at}
        rows = _rows(added, book.last_seq + 1, links)
        await connection.execute(_ADD, {**where, "recorded_by": book.recorded_by, **rows})
        moved = {"currency": currency, "last_seq": seq, "head_sha256": head}
        await connection.execute(_MOVE_HEAD, moved)
    return len(added)


async def _known(
    connection: AsyncConnection, currency: str, transactions: Sequence[MoneyTransaction]
) -> set[str]:
    keys = [transaction.key for transaction in transactions]
    rows = await connection.execute(_KNOWN, {"currency": currency, "keys": keys})
    stored = {entry.transaction.key: entry.transaction for entry in gathered(rows)}
    for transaction in transactions:
        if stored.get(transaction.key, transaction) != transaction:
            raise MoneyTransactionInvalid(f"{transaction.key} was posted with another content")
    return set(stored)


def _rows(
    added: Sequence[MoneyTransaction], first_seq: int, links: Sequence[bytes]
) -> dict[str, list[object]]:
    """The entries, column by column. The first of each transaction carries what belongs to it."""
    entries = [
        (
            first_seq + number,
            part,
            transaction.key if part == 0 else None,
            transaction.kind,
            transaction.posted_on,
            transaction.document,
            *transfer,
            links[number] if part == 0 else None,
        )
        for number, transaction in enumerate(added)
        for part, transfer in enumerate(transaction.transfers)
    ]
    names = (
        *("seqs", "parts", "keys", "kinds", "days", "documents"),
        *("from_accounts", "to_accounts", "amounts", "links"),
    )
    return {
        name: list(column) for name, column in zip(names, zip(*entries, strict=True), strict=True)
    }
