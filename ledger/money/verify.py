"""The money books are proved: numbers, keys, the chain, and the two sums that are zero."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.database import NO_TIME_LIMIT, allow_time
from ledger.money.accounts import MoneyAccountInvalid
from ledger.money.read import MoneyBook, load_money_books, stream_money
from ledger.money.transactions import MoneyTransactionInvalid, link, require_sound

DEFECTS_PER_BOOK_MAX = 20

_WITHOUT_BOOK = text(
    """
    SELECT DISTINCT currency FROM ledger.money_entry
    WHERE NOT EXISTS (
        SELECT FROM ledger.money_book WHERE money_book.currency = money_entry.currency
    )
    ORDER BY currency
    """
)
# The first entry of a transaction carries its key and its link. All of them tell the same.
_PARTS = text(
    """
    SELECT seq FROM ledger.money_entry WHERE currency = :currency
    GROUP BY seq HAVING min(part) <> 0 OR max(part) <> count(*) - 1
        OR count(*) FILTER (WHERE (part = 0) <> (key IS NOT NULL)) > 0
        OR count(*) FILTER (WHERE (part = 0) <> (sha256 IS NOT NULL)) > 0
        OR count(DISTINCT (kind, posted_on, document, recorded_at, recorded_by)) > 1
    ORDER BY seq LIMIT :limit
    """
)


async def verify_money(connection: AsyncConnection) -> dict[str, list[str]]:
    """What is wrong in each money book, by currency. Every book is named, also a sound one.

    Run it in a transaction of its own: it asks for one snapshot (REPEATABLE READ), and for no limit
    of time. It never blocks a writer.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await allow_time(connection, NO_TIME_LIMIT)
    found = {
        book.currency: (await _defects(connection, book))[:DEFECTS_PER_BOOK_MAX]
        for book in await load_money_books(connection)
    }
    for row in await connection.execute(_WITHOUT_BOOK):
        found[row.currency] = ["there are entries, and the book is not there"]
    return found


async def _defects(connection: AsyncConnection, book: MoneyBook) -> list[str]:
    where = {"currency": book.currency, "limit": DEFECTS_PER_BOOK_MAX}
    defects = [
        f"transaction {row.seq}: its entries do not belong together"
        for row in await connection.execute(_PARTS, where)
    ]
    expected, head, is_unbroken = 1, b"", True
    async for posted in stream_money(connection, book.currency):
        seq = posted.recorded.seq
        if seq != expected:
            defects.append(f"transaction {expected}: missing")
        expected = seq + 1
        try:
            require_sound(posted.transaction)
        except (MoneyTransactionInvalid, MoneyAccountInvalid) as error:
            defects.append(f"transaction {seq}: {error}")
        computed = link(head, book.currency, posted.recorded, posted.transaction)
        if is_unbroken and computed != posted.sha256:
            # What comes after hangs on it, and tells nothing new.
            is_unbroken = False
            defects.append(f"transaction {seq}: does not follow from its chain")
        head = computed
    if expected - 1 != book.last_seq:
        defects.append(f"the book counts {book.last_seq} transactions, and has {expected - 1}")
    if is_unbroken and head != book.head_sha256:
        defects.append("the head of the chain is another one")
    return defects
