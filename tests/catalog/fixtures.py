"""A small market for the tests of the catalogue: parties and offers in few words."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, create_category, create_party
from catalog.offers import Offer, publish_offer

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
    terms: dict[str, Any] = {
        "name": f"Coupon {code}",
        "face_value_minor": 100,
        "currency": "USD",
        "points": 20,
        "fulfilment": "direct",
        "valid_from": START,
        "valid_until": END,
        "use_within_days": 30,
    }
    return await publish_offer(connection, supplier, code=code, **(terms | changes))
