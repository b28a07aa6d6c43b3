"""An offer of one's own: as it stands, and all its versions as they were and will be sold."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import BIGINT_MAX, INTEGER_MAX, is_whole, require_page
from catalog.offers.read import OfferNotFound
from catalog.offers.rows import SELECT, Offer, offer_of
from catalog.parties import Party

_OWN = f"""
    {SELECT}
    WHERE o.offer_id = :offer_id
        AND (o.supplier_id = :supplier_id OR CAST(:supplier_id AS integer) IS NULL)
"""
_LATEST = text(f"{_OWN} AND p.version = o.latest_version")
_VERSIONS = text(f"{_OWN} AND v.version < :before ORDER BY v.version DESC LIMIT :limit")


async def find_own_offer(
    connection: AsyncConnection, supplier: Party | None, offer_id: int
) -> Offer:
    """A supplier's own offer in its latest version. One round trip.

    None in place of a supplier stands for all of them.

    Raises:
        OfferNotFound: there is no such offer, or it is another's.
    """
    if is_whole(offer_id, 1, BIGINT_MAX):
        rows = await connection.execute(_LATEST, _bound(supplier, offer_id))
        if (row := rows.mappings().one_or_none()) is not None:
            return offer_of(row)
    raise OfferNotFound(f"there is no offer {offer_id}")


async def list_versions(
    connection: AsyncConnection,
    supplier: Party | None,
    offer_id: int,
    *,
    before: int | None = None,
    limit: int = 100,
) -> list[Offer]:
    """A page of the versions of a supplier's own offer, the newest first. Two round trips.

    Raises:
        PageOutOfRange: `limit` or `before` is outside the limits.
        OfferNotFound: there is no such offer, or it is another's.
    """
    require_page(before or 0, limit)
    await find_own_offer(connection, supplier, offer_id)
    page = {"before": min(before or INTEGER_MAX, INTEGER_MAX), "limit": limit}
    rows = await connection.execute(_VERSIONS, _bound(supplier, offer_id) | page)
    return [offer_of(row) for row in rows.mappings()]


def _bound(supplier: Party | None, offer_id: int) -> dict[str, int | None]:
    return {
        "supplier_id": None if supplier is None else supplier.party_id,
        "offer_id": offer_id,
    }
