"""Which of the rows that cannot be used are totals, notes or remarks, or at fault (pure).

| row | how it is known |
|---|---|
| total | one of its first cells says so in a word |
| heading of totals | it begins with 总 and has no number; the next row has the values |
| remark | it begins with a number sign, as above and below the table of some files |
| note | it stands below all rows that can be used, and has neither a day nor an amount |
| at fault | any other |
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from settlement.partner_files.headings import Plan, normal
from settlement.partner_files.judged import Suspect
from settlement.partner_files.words import PART_TOTAL, TOTAL, sentence

Of = Literal["all", "charges", "refunds"]
ReadAmount = Callable[[str], int | None]
"""An amount of the file in minor units."""

LEADING_CELLS = 3
_IS_TOTAL = re.compile(TOTAL, re.IGNORECASE)
_COUNT = re.compile(r"([0-9][0-9,]*)\s*[笔条张行]")
_IN_REMARK = re.compile(r"(交易|退款)?合计\s*[:：]\s*([0-9]+)\s*笔[^0-9-]*共\s*(-?[0-9,.]+)\s*元")
_COUNT_HEADINGS = frozenset({"总笔数", "总交易单数", "总条数", "交易总笔数", "总数", "总单数"})
_AMOUNT_HEADINGS = frozenset({"总金额", "总结算金额", "结算总金额", "总额"})
_REFUND_HEADINGS = frozenset({"退款总金额", "总退款金额", "撤销金额"})


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that cannot be used. `amount_minor`: what it says, if that can be read at all."""

    row: int
    column: str
    problem: str
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class ControlTotal:
    """What a file itself says that its rows come to."""

    row: int
    of: Of
    rows: int | None
    amount_minor: int | None


@dataclass(slots=True)
class Sorted:
    """The suspects of a file, each as what it is."""

    rejected: list[Rejected] = field(default_factory=list)
    totals: list[ControlTotal] = field(default_factory=list)
    notes: int = 0


def sort_suspects(
    suspects: Sequence[Suspect], plan: Plan, last_row: int, read_amount: ReadAmount
) -> Sorted:
    """Say of each suspect what it is. `last_row` is the last one that can be used."""
    found = Sorted()
    summary: tuple[int, Sequence[str]] | None = None
    for suspect in suspects:
        cells = suspect.cells
        filled = [cell for cell in cells if cell]
        if not filled:
            continue
        if filled[0].startswith("#"):
            found.totals += _of_remark(suspect.row, "".join(cells), read_amount)
            found.notes += 1
        elif summary is not None and suspect.row == summary[0] + 1:
            found.totals += _of_summary(suspect.row, summary[1], cells, plan, read_amount)
        elif _is_total(suspect):
            found.totals += _of_total(suspect, plan, read_amount)
        elif _is_summary(filled, read_amount):
            summary = suspect.row, cells
        elif suspect.row > last_row and not suspect.has_day and suspect.amount_minor is None:
            found.notes += 1
        else:
            found.rejected.append(_rejected(suspect, plan))
    return found


def _is_total(suspect: Suspect) -> bool:
    """A row with a day and a name of its own is none, whatever its first cell says."""
    if suspect.problem.startswith("total"):
        return True
    filled = [cell for cell in suspect.cells if cell][:LEADING_CELLS]
    return not suspect.has_day and any(_IS_TOTAL.fullmatch(cell) for cell in filled)


def _is_summary(filled: Sequence[str], read_amount: ReadAmount) -> bool:
    return (
        filled[0].startswith("总")
        and len(filled) > 1
        and all(read_amount(cell) is None for cell in filled)
    )


def _of_total(suspect: Suspect, plan: Plan, read_amount: ReadAmount) -> list[ControlTotal]:
    words = " ".join(suspect.cells)
    if PART_TOTAL.search(words):
        return []
    count = _COUNT.search(words)
    place = plan.places["amount"]
    amount = read_amount(suspect.cells[place]) if place < len(suspect.cells) else None
    return [ControlTotal(suspect.row, "all", _whole(count and count[1]), amount)]


def _of_summary(
    row: int,
    headings: Sequence[str],
    cells: Sequence[str],
    plan: Plan,
    read_amount: ReadAmount,
) -> list[ControlTotal]:
    """The values below a heading of totals. Amounts are known by the column that they sum up."""
    count: int | None = None
    amounts: dict[Of, int | None] = {}
    charged, refunded = (normal(plan.headings.get(name, "")) for name in ("amount", "refund"))
    for heading, cell in zip(headings, cells, strict=False):
        name = normal(heading)
        column = name.replace("总", "", 1)
        if name in _COUNT_HEADINGS:
            count = _whole(cell)
        elif column == charged or (name in _AMOUNT_HEADINGS and "all" not in amounts):
            amounts["charges" if refunded else "all"] = read_amount(cell)
        elif (refunded and column == refunded) or name in _REFUND_HEADINGS:
            amounts["refunds"] = read_amount(cell)
    found = [ControlTotal(row, of, None, amount) for of, amount in amounts.items()]
    return [ControlTotal(row, "all", count, None), *found] if count is not None else found


def _of_remark(row: int, text: str, read_amount: ReadAmount) -> list[ControlTotal]:
    found = []
    for what, count, amount in _IN_REMARK.findall(text):
        minor = read_amount(amount)
        of: Of = "refunds" if what == "退款" else "charges" if what else "all"
        found.append(ControlTotal(row, of, _whole(count), None if minor is None else abs(minor)))
    return found


def _rejected(suspect: Suspect, plan: Plan) -> Rejected:
    kind, _, column = suspect.problem.partition(":")
    place = plan.places.get(column, len(suspect.cells))
    cell = suspect.cells[place] if place < len(suspect.cells) else ""
    return Rejected(
        suspect.row,
        plan.named(column) if column else "",
        sentence(kind, cell),
        suspect.amount_minor,
    )


def _whole(text: str | None) -> int | None:
    digits = (text or "").replace(",", "")
    return int(digits) if digits.isdecimal() else None
