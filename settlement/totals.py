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
      AND (CAST(:party_id AS integer) IS NULL OR :party_id IN (home_party_id, supplier_party_id, operator_party_id))
      AND (CAST(:currency AS text) IS NULL OR currency = :currency)
    """
)


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over issued statements. `billed_minor` is coupon cost and platform fee together.

    Amounts add minor units as they are: where `currencies` holds more than one, ask again by currency.
    """

    statements: int
    uses: int
    reversals: int
    late_lines: int
    coupon_cost_minor: int
    platform_fee_minor: int
    billed_minor: int
    currencies: list[str]


async def totals(
    connection: AsyncConnection,
    *,
    month: str | None = None,
    party_id: int | None = None,
    currency: str | None = None,
) -> Totals:
    """Sums over the issued statements of a month, a party (in any part), a currency, or all. One round trip."""
    row = (await connection.execute(_TOTALS, {"month": month, "party_id": party_id, "currency": currency})).one()
    return Totals(*row)
