"""A small market for the tests of the catalogue: parties and offers in few words."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import (
    EndpointNotFound,
    Party,
    create_category,
    create_party,
    find_endpoint,
    set_endpoint,
)
from catalog.endpoints import Endpoint
from catalog.market import WantedOffers, list_market
from catalog.offers import Offer, OfferTerms, publish_offer
from catalog.pricing import Pricing
from ledger import Refusal

START = datetime(2017, 1, 1, tzinfo=UTC)
MIDYEAR = datetime(2017, 7, 1, tzinfo=UTC)
END = datetime(2018, 1, 1, tzinfo=UTC)
CATEGORIES = (
    "dining",
    "grocery",
    "grocery.fresh",
    "grocery.fresh.fish",
    "grocery.packaged",
    "health",
)


async def build_categories(connection: AsyncConnection) -> None:
    """Create the tree of CATEGORIES."""
    for path in CATEGORIES:
        await create_category(connection, path)


async def trader(connection: AsyncConnection, code: str, category: str | None) -> Party:
    """A brand that is also a supplier."""
    return await create_party(
        connection, code=code, name=code.title(), roles=("brand", "supplier"), category=category
    )


async def offer_of(
    connection: AsyncConnection, supplier: Party, code: str, **changes: Any
) -> Offer:
    """Publish an ordinary offer. `changes` are terms by their names.

    A supplier without an endpoint is given one.
    """
    terms = OfferTerms(f"Coupon {code}", 100, "USD", 20, "direct", START, None, 30)
    if "supplier" in supplier.roles:
        await endpoint_of(connection, supplier)
    return await publish_offer(connection, supplier, code, replace(terms, **changes))


async def endpoint_of(connection: AsyncConnection, supplier: Party) -> Endpoint:
    """The endpoint of the supplier. Nobody listens at one that is made here."""
    try:
        return await find_endpoint(connection, supplier.party_id)
    except EndpointNotFound:
        url = f"https://{supplier.code}.example"
        return await set_endpoint(
            connection, supplier.party_id, url=url, encrypted_secret=b"not a secret"
        )


@dataclass(frozen=True)
class Nobody:
    """Nobody in particular looks at a market in the middle of the year."""

    at: datetime = MIDYEAR
    time_zone: str = "UTC"
    purse: None = None

    async def facts(self, _connection: AsyncConnection, _pricing: Pricing) -> None:
        """Nothing is known of nobody."""

    async def limits(
        self, _connection: AsyncConnection, _offers: Collection[Offer]
    ) -> Mapping[int, Refusal]:
        """No limit is reached."""
        return {}


async def market_page(
    connection: AsyncConnection, buyer: Party, *, limit: int = 10, cursor: str | None = None
) -> tuple[list[Offer], str | None]:
    """A page of what the buyer sees of the market, with what it may procure, in order of id."""
    wanted = WantedOffers(limit=limit, is_all=True, cursor=cursor)
    page, following = await list_market(connection, buyer, buyer.party_id, wanted, Nobody())
    return [each.offer for each in page], following
