"""What the issued statements come to."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_SUMMED = (
    *("uses", "reversals", "late_lines"),
    *("coupon_cost_minor", "platform_fee_minor", "conversions", "conversion_minor"),
    "billed_minor",
)

_TOTALS = text(
    f"""
    SELECT count(*) AS statements,
        {", ".join(f"CAST(coalesce(sum({name}), 0) AS bigint) AS {name}" for name in _SUMMED)},
        coalesce(array_agg(DISTINCT currency), CAST('{{}}' AS text[])) AS currencies
    FROM settlement.statement
    WHERE state NOT IN ('draft', 'under_review')
      AND (CAST(:month AS text) IS NULL OR month = :month)
    """
)


@dataclass(frozen=True, slots=True)
class StatementTotals:
    """Sums over issued statements. `billed_minor` is all that they owe together.

    Minor units are added up as they are. Where `currencies` holds more than one, the sums are not
    amounts of money.
    """

    statements: int
    uses: int
    reversals: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    conversions: int
    conversion_minor: int
    billed_minor: int
    currencies: list[str]


async def load_totals(connection: AsyncConnection, *, month: str | None = None) -> StatementTotals:
    """Sums over the issued statements of a month, or of all. One round trip."""
    row = (await connection.execute(_TOTALS, {"month": month})).mappings().one()
    return StatementTotals(**row)
