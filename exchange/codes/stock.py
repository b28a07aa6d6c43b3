"""The card codes that a book has: taken from the pool as they are needed, and put back.

The redeeming transaction fills up what it misses by itself, so a right is refused only when there
is no code in the book and none in the pool. The worker keeps some more in each book, as far as the
brand's stock goes, and puts back what goes beyond it.

A code is moved in one transaction: it leaves the pool and is in the book, or nothing happened. What
others have locked is passed over, so nobody waits here. Two redemptions of one book that fill up at
once each take some: the worker puts back what was too much.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA, DATE, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import WORKER
from catalog.codes import (
    MOVE_CODES_MAX,
    SealedCode,
    offers_with_codes,
    put_back_into_pool,
    take_from_pool,
)
from catalog.procurement import load_stock
from ledger import Database, Refusal, read_clock
from ledger.book import Programme, programme_day

DAYS_LEFT_MIN = 3
"""A code that dies in fewer days is given to nobody."""
FILL_CODES = 100
"""So many codes a redemption takes from the pool when its book has too few, if there is stock."""
KEPT_CODES = 1_000
"""So many codes the worker keeps in a book for an offer, if there is stock for them."""


class CodesExhausted(Refusal):
    """The supplier has sent no further card code, or those that are left die too soon."""

    code: ClassVar[str] = "codes-exhausted"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is no card code of the offer left."


@dataclass(frozen=True, slots=True)
class CodeNeed:
    """How many codes of an offer are needed now, up to what the brand has of it (`stock`).

    The codes are good on `day` and DAYS_LEFT_MIN days from now.
    """

    quantity: int
    stock: int
    day: date


@dataclass(frozen=True, slots=True)
class HeldCode:
    """A code of the book that is locked for a coupon to come."""

    code_no: int
    expires_on: date | None


_OFFERS = bindparam("offer_ids", type_=ARRAY(BIGINT))

_COUNT = text(
    """
    SELECT wanted.offer_id, (
        SELECT count(*) FROM (
            SELECT FROM exchange.card_code AS c
            WHERE c.book_id = :book_id AND c.offer_id = wanted.offer_id
                AND c.coupon_id IS NULL
                AND (c.expires_on IS NULL OR c.expires_on >= wanted.day)
            LIMIT wanted.quantity
        ) AS free
    ) AS codes
    FROM unnest(:offer_ids, :quantities, :days) AS wanted (offer_id, quantity, day)
    """
).bindparams(
    _OFFERS,
    bindparam("quantities", type_=ARRAY(BIGINT)),
    bindparam("days", type_=ARRAY(DATE)),
)

_INSERT = text(
    """
    INSERT INTO exchange.card_code
        (book_id, offer_id, digest, party_key_id, sealed, tail, expires_on, batch)
    SELECT :book_id, :offer_id, digest, party_key_id, sealed, tail, expires_on, batch
    FROM unnest(:digests, :party_key_ids, :sealed, :tails, :days, :batches)
        AS taken (digest, party_key_id, sealed, tail, expires_on, batch)
    """
).bindparams(
    bindparam("digests", type_=ARRAY(BYTEA)),
    bindparam("party_key_ids", type_=ARRAY(INTEGER)),
    bindparam("sealed", type_=ARRAY(BYTEA)),
    bindparam("tails", type_=ARRAY(TEXT)),
    bindparam("days", type_=ARRAY(DATE)),
    bindparam("batches", type_=ARRAY(TEXT)),
)

# The last to be given out are the first to go back.
_SURPLUS = text(
    """
    SELECT code_no FROM exchange.card_code
    WHERE book_id = :book_id AND offer_id = :offer_id AND coupon_id IS NULL
    ORDER BY expires_on DESC, code_no DESC LIMIT :quantity FOR UPDATE SKIP LOCKED
    """
)

_REMOVE = text(
    """
    DELETE FROM exchange.card_code WHERE book_id = :book_id AND code_no = ANY(:codes)
    RETURNING digest, party_key_id, sealed, tail, expires_on, batch
    """
).bindparams(bindparam("codes", type_=ARRAY(BIGINT)))


def first_last_day(now: datetime, time_zone: str) -> date:
    """The first last day with which a code is given out now. Pure."""
    return programme_day(now, time_zone) + timedelta(days=DAYS_LEFT_MIN)


async def count_codes(
    connection: AsyncConnection, book_id: int, needs: Mapping[int, CodeNeed]
) -> dict[int, int]:
    """How many codes the book has of each offer, counted up to what is needed. One round trip."""
    offers = sorted(needs)
    bound = {
        "book_id": book_id,
        "offer_ids": offers,
        "quantities": [needs[offer_id].quantity for offer_id in offers],
        "days": [needs[offer_id].day for offer_id in offers],
    }
    return {row.offer_id: row.codes for row in await connection.execute(_COUNT, bound)}


async def ready_codes(
    connection: AsyncConnection, book_id: int, time_zone: str, needs: Mapping[int, CodeNeed]
) -> dict[int, int]:
    """Have as many codes in the book as are needed, from the pool if need be.

    Returns how many there are, up to what is needed. Two round trips, and three more for each offer
    of which the book has too few.
    """
    if not needs:
        return {}
    soonest = first_last_day(await read_clock(connection), time_zone)
    needs = {
        offer_id: CodeNeed(need.quantity, need.stock, max(need.day, soonest))
        for offer_id, need in needs.items()
    }
    ready = await count_codes(connection, book_id, needs)
    for offer_id in sorted(needs):
        need = needs[offer_id]
        missing = need.quantity - ready[offer_id]
        if missing > 0:
            more = min(max(missing, min(FILL_CODES, need.stock)), MOVE_CODES_MAX)
            moved = await fill(connection, book_id, offer_id, more, need.day)
            ready[offer_id] = min(ready[offer_id] + moved, need.quantity)
    return ready


async def fill(
    connection: AsyncConnection, book_id: int, offer_id: int, quantity: int, first_day: date
) -> int:
    """Move up to `quantity` codes from the pool into the book. Returns how many came."""
    codes = await take_from_pool(connection, book_id, offer_id, quantity, first_day)
    if codes:
        bound = {
            "book_id": book_id,
            "offer_id": offer_id,
            "digests": [code.digest for code in codes],
            "party_key_ids": [code.party_key_id for code in codes],
            "sealed": [code.sealed for code in codes],
            "tails": [code.tail for code in codes],
            "days": [code.expires_on for code in codes],
            "batches": [code.batch for code in codes],
        }
        await connection.execute(_INSERT, bound)
    return len(codes)


async def put_back(connection: AsyncConnection, book_id: int, offer_id: int, quantity: int) -> int:
    """Move up to `quantity` codes that no coupon has back into the pool. Returns how many went."""
    bound = {"book_id": book_id, "offer_id": offer_id, "quantity": quantity}
    surplus = list((await connection.execute(_SURPLUS, bound)).scalars())
    if surplus:
        await remove(connection, book_id, offer_id, surplus)
    return len(surplus)


async def remove(
    connection: AsyncConnection,
    book_id: int,
    offer_id: int,
    codes: Sequence[int],
    *,
    withdrawn: bool = False,
) -> None:
    """Move these codes of the book, which the caller has locked, into the pool. Two round trips.

    What was withdrawn there meanwhile, or is `withdrawn` here, is forgotten.
    """
    removed = await connection.execute(_REMOVE, {"book_id": book_id, "codes": list(codes)})
    sealed = [SealedCode(*row) for row in removed]
    await put_back_into_pool(connection, book_id, offer_id, sealed, withdrawn=withdrawn)


async def keep_codes(database: Database, programme: Programme) -> int:
    """Have for each offer of a book as many codes as its stock may need soon, and no more.

    Returns how many were moved. One transaction for each offer that is moved, and MOVE_CODES_MAX
    codes in each.
    """
    book_id, moved = programme.book_id, 0
    async with database.transaction() as connection:
        now = await read_clock(connection)
        held = await load_stock(connection, book_id, now)
        offers = await offers_with_codes(connection, held)
        day = first_last_day(now, programme.time_zone)
        most = {
            offer_id: CodeNeed(MOVE_CODES_MAX + KEPT_CODES, held[offer_id].remaining, day)
            for offer_id in offers
        }
        there = await count_codes(connection, book_id, most)
    for offer_id in offers:
        stock = most[offer_id].stock
        missing = min(stock, KEPT_CODES) - there[offer_id]
        surplus = min(there[offer_id] - stock, MOVE_CODES_MAX)
        if missing > 0 or surplus > 0:
            async with database.transaction(actor=WORKER) as connection:
                if missing > 0:
                    moved += await fill(connection, book_id, offer_id, missing, day)
                else:
                    moved += await put_back(connection, book_id, offer_id, surplus)
    return moved
