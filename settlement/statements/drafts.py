"""The drafts of a closing month's statements: the sums of its lines and of its period lines.

One statement groups both by payer, payee, operator and currency. What a party owes itself is on
none: a brand's use of its own right, or the fee of an operator that is the brand. A period line
counts so:

- A tax line (kind `tax`) is no price. Its `amount_minor` is the tax that is added to prices, and 0
  where prices include it.
- A correction (`adjustment`, `write_off`) counts as one, whatever leg it corrects.
- Any other is part of its leg, as if the lines of the leg had come to more or less.

`tax_minor` of every period line is tax that is in the bill, whether it was added or included.
"""

from collections.abc import Callable

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time

DRAFT_TIMEOUT_SECONDS = 600

PARTIES = "payer_party_id, payee_party_id, operator_party_id, currency"

SUMS = (
    *("kind", "uses", "reversals", "conversions", "late_lines", "coupon_cost_minor"),
    *("platform_fee_minor", "conversion_minor", "other_minor", "adjustment_minor"),
    *("added_tax_minor", "tax_minor"),
)
"""The columns of a statement that follow from its lines."""

SUMMED = f"""
    SELECT {PARTIES},
        CASE WHEN bool_or(leg = 'coupon_cost') THEN 'coupons'
            WHEN bool_or(leg = 'platform_fee') THEN 'fees'
            WHEN bool_or(leg = 'conversion') THEN 'conversions' ELSE 'other' END AS kind,
        coalesce(max(charges) FILTER (WHERE leg <> 'conversion'), 0) AS uses,
        coalesce(max(reversals), 0) AS reversals,
        coalesce(sum(charges) FILTER (WHERE leg = 'conversion'), 0) AS conversions,
        sum(late_lines) AS late_lines,
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'coupon_cost'), 0)
            AS coupon_cost_minor,
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'platform_fee'), 0)
            AS platform_fee_minor,
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'conversion'), 0) AS conversion_minor,
        coalesce(sum(amount_minor) FILTER (
            WHERE leg NOT IN ('coupon_cost', 'platform_fee', 'conversion')), 0) AS other_minor,
        sum(adjustment_minor) AS adjustment_minor, sum(added_tax_minor) AS added_tax_minor,
        sum(tax_minor) AS tax_minor
    FROM (
        SELECT {PARTIES}, leg,
            count(*) FILTER (WHERE kind = 'charge') AS charges,
            count(*) FILTER (WHERE kind = 'reversal') AS reversals,
            count(*) FILTER (WHERE late) AS late_lines,
            sum(amount_minor) AS amount_minor,
            0 AS adjustment_minor, 0 AS added_tax_minor, 0 AS tax_minor
        FROM settlement.line WHERE month = :month AND payer_party_id <> payee_party_id
        GROUP BY {PARTIES}, leg
        UNION ALL
        SELECT {PARTIES}, leg, 0, 0, 0,
            coalesce(sum(amount_minor) FILTER (
                WHERE kind NOT IN ('tax', 'adjustment', 'write_off')), 0),
            coalesce(sum(amount_minor) FILTER (WHERE kind IN ('adjustment', 'write_off')), 0),
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'tax'), 0),
            sum(tax_minor)
        FROM settlement.period_line
        WHERE month = :month AND payer_party_id <> payee_party_id
        GROUP BY {PARTIES}, leg
    ) AS legs
    GROUP BY {PARTIES}
"""
"""What the statements of a month come to, by its lines and period lines."""

_DRAFT = text(
    f"""
    INSERT INTO settlement.statement (month, recorded_by, {PARTIES}, {", ".join(SUMS)})
    SELECT :month, (SELECT closing_by FROM settlement.period WHERE month = :month),
        {PARTIES}, {", ".join(SUMS)}
    FROM ({SUMMED}) AS summed
    ORDER BY payer_party_id, payee_party_id, operator_party_id, currency COLLATE "C"
    ON CONFLICT (month, {PARTIES}) WHERE state <> 'void' DO NOTHING
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_DRAFT,)
"""The statement here that names no book: a bill is between parties, of whatever book a use is.

It reads lines, which no longer change, and locks none. A cluster sends it to every node.
"""


async def draft(connection: AsyncConnection, month: str) -> None:
    """Draft the statements of a month that are missing. One round trip."""
    await connection.execute(_DRAFT, {"month": month})


async def add_drafts(database: Database, month: str, progress: Callable[[int, int], None]) -> None:
    """Draft the statements of a closing month, in a transaction of its own."""
    progress(0, 1)
    async with database.transaction() as connection:
        await allow_time(connection, DRAFT_TIMEOUT_SECONDS)
        await draft(connection, month)
