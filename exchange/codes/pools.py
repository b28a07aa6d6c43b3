"""What became of an offer's codes, over its pool and all books; and codes that are withdrawn.

A code is withdrawn in two steps. The request marks the codes of the pool, also those that are in a
book, and `settle_recalls` then tells each book, in a transaction of its own. It follows at once,
and the worker does it again: so it is done though the service dies in between. What a coupon has by
then stays with it. Should the coupon give it back later, it goes to nobody else.

Locks: a book's codes, and then their rows in the pool. Whoever moves codes passes over locked ones.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER
from catalog.codes import (
    MOVE_CODES_MAX,
    PoolPart,
    books_with_codes,
    load_recalled,
    lock_moved,
    note_recalled,
    sum_up_pool,
)
from exchange.codes.stock import remove
from ledger import Database
from ledger.book import Programme

_IN_BOOKS = text(
    """
    SELECT batch, expires_on, count(coupon_id) AS given, count(revealed_at) AS revealed,
        count(*) FILTER (WHERE coupon_id IS NULL AND expires_on < :first_day) AS expired
    FROM exchange.card_code WHERE book_id = ANY(:book_ids) AND offer_id = :offer_id
    GROUP BY batch, expires_on
    """
).bindparams(bindparam("book_ids", type_=ARRAY(INTEGER)))

# A redemption may hold one of them. Then we wait, and see it as it is after that.
_LOCK = text(
    """
    SELECT code_no, digest, coupon_id FROM exchange.card_code
    WHERE book_id = :book_id AND offer_id = :offer_id AND digest = ANY(:digests)
    ORDER BY code_no FOR UPDATE
    """
).bindparams(bindparam("digests", type_=ARRAY(BYTEA)))

_RECALL = text(
    """
    UPDATE exchange.card_code SET is_recalled = true
    WHERE book_id = :book_id AND code_no = ANY(:codes) AND coupon_id IS NOT NULL
    """
).bindparams(bindparam("codes", type_=ARRAY(BIGINT)))

CROSS_BOOK: tuple[TextClause, ...] = (_IN_BOOKS,)
"""A supplier sees its codes in all books together, and not which of them a brand has."""


async def sum_up_codes(
    connection: AsyncConnection, offer_id: int, first_day: date, programmes: Sequence[Programme]
) -> list[PoolPart]:
    """How many codes the offer has, by batch and last day. Three round trips.

    `first_day` is the first last day with which a code is given out.
    """
    parts = await sum_up_pool(connection, offer_id, first_day)
    every = [programme.book_id for programme in programmes]
    books = await books_with_codes(connection, offer_id, every)
    bound = {"book_ids": books, "offer_id": offer_id, "first_day": first_day}
    rows = await connection.execute(_IN_BOOKS, bound)
    of_books = {(row.batch, row.expires_on): row for row in rows}
    found = []
    for part in parts:
        row = of_books.get((part.batch, part.expires_on))
        found.append(
            part
            if row is None
            else replace(
                part,
                expired=part.expired + row.expired,
                given=row.given,
                revealed=row.revealed,
            )
        )
    return found


async def settle_recalls(database: Database, programmes: Sequence[Programme]) -> int:
    """Tell each book which of its codes were withdrawn. Returns how many were settled."""
    settled = 0
    for programme in programmes:
        more = True
        while more:
            async with database.transaction(actor=WORKER) as connection:
                recalled = await load_recalled(connection, programme.book_id, MOVE_CODES_MAX)
                for offer_id in sorted(recalled):
                    digests = recalled[offer_id]
                    await _settle(connection, programme.book_id, offer_id, digests)
                count = sum(map(len, recalled.values()))
            settled += count
            more = count == MOVE_CODES_MAX
    return settled


async def _settle(
    connection: AsyncConnection, book_id: int, offer_id: int, digests: Sequence[bytes]
) -> None:
    bound = {"book_id": book_id, "offer_id": offer_id, "digests": list(digests)}
    rows = (await connection.execute(_LOCK, bound)).all()
    free = [row.code_no for row in rows if row.coupon_id is None]
    given = [row for row in rows if row.coupon_id is not None]
    await lock_moved(connection, offer_id, digests)
    if free:
        await remove(connection, book_id, offer_id, free, withdrawn=True)
    if given:
        codes = [row.code_no for row in given]
        await connection.execute(_RECALL, {"book_id": book_id, "codes": codes})
        told = [bytes(row.digest) for row in given]
        await note_recalled(connection, book_id, offer_id, told)
