"""The lines of a period as they are written: what depends on sums, then the tax.

Each has an id that follows from what it is: `cap:card:leg:home:supplier:offer`. So a step that is
done again writes the same and changes nothing. The month is closing, so its lines stay as they are.
"""

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database, allow_time
from settlement.money import plain
from settlement.period_lines.aggregate import Taxed, load_taxed
from settlement.period_lines.cards import CardOfMonth
from settlement.period_lines.month import SettledPair, settle_month
from settlement.period_lines.sums import tax_of

STEP_TIMEOUT_SECONDS = 600
GIVEN_BACK = "given_back"
"""The scope of a line that completes reversals of earlier months."""

Progress = Callable[[int, int], None]

_INSERT = text(
    """
    INSERT INTO settlement.period_line
        (month, payer_party_id, payee_party_id, operator_party_id, currency, period_line_id, kind,
        leg, card_id, scope, calculation, amount_minor, tax_rate, tax_inclusive, tax_minor)
    SELECT :month, payer_party_id, payee_party_id, operator_party_id, currency, period_line_id,
        kind, leg, card_id, scope, calculation, amount_minor, tax_rate, tax_inclusive, tax_minor
    FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS row (
        payer_party_id integer, payee_party_id integer, operator_party_id integer, currency text,
        period_line_id text, kind text, leg text, card_id integer, scope text, calculation jsonb,
        amount_minor bigint, tax_rate numeric, tax_inclusive boolean, tax_minor bigint
    )
    ON CONFLICT DO NOTHING
    """
)


async def add_period_lines(database: Database, month: str, progress: Progress) -> None:
    """Write what the sums of the month come to. The same again changes nothing.

    The caller has set the month closing. One transaction; five round trips.
    """
    async with database.transaction() as connection:
        await allow_time(connection, STEP_TIMEOUT_SECONDS)
        cards, settled = await settle_month(connection, month)
        rows = [row for each in settled for row in rows_of(each)]
        await _write(connection, month, rows)
        await _write(connection, month, await tax_rows(connection, month, cards))
        progress(1, 1)


async def tax_rows(
    connection: AsyncConnection, month: str, cards: Mapping[int, CardOfMonth]
) -> list[dict[str, Any]]:
    """The tax of the month, by what is stored of its other lines. One round trip at most."""
    with_tax = [
        card_id
        for card_id, card in cards.items()
        if any(leg.tax is not None for leg in card.card.legs)
    ]
    if not with_tax:
        return []
    return [_tax_row(each) for each in await load_taxed(connection, month, with_tax)]


async def _write(connection: AsyncConnection, month: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        await connection.execute(_INSERT, {"month": month, "rows": orjson.dumps(rows).decode()})


def rows_of(each: SettledPair) -> list[dict[str, Any]]:
    """The lines of a period as they are written. Pure."""
    rows = [
        _row(each, part.kind, str(part.offer_id), part.calculation, part.amount_minor)
        for part in each.settled.parts
    ]
    if each.given_back_minor:
        told = {"op": "reversals take back what their charges came to in the end"}
        rows.append(_row(each, "tier", GIVEN_BACK, told, each.given_back_minor))
    return rows


def _row(
    each: SettledPair, kind: str, scope: str, calculation: Mapping[str, Any], amount_minor: int
) -> dict[str, Any]:
    tax = each.leg.tax
    return {
        "payer_party_id": each.pair.payer_party_id,
        "payee_party_id": each.pair.payee_party_id,
        "operator_party_id": each.pair.operator_party_id,
        "currency": each.pair.currency,
        "period_line_id": f"{kind}:{each.pair.scope}:{scope}",
        "kind": kind,
        "leg": each.pair.leg,
        "card_id": each.pair.card_id,
        "scope": scope,
        "calculation": calculation,
        "amount_minor": amount_minor,
        "tax_rate": None if tax is None else plain(tax.rate),
        "tax_inclusive": None if tax is None else tax.inclusive,
        "tax_minor": 0,
    }


def _tax_row(taxed: Taxed) -> dict[str, Any]:
    tax_minor = tax_of(taxed.amount_minor, taxed.rate, inclusive=taxed.is_inclusive)
    total_minor = tax_minor + taxed.stored_minor
    rate, mode = plain(taxed.rate), "inclusive" if taxed.is_inclusive else "exclusive"
    return {
        "payer_party_id": taxed.payer_party_id,
        "payee_party_id": taxed.payee_party_id,
        "operator_party_id": taxed.operator_party_id,
        "currency": taxed.currency,
        "period_line_id": f"tax:{rate}:{mode}",
        "kind": "tax",
        "leg": "tax",
        "card_id": None,
        "scope": "",
        "calculation": {
            "of_minor": taxed.amount_minor,
            "rate": rate,
            "mode": mode,
            "tax_minor": tax_minor,
            "taken_back_minor": taxed.stored_minor,
        },
        # What is in the prices already adds nothing to what is owed.
        "amount_minor": 0 if taxed.is_inclusive else total_minor,
        "tax_rate": rate,
        "tax_inclusive": taxed.is_inclusive,
        "tax_minor": total_minor,
    }
