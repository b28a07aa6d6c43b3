"""The general ledger's entries for points, of frozen months, as text (pure).

Amounts are signed: a debit is above zero, a credit below. Each transaction comes to zero, and after
each month the liability is asserted. The accounts are ours; where the programme has named its own,
the name stands beside them: `gl`.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from settlement.liability.settings import ACCOUNTS, LiabilitySettings
from settlement.liability.valuation import Amounts
from settlement.money import major
from settlement.months import first_day, next_month

JournalFormat = Literal["csv", "beancount", "hledger"]
MEDIA_TYPES: dict[JournalFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "beancount": "text/plain; charset=utf-8",
    "hledger": "text/plain; charset=utf-8",
}
COLUMNS = (*("date", "month", "entry", "account", "gl", "debit", "credit", "currency", "text"),)
_WORDS = {
    "opening": "Opening balance of points",
    "deferred": "Revenue deferred for points",
    "redeemed": "Revenue of redeemed points",
    "broken": "Breakage of expired points",
    "estimate_change": "Change of estimate",
    "cost": "Rights used at partners",
}


@dataclass(frozen=True, slots=True)
class MonthOfJournal:
    """What a month came to: its amounts, and what partners billed in it."""

    month: str
    amounts: Amounts
    cost_minor: int


@dataclass(frozen=True, slots=True)
class GlEntry:
    """One entry: what is debited and what is credited with the same amount."""

    month: str
    day: date
    kind: str
    debit: str
    credit: str
    amount_minor: int


def entries_of(months: Sequence[MonthOfJournal]) -> list[GlEntry]:
    """The entries of months that follow one another. An amount below zero changes the sides."""
    entries: list[GlEntry] = []
    for number, each in enumerate(months):
        day = last_day(each.month)
        rows = [
            (
                "opening",
                first_day(each.month),
                "opening",
                "liability",
                0 if number else each.amounts.opening,
            ),
            ("deferred", day, "deferred", "liability", each.amounts.deferred),
            ("redeemed", day, "redeemed", "liability", each.amounts.redeemed),
            ("broken", day, "broken", "liability", each.amounts.broken),
            ("estimate_change", day, "estimate_change", "liability", each.amounts.estimate_change),
            ("cost", day, "cost", "payable", each.cost_minor),
        ]
        for kind, when, debit, credit, minor in rows:
            if minor:
                sides = (debit, credit) if minor > 0 else (credit, debit)
                entries.append(GlEntry(each.month, when, kind, *sides, abs(minor)))
    return entries


def last_day(month: str) -> date:
    """The last day of a month."""
    return first_day(next_month(month)) - timedelta(days=1)


def write_journal(
    form: JournalFormat,
    programme: str,
    months: Sequence[MonthOfJournal],
    currency: str,
    settings: LiabilitySettings,
) -> str:
    """The journal as text. The same months give the same bytes."""
    entries = entries_of(months)
    if form == "csv":
        return _csv(programme, entries, currency, settings)
    lines = [f"; points of {programme}, {currency}"]
    if form == "beancount":
        lines += _beancount(programme, months, entries, currency, settings)
    else:
        lines += _hledger(programme, months, entries, currency, settings)
    return "\n".join(lines) + "\n"


def _csv(
    programme: str, entries: Sequence[GlEntry], currency: str, settings: LiabilitySettings
) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, each in enumerate(entries, start=1):
        amount = str(major(each.amount_minor, currency))
        for account, debit, credit in ((each.debit, amount, ""), (each.credit, "", amount)):
            writer.writerow(
                (
                    *(each.day.isoformat(), each.month, number, ACCOUNTS[account]),
                    *(_safe(settings.accounts.get(account, "")), debit, credit, currency),
                    f"{_WORDS[each.kind]}, {programme}",
                )
            )
    return file.getvalue()


def _safe(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"\t{text}" if text[:1] in {"=", "+", "-", "@"} else text


def _beancount(
    programme: str,
    months: Sequence[MonthOfJournal],
    entries: Sequence[GlEntry],
    currency: str,
    settings: LiabilitySettings,
) -> Iterator[str]:
    begin = first_day(months[0].month).isoformat() if months else "1970-01-01"
    for name, account in ACCOUNTS.items():
        yield f"{begin} open {account} {currency}"
        if name in settings.accounts:
            yield f"  gl: {_quoted(settings.accounts[name])}"
    for each in months:
        for entry in (e for e in entries if e.month == each.month):
            yield ""
            yield f'{entry.day} * "{programme}" "{_WORDS[entry.kind]}"'
            amount = major(entry.amount_minor, currency)
            yield f"  {ACCOUNTS[entry.debit]}  {amount} {currency}"
            yield f"  {ACCOUNTS[entry.credit]}  {-amount} {currency}"
        yield ""
        balance = major(-each.amounts.closing, currency)
        after = first_day(next_month(each.month))
        # Exactly: without the tolerance that Beancount takes from the decimals.
        yield f"{after} balance {ACCOUNTS['liability']}  {balance} ~ 0 {currency}"


def _hledger(
    programme: str,
    months: Sequence[MonthOfJournal],
    entries: Sequence[GlEntry],
    currency: str,
    settings: LiabilitySettings,
) -> Iterator[str]:
    for name, account in ACCOUNTS.items():
        gl = settings.accounts.get(name)
        yield f"account {account}" + ("" if gl is None else f"  ; gl: {gl.replace(',', ' ')}")
    for each in months:
        for entry in (e for e in entries if e.month == each.month):
            yield ""
            yield f"{entry.day} * {programme} | {_WORDS[entry.kind]}"
            amount = major(entry.amount_minor, currency)
            yield f"    {ACCOUNTS[entry.debit]}  {amount} {currency}"
            yield f"    {ACCOUNTS[entry.credit]}  {-amount} {currency}"
        yield ""
        balance = major(-each.amounts.closing, currency)
        zero = major(0, currency)
        yield f"{last_day(each.month)} * {programme} | Balance of points"
        yield f"    {ACCOUNTS['liability']}  {zero} {currency} = {balance} {currency}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
