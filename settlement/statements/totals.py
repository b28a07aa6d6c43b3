"""What the issued statements come to."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_TOTALS = text(
    """
    SELECT count(*), CAST(coalesce(sum(uses), 0) AS bigint), CAST(coalesce(sum(reversals), 0) AS bigint), CAST(coalesce(sum(late_lines), 0) AS bigint),
        CAST(coalesce(sum(coupon_cost_minor), 0) AS bigint), CAST(coalesce(sum(platform_fee_minor), 0) AS bigint),
        CAST(coalesce(sum(billed_minor), 0) AS bigint), coalesce(array_agg(DISTINCT currency), CAST('{}' AS text[]))
    FROM settlement.statement
    WHERE state NOT IN ('draft', 'under_review')
      AND (CAST(:month AS text) IS NULL OR month = :month)
    """
)


@dataclass(frozen=True, slots=True)
class StatementTotals:
    """Sums over issued statements. `billed_minor` is coupon cost and platform fee together.

    Amounts add minor units as they are: where `currencies` holds more than one, they are no amounts
    of money.
    """

    statements: int
    uses: int
    reversals: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    billed_minor: int
    currencies: list[str]


async def load_totals(connection: AsyncConnection, *, month: str | None = None) -> StatementTotals:
    """Sums over the issued statements of a month, or of all. One round trip."""
    return StatementTotals(*(await connection.execute(_TOTALS, {"month": month})).one())
