"""The items of a front page, as an invoice names them: what, of which kind, at which tax rate.

An item is called as its rate card says, with the card's tax code, or else by its leg. Its kind is
the code of the offer. A statement with more items than a page can show names no offers.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from settlement.cards import RateCard
from settlement.cards.legs import Tax
from settlement.downloads.parquet import Item

ITEMS_WITH_OFFERS_MAX = 100
"""With more items than that, a front page sums up what its offers come to."""
TAX_LEG = "tax"
"""Tax of which no line has a share: it is added to an item of its rate."""

_CARDS = text(
    """
    SELECT contract_id || ' v' || version AS terms, document
    FROM settlement.contract JOIN settlement.rate_card_version USING (contract_id)
    JOIN settlement.rate_card USING (card_id)
    WHERE contract_id = ANY(:contracts)
    UNION ALL
    SELECT CAST(card_id AS text), document FROM settlement.rate_card WHERE card_id = ANY(:cards)
    """
).bindparams(*(bindparam(name, type_=ARRAY(INTEGER)) for name in ("contracts", "cards")))


@dataclass(frozen=True, slots=True)
class Named:
    """An item with the name and the tax code that its rate card states. None: it states none."""

    item: Item
    name: str | None
    tax_code: str | None


async def load_named(connection: AsyncConnection, items: Sequence[Item]) -> list[Named]:
    """The items with their names, those alike summed up. One round trip."""
    taxes = await _taxes(connection, {item.terms for item in items if item.terms is not None})
    named = []
    for item in items:
        tax = taxes.get((item.terms or "", item.leg))
        plain = replace(item, terms=None)
        name, code = (None, None) if tax is None else (tax.item, tax.code)
        named.append(Named(plain, name, code))
    merged = _merged(named)
    if len(merged) > ITEMS_WITH_OFFERS_MAX:
        merged = _merged(
            [replace(each, item=replace(each.item, offer_code=None)) for each in merged]
        )
    return _with_taxes(merged)


async def _taxes(connection: AsyncConnection, terms: Collection[str]) -> dict[tuple[str, str], Tax]:
    """The tax of each leg that has one, by the price and the leg."""
    asked = {
        "contracts": sorted(int(each.partition(" ")[0]) for each in terms if " " in each),
        "cards": sorted(int(each) for each in terms if " " not in each),
    }
    return {
        (row.terms, leg.leg): leg.tax
        for row in await connection.execute(_CARDS, asked)
        for leg in RateCard.of_document(row.document).legs
        if leg.tax is not None
    }


def _merged(named: Sequence[Named]) -> list[Named]:
    found: dict[tuple[object, ...], Named] = {}
    for each in named:
        item = each.item
        key = (
            *(each.name, each.tax_code, item.leg, item.corrects_statement),
            *(item.tax_rate, item.offer_code),
        )
        before = found.get(key)
        found[key] = each if before is None else replace(before, item=_sum(before.item, item))
    return list(found.values())


def _sum(one: Item, other: Item) -> Item:
    names = ("quantity", "late", "reversals", "net", "tax", "gross")
    return replace(one, **{name: getattr(one, name) + getattr(other, name) for name in names})


def _with_taxes(named: Sequence[Named]) -> list[Named]:
    """The tax that no line shares, with what it is the tax of: items of its rate without uses."""
    items = [each for each in named if each.item.leg != TAX_LEG]
    for tax in named:
        if tax.item.leg != TAX_LEG:
            continue
        alike = [
            place
            for place, each in enumerate(items)
            if each.item.corrects_statement is None and each.item.tax_rate == tax.item.tax_rate
        ]
        alike.sort(key=lambda place: items[place].item.quantity != 0)
        if alike:
            each = items[alike[0]]
            items[alike[0]] = replace(each, item=_sum(each.item, tax.item))
        else:
            items.append(tax)
    return items
