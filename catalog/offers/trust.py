"""Whether the operator looks at what a supplier publishes before brands see it."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.parties import Party

_READ = text("SELECT trusted FROM catalog.party WHERE party_id = :party_id")
_SET = text("UPDATE catalog.party SET trusted = :trusted WHERE party_id = :party_id")


async def set_trust(connection: AsyncConnection, supplier: Party, *, is_trusted: bool) -> None:
    """Trust a supplier, or not. One round trip. What it has listed stays listed.

    Raises:
        RoleMissing: the party is not a supplier.
    """
    supplier.require("supplier")
    await connection.execute(_SET, {"party_id": supplier.party_id, "trusted": is_trusted})


async def find_trust(connection: AsyncConnection, supplier: Party) -> bool:
    """Whether a supplier is trusted. One round trip.

    Raises:
        RoleMissing: the party is not a supplier.
    """
    supplier.require("supplier")
    found = await connection.execute(_READ, {"party_id": supplier.party_id})
    return bool(found.scalar_one())
