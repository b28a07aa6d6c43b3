"""What the issued statements come to."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_SUMMED = (
    *("conversions", "late_lines", "coupon_cost_minor", "platform_fee_minor"),
    *("conversion_minor", "other_minor", "adjustment_minor", "tax_minor", "billed_minor"),
)

_TOTALS = text(
    f"""
    SELECT count(*) AS statements,
        count(*) FILTER (WHERE kind = 'coupons') AS coupon_statements,
        CAST(coalesce(sum(uses) FILTER (WHERE kind = 'coupons'), 0) AS bigint) AS uses,
        CAST(coalesce(sum(reversals) FILTER (WHERE kind = 'coupons'), 0) AS bigint) AS reversals,
        {", ".join(f"CAST(coalesce(sum({name}), 0) AS bigint) AS {name}" for name in _SUMMED)},
        coalesce(array_agg(DISTINCT currency), CAST('{{}}' AS text[])) AS currencies
    FROM settlement.statement
    WHERE state NOT IN ('draft', 'under_review', 'void')
      AND (CAST(:month AS text) IS NULL OR month = :month)
    """
)


@dataclass(frozen=True, slots=True)
class StatementTotals:
    """Sums over issued statements. `uses` and `reversals` are those of statements of coupons.

    `billed_minor` is all that they owe together.

    Minor units are added up as they are. Where `currencies` holds more than one, the sums are not
    amounts of money.
    """

    statements: int
    coupon_statements: int
    uses: int
    reversals: int
    conversions: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversion_minor: int
    other_minor: int
    adjustment_minor: int
    tax_minor: int
    billed_minor: int
    currencies: list[str]


async def load_totals(connection: AsyncConnection, *, month: str | None = None) -> StatementTotals:
    """Sums over the issued statements of a month, or of all. One round trip."""
    row = (await connection.execute(_TOTALS, {"month": month})).mappings().one()
    return StatementTotals(**row)
