"""What a supplier asks of every use of its coupons."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.parties import Party

_SET = text("UPDATE catalog.party SET require_shop = :is_required WHERE party_id = :party_id")


async def set_require_shop(
    connection: AsyncConnection, supplier: Party, *, is_required: bool
) -> None:
    """Have each use name one of the supplier's shops, or not. One round trip.

    Processes that know the supplier's keys follow within a few seconds.

    Raises:
        RoleMissing: the party is not a supplier.
    """
    supplier.require("supplier")
    values = {"party_id": supplier.party_id, "is_required": is_required}
    await connection.execute(_SET, values)
