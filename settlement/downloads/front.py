"""The front page of a statement: who owes whom what, with what an invoice needs.

All files with a front page show the same: it is made here, once, of the statement, the parties'
profiles at its issue, and its detail file.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, find_party_by_id
from settlement.calendar import load_calendar
from settlement.downloads.amount_words import in_chinese, in_english
from settlement.downloads.items import Named, load_named
from settlement.downloads.parquet import Item
from settlement.downloads.words import Language, item_name, label, unit_name
from settlement.files.profiles import BillingProfile, profiles_at
from settlement.money import currency_decimals, major, plain
from settlement.statements.statements import Statement

PRICE_DECIMALS = 6
"""A price is what an item comes to by its quantity. Rounded to so many decimals."""

_REST = text(
    """
    SELECT due_on FROM settlement.statement WHERE statement_id = :statement_id
    """
)

_NUMBERS = text(
    """
    SELECT statement_id, number FROM settlement.statement WHERE statement_id = ANY(:statement_ids)
    """
)

ITEM_FIELDS = (
    *("item", "model", "unit", "quantity", "price", "net", "tax_rate", "tax", "gross"),
    *("tax_code", "late", "reversals", "corrects"),
)


@dataclass(frozen=True, slots=True)
class FrontItem:
    """A row of the front page's table: its cells in the order of ITEM_FIELDS, numbers as such."""

    cells: tuple[str | int | Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """A front page in one language: pairs of label and text, the table, its total, and notes."""

    title: str
    about: list[tuple[str, str]]
    parties: list[tuple[str, list[tuple[str, str]]]]
    headings: list[str]
    items: list[FrontItem]
    total: FrontItem
    notes: list[tuple[str, str]]
    issued_at: datetime
    currency: str


async def load_front(
    connection: AsyncConnection, statement: Statement, items: Sequence[Item], language: Language
) -> Front:
    """The front page of a statement, of the items that its detail file comes to."""
    party_ids = (
        statement.payer_party_id,
        statement.payee_party_id,
        statement.operator_party_id,
    )
    parties = [await find_party_by_id(connection, party_id) for party_id in party_ids]
    profiles = await profiles_at(connection, party_ids, statement.issued_at)
    row = (await connection.execute(_REST, {"statement_id": statement.statement_id})).one()
    corrected = {each.corrects_statement for each in items if each.corrects_statement}
    numbers = await _numbers(connection, corrected)
    zone = await load_calendar(connection)
    issued_at = statement.issued_at.astimezone(zone.zone).isoformat(timespec="seconds")
    about = [
        ("number", statement.number),
        ("month", statement.month),
        ("time_zone", zone.time_zone),
        ("issued_at", issued_at),
        *([] if row.due_on is None else [("due_on", row.due_on.isoformat())]),
        ("currency", statement.currency),
    ]
    roles = ("payer", "payee", "operator")
    return Front(
        title=f"{label('title', language)} {statement.number}",
        about=[(label(name, language), value) for name, value in about],
        parties=[
            (label(role, language), _about(party, profiles.get(party.party_id), language))
            for role, party in zip(roles, parties, strict=True)
        ],
        headings=[label(name, language) for name in ITEM_FIELDS],
        items=[_item(each, numbers, language) for each in await load_named(connection, items)],
        total=_total(statement, items, language),
        notes=_notes(statement, parties[-1], language),
        issued_at=statement.issued_at,
        currency=statement.currency,
    )


async def _numbers(connection: AsyncConnection, ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    rows = await connection.execute(_NUMBERS, {"statement_ids": sorted(ids)})
    return {row.statement_id: row.number or str(row.statement_id) for row in rows}


def _about(
    party: Party, profile: BillingProfile | None, language: Language
) -> list[tuple[str, str]]:
    stated: dict[str, str | None] = {"name": party.name, "code": party.code}
    if profile is not None:
        stated |= {
            "name": profile.legal_name,
            "credit_code": profile.credit_code,
            "address": profile.address,
            "phone": profile.phone,
            "bank": profile.bank,
            "bank_account": profile.bank_account,
        }
    return [(label(name, language), value) for name, value in stated.items() if value]


def _item(named: Named, numbers: Mapping[int, str], language: Language) -> FrontItem:
    item = named.item
    # What corrects an earlier statement, or has no uses, is a sum without a quantity.
    counted = item.quantity > 0 and item.corrects_statement is None
    price = round(item.net / item.quantity, PRICE_DECIMALS) if counted else None
    corrects = None
    if item.corrects_statement is not None:
        corrects = numbers.get(item.corrects_statement, str(item.corrects_statement))
    return FrontItem(
        (
            named.name or item_name(item.leg, language),
            item.offer_code,
            unit_name(item.leg, language) if counted else None,
            item.quantity if counted else None,
            None if price is None else Decimal(plain(price)),
            item.net,
            None if item.tax_rate is None else f"{plain(item.tax_rate * 100)}%",
            item.tax,
            item.gross,
            named.tax_code,
            item.late,
            item.reversals,
            corrects,
        )
    )


def _total(statement: Statement, items: Sequence[Item], language: Language) -> FrontItem:
    zero = Decimal(0).scaleb(-currency_decimals(statement.currency))
    gross = sum((each.gross for each in items), zero)
    billed = major(statement.billed_minor, statement.currency)
    assert gross == billed, (statement.number, gross, billed)
    net, tax = (sum((getattr(each, name) for each in items), zero) for name in ("net", "tax"))
    late, reversals = (sum(getattr(each, name) for each in items) for name in ("late", "reversals"))
    cells: tuple[str | int | Decimal | None, ...]
    cells = (label("total", language), *(None,) * 4, net, None, tax, gross, None)
    cells += (late, reversals, None)
    return FrontItem(cells)


def _notes(statement: Statement, operator: Party, language: Language) -> list[tuple[str, str]]:
    billed = major(statement.billed_minor, statement.currency)
    words = in_chinese if language == "zh" else in_english
    assert statement.file_sha256 is not None, statement.number
    address = f"/v1/statements/{statement.statement_id}"
    return [
        (label("in_words", language), words(billed, statement.currency)),
        (label("uses", language), str(statement.uses)),
        (label("reversals", language), str(statement.reversals)),
        (label("late", language), str(statement.late_lines)),
        (label("sha256", language), statement.file_sha256.hex()),
        (label("answer", language), f"POST {address}/agree, POST {address}/dispute"),
        (label("drawer", language), operator.name),
    ]
