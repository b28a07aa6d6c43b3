"""The row of `liability_reading`: whoever reads, freezes or approves for a book holds it."""

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.book import Programme
from settlement.liability.stored import Reading, find_reading

_BEGIN = text(
    """
    INSERT INTO settlement.liability_reading (book_id, heads, target)
    VALUES (:book_id, :heads, :heads) ON CONFLICT (book_id) DO NOTHING
    """
).bindparams(bindparam("heads", type_=ARRAY(INTEGER)))

_LOCK = text(
    "SELECT book_id FROM settlement.liability_reading WHERE book_id = :book_id FOR NO KEY UPDATE"
)


async def lock_reading(connection: AsyncConnection, programme: Programme) -> Reading:
    """Hold the book's row until the transaction ends, and say what it says."""
    book_id = programme.book_id
    await connection.execute(_BEGIN, {"book_id": book_id, "heads": [0] * programme.lanes})
    await connection.execute(_LOCK, {"book_id": book_id})
    # Read in a statement of its own: a wait for the lock does not refresh the one that waited.
    reading = await find_reading(connection, book_id)
    assert reading is not None, "the row was made or was there"
    return reading
