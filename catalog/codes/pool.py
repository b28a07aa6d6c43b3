"""The codes of an offer as they are stored, until a book takes them.

Codes are added in the order of their digests, so that two who add the same ones at once never wait
in a circle. A code that is there already stays as it is, also a withdrawn one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.codes.card import Card
from catalog.fields import BIGINT_MAX, is_whole
from catalog.offers.read import OfferNotFound
from catalog.parties import Party
from catalog.party_keys import PartyKey
from ledger import Refusal


class OfferTakesNoCodes(Refusal):
    """The offer's rights are no card codes. `fulfilment` says what they are."""

    code: ClassVar[str] = "offer-takes-no-codes"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The offer takes no card codes."


CODES_MAX = 10_000
"""The most codes of one request."""

Arrival = Literal["accepted", "existing"]

_OWN = text(
    """
    SELECT code FROM catalog.offer WHERE offer_id = :offer_id AND supplier_id = :supplier_id
    """
)

# A version that is to come may ask for codes, too.
_TAKING = text(
    """
    SELECT v.fulfilment, v.fulfilment = 'card_code' OR EXISTS (
            SELECT FROM catalog.offer_period p
            JOIN catalog.offer_version e ON e.offer_id = p.offer_id AND e.version = p.version
            WHERE p.offer_id = o.offer_id AND e.fulfilment = 'card_code'
                AND coalesce(upper(p.valid_period) > now(), true)
        ) AS takes_codes
    FROM catalog.offer o
    JOIN catalog.offer_version v ON v.offer_id = o.offer_id AND v.version = o.latest_version
    WHERE o.offer_id = :offer_id
    """
)

_THERE = text(
    """
    SELECT digest FROM catalog.card_code
    WHERE offer_id = :offer_id AND digest = ANY (CAST(:digests AS bytea[]))
    """
)

_ADD = text(
    """
    INSERT INTO catalog.card_code
        (offer_id, digest, party_key_id, sealed, tail, expires_on, batch)
    SELECT :offer_id, digest, :party_key_id, sealed, tail, expires_on, batch
    FROM unnest(
        CAST(:digests AS bytea[]), CAST(:sealed AS bytea[]), CAST(:tails AS text[]),
        CAST(:days AS date[]), CAST(:batches AS text[])
    ) AS given (digest, sealed, tail, expires_on, batch)
    ORDER BY digest
    ON CONFLICT (offer_id, digest) DO NOTHING
    RETURNING digest
    """
)

# A code that dies too soon is given to nobody.
_SUM_UP = text(
    """
    SELECT batch, expires_on, count(*) AS codes, count(withdrawn_at) AS withdrawn,
        count(*) FILTER (
            WHERE withdrawn_at IS NULL AND moved_to_book IS NULL AND expires_on < :first_day
        ) AS expired
    FROM catalog.card_code WHERE offer_id = :offer_id
    GROUP BY batch, expires_on ORDER BY expires_on, batch
    LIMIT :limit
    """
)

# In one order, as all lock who wait for codes of the pool.
_LOCK_ALL = text(
    """
    SELECT count(*) FROM (
        SELECT FROM catalog.card_code
        WHERE offer_id = :offer_id AND withdrawn_at IS NULL AND NOT is_recalled
            AND (CAST(:batch AS text) IS NULL OR batch = :batch)
        ORDER BY code_id FOR NO KEY UPDATE
    ) AS locked
    """
)

# One statement for both: a code that goes into a book or comes back meanwhile is judged anew, as it
# is then.
_WITHDRAW = text(
    """
    WITH changed AS (
        UPDATE catalog.card_code
        SET withdrawn_at = CASE WHEN moved_to_book IS NULL THEN now() END, sealed = NULL,
            is_recalled = moved_to_book IS NOT NULL
        WHERE offer_id = :offer_id AND withdrawn_at IS NULL AND NOT is_recalled
            AND (CAST(:batch AS text) IS NULL OR batch = :batch)
        RETURNING moved_to_book
    )
    SELECT count(*) FILTER (WHERE moved_to_book IS NULL) AS withdrawn,
        count(moved_to_book) AS recalled
    FROM changed
    """
)

PARTS_MAX = 1_000
"""The most parts of a summary: batches by their last day."""


@dataclass(frozen=True, slots=True)
class PoolPart:
    """The codes of one batch with one last day.

    - `codes`: all that were ever sent.
    - `withdrawn`: those that can never be read again.
    - `expired`: those that nobody has, and that die too soon to be given out.
    - `given`, `revealed`: those that a coupon has, and those of them that were shown.
    """

    batch: str | None
    expires_on: date | None
    codes: int
    withdrawn: int
    expired: int
    given: int = 0
    revealed: int = 0

    @property
    def available(self) -> int:
        """Those that can still be given out."""
        return self.codes - self.withdrawn - self.expired - self.given


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """How many codes went at once, and how many are asked back from the books they are in."""

    withdrawn: int
    recalled: int


async def require_own_offer(connection: AsyncConnection, supplier: Party, offer_id: int) -> str:
    """The code of an offer of the supplier, or OfferNotFound. One round trip."""
    values = {"offer_id": offer_id, "supplier_id": supplier.party_id}
    code: str | None = (
        await connection.scalar(_OWN, values) if is_whole(offer_id, 1, BIGINT_MAX) else None
    )
    if code is None:
        raise OfferNotFound(f"{supplier.code} has no offer {offer_id}")
    return code


async def require_codes_offer(connection: AsyncConnection, supplier: Party, offer_id: int) -> None:
    """Refuse an offer whose pool cannot be filled. Two round trips.

    Raises:
        OfferNotFound: the supplier has no such offer.
        OfferTakesNoCodes: none of its versions that are not over gives out card codes.
    """
    code = await require_own_offer(connection, supplier, offer_id)
    row = (await connection.execute(_TAKING, {"offer_id": offer_id})).one()
    if not row.takes_codes:
        raise OfferTakesNoCodes(
            f"offer {code} is no card code, but {row.fulfilment}", fulfilment=row.fulfilment
        )


async def plan_codes(
    connection: AsyncConnection, offer_id: int, key: PartyKey, cards: Sequence[Card]
) -> list[Arrival]:
    """What `add_codes` would do with each of them. One round trip."""
    digests = [card.digest(offer_id, key) for card in cards]
    values = {"offer_id": offer_id, "digests": digests}
    there = {bytes(each) for each in (await connection.execute(_THERE, values)).scalars()}
    return _arrivals(digests, new=set(digests) - there)


async def add_codes(
    connection: AsyncConnection, offer_id: int, key: PartyKey, cards: Sequence[Card]
) -> list[Arrival]:
    """Put codes into the pool of an offer of the key's party. One round trip.

    The later of two alike is `existing`.
    """
    digests = [card.digest(offer_id, key) for card in cards]
    by_digest: dict[bytes, Card] = {}
    for digest, card in zip(digests, cards, strict=True):
        by_digest.setdefault(digest, card)
    values = {
        "offer_id": offer_id,
        "party_key_id": key.party_key_id,
        "digests": list(by_digest),
        "sealed": [card.sealed(offer_id, each, key) for each, card in by_digest.items()],
        "tails": [card.tail for card in by_digest.values()],
        "days": [card.expires_on for card in by_digest.values()],
        "batches": [card.batch for card in by_digest.values()],
    }
    added = {bytes(each) for each in (await connection.execute(_ADD, values)).scalars()}
    return _arrivals(digests, new=added)


async def sum_up_pool(
    connection: AsyncConnection, offer_id: int, first_day: date
) -> list[PoolPart]:
    """How many codes the offer has, by batch and last day. One round trip.

    What became of those that are in a book is for the book to tell. `first_day` is the first last
    day with which a code is given out.
    """
    values = {"offer_id": offer_id, "first_day": first_day, "limit": PARTS_MAX}
    return [PoolPart(**row) for row in (await connection.execute(_SUM_UP, values)).mappings()]


async def withdraw_codes(
    connection: AsyncConnection, offer_id: int, batch: str | None
) -> Withdrawn:
    """Withdraw the codes of a batch, or all of the offer, and forget what they are.

    They stay known by their digests: who sends one again is told that it exists. Those that are in
    a book are marked, and withdrawn there as far as no coupon has them. Two round trips.
    """
    values = {"offer_id": offer_id, "batch": batch}
    await connection.execute(_LOCK_ALL, values)
    row = (await connection.execute(_WITHDRAW, values)).one()
    return Withdrawn(int(row.withdrawn), int(row.recalled))


def _arrivals(digests: Sequence[bytes], *, new: set[bytes]) -> list[Arrival]:
    left = set(new)
    found: list[Arrival] = []
    for digest in digests:
        found.append("accepted" if digest in left else "existing")
        left.discard(digest)
    return found
