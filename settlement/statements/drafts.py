"""The drafts of a closing month's statements: the sums of its lines and of its period lines.

One statement groups both by payer, payee, operator and currency. A period line counts so:

- A tax line (kind `tax`) is no price. Its `amount_minor` is the tax that is added to prices, and 0
  where prices include it.
- A correction (`adjustment`, `write_off`) counts as one, whatever leg it corrects.
- Any other is part of its leg, as if the lines of the leg had come to more or less.

`tax_minor` of every period line is tax that is in the bill, whether it was added or included.
"""

from collections.abc import Awaitable, Callable

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time

DRAFT_TIMEOUT_SECONDS = 600

_PARTIES = "payer_party_id, payee_party_id, operator_party_id, currency"

_DRAFT = text(
    f"""
    INSERT INTO settlement.statement
        (month, {_PARTIES}, kind, uses, reversals, conversions, late_lines, coupon_cost_minor,
        platform_fee_minor, conversion_minor, other_minor, adjustment_minor, added_tax_minor,
        tax_minor)
    SELECT :month, {_PARTIES},
        CASE WHEN bool_or(leg = 'coupon_cost') THEN 'coupons'
            WHEN bool_or(leg = 'platform_fee') THEN 'fees'
            WHEN bool_or(leg = 'conversion') THEN 'conversions' ELSE 'other' END,
        coalesce(max(charges) FILTER (WHERE leg <> 'conversion'), 0),
        coalesce(max(reversals), 0),
        coalesce(sum(charges) FILTER (WHERE leg = 'conversion'), 0),
        sum(late_lines),
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'coupon_cost'), 0),
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'platform_fee'), 0),
        coalesce(sum(amount_minor) FILTER (WHERE leg = 'conversion'), 0),
        coalesce(sum(amount_minor) FILTER (
            WHERE leg NOT IN ('coupon_cost', 'platform_fee', 'conversion')), 0),
        sum(adjustment_minor), sum(added_tax_minor), sum(tax_minor)
    FROM (
        SELECT {_PARTIES}, leg,
            count(*) FILTER (WHERE kind = 'charge') AS charges,
            count(*) FILTER (WHERE kind = 'reversal') AS reversals,
            count(*) FILTER (WHERE late) AS late_lines,
            sum(amount_minor) AS amount_minor,
            0 AS adjustment_minor, 0 AS added_tax_minor, 0 AS tax_minor
        FROM settlement.line WHERE month = :month
        GROUP BY {_PARTIES}, leg
        UNION ALL
        SELECT {_PARTIES}, leg, 0, 0, 0,
            coalesce(sum(amount_minor) FILTER (
                WHERE kind NOT IN ('tax', 'adjustment', 'write_off')), 0),
            coalesce(sum(amount_minor) FILTER (WHERE kind IN ('adjustment', 'write_off')), 0),
            coalesce(sum(amount_minor) FILTER (WHERE kind = 'tax'), 0),
            sum(tax_minor)
        FROM settlement.period_line WHERE month = :month
        GROUP BY {_PARTIES}, leg
    ) AS legs
    GROUP BY {_PARTIES}
    ORDER BY payer_party_id, payee_party_id, operator_party_id, currency COLLATE "C"
    ON CONFLICT (month, {_PARTIES}) WHERE state <> 'void' DO NOTHING
    """
)

CROSS_BOOK: tuple[TextClause, ...] = (_DRAFT,)
"""The statement here that names no book: a bill is between parties, of whatever book a use is.

It reads lines, which no longer change, and locks none. A cluster sends it to every node.
"""


async def draft(connection: AsyncConnection, month: str) -> None:
    """Draft the statements of a month that are missing. One round trip."""
    await connection.execute(_DRAFT, {"month": month})


async def add_drafts(
    database: Database, month: str, progress: Callable[[int, int], Awaitable[None]]
) -> None:
    """Draft the statements of a closing month, in a transaction of its own."""
    await progress(0, 1)
    async with database.transaction() as connection:
        await allow_time(connection, DRAFT_TIMEOUT_SECONDS)
        await draft(connection, month)
