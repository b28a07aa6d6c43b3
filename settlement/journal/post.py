"""Issued and void statements as they are posted to the money books.

Both are posted in the transaction that issues or voids them, so there is no statement without its
entry. `events` says what is moved. An entry is dated by the day on which it is recorded, in the
settlement calendar. So what was posted up to a day never grows afterwards.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.money import MoneyTransaction, post_money
from settlement.calendar import load_calendar
from settlement.journal.events import Bill, statement_issued, statement_void
from settlement.months import day_of

_BILLS = text(
    """
    SELECT statement_id, number, payer_party_id, payee_party_id, currency, billed_minor, issued_at,
        voided_at
    FROM settlement.statement
    WHERE statement_id = ANY (CAST(:statement_ids AS bigint[])) AND issued_at IS NOT NULL
    ORDER BY year, sequence
    """
)


async def post_issued(connection: AsyncConnection, statement_ids: Collection[int]) -> int:
    """Post statements that this transaction has issued. Returns how many have an entry now.

    Six round trips, however many statements there are, and four more for each further currency.
    Doing it again adds nothing.
    """
    if not statement_ids:
        return 0
    zone = (await load_calendar(connection)).zone
    posted: dict[str, list[MoneyTransaction]] = {}
    for row in await connection.execute(_BILLS, {"statement_ids": sorted(statement_ids)}):
        if transaction := statement_issued(_bill(row), day_of(row.issued_at, zone)):
            posted.setdefault(row.currency, []).append(transaction)
    await post_money(connection, posted)
    return sum(map(len, posted.values()))


async def post_void(connection: AsyncConnection, statement_id: int) -> None:
    """Post that a statement is void, which this transaction has made so.

    One that was never issued has no entry, and needs none. Doing it again adds nothing.
    """
    zone = (await load_calendar(connection)).zone
    for row in await connection.execute(_BILLS, {"statement_ids": [statement_id]}):
        if transaction := statement_void(_bill(row), day_of(row.voided_at, zone)):
            await post_money(connection, {row.currency: [transaction]})


async def today(connection: AsyncConnection, now: datetime) -> date:
    """The day of an instant in the settlement calendar."""
    return day_of(now, (await load_calendar(connection)).zone)


def _bill(row: Sequence[object]) -> Bill:
    return Bill(*row[:6])  # type: ignore[arg-type]
