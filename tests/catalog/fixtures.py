"""A small market for the tests of the catalogue: parties and offers in few words."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, create_category, create_party
from catalog.offers import Offer, OfferTerms, publish_offer

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
    """Publish an ordinary offer. `changes` are terms by their names."""
    terms = OfferTerms(f"Coupon {code}", 100, "USD", 20, "direct", START, END, 30)
    return await publish_offer(connection, supplier, code, replace(terms, **changes))
