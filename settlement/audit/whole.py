"""The whole bill proved: every closed month, what stands beside it, and the books of money."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import allow_time
from ledger.money import verify_money
from settlement.audit.bill_checks import verify_bills
from settlement.audit.completeness import find_incomplete
from settlement.audit.history import verify_histories
from settlement.audit.money_checks import verify_journal
from settlement.audit.months import verify_cards, verify_month
from settlement.periods import load_periods
from settlement.statements.verify import verify_statements

Transaction = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
"""Begins a transaction. Each part of the proof has one of its own, and so one snapshot."""

Shown = Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
"""Shows the progress of a named task. What it gives is told how much is done, and of how much."""

_NO_TIME_LIMIT = 0


async def verify_settlement(transaction: Transaction, shown: Shown) -> dict[str, list[str]]:
    """What is wrong, by what it is about. Months and money books are named, also sound ones.

    It only reads, and never blocks a writer.
    """
    found: dict[str, list[str]] = {}
    async with transaction() as connection:
        periods = await load_periods(connection)
        altered = await verify_cards(connection)
    for period in periods:
        if period.state == "closed":
            found[f"statements of {period.month}"] = await _verify_month(
                transaction, shown, period.month, is_rated=not altered
            )
    async with transaction() as connection:
        incomplete = [str(each) for each in await find_incomplete(connection)]
    async with transaction() as connection:
        unsound = await verify_bills(connection)
    async with transaction() as connection:
        unsound += await verify_histories(connection)
    if altered or incomplete or unsound:
        found["the bill"] = [*altered, *incomplete, *unsound]
    async with transaction() as connection:
        for currency, defects in (await verify_money(connection)).items():
            found[f"money in {currency}"] = defects
    async with transaction() as connection:
        if unexplained := await verify_journal(connection):
            found["money between parties"] = unexplained
    return found


async def _verify_month(
    transaction: Transaction, shown: Shown, month: str, *, is_rated: bool
) -> list[str]:
    """What is wrong in a closed month. `is_rated`: its lines are rated again as well.

    Nothing can be rated again by a card that is not the one that was written.
    """
    async with transaction() as connection:
        await allow_time(connection, _NO_TIME_LIMIT)
        numbers = await verify_statements(connection, month)
    defects = [f"statement {number} does not follow from its lines" for number in numbers]
    if is_rated:
        with shown(f"lines of {month}") as tick:
            async with transaction() as connection:
                defects += await verify_month(connection, month, tick)
    return defects
