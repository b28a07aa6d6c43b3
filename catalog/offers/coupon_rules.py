"""What versions of offers say of coupons that members have: given back, given on."""

from collections.abc import Collection

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

_LOAD = text(
    """
    SELECT offer_id, version, return_within_days, gift_hops FROM catalog.offer_version
    JOIN unnest(:offer_ids, :versions) AS wanted (offer_id, version) USING (offer_id, version)
    """
).bindparams(
    bindparam("offer_ids", type_=ARRAY(BIGINT)), bindparam("versions", type_=ARRAY(INTEGER))
)


async def load_coupon_rules(
    connection: AsyncConnection, versions: Collection[tuple[int, int]]
) -> dict[tuple[int, int], tuple[int, int]]:
    """Within how many days a right can be given back, and how often it can be given on.

    By offer and version. 0 stands for never. One round trip.
    """
    wanted = sorted(versions)
    bound = {
        "offer_ids": [offer_id for offer_id, _ in wanted],
        "versions": [version for _, version in wanted],
    }
    return {
        (row.offer_id, row.version): (row.return_within_days, row.gift_hops)
        for row in await connection.execute(_LOAD, bound)
    }
