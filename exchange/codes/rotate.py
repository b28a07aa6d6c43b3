"""A new key for the card codes of a party: all of them are sealed with it.

A code of a party is sealed with the newest of the party's keys. A rotation makes one more, and then
opens and seals each code anew: page by page, first in the pool and then in the books. Each page is
a transaction, so it may stop anywhere, and the same command goes on: while a code is left that an
older key has sealed, no further key is made.

A code that goes from one place to the other meanwhile may be passed by. So all places are gone
through until nothing is found. Digests are made with the first key for good: a code that was sent
before is known again. Files that wait to be imported are opened with the key they were sealed with.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import FindPartyKey, PartyKey
from catalog.codes import reseal_card, reseal_pool
from ledger import Database
from ledger.book import Programme, load_programmes

PAGE_CODES_MAX = 200
"""Few: who redeems meanwhile passes over those that are locked."""

_OLD = text(
    """
    SELECT code_no, offer_id, digest, sealed FROM exchange.card_code
    WHERE book_id = :book_id AND code_no > :after AND party_key_id = ANY(:older)
    ORDER BY code_no LIMIT :limit FOR NO KEY UPDATE
    """
).bindparams(bindparam("older", type_=ARRAY(INTEGER)))

_RESEAL = text(
    """
    UPDATE exchange.card_code AS c SET sealed = t.sealed, party_key_id = :party_key_id
    FROM unnest(:codes, :sealed) AS t (code_no, sealed)
    WHERE c.book_id = :book_id AND c.code_no = t.code_no
    """
).bindparams(bindparam("codes", type_=ARRAY(BIGINT)), bindparam("sealed", type_=ARRAY(BYTEA)))


@dataclass(frozen=True, slots=True)
class CodesRotation:
    """How many codes were sealed anew, and whether it went on with a key that was there."""

    resealed: int
    went_on: bool


AddPartyKey = Callable[[AsyncConnection, int, int], Awaitable[PartyKey]]
"""Makes a party's key of a generation, unless it has that. Only who has the vault can."""


async def rotate_codes(
    database: Database, find_key: FindPartyKey, add_key: AddPartyKey, party_id: int
) -> CodesRotation:
    """Seal all card codes of a party with a new key, or go on with that.

    Raises:
        VaultBroken: no known key of the vault decrypts the party's keys.
        SealBroken: a code cannot be opened. Those before it are sealed anew.
    """
    async with database.transaction() as connection:
        key = await find_key(connection, party_id)
        programmes = await load_programmes(connection)
    resealed = await _reseal(database, key, programmes)
    if resealed:
        return CodesRotation(resealed, went_on=True)
    async with database.transaction() as connection:
        key = await add_key(connection, party_id, len(key.older) + 2)
    while more := await _reseal(database, key, programmes):
        resealed += more
    return CodesRotation(resealed, went_on=False)


async def _reseal(database: Database, key: PartyKey, programmes: Sequence[Programme]) -> int:
    """Seal with the newest key what an older one has sealed. Returns how many it were."""
    if not key.older:
        return 0
    resealed = 0
    after: int | None = 0
    while after is not None:
        async with database.transaction() as connection:
            count, after = await reseal_pool(connection, key, after, PAGE_CODES_MAX)
        resealed += count
    for programme in programmes:
        after = 0
        while after is not None:
            async with database.transaction() as connection:
                count, after = await _reseal_page(connection, key, programme.book_id, after)
            resealed += count
    return resealed


async def _reseal_page(
    connection: AsyncConnection, key: PartyKey, book_id: int, after: int
) -> tuple[int, int | None]:
    bound = {
        "book_id": book_id,
        "after": after,
        "older": list(key.older),
        "limit": PAGE_CODES_MAX,
    }
    rows = (await connection.execute(_OLD, bound)).all()
    if rows:
        changed = {
            "book_id": book_id,
            "party_key_id": key.party_key_id,
            "codes": [row.code_no for row in rows],
            "sealed": [
                reseal_card(bytes(row.sealed), row.offer_id, bytes(row.digest), key) for row in rows
            ],
        }
        await connection.execute(_RESEAL, changed)
    return len(rows), rows[-1].code_no if len(rows) == PAGE_CODES_MAX else None
