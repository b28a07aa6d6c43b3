"""Each line's share of the lines of its period: what it comes to in the end, and the tax in it.

Shares are by the largest remainder, ties in the order of the lines' keys, so they add up to the
whole. Only lines of legs that depend on sums or have tax get one. A reversal in the same month has
none, nor its charge: together they come to nothing. A reversal of an earlier month's charge takes
back what that came to.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time
from settlement.period_lines.add import STEP_TIMEOUT_SECONDS, Progress
from settlement.period_lines.aggregate import KEY, by_offer
from settlement.period_lines.cards import CardOfMonth
from settlement.period_lines.month import SettledPair, settle_month

_KEY = ", ".join(KEY)

# The charges of the month that count, each with the total of its group; where a group has none,
# the leg is only taxed, and the line comes to what it says. Of the tax, the lines share the part
# that is of them: a minimum without a use has the rest.
_SHARED = f"""
    WITH stated AS (
        SELECT * FROM jsonb_to_recordset(CAST(:groups AS jsonb)) AS row (
            card_id integer, leg text, home_party_id integer, supplier_party_id integer,
            payer_party_id integer, payee_party_id integer, operator_party_id integer,
            currency text, offer_id bigint, by_offer boolean, total_minor bigint
        )
    ),
    member AS (
        SELECT line.book_id, line.use_id, line.leg, line.kind, line.amount_minor,
            line.payer_party_id, line.payee_party_id, line.operator_party_id, line.currency,
            line.tax_rate, line.tax_inclusive, stated.total_minor,
            concat_ws(':', line.card_id, line.leg, line.home_party_id, line.supplier_party_id,
                line.payer_party_id, line.payee_party_id, line.operator_party_id, line.currency,
                stated.offer_id) AS part
        FROM settlement.line
        LEFT JOIN settlement.line AS reversal
            ON reversal.book_id = line.book_id AND reversal.use_id = line.use_id
            AND reversal.leg = line.leg AND reversal.kind = 'reversal'
            AND reversal.month = line.month
        LEFT JOIN stated
            ON {" AND ".join(f"stated.{name} = line.{name}" for name in KEY)}
            AND stated.offer_id = CASE WHEN stated.by_offer THEN line.offer_id ELSE 0 END
        WHERE line.month = :month AND line.card_id = ANY(CAST(:cards AS integer[]))
            AND line.kind = 'charge' AND line.leg_number IS NOT NULL AND reversal.book_id IS NULL
            AND (stated.card_id IS NOT NULL OR line.tax_rate IS NOT NULL)
    ),
    weighed AS (
        SELECT *, CASE WHEN sum(amount_minor) OVER whole = 0 THEN 1 ELSE amount_minor END
            AS weight, count(*) OVER whole AS lines, sum(amount_minor) OVER whole AS lines_minor
        FROM member WINDOW whole AS (PARTITION BY part, total_minor IS NULL)
    ),
    shared AS (
        SELECT *,
            CAST(total_minor AS numeric) * weight AS product,
            CASE WHEN lines_minor = 0 THEN CAST(lines AS numeric) ELSE lines_minor END AS whole
        FROM weighed
    ),
    effective AS (
        SELECT *, CASE WHEN total_minor IS NULL THEN amount_minor ELSE
            div(product, whole) + CASE WHEN row_number() OVER (
                PARTITION BY part ORDER BY mod(product, whole) DESC,
                    book_id, use_id COLLATE "C", leg COLLATE "C"
            ) <= total_minor - sum(div(product, whole)) OVER (PARTITION BY part)
            THEN 1 ELSE 0 END END AS effective_minor
        FROM shared
    ),
    billed AS (
        SELECT *, sum(effective_minor) OVER invoice AS invoice_minor
        FROM effective
        LEFT JOIN (
            SELECT payer_party_id AS payer, payee_party_id AS payee, operator_party_id AS operator,
                currency AS tax_currency, tax_rate AS rate, tax_inclusive AS is_inclusive,
                CAST(calculation ->> 'tax_minor' AS bigint) AS whole_tax_minor,
                CAST(calculation ->> 'of_minor' AS numeric) AS of_minor
            FROM settlement.period_line WHERE month = :month AND kind = 'tax'
        ) AS tax ON payer = payer_party_id AND payee = payee_party_id
            AND operator = operator_party_id AND tax_currency = currency AND rate = tax_rate
            AND is_inclusive = tax_inclusive
        WINDOW invoice AS (
            PARTITION BY payer_party_id, payee_party_id, operator_party_id, currency, tax_rate,
                tax_inclusive
        )
    ),
    taxed AS (
        SELECT *, effective_minor * tax_minor AS tax_product FROM (
            SELECT *, CASE WHEN of_minor = 0 THEN 0
                ELSE coalesce(round(whole_tax_minor * invoice_minor / of_minor), 0)
                END AS tax_minor
            FROM billed
        ) AS due
    )
    SELECT book_id, use_id, leg, kind, CAST(:month AS text) AS month, effective_minor,
        CASE WHEN tax_rate IS NULL OR invoice_minor = 0 THEN 0 ELSE
            div(tax_product, invoice_minor) + CASE WHEN row_number() OVER (
                PARTITION BY payer_party_id, payee_party_id, operator_party_id, currency, tax_rate,
                    tax_inclusive
                ORDER BY mod(tax_product, invoice_minor) DESC,
                    book_id, use_id COLLATE "C", leg COLLATE "C"
            ) <= tax_minor - sum(div(tax_product, invoice_minor)) OVER (
                PARTITION BY payer_party_id, payee_party_id, operator_party_id, currency, tax_rate,
                    tax_inclusive
            ) THEN 1 ELSE 0 END END AS tax_minor
    FROM taxed
"""

_TAKEN_BACK = """
    SELECT line.book_id, line.use_id, line.leg, line.kind, line.month,
        -allocation.effective_minor AS effective_minor, -allocation.tax_minor AS tax_minor
    FROM settlement.line JOIN settlement.allocation
        ON allocation.book_id = line.book_id AND allocation.use_id = line.use_id
        AND allocation.leg = line.leg AND allocation.kind = 'charge'
        AND allocation.month <> line.month
    WHERE line.month = :month AND line.kind = 'reversal'
        AND line.card_id = ANY(CAST(:cards AS integer[]))
"""

_COLUMNS = "book_id, use_id, leg, kind, month, effective_minor, tax_minor"

_ALLOCATE = text(
    f"""
    INSERT INTO settlement.allocation ({_COLUMNS}) {_SHARED} ON CONFLICT DO NOTHING
    """
)

_TAKE_BACK = text(
    f"""
    INSERT INTO settlement.allocation ({_COLUMNS}) {_TAKEN_BACK} ON CONFLICT DO NOTHING
    """
)

_CHANGED = text(
    f"""
    SELECT book_id || ':' || use_id || ':' || leg || ':' || kind
    FROM (SELECT {_COLUMNS} FROM ({_SHARED}) AS shared UNION ALL {_TAKEN_BACK}) AS computed
    FULL JOIN (
        SELECT book_id, use_id, leg, kind, effective_minor AS stored_minor,
            tax_minor AS stored_tax_minor
        FROM settlement.allocation WHERE month = :month
    ) AS stored USING (book_id, use_id, leg, kind)
    WHERE (effective_minor, tax_minor) IS DISTINCT FROM (stored_minor, stored_tax_minor)
    ORDER BY book_id, use_id, leg, kind LIMIT :limit
    """
)

CROSS_BOOK = (_ALLOCATE, _TAKE_BACK, _CHANGED)
"""The statements here that name no book: what is shared is of a contract, of whatever book.

They read lines and write shares beside them, and lock none. Only the month's closer writes them.
"""


async def add_allocations(database: Database, month: str, progress: Progress) -> None:
    """Write the shares of the month's lines. The same again changes nothing.

    The lines of the period are there (`add_period_lines`). One transaction; four round trips.
    """
    async with database.transaction() as connection:
        await allow_time(connection, STEP_TIMEOUT_SECONDS)
        cards, settled = await settle_month(connection, month)
        concerned = _concerned(cards)
        if concerned:
            shared = _asked(month, concerned, settled)
            await connection.execute(_ALLOCATE, shared)
            await connection.execute(_TAKE_BACK, {"month": month, "cards": concerned})
        progress(1, 1)


async def find_changed_shares(
    connection: AsyncConnection,
    month: str,
    cards: Mapping[int, CardOfMonth],
    settled: Sequence[SettledPair],
    limit: int,
) -> list[str]:
    """The lines of a month whose stored shares are not what they would be now. One round trip."""
    asked = _asked(month, _concerned(cards), settled)
    return list((await connection.execute(_CHANGED, {**asked, "limit": limit})).scalars())


def _concerned(cards: Mapping[int, CardOfMonth]) -> list[int]:
    return [
        card_id
        for card_id, each in cards.items()
        if any(leg.counted or leg.tax is not None for leg in each.card.legs)
    ]


def _asked(month: str, cards: list[int], settled: Sequence[SettledPair]) -> dict[str, Any]:
    groups = [group for each in settled if each.settled.parts for group in _groups(each)]
    return {"month": month, "cards": cards, "groups": orjson.dumps(groups).decode()}


def _groups(each: SettledPair) -> list[dict[str, Any]]:
    pair = {name: getattr(each.pair, name) for name in KEY}
    return [
        {**pair, "offer_id": offer, "by_offer": by_offer(each.leg), "total_minor": total}
        for offer, total in each.settled.total_by_offer.items()
    ]
