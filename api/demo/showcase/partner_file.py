"""A supplier's own file of the last month's uses, in which something of each kind is wrong.

The rows are what the supplier's tills wrote. Each fault is put into another row: an amount that is
a fen too high, a day that is wrong, a use that is left out. The rest agrees with the bill.
"""

import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from api.demo.showcase.asking import JSON
from api.demo.showcase.billing import NEW_PRICE, NEW_PRICE_NET, OLD_PRICE
from api.demo.showcase.history import Held, History, read_code, reference_of
from api.demo.showcase.opening import Exchange

SUPPLIER = "noodle-lab"
_HEADING = ("reference", "code", "offer_code", "store", "used_on", "amount_minor", "currency")
_OTHER_DAYS = timedelta(days=5)


@dataclass(frozen=True, slots=True)
class _Row:
    reference: str
    code: str
    offer: str
    store: str
    used_on: str
    amount: str
    currency: str = "CNY"

    def cells(self) -> tuple[str, ...]:
        return (
            *(self.reference, self.code, self.offer, self.store),
            *(self.used_on, self.amount, self.currency),
        )


def _row(held: Held, amount: str = NEW_PRICE) -> _Row:
    redemption = held.redemption
    assert redemption.used_at is not None
    return _Row(
        reference=reference_of(held),
        code=held.code or "",
        offer=redemption.offer.code,
        store=redemption.shop or "",
        used_on=redemption.used_at.date().isoformat(),
        amount=amount,
    )


def _another_day(row: _Row) -> _Row:
    day = date.fromisoformat(row.used_on)
    middle = day.replace(day=15)
    moved = day + _OTHER_DAYS if day < middle else day - _OTHER_DAYS
    return replace(row, used_on=moved.isoformat())


_FAULTS: Mapping[str, Callable[[_Row], _Row]] = {
    "currency": lambda row: replace(row, currency="USD"),
    "amount_rate": lambda row: replace(row, amount=OLD_PRICE),
    "amount_rounding": lambda row: replace(row, amount=str(int(row.amount) + 1)),
    "amount_tax": lambda row: replace(row, amount=NEW_PRICE_NET),
    "amount": lambda row: replace(row, amount=str(int(row.amount) + 350)),
    "offer": lambda row: replace(
        row, offer="noodle-set" if row.offer == "noodle-20" else "noodle-20"
    ),
    "unmapped_offer": lambda row: replace(row, offer="SKU-9"),
    "date": _another_day,
    "rejected": lambda row: replace(row, used_on="31.02."),
}
"""What is done to a row of the file, by the kind of break that follows."""


def faulty_rows(exchange: Exchange, history: History, other_code: str | None) -> list[_Row]:
    """The file: the supplier's uses of the last month, with one fault of each kind.

    `other_code` is that of a coupon which was never used.
    """
    month, before = exchange.story.months[-1], exchange.story.months[-2:][0]
    own = [each for each in history.used if each.redemption.offer.supplier == SUPPLIER]
    last = [each for each in own if _month(each) == month]
    reversed_uses = [each for each in last if each.redemption.is_reversed]
    rows = [_row(each) for each in last if not each.redemption.is_reversed]
    faults = list(_FAULTS.items())[: len(rows)]
    made = [fault(row) for (_, fault), row in zip(faults, rows, strict=False)]
    rest = rows[len(made) :]
    # One is left out, one is there twice, and one has the code of another coupon.
    made += rest[1:2] * 2
    if other_code is not None:
        made += [replace(row, code=other_code) for row in rest[2:3]]
    rest = rest[3:]
    # The supplier has not noted that this one was taken back.
    made += [_row(each) for each in reversed_uses[:1]]
    made += [_row(each, OLD_PRICE) for each in own if _month(each) == before][:1]
    foreign = [each for each in history.used if each.redemption.offer.supplier != SUPPLIER]
    made += [_row(each) for each in foreign if _month(each) == month][:1]
    made.append(_Row("T-0815", "", "beef-noodles", f"{SUPPLIER}-1", f"{month}-17", NEW_PRICE))
    return [*made, *rest]


async def _unused_code(exchange: Exchange, history: History) -> str | None:
    """The code of the supplier's coupon that was redeemed last, and not used."""
    unused = [
        each
        for each in history.held
        if each.redemption.offer.supplier == SUPPLIER and each.redemption.used_at is None
    ]
    return (await read_code(exchange, unused[-1])).code if unused else None


def _month(held: Held) -> str:
    assert held.redemption.used_at is not None
    return f"{held.redemption.used_at:%Y-%m}"


async def reconcile_a_month(exchange: Exchange, history: History) -> JSON:
    """Compare the file with the bill, and begin to work on what is found. Returns the run."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_HEADING)
    other_code = await _unused_code(exchange, history)
    writer.writerows(row.cells() for row in faulty_rows(exchange, history, other_code))
    month = exchange.story.months[-1]
    finance = exchange.of(SUPPLIER, "finance")
    run = await finance.send_file(
        f"/v1/reconciliations?month={month}",
        file.getvalue().encode(),
        "text/csv",
        key=f"reconcile-{month}",
    )
    for number, found in enumerate(run["breaks"][:4]):
        path = f"/v1/breaks/{found['break_id']}"
        name = {"assignee": "李薇 Li Wei"}
        await finance.do(f"{path}/assign", name, key=f"assign-{number}")
        note = {"note": "已向门店核实 Asked the shop."}
        await finance.do(f"{path}/comments", note, key=f"comment-{number}")
    if run["breaks"]:
        path = f"/v1/breaks/{run['breaks'][-1]['break_id']}/resolve"
        explained = {"resolution": "explained", "note": "门店断网补录 The till was offline."}
        await finance.do(path, explained, key="explain-break")
    return run
