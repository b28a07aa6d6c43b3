"""The money book as files for a general ledger: CSV, Beancount, hledger (pure).

A file has what was posted on some days, and the balances before and after them. What an account
gains is a credit, and what it gives a debit: the bank, which gives what a party has paid in, has it
as an asset. Debits and credits of a transaction are equal.

The balances that a file ends with are not added up here. They are asked of the book, compared with
what the file comes to, and asserted in it for the program that reads it.
"""

import csv
import io
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from ledger.audit import Beancount, Hledger, Posting, Style, Transaction
from ledger.money import Posted
from settlement.journal.mapping import AccountMapping
from settlement.journal.names import AccountName, account_name
from settlement.money import currency_decimals, major

CSV_HEADING = (
    *("posted_on", "entry", "part", "kind", "document", "account", "party", "code"),
    *("debit", "credit", "currency"),
)


class JournalFormat(StrEnum):
    """What a journal can be written in."""

    CSV = "csv"
    BEANCOUNT = "beancount"
    HLEDGER = "hledger"


class JournalUnbalanced(RuntimeError):
    """A file would not come to the balances of the book, so it is not written to its end."""


@dataclass(frozen=True, slots=True)
class JournalFrame:
    """What surrounds the transactions of a file: its days, and what accounts hold before and after.

    Balances are in minor units by account of the book. `codes` are those of parties.
    """

    currency: str
    since: date
    before: date
    opening: Mapping[str, int]
    closing: Mapping[str, int]
    codes: Mapping[int, str]
    mapping: AccountMapping | None = None

    def name_of(self, account: str) -> AccountName:
        """What an account is called."""
        return account_name(account, self.codes)

    def code_of(self, name: AccountName) -> str | None:
        """The account's code in the general ledger, if the file has a mapping."""
        return None if self.mapping is None else self.mapping.find_code(name)

    def amount(self, amount_minor: int) -> Decimal:
        """An amount in major units, with all decimals of the currency."""
        return major(amount_minor, self.currency)


@dataclass(slots=True)
class _Running:
    """What the accounts hold after the transactions so far."""

    frame: JournalFrame
    held: dict[str, int] = field(default_factory=dict)

    def add(self, posted: Posted) -> None:
        for from_account, to_account, amount_minor in posted.transaction.transfers:
            for account, change in ((from_account, -amount_minor), (to_account, amount_minor)):
                before = self.held.get(account, self.frame.opening.get(account, 0))
                self.held[account] = before + change

    def require_closing(self) -> None:
        """Check that the file comes to what the book holds.

        Raises:
            JournalUnbalanced: it does not.
        """
        found = {**self.frame.opening, **self.held}
        if wrong := sorted(
            account
            for account in {*found, *self.frame.closing}
            if found.get(account, 0) != self.frame.closing.get(account, 0)
        ):
            raise JournalUnbalanced(f"the journal does not come to {', '.join(wrong)}")
        if sum(found.values()):
            raise JournalUnbalanced("debits and credits differ")


async def write_journal(
    frame: JournalFrame, posted: AsyncIterator[Posted], form: JournalFormat
) -> AsyncIterator[str]:
    """The file, in pieces of whole lines.

    Raises:
        JournalUnbalanced: the transactions do not lead from the opening to the closing balances.
        MappingInvalid: there is a mapping, and an account has no code in it.
    """
    if frame.mapping is not None:
        frame.mapping.require_codes(frame.name_of(account) for account in frame.closing)
    running = _Running(frame)
    if form is JournalFormat.CSV:
        yield _csv_lines([CSV_HEADING])
        async for each in posted:
            running.add(each)
            yield _csv_lines(_csv_rows(frame, each))
        running.require_closing()
        return
    style = _style(frame.currency, form)
    yield _head(frame, style)
    async for each in posted:
        running.add(each)
        yield style.transaction(_transaction(frame, each))
    running.require_closing()
    yield "\n"
    for account, balance_minor in sorted(frame.closing.items()):
        path = frame.name_of(account).path
        yield style.assertion(frame.before, path, frame.amount(-balance_minor))


def _csv_lines(rows: list[tuple[object, ...]]) -> str:
    lines = io.StringIO(newline="")
    csv.writer(lines).writerows(rows)
    return lines.getvalue()


def _csv_rows(frame: JournalFrame, posted: Posted) -> list[tuple[object, ...]]:
    """Two rows for each transfer: what one account is debited, another one is credited."""
    transaction = posted.transaction
    rows: list[tuple[object, ...]] = []
    for part, (from_account, to_account, amount_minor) in enumerate(transaction.transfers):
        amount = f"{frame.amount(amount_minor)}"
        for account, debit, credit in ((from_account, amount, ""), (to_account, "", amount)):
            name = frame.name_of(account)
            rows.append(
                (
                    *(transaction.posted_on, posted.recorded.seq, part, transaction.kind),
                    *(transaction.document, name.path, name.party or ""),
                    *(frame.code_of(name) or "", debit, credit, frame.currency),
                )
            )
    return rows


def _style(currency: str, form: JournalFormat) -> Style:
    if form is JournalFormat.BEANCOUNT:
        return Beancount(currency)
    return Hledger(currency, currency_decimals(currency))


def _head(frame: JournalFrame, style: Style) -> str:
    days = {"since": frame.since.isoformat(), "before": frame.before.isoformat()}
    pieces = [style.head(frame.since, days)]
    for account in sorted(frame.closing):
        name = frame.name_of(account)
        facts = {"party": name.party, "code": frame.code_of(name)}
        pieces.append(style.opening(frame.since, name.path, facts))
    carried = [
        Posting(frame.name_of(account).path, frame.amount(-balance_minor), {})
        for account, balance_minor in sorted(frame.opening.items())
        if balance_minor
    ]
    if carried:
        pieces.append(style.transaction(Transaction(frame.since, "opening", "0", {}, carried)))
    return "".join(pieces)


def _transaction(frame: JournalFrame, posted: Posted) -> Transaction:
    transaction, recorded = posted.transaction, posted.recorded
    facts = {
        "document": transaction.document,
        "key": transaction.key,
        "recorded-at": recorded.recorded_at.isoformat(),
        "recorded-by": None if recorded.recorded_by is None else str(recorded.recorded_by),
    }
    return Transaction(
        transaction.posted_on,
        transaction.kind,
        f"{frame.currency}-{recorded.seq}",
        facts,
        list(_postings(frame, posted)),
    )


def _postings(frame: JournalFrame, posted: Posted) -> Iterator[Posting]:
    for from_account, to_account, amount_minor in posted.transaction.transfers:
        yield Posting(frame.name_of(from_account).path, frame.amount(amount_minor), {})
        yield Posting(frame.name_of(to_account).path, frame.amount(-amount_minor), {})
