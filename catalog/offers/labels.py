"""Offers by their names, whether or not they are sold any more: for lists of what was."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.offers.terms import Language

_LABELS = text(
    """
    SELECT o.offer_id, o.code, o.supplier_id, s.code AS supplier_code
    FROM catalog.offer o JOIN catalog.party s ON s.party_id = o.supplier_id
    WHERE o.offer_id = ANY (:offer_ids)
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)))

_NAMES = text(
    """
    SELECT DISTINCT ON (offer_id) offer_id,
        coalesce(texts -> CAST(:language AS text) ->> 'name', name) AS name
    FROM catalog.offer_version WHERE offer_id = ANY (:offer_ids)
    ORDER BY offer_id, version DESC
    """
).bindparams(bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("language", type_=TEXT))

_CODES = text(
    """
    SELECT code FROM catalog.offer WHERE supplier_id = :supplier_id ORDER BY code
    """
)


@dataclass(frozen=True, slots=True)
class OfferLabel:
    """What an offer is called, and who supplies it."""

    offer_id: int
    code: str
    supplier_id: int
    supplier_code: str


async def load_labels(
    connection: AsyncConnection, offer_ids: Collection[int]
) -> dict[int, OfferLabel]:
    """The labels of these offers, of those that there are. One statement, and none for none."""
    if not offer_ids:
        return {}
    rows = await connection.execute(_LABELS, {"offer_ids": sorted(offer_ids)})
    return {row.offer_id: OfferLabel(*row) for row in rows}


async def load_names(
    connection: AsyncConnection, offer_ids: Collection[int], language: Language | None
) -> dict[int, str]:
    """The names of these offers, as their latest versions have them. One statement, or none.

    In the language, where the supplier has said the name in it.
    """
    if not offer_ids:
        return {}
    bound = {"offer_ids": sorted(offer_ids), "language": language}
    rows = await connection.execute(_NAMES, bound)
    return {row.offer_id: row.name for row in rows}


async def load_offer_codes(connection: AsyncConnection, supplier_id: int) -> tuple[str, ...]:
    """The codes of all offers that a supplier has ever had."""
    return tuple((await connection.execute(_CODES, {"supplier_id": supplier_id})).scalars())
