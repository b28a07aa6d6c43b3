"""A worker's round: goes on with what is being frozen, and reads ahead for the next month."""

from sqlalchemy import text

from ledger import Database
from ledger.book import Programme
from ledger.read import heads_of
from settlement.liability.freeze import go_on, is_under_way, read_page
from settlement.liability.reading import page_after
from settlement.liability.reading_lock import lock_reading
from settlement.liability.stored import find_reading, last_frozen

AHEAD_RECORDS_MIN = 50_000
"""So many records wait before they are read ahead. So an overview has few left to read."""

# What was read ahead is read: nothing is being frozen.
_STAND = text("UPDATE settlement.liability_reading SET target = heads WHERE book_id = :book_id")


async def keep_up(database: Database, programme: Programme) -> int:
    """A worker's round for one book: go on with what is being frozen, and read ahead.

    It reads ahead once enough has come together. So an overview and the report of an open month
    have little left to read, and few pages are kept. Returns how many pages it read.
    """
    pages = 0
    while True:
        async with database.transaction() as connection:
            reading = await find_reading(connection, programme.book_id)
            last = await last_frozen(connection, programme.book_id)
        if is_under_way(reading, last):
            pages += await go_on(database, programme)
        elif not await _read_ahead(database, programme):
            return pages
        else:
            pages += 1


async def _read_ahead(database: Database, programme: Programme) -> bool:
    """Read a page if enough is there for one and no month is being frozen."""
    async with database.transaction() as connection:
        reading = await lock_reading(connection, programme)
        last = await last_frozen(connection, programme.book_id)
        there = await heads_of(connection, programme.book_id)
        heads = [there[lane] for lane in sorted(there)]
        waiting = sum(heads) - sum(reading.heads)
        if is_under_way(reading, last) or waiting < AHEAD_RECORDS_MIN:
            return False
        await read_page(connection, programme, reading, page_after(reading.heads, heads), last)
        await connection.execute(_STAND, {"book_id": programme.book_id})
    return True
