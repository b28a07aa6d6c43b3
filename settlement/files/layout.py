"""How the detail file of a statement is laid out: its columns, its period lines, its totals (pure).

One row for each line, in order of use, then one for each line of the period, then the totals, then
one that says whose bill it is. Amounts are in major units with all decimals of the currency.

What a line of the period comes to is shared among lines, and then stands in their `period_share`.
The row of the period's line takes it out again, so no money is counted twice: the column `gross`
adds up to the statement.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from settlement.money import major, plain

LAYOUT = 1
HEADINGS = (
    *("line", "kind", "leg", "used_at", "reversed_at", "offer_code", "coupon_tail"),
    *("coupon_sha256", "reference", "request_number", "store", "programme", "points"),
    *("face", "order", "paid", "card", "rate", "base", "period_share", "amount"),
    *("tax_rate", "net", "tax", "gross", "currency", "late", "corrects_statement"),
    "calculation",
)
MONEY = ("base", "period_share", "amount", "net", "tax", "gross")
"""The columns that the totals add up."""
OPTIONAL_MONEY = ("face", "order", "paid")
TOTAL, STATEMENT = "total", "statement"
"""Kinds of rows that are not lines: the control totals, and whose bill it is."""
CORRECTIONS = frozenset({"adjustment", "write_off"})
"""Lines of a period that nothing is shared of: they correct an earlier statement."""


@dataclass(frozen=True, slots=True)
class Bill:
    """Whose bill a file is. Its number is not in it: that is given later."""

    month: str
    payer: str
    payee: str
    operator: str
    currency: str
    time_zone: str


@dataclass(slots=True)
class Sums:
    """What rows come to, in minor units."""

    lines: int = 0
    late: int = 0
    base: int = 0
    period_share: int = 0
    amount: int = 0
    net: int = 0
    tax: int = 0
    gross: int = 0

    def add(self, other: "Sums") -> None:
        """Add what other rows come to."""
        for name in Sums.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """A line of a period, as it is stored."""

    period_line_id: str
    kind: str
    leg: str
    card_id: int | None
    calculation: Any
    amount_minor: int
    tax_rate: Any
    tax_inclusive: bool | None
    tax_minor: int
    of_statement_id: int | None
    of_book_id: int | None
    of_use_id: str | None


Taxed = tuple[str, Any, bool | None]
"""A leg, and the rate of its tax with whether prices include it."""
_Pool = str | tuple[Any, bool | None]


def text_of(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV: UTF-8, lines that end in LF, quotes only where they are needed."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows(rows)
    return written.getvalue().encode()


def period_rows(
    bill: Bill, period_lines: Sequence[PeriodLine], shared: Mapping[Taxed, Sums]
) -> list[tuple[tuple[object, ...], str, Sums]]:
    """The rows of a period's lines, each with its leg and what it comes to.

    `shared` is what has been shared among lines: of amounts in `period_share`, of tax that is added
    to prices in `gross` beyond `amount`, of tax as a whole in `tax`. Amounts are shared within
    their leg, taxes within their rate. The last line that can takes what is left of it.
    """
    stated = [each for each in period_lines if each.kind not in CORRECTIONS]
    last = {_pool_of(each): each for each in stated}
    left = _pools(shared, list(last))
    rows = []
    for each in period_lines:
        pool = _pool_of(each)
        amount, tax = left.get(pool, (0, 0))
        if each.kind in CORRECTIONS:
            taken = (0, 0)
        elif each is last[pool]:
            taken = (amount, tax)
        else:
            # Where nothing has been shared among lines, nothing is taken out.
            taken = (each.amount_minor if amount else 0, each.tax_minor if tax else 0)
            left[pool] = (amount - taken[0], tax - taken[1])
        sums = _sums_of(each, *taken)
        rows.append((_row_of(bill, each, sums), each.leg, sums))
    return rows


def _pool_of(each: PeriodLine) -> _Pool:
    """Among which lines a line of the period is shared: those of a tax, or those of a leg."""
    return (each.tax_rate, each.tax_inclusive) if each.kind == "tax" else each.leg


def _pools(shared: Mapping[Taxed, Sums], stated: Sequence[_Pool]) -> dict[_Pool, tuple[int, int]]:
    """What has been shared of amounts and of taxes, by what may be taken out of it."""
    left: dict[_Pool, tuple[int, int]] = {}
    for (leg, *tax), sums in shared.items():
        found: tuple[_Pool, int, int]
        for found in (
            (leg, sums.period_share, 0),
            ((tax[0], tax[1]), sums.gross - sums.amount, sums.tax),
        ):
            pool = found[0]
            if pool not in stated:
                # A line of another leg or rate stands for it: no money is left out.
                alike = [each for each in stated if isinstance(each, str) is isinstance(pool, str)]
                pool = alike[-1] if alike else pool
            amount, of_tax = left.get(pool, (0, 0))
            left[pool] = (amount + found[1], of_tax + found[2])
    return left


def _sums_of(each: PeriodLine, shared_minor: int, shared_tax_minor: int) -> Sums:
    amount, tax = each.amount_minor - shared_minor, each.tax_minor - shared_tax_minor
    return Sums(
        lines=1,
        base=each.amount_minor,
        period_share=-shared_minor,
        amount=amount,
        net=amount - tax,
        tax=tax,
        gross=amount,
    )


def _row_of(bill: Bill, each: PeriodLine, sums: Sums) -> tuple[object, ...]:
    calculation = {"of": f"{each.of_book_id}:{each.of_use_id}"} if each.of_use_id else {}
    return _row(
        _money(sums, bill.currency),
        line=each.period_line_id,
        kind=each.kind,
        leg=each.leg,
        card=each.card_id,
        tax_rate=None if each.tax_rate is None else plain(each.tax_rate),
        currency=bill.currency,
        corrects_statement=each.of_statement_id,
        calculation=json.dumps(
            calculation | _members(each.calculation), ensure_ascii=False, sort_keys=True
        ),
    )


def _members(calculation: object) -> dict[str, object]:
    return calculation if isinstance(calculation, dict) else {"calculation": calculation}


def closing_rows(bill: Bill, by_leg: Mapping[str, Sums]) -> list[tuple[object, ...]]:
    """The control totals of each leg and of all, and whose bill it is."""
    everything = Sums()
    for sums in by_leg.values():
        everything.add(sums)
    totals = [*sorted(by_leg.items()), ("", everything)]
    return [
        *(
            _row(
                _money(sums, bill.currency),
                line=sums.lines,
                kind=TOTAL,
                leg=leg,
                currency=bill.currency,
                late=sums.late,
            )
            for leg, sums in totals
        ),
        _row(
            {},
            line=bill.month,
            kind=STATEMENT,
            currency=bill.currency,
            calculation=f"payer={bill.payer} payee={bill.payee} operator={bill.operator}"
            f" time_zone={bill.time_zone} layout={LAYOUT}",
        ),
    ]


def _money(sums: Sums, currency: str) -> dict[str, object]:
    return {name: f"{major(getattr(sums, name), currency):f}" for name in MONEY}


def _row(money: Mapping[str, object], **cells: object) -> tuple[object, ...]:
    given = {**money, **cells}
    return tuple(given.get(name) for name in HEADINGS)
