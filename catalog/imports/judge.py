"""Rows of a file as values of their kind, or why they are none. Pure: no database, no clock.

A row is rejected by its first fault: of the row as a whole, of a cell in the order of our columns.
What only the database knows, such as whether an offer is there, is judged when rows are planned.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from catalog.codes.card import BATCH_LENGTH_MAX, read_card
from catalog.fields import (
    FACE_VALUE_MINOR_MAX,
    PRICE_POINTS_MAX,
    QUANTITY_MAX,
    USE_WITHIN_DAYS_MAX,
    CurrencyInvalid,
    NameInvalid,
    require_currency,
    require_name,
)
from catalog.imports.cells import (
    YES_OR_NO,
    CellWrong,
    read_begin,
    read_choice,
    read_code,
    read_day,
    read_discount,
    read_end,
    read_list,
    read_money,
    read_whole,
)
from catalog.imports.headings import COLUMNS, FileMapping, Kind, Plan
from catalog.imports.member_rows import read_member
from catalog.imports.row_cells import Cells
from catalog.imports.table_file import Row, TableFile
from catalog.offers.details import (
    GIFT_HOPS_MAX,
    LIMIT_PER_MEMBER_MAX,
    RETURN_WITHIN_DAYS_MAX,
)
from catalog.shops.terms import GROUP_LENGTH_MAX, GROUPS_MAX, is_group, is_region

Value = TypeVar("Value")

SHOP_STATES = {
    **dict.fromkeys(("营业", "营业中", "正常", "open"), "open"),
    **dict.fromkeys(("关闭", "停业", "闭店", "closed"), "closed"),
}
FULFILMENTS = {
    **dict.fromkeys(("own_code", "码", "平台码", "自有码"), "own_code"),
    **dict.fromkeys(("direct", "直充"), "direct"),
    **dict.fromkeys(("card_code", "卡密"), "card_code"),
}
OFFER_KINDS = {
    **dict.fromkeys(("cash_voucher", "代金券", "满减券"), "cash_voucher"),
    **dict.fromkeys(("discount", "折扣券"), "discount"),
    **dict.fromkeys(("exchange", "兑换券"), "exchange"),
    **dict.fromkeys(("trial", "体验券", "试用"), "trial"),
    **dict.fromkeys(("top_up", "直充", "充值"), "top_up"),
    **dict.fromkeys(("code", "卡密", "卡券"), "code"),
}
SHOP_USUAL: Mapping[str, Any] = {"groups": (), "state": "open", "online": False}
"""What an empty cell says of a shop. Of its region it says nothing."""
OFFER_USUAL: Mapping[str, Any] = {
    "currency": "CNY",
    "points": 0,
    "gift_hops": 0,
    "return_within_days": 0,
}
"""What an empty cell says of an offer. Amounts are in yuan or fen. Other terms are not said."""
KEYS_KEPT = frozenset({"offers", "shops"})
"""Kinds whose keys may stand in what is kept of a row. Card codes and members are not named."""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row, with its values or with what is wrong and in which of our columns.

    `key` is what no two rows of a file may have in common.
    """

    line: int
    key: str = field(repr=False)
    values: Mapping[str, Any] = field(repr=False)
    code: str | None = None
    column: str | None = None


Reader = Callable[[Cells], tuple[str, dict[str, Any]]]


def judge(kind: Kind, table: TableFile, plan: Plan, mapping: FileMapping) -> list[JudgedRow]:
    """Judge all rows of a file."""
    names = {place: name for name, place in plan.places.items()}
    seen: set[str] = set()
    identifiers: set[tuple[str, str]] = set()
    judged = []
    for row in table.rows:
        one = _judge(kind, row, names, mapping)
        if one.code is None and one.key in seen:
            one = JudgedRow(row.line, one.key, {}, "row-repeated")
        seen.add(one.key)
        for named in one.values.get("identifiers", ()):
            if named in identifiers:
                one = JudgedRow(row.line, one.key, {}, "identifier-repeated", named[0])
                break
        identifiers.update(one.values.get("identifiers", ()))
        judged.append(one)
    return judged


def _judge(kind: Kind, row: Row, names: Mapping[int, str], mapping: FileMapping) -> JudgedRow:
    key = f"line {row.line}"
    if row.fault is not None:
        return JudgedRow(row.line, key, {}, row.fault)
    for place in sorted(row.faults):
        if place in names:
            return JudgedRow(row.line, key, {}, row.faults[place], names[place])
    named = {name: row.cells[place] for place, name in names.items()}
    cells = Cells({**mapping.constants, **named}, mapping)
    try:
        for column in COLUMNS[kind]:
            if column.is_required:
                cells.must(column.name, str)
        key, values = _READERS[kind](cells)
    except CellWrong as wrong:
        return JudgedRow(row.line, key, {}, wrong.code, cells.column)
    return JudgedRow(row.line, key, values)


def _shop(cells: Cells) -> tuple[str, dict[str, Any]]:
    """What the columns of the file say. What it has no column for is in none of the values."""
    readers: Mapping[str, Callable[[str], Any]] = {
        "code": lambda cell: read_code(cell, "shop-code-invalid"),
        "name": _name,
        "region": _region,
        "groups": _groups,
        "state": lambda cell: read_choice(cell, SHOP_STATES),
        "online": lambda cell: read_choice(cell, YES_OR_NO),
    }
    values: dict[str, Any] = {}
    for column, reader in readers.items():
        if cells.has(column):
            found = cells.read(column, reader)
            values[column] = SHOP_USUAL.get(column) if found is None else found
    return values["code"], values


def _card(cells: Cells) -> tuple[str, dict[str, Any]]:
    number = cells.must("number", _card_part)
    secret = cells.read("secret", _card_part)
    form = cells.mapping.date_format
    return f"{number}\n{secret or ''}", {
        "number": number,
        "secret": secret,
        "expires_on": cells.read("expires_on", lambda cell: read_day(cell, form)),
        "batch": cells.read("batch", lambda cell: _text(cell, BATCH_LENGTH_MAX, "batch-invalid")),
    }


def _offer(cells: Cells) -> tuple[str, dict[str, Any]]:
    """What the columns of the file say. What it has no column for is in none of the values."""
    mapping = cells.mapping
    zone, form = ZoneInfo(mapping.time_zone), mapping.date_format

    def money(cell: str) -> int:
        return read_money(cell, mapping.unit, FACE_VALUE_MINOR_MAX)

    def whole(most: int, least: int = 1) -> Callable[[str], int]:
        return lambda cell: read_whole(cell, least, most)

    readers: Mapping[str, tuple[str, Callable[[str], Any]]] = {
        "code": ("code", lambda cell: read_code(cell, "offer-code-invalid")),
        "name": ("name", _name),
        "kind": ("kind", lambda cell: read_choice(cell, OFFER_KINDS)),
        "category": ("category", str),
        "presented_brand": ("presented_brand", str),
        "face_value": ("face_value_minor", money),
        "currency": ("currency", _currency),
        "points": ("points", whole(PRICE_POINTS_MAX, 0)),
        "fulfilment": ("fulfilment", lambda cell: read_choice(cell, FULFILMENTS)),
        "valid_from": ("valid_from", lambda cell: read_begin(cell, form, zone)),
        "valid_until": ("valid_until", lambda cell: read_end(cell, form, zone)),
        "within_days": ("use_within_days", whole(USE_WITHIN_DAYS_MAX)),
        "threshold": ("threshold_minor", money),
        "discount": ("discount_permille", read_discount),
        "discount_cap": ("discount_cap_minor", money),
        "shop_groups": ("usable", _usable),
        "per_member": ("per_member", whole(LIMIT_PER_MEMBER_MAX)),
        "per_member_per_day": ("per_member_per_day", whole(LIMIT_PER_MEMBER_MAX)),
        "per_day": ("per_day", whole(QUANTITY_MAX)),
        "quantity_max": ("quantity_max", whole(QUANTITY_MAX)),
        "gift_hops": ("gift_hops", whole(GIFT_HOPS_MAX, 0)),
        "return_within_days": ("return_within_days", whole(RETURN_WITHIN_DAYS_MAX, 0)),
        "terms_text": ("terms_text", str),
    }
    values: dict[str, Any] = {}
    for column, (term, reader) in readers.items():
        if cells.has(column):
            found = cells.read(column, reader)
            values[term] = OFFER_USUAL.get(term) if found is None else found
    return values["code"], values


def _usable(cell: str) -> dict[str, Any]:
    return {"online": False, "shops": {"groups": _groups(cell)}}


_READERS: Mapping[str, Reader] = {
    "shops": _shop,
    "codes": _card,
    "offers": _offer,
    "members": read_member,
}


def _name(cell: str) -> str:
    try:
        require_name(cell, "name")
    except NameInvalid as refusal:
        raise CellWrong(refusal.code) from None
    return cell


def _currency(cell: str) -> str:
    try:
        require_currency(cell)
    except CurrencyInvalid as refusal:
        raise CellWrong(refusal.code) from None
    return cell


def _region(cell: str) -> str:
    if not is_region(cell):
        raise CellWrong("region-invalid")
    return cell


def _groups(cell: str) -> list[str]:
    found = read_list(cell, GROUP_LENGTH_MAX, GROUPS_MAX, "group-invalid")
    if not all(is_group(each) for each in found):
        raise CellWrong("group-invalid")
    return found


def _card_part(cell: str) -> str:
    card = read_card(cell)
    if card is None:
        raise CellWrong("card-number-invalid")
    return card.number


def _text(cell: str, length_max: int, refusal: str) -> str:
    if len(cell) > length_max or not cell.isprintable():
        raise CellWrong(refusal)
    return cell
