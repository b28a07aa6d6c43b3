"""Codes on their way between the pool of an offer and the books of the brands that procured it.

A code is either in the pool or in one book. The transaction that puts it into a book takes it out
of the pool, and the other way round. So whoever is killed midway has moved nothing.

Who takes codes passes over those that others have locked, and never waits. Who puts codes back or
withdraws them locks them in the order of their ids first.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BOOLEAN, BYTEA, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

MOVE_CODES_MAX = 10_000
"""The most codes that one transaction moves."""

_OFFERS = bindparam("offer_ids", type_=ARRAY(BIGINT))
_DIGESTS = bindparam("digests", type_=ARRAY(BYTEA))

_LOCK = text(
    """
    SELECT digest, party_key_id, sealed, tail, expires_on, batch FROM catalog.card_code
    WHERE offer_id = :offer_id AND moved_to_book IS NULL AND withdrawn_at IS NULL
        AND (expires_on IS NULL OR expires_on >= :first_day)
    ORDER BY expires_on, code_id LIMIT :quantity FOR NO KEY UPDATE SKIP LOCKED
    """
)

_HAND_OVER = text(
    """
    UPDATE catalog.card_code SET moved_to_book = :book_id, sealed = NULL
    WHERE offer_id = :offer_id AND digest = ANY(:digests)
    """
).bindparams(_DIGESTS)

_LOCK_MOVED = text(
    """
    SELECT code_id FROM catalog.card_code
    WHERE offer_id = :offer_id AND digest = ANY(:digests) ORDER BY code_id FOR NO KEY UPDATE
    """
).bindparams(_DIGESTS)

# One that was withdrawn meanwhile does not come back.
_PUT_BACK = text(
    """
    UPDATE catalog.card_code AS p
    SET moved_to_book = NULL, party_key_id = t.party_key_id,
        sealed = CASE WHEN p.is_recalled OR :withdrawn THEN NULL ELSE t.sealed END,
        withdrawn_at = CASE WHEN p.is_recalled OR :withdrawn THEN now() END, is_recalled = false
    FROM unnest(:digests, :party_key_ids, :sealed) AS t (digest, party_key_id, sealed)
    WHERE p.offer_id = :offer_id AND p.moved_to_book = :book_id AND p.digest = t.digest
    """
).bindparams(
    _DIGESTS,
    bindparam("party_key_ids", type_=ARRAY(INTEGER)),
    bindparam("sealed", type_=ARRAY(BYTEA)),
    bindparam("withdrawn", type_=BOOLEAN),
)

_WITH_CODES = text(
    """
    SELECT wanted.offer_id FROM unnest(:offer_ids) AS wanted (offer_id)
    WHERE EXISTS (SELECT FROM catalog.card_code c WHERE c.offer_id = wanted.offer_id)
    """
).bindparams(_OFFERS)

_FREE = text(
    """
    SELECT wanted.offer_id, (
        SELECT count(*) FROM (
            SELECT FROM catalog.card_code c
            WHERE c.offer_id = wanted.offer_id AND c.moved_to_book IS NULL
                AND c.withdrawn_at IS NULL AND (c.expires_on IS NULL OR c.expires_on >= :first_day)
            LIMIT :limit
        ) AS free
    ) AS codes
    FROM unnest(:offer_ids) AS wanted (offer_id)
    """
).bindparams(_OFFERS)

_BOOKS = text(
    """
    SELECT wanted.book_id FROM unnest(:book_ids) AS wanted (book_id)
    WHERE EXISTS (
        SELECT FROM catalog.card_code c
        WHERE c.moved_to_book = wanted.book_id AND c.offer_id = :offer_id
    )
    ORDER BY wanted.book_id
    """
).bindparams(bindparam("book_ids", type_=ARRAY(INTEGER)))

_RECALLED = text(
    """
    SELECT offer_id, digest FROM catalog.card_code
    WHERE moved_to_book = :book_id AND is_recalled LIMIT :limit
    """
)

_TOLD = text(
    """
    UPDATE catalog.card_code SET is_recalled = false
    WHERE moved_to_book = :book_id AND offer_id = :offer_id AND digest = ANY(:digests)
    """
).bindparams(_DIGESTS)


@dataclass(frozen=True, slots=True)
class SealedCode:
    """A code as it goes from one place to the other. Nobody opens it on its way."""

    digest: bytes
    party_key_id: int
    sealed: bytes = field(repr=False)
    tail: str = field(repr=False)
    expires_on: date | None
    batch: str | None


async def take_from_pool(
    connection: AsyncConnection, book_id: int, offer_id: int, quantity: int, first_day: date
) -> list[SealedCode]:
    """Take up to `quantity` codes out of the pool, those that die first before others.

    Their last day is `first_day` or later. The same transaction puts them into the book. Two round
    trips.
    """
    assert 0 < quantity <= MOVE_CODES_MAX, quantity
    bound = {"offer_id": offer_id, "quantity": quantity, "first_day": first_day}
    rows = (await connection.execute(_LOCK, bound)).all()
    codes = [
        SealedCode(
            bytes(row.digest),
            row.party_key_id,
            bytes(row.sealed),
            row.tail,
            row.expires_on,
            row.batch,
        )
        for row in rows
    ]
    if codes:
        taken = {"book_id": book_id, "offer_id": offer_id, "digests": [c.digest for c in codes]}
        await connection.execute(_HAND_OVER, taken)
    return codes


async def put_back_into_pool(
    connection: AsyncConnection,
    book_id: int,
    offer_id: int,
    codes: Sequence[SealedCode],
    *,
    withdrawn: bool = False,
) -> None:
    """Put codes back that the same transaction takes out of the book. Two round trips.

    Those that are `withdrawn` are forgotten.
    """
    digests = [code.digest for code in codes]
    bound = {
        "book_id": book_id,
        "offer_id": offer_id,
        "digests": digests,
        "party_key_ids": [code.party_key_id for code in codes],
        "sealed": [code.sealed for code in codes],
        "withdrawn": withdrawn,
    }
    await lock_moved(connection, offer_id, digests)
    await connection.execute(_PUT_BACK, bound)


async def lock_moved(connection: AsyncConnection, offer_id: int, digests: Sequence[bytes]) -> None:
    """Lock the pool's rows of these codes in their order. One round trip.

    Who changes them in several steps does this first.
    """
    bound = {"offer_id": offer_id, "digests": list(digests)}
    await connection.execute(_LOCK_MOVED, bound)


async def offers_with_codes(connection: AsyncConnection, offer_ids: Collection[int]) -> list[int]:
    """Those of the offers to which codes were ever sent. One round trip."""
    bound = {"offer_ids": sorted(offer_ids)}
    return list((await connection.execute(_WITH_CODES, bound)).scalars())


async def count_pool(
    connection: AsyncConnection, offer_ids: Collection[int], first_day: date, limit: int
) -> dict[int, int]:
    """How many codes of each offer can be taken out of the pool, up to `limit`. One round trip."""
    bound = {"offer_ids": sorted(offer_ids), "first_day": first_day, "limit": limit}
    return {row.offer_id: row.codes for row in await connection.execute(_FREE, bound)}


async def books_with_codes(
    connection: AsyncConnection, offer_id: int, book_ids: Collection[int]
) -> list[int]:
    """Those of the books that have codes of the offer. One round trip."""
    bound = {"offer_id": offer_id, "book_ids": sorted(book_ids)}
    return list((await connection.execute(_BOOKS, bound)).scalars())


async def load_recalled(
    connection: AsyncConnection, book_id: int, limit: int
) -> dict[int, list[bytes]]:
    """The digests of codes that the book is to withdraw and was not told of, by offer."""
    bound = {"book_id": book_id, "limit": limit}
    found: dict[int, list[bytes]] = {}
    for row in await connection.execute(_RECALLED, bound):
        found.setdefault(row.offer_id, []).append(bytes(row.digest))
    return found


async def note_recalled(
    connection: AsyncConnection, book_id: int, offer_id: int, digests: Sequence[bytes]
) -> None:
    """The book was told of these. One round trip."""
    bound = {"book_id": book_id, "offer_id": offer_id, "digests": list(digests)}
    await connection.execute(_TOLD, bound)
