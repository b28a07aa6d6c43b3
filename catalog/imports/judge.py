"""Rows of a file as values of their kind, or why they are none. Pure: no database, no clock.

A row is rejected by its first fault: of the row as a whole, of a cell in the order of our columns.
What only the database knows, such as whether an offer is there, is judged when rows are planned.
"""

from collections.abc import Callable, Mapping, Sequence
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
CURRENCY = "CNY"
"""The currency of a file that has no column of it: amounts are in yuan or fen."""
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
    code = cells.must("code", lambda cell: read_code(cell, "shop-code-invalid"))
    return code, {
        "code": code,
        "name": cells.must("name", _name),
        "region": cells.read("region", _region),
        "groups": cells.read("groups", _groups) or [],
        "state": cells.read("state", lambda cell: read_choice(cell, SHOP_STATES)) or "open",
        "online": cells.read("online", lambda cell: read_choice(cell, YES_OR_NO)) or False,
    }


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
    code = cells.must("code", lambda cell: read_code(cell, "offer-code-invalid"))
    mapping = cells.mapping
    zone, form = ZoneInfo(mapping.time_zone), mapping.date_format
    return code, {
        "code": code,
        "name": cells.must("name", _name),
        "face_value_minor": cells.must(
            "face_value", lambda cell: read_money(cell, mapping.unit, FACE_VALUE_MINOR_MAX)
        ),
        "currency": cells.read("currency", _currency) or CURRENCY,
        "points": cells.read("points", lambda cell: read_whole(cell, 0, PRICE_POINTS_MAX)) or 0,
        "fulfilment": cells.must("fulfilment", lambda cell: read_choice(cell, FULFILMENTS)),
        "valid_from": cells.must("valid_from", lambda cell: read_begin(cell, form, zone)),
        "valid_until": cells.read("valid_until", lambda cell: read_end(cell, form, zone)),
        **_offer_details(cells),
    }


def _offer_details(cells: Cells) -> dict[str, Any]:
    """What an offer may say beside what it must. An empty cell leaves it to the usual."""

    def money(cell: str) -> int:
        return read_money(cell, cells.mapping.unit, FACE_VALUE_MINOR_MAX)

    def whole(most: int, least: int = 1) -> Callable[[str], int]:
        return lambda cell: read_whole(cell, least, most)

    groups = cells.read("shop_groups", _groups)
    details = {
        "use_within_days": cells.read("within_days", whole(USE_WITHIN_DAYS_MAX)),
        "kind": cells.read("kind", lambda cell: read_choice(cell, OFFER_KINDS)),
        "category": cells.read("category", str),
        "presented_brand": cells.read("presented_brand", str),
        "threshold_minor": cells.read("threshold", money),
        "discount_permille": cells.read("discount", read_discount),
        "discount_cap_minor": cells.read("discount_cap", money),
        "usable": None if groups is None else {"online": False, "shops": {"groups": groups}},
        "per_member": cells.read("per_member", whole(LIMIT_PER_MEMBER_MAX)),
        "per_member_per_day": cells.read("per_member_per_day", whole(LIMIT_PER_MEMBER_MAX)),
        "per_day": cells.read("per_day", whole(QUANTITY_MAX)),
        "quantity_max": cells.read("quantity_max", whole(QUANTITY_MAX)),
        "gift_hops": cells.read("gift_hops", whole(GIFT_HOPS_MAX, 0)),
        "return_within_days": cells.read("return_within_days", whole(RETURN_WITHIN_DAYS_MAX, 0)),
        "terms_text": cells.read("terms_text", str),
    }
    return {name: value for name, value in details.items() if value is not None}


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


def column_names(kind: Kind) -> Sequence[str]:
    """Our columns of a kind."""
    return [column.name for column in COLUMNS[kind]]
