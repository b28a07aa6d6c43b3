"""The money book of a currency as a file for a general ledger: all of it, or some days."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import load_party_codes
from ledger import Refusal, allow_time
from ledger.book import CURRENCY_PATTERN
from ledger.money import (
    account_parts,
    load_money_balances,
    load_money_days,
    stream_money,
)
from settlement.journal.general_ledger import JournalFormat, JournalFrame, write_journal
from settlement.journal.mapping import AccountMapping

EXPORT_TIMEOUT_SECONDS = 600
_CURRENCY = re.compile(CURRENCY_PATTERN)


class MoneyBookNotFound(Refusal):
    """Nothing was ever posted in this currency."""

    code: ClassVar[str] = "money-book-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no money book of this currency."


class JournalDaysInvalid(Refusal):
    """The days of a journal end before they begin."""

    code: ClassVar[str] = "journal-days-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The days of a journal follow each other."


@dataclass(frozen=True, slots=True)
class JournalScope:
    """Which part of a book: what was posted from one day on, and before another one.

    Without a day, it reaches from the first transaction, or to the last one.
    """

    currency: str
    since: date | None = None
    before: date | None = None


async def export_journal(
    connection: AsyncConnection,
    scope: JournalScope,
    form: JournalFormat,
    mapping: AccountMapping | None = None,
) -> AsyncGenerator[str, None]:
    """The file, in pieces of whole lines.

    Run it in a transaction of its own: all of it is one snapshot (REPEATABLE READ). It never blocks
    a writer.

    Raises:
        MoneyBookNotFound: nothing was ever posted in the currency.
        JournalDaysInvalid: the days end before they begin.
        MappingInvalid: there is a mapping, and an account has no code in it.
        JournalUnbalanced: the book does not come to its own balances.
    """
    await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
    await allow_time(connection, EXPORT_TIMEOUT_SECONDS)
    frame = await _frame(connection, scope, mapping)
    posted = stream_money(connection, scope.currency, since=frame.since, before=frame.before)
    async for piece in write_journal(frame, posted, form):
        yield piece


async def require_money_book(connection: AsyncConnection, currency: str) -> tuple[date, date]:
    """The first and the last day on which something is posted in a currency.

    Raises:
        MoneyBookNotFound: nothing ever was.
    """
    if _CURRENCY.fullmatch(currency) is None:
        raise MoneyBookNotFound("no currency has a code of this form")
    days = await load_money_days(connection, currency)
    if days is None:
        raise MoneyBookNotFound(f"nothing is posted in {currency}")
    return days


async def _frame(
    connection: AsyncConnection, scope: JournalScope, mapping: AccountMapping | None
) -> JournalFrame:
    first, last = await require_money_book(connection, scope.currency)
    since = scope.since or first
    before = scope.before or max(last, since) + timedelta(days=1)
    if since >= before:
        raise JournalDaysInvalid(f"{before} is not after {since}")
    opening = await _balances(connection, scope.currency, since)
    closing = await _balances(connection, scope.currency, before)
    parties = {party for account in closing if (party := account_parts(account).party_id)}
    codes = await load_party_codes(connection, parties)
    return JournalFrame(scope.currency, since, before, opening, closing, codes, mapping)


async def _balances(connection: AsyncConnection, currency: str, before: date) -> dict[str, int]:
    found = await load_money_balances(connection, currency, before)
    return {account: balance_minor for (_, account), balance_minor in found.items()}
