"""A programme's rate for prices, and who may have an offer: the versions of both.

The version of an instant is the last that was recorded by then. An advisory lock of the book makes
numbering and inserting one step.
"""

from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.offers.read import find_visible_offer
from catalog.parties import Party
from catalog.pricing.eligible import ANYONE, Who
from catalog.pricing.price import PriceRate
from catalog.pricing.rules import require_declared
from catalog.pricing.terms import require_rate, require_who, who_as_json, who_of


@dataclass(frozen=True, slots=True)
class StatedRate:
    """The newest version of a programme's rate. Version 0 has never been stated.

    None: the programme has no rate.
    """

    version: int
    rate: PriceRate | None


@dataclass(frozen=True, slots=True)
class Access:
    """The newest version of who may have an offer. Version 0 has never been stated."""

    offer_id: int
    version: int
    open_to: Who


_LOCK = text(
    "SELECT pg_advisory_xact_lock(hashtextextended('catalog.price_rate', CAST(:book_id AS int)))"
)
_NEWEST_RATE = text(
    """
    SELECT version, points, minor, step, currency FROM catalog.price_rate
    WHERE book_id = :book_id ORDER BY version DESC LIMIT 1
    """
)
_STATE_RATE = text(
    """
    INSERT INTO catalog.price_rate (book_id, version, points, minor, step, currency)
    VALUES (:book_id, :version, :points, :minor, :step, :currency)
    """
)
_NEWEST_ACCESS = text(
    """
    SELECT version, open_to FROM catalog.offer_access
    WHERE book_id = :book_id AND offer_id = :offer_id ORDER BY version DESC LIMIT 1
    """
)
_STATE_ACCESS = text(
    """
    INSERT INTO catalog.offer_access (book_id, offer_id, version, open_to)
    VALUES (:book_id, :offer_id, :version, CAST(:open_to AS jsonb))
    """
)
_NO_RATE = {"points": None, "minor": None, "step": None, "currency": None}


async def find_rate(connection: AsyncConnection, book_id: int) -> StatedRate:
    """The programme's rate for prices. One round trip."""
    row = (await connection.execute(_NEWEST_RATE, {"book_id": book_id})).one_or_none()
    if row is None:
        return StatedRate(0, None)
    rate = PriceRate(row.points, row.minor, row.step, row.currency) if row.points else None
    return StatedRate(row.version, rate)


async def state_rate(
    connection: AsyncConnection, book_id: int, rate: PriceRate | None
) -> StatedRate:
    """State the programme's rate for prices, or that it has none. It holds at once.

    Saying what holds already makes no new version.

    Raises:
        PriceInvalid, CurrencyInvalid: the rate is malformed.
    """
    if rate is not None:
        require_rate(rate)
    await connection.execute(_LOCK, {"book_id": book_id})
    before = await find_rate(connection, book_id)
    if before.rate == rate:
        return before
    values = {"book_id": book_id, "version": before.version + 1}
    await connection.execute(_STATE_RATE, values | (asdict(rate) if rate else _NO_RATE))
    return StatedRate(before.version + 1, rate)


async def find_access(
    connection: AsyncConnection, book_id: int, brand: Party, offer_id: int
) -> Access:
    """Who of the programme's members may have an offer.

    Raises:
        OfferNotFound: the brand sees no such offer.
    """
    await find_visible_offer(connection, brand, offer_id)
    return await _newest(connection, book_id, offer_id)


async def _newest(connection: AsyncConnection, book_id: int, offer_id: int) -> Access:
    where = {"book_id": book_id, "offer_id": offer_id}
    row = (await connection.execute(_NEWEST_ACCESS, where)).one_or_none()
    if row is None:
        return Access(offer_id, 0, ANYONE)
    return Access(offer_id, row.version, who_of(row.open_to))


async def state_access(
    connection: AsyncConnection, book_id: int, brand: Party, offer_id: int, open_to: Who
) -> Access:
    """State who of the programme's members may have an offer. It holds at once.

    Saying what holds already makes no new version.

    Raises:
        PriceInvalid: the condition is malformed.
        OfferNotFound: the brand sees no such offer.
        TagUnknown, TierUnknown: the condition names what the brand has not declared.
    """
    require_who(open_to)
    await find_visible_offer(connection, brand, offer_id)
    await require_declared(connection, book_id, open_to)
    await connection.execute(_LOCK, {"book_id": book_id})
    before = await _newest(connection, book_id, offer_id)
    if before.open_to == open_to:
        return before
    version = before.version + 1
    where = {"book_id": book_id, "offer_id": offer_id, "version": version}
    await connection.execute(_STATE_ACCESS, {**where, "open_to": who_as_json(open_to)})
    return Access(offer_id, version, open_to)
