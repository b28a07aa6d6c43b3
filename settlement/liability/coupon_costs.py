"""What partners have billed for the rights of a programme, by month of the bill."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

_COSTS = text(
    """
    SELECT month, sum(amount_minor)::bigint AS minor FROM settlement.line
    WHERE book_id = :book_id AND month = ANY(:months) AND leg = 'coupon_cost'
        AND currency = :currency
    GROUP BY month
    """
).bindparams(bindparam("months", type_=ARRAY(TEXT)))


async def load_costs(
    connection: AsyncConnection, book_id: int, months: Sequence[str], currency: str
) -> Mapping[str, int]:
    """What was billed for used coupons in each month, in one currency. Reversals are taken off.

    The months are those of the bill, which has a calendar of its own.
    """
    where = {"book_id": book_id, "months": list(months), "currency": currency}
    return {row.month: row.minor for row in await connection.execute(_COSTS, where)}
