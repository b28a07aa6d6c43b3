"""What partners have billed for the rights of a programme, by month of the bill."""

from collections.abc import Mapping, Sequence

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.statements.parts import GROSS_SQL

_COSTS = text(
    f"""
    SELECT month, CAST(sum(minor) AS bigint) AS minor FROM (
        SELECT line.month, {GROSS_SQL} AS minor
        FROM settlement.line LEFT JOIN settlement.allocation USING (book_id, use_id, leg, kind)
        WHERE line.book_id = :book_id AND line.month = ANY(:months) AND leg = 'coupon_cost'
            AND line.currency = :currency
        UNION ALL
        SELECT month, amount_minor FROM settlement.period_line
        WHERE of_book_id = :book_id AND month = ANY(:months) AND leg = 'coupon_cost'
            AND currency = :currency AND kind = 'adjustment'
    ) AS billed
    GROUP BY month
    """
).bindparams(bindparam("months", type_=ARRAY(TEXT)))


async def load_costs(
    connection: AsyncConnection, book_id: int, months: Sequence[str], currency: str
) -> Mapping[str, int]:
    """What was billed for used coupons in each month, in one currency. Reversals are taken off.

    It is what lines come to: with their shares of what depends on a month's sums, which are known
    once it is closed, with tax, and with the corrections of single lines. The months are those of
    the bill, which has a calendar of its own.
    """
    where = {"book_id": book_id, "months": list(months), "currency": currency}
    return {row.month: row.minor for row in await connection.execute(_COSTS, where)}
