"""What the sums of a month would come to if it closed now: nothing is written."""

from collections import defaultdict
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.period_lines.aggregate import Taxed, load_taxed
from settlement.period_lines.month import SettledPair, settle_month
from settlement.period_lines.sums import tax_of

Owing = tuple[int, int, str]
"""Payer, payee and currency."""

_TaxKey = tuple[int, int, int, str, Decimal, bool]


async def look_ahead(connection: AsyncConnection, month: str) -> dict[Owing, int]:
    """What the lines of the period of an open month would come to, with the tax that is added."""
    cards, settled = await settle_month(connection, month)
    owed: dict[Owing, int] = defaultdict(int)
    for each in settled:
        pair = each.pair
        added = each.settled.parts_minor + each.given_back_minor
        owed[pair.payer_party_id, pair.payee_party_id, pair.currency] += added
    with_tax = [
        card_id
        for card_id, card in cards.items()
        if any(leg.tax is not None for leg in card.card.legs)
    ]
    if with_tax:
        for tax in _taxed(await load_taxed(connection, month, with_tax), settled):
            if not tax.is_inclusive:
                added = tax_of(tax.amount_minor, tax.rate, inclusive=False) + tax.stored_minor
                owed[tax.payer_party_id, tax.payee_party_id, tax.currency] += added
    return {key: minor for key, minor in owed.items() if minor}


def _taxed(lines: list[Taxed], settled: list[SettledPair]) -> list[Taxed]:
    """What is taxed, with the lines of the period that are not written yet."""
    amounts: dict[_TaxKey, int] = defaultdict(int)
    stored: dict[_TaxKey, int] = defaultdict(int)
    for line in lines:
        key = (
            line.payer_party_id,
            line.payee_party_id,
            line.operator_party_id,
            line.currency,
            line.rate,
            line.is_inclusive,
        )
        amounts[key] += line.amount_minor
        stored[key] += line.stored_minor
    for each in settled:
        pair, tax = each.pair, each.leg.tax
        if tax is not None:
            amounts[
                pair.payer_party_id,
                pair.payee_party_id,
                pair.operator_party_id,
                pair.currency,
                tax.rate,
                tax.inclusive,
            ] += each.settled.parts_minor
    return [Taxed(*key, minor, stored[key]) for key, minor in amounts.items()]
