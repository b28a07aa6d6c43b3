"""Which column of a file is which of ours, and which line is the heading (pure).

A heading is compared without regard to case, width, spaces and punctuation. Where no mapping names
a column, it is found by the headings under which files commonly have it. They stand in order: a
file may have an order number of the payer's, the payee's and the platform's.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from settlement.partner_files.mapping import KEYS, FileMapping, Unit
from settlement.partner_files.refusals import FAULTS_LISTED_MAX, Fault

LINES_LOOKED_AT = 100
"""The heading stands among so many first lines, or there is none."""
CELLS_MAX = 200

_IGNORED = re.compile(r"[^\w#]|_")
_IN_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")

SYNONYMS: Mapping[str, Sequence[str]] = {
    "line_key": ("line_key", "line", "平台流水号", "平台明细号"),
    "code": ("coupon_code", "code", "券码", "卡券码", "核销码", "券号", "voucher code", "voucher"),
    "code_sha256": ("coupon_sha256", "code_sha256", "券SHA256", "coupon code sha256"),
    "request_number": ("request_number", "请求单号", "request no", "request id"),
    "reference": (
        "reference",
        *("商户订单号", "商户单号", "外部单号", "核销单号", "订单编号", "订单号", "单号"),
        *("交易流水号", "流水号", "业务单号", "参考号"),
        *("merchant reference", "order number", "order no", "order id", "ref"),
    ),
    "offer": (
        "offer_code",
        "offer",
        *("商品编码", "商品编号", "券编号", "活动编号", "商品代码", "商品名称", "商品", "权益"),
        *("product code", "sku", "product"),
    ),
    "store": ("store", "门店编号", "门店编码", "门店代码", "门店", "门店名称", "店铺", "shop"),
    "member": ("member", "会员号", "会员编号", "会员", "member id"),
    "used_on": (
        "used_on",
        "used_at",
        *("用券时间", "核销时间", "核销日期", "使用时间", "使用日期", "交易时间", "交易日期"),
        *("完成时间", "消费时间", "消费日期", "业务日期", "日期", "时间"),
        *("date", "day", "time", "transaction date", "use date"),
    ),
    "amount": (
        "amount_minor",
        "amount",
        *("结算金额", "应结金额", "应结订单金额", "商家实收", "金额", "核销金额", "交易金额"),
        *("订单金额", "实收金额", "settlement amount", "total"),
    ),
    "refund": ("refund_amount", "退款金额", "退款"),
    "kind": ("kind", "类型", "业务类型", "交易类型", "type"),
    "currency": ("currency", "币种", "货币", "货币种类"),
}

_IN_FEN = ("分", "fen", "minor", "cent", "cents")


@dataclass(frozen=True, slots=True)
class Plan:
    """Which place of a row has which of our columns, and in which unit amounts are.

    `is_unit_stated`: somebody said the unit, so that an amount in fen may be written with zeros
    behind a point. `width`: how many cells the heading has.
    """

    places: Mapping[str, int]
    headings: Mapping[str, str]
    ignored: Sequence[str]
    unit: Unit
    is_unit_stated: bool
    width: int

    def named(self, column: str) -> str:
        """The heading of a column of ours, as the file has it, or our name."""
        return self.headings.get(column, column)


def find_heading(
    lines: Iterable[tuple[int, Sequence[str]]], mapping: FileMapping
) -> tuple[int, Plan] | list[Fault]:
    """The heading among the first lines, and what its columns are. Else what is missing.

    What is missing is told of the line that has most of what is needed.
    """
    best: list[Fault] = []
    for number, cells in lines:
        found = plan_columns(number, cells, mapping)
        if isinstance(found, Plan):
            return number, found
        if not best or len(found) < len(best):
            best = found
    return best or [Fault(1, "", "the file is empty")]


def plan_columns(number: int, cells: Sequence[str], mapping: FileMapping) -> Plan | list[Fault]:
    """What the columns are if this line is the heading. Else why it cannot be one."""
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for column in SYNONYMS:
        if column in mapping.constants:
            continue
        found = _places_of(column, cells, mapping.columns.get(column), set(places.values()))
        if len(found) > 1:
            heading = cells[found[0]].strip()
            faults.append(Fault(number, heading, "the column is there twice"))
        if found:
            places[column] = found[0]
        elif column in mapping.columns:
            faults.append(Fault(number, mapping.columns[column], "the column is missing"))
    if places.keys().isdisjoint(KEYS):
        faults.append(Fault(number, "reference", "the column is missing"))
    faults += [
        Fault(number, column, "the column is missing")
        for column in ("used_on", "amount")
        if column not in places and column not in mapping.columns
    ]
    if faults:
        return faults[:FAULTS_LISTED_MAX]
    headings = {column: cells[place].strip() for column, place in places.items()}
    taken = set(places.values())
    ignored = [
        cell.strip()[:CELLS_MAX]
        for place, cell in enumerate(cells)
        if place not in taken and cell.strip()
    ]
    unit, is_stated = _unit_of(headings["amount"], mapping)
    return Plan(places, headings, ignored, unit, is_stated, len(cells))


def _places_of(column: str, cells: Sequence[str], stated: str | None, taken: set[int]) -> list[int]:
    """Where a column is: more than one place if its heading is there more than once.

    A heading that was stated is first sought as it is, with what is in brackets.
    """
    ways = (
        [(wanted, normal) for wanted in SYNONYMS[column]]
        if stated is None
        else [(stated, _whole), (stated, normal)]
    )
    for wanted, form in ways:
        found = [
            place
            for place, cell in enumerate(cells[:CELLS_MAX])
            if place not in taken and form(cell) == form(wanted)
        ]
        if found:
            return found
    return []


def _unit_of(heading: str, mapping: FileMapping) -> tuple[Unit, bool]:
    if mapping.unit is not None:
        return mapping.unit, True
    words = re.findall(r"[a-z]+|分", unicodedata.normalize("NFKC", heading).casefold())
    return ("fen" if any(word in _IN_FEN for word in words) else "yuan"), False


def normal(heading: str) -> str:
    """A heading as it is compared: without a unit in brackets, too."""
    return _whole(_IN_BRACKETS.sub("", heading))


def _whole(heading: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", heading).casefold())
