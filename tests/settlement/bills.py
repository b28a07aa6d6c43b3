"""Statements made by hand, for tests of what is due, paid and netted."""

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Database
from ledger.money import load_money_balances, verify_money
from settlement.audit.money_checks import CHECKS, verify_journal
from settlement.journal.post import post_issued
from tests.settlement.fixtures import World

ISSUED_AT = datetime(2020, 1, 10, 12, tzinfo=UTC)
NOW = datetime(2020, 2, 1, 12, tzinfo=UTC)

_ADD = text(
    """
    INSERT INTO settlement.statement
        (month, payer_party_id, payee_party_id, operator_party_id, currency, kind, uses, reversals,
        conversions, late_lines, coupon_cost_minor, platform_fee_minor, conversion_minor,
        other_minor, adjustment_minor, added_tax_minor, tax_minor, state, year, sequence, number,
        file_sha256, chain_sha256, issued_at)
    VALUES (:month, :payer, :payee, :operator, :currency, 'coupons', 1, 0, 0, 0, :amount, 0, 0, 0,
        0, 0, 0, :state, 2020, :sequence, :number, '', '', :issued_at)
    RETURNING statement_id
    """
)
_MONTH = text(
    """
    INSERT INTO settlement.period (month) VALUES (:month) ON CONFLICT DO NOTHING
    """
)


async def make_bills(
    database: Database,
    world: World,
    bills: Sequence[tuple[int, int, int]],
    *,
    currency: str = "USD",
    state: str = "final",
    first: int = 1,
    month: str = "2019-12",
) -> list[int]:
    """Statements of (payer, payee, amount), posted as they are when they are issued. Their ids."""
    made = []
    async with database.transaction() as connection:
        await connection.execute(_MONTH, {"month": month})
        for sequence, (payer, payee, amount) in enumerate(bills, start=first):
            values = {
                "month": month,
                "payer": payer,
                "payee": payee,
                "operator": world.operator.party_id,
                "currency": currency,
                "amount": amount,
                "state": state,
                "sequence": sequence,
                "number": f"2020-{sequence:06}",
                "issued_at": ISSUED_AT,
            }
            made.append((await connection.execute(_ADD, values)).scalar_one())
        await post_issued(connection, made)
    return made


async def states(database: Database, statement_ids: Sequence[int]) -> list[str]:
    """The states of these statements, in order of id."""
    query = text(
        "SELECT state FROM settlement.statement WHERE statement_id = ANY (:ids)"
        " ORDER BY statement_id"
    )
    async with database.transaction() as connection:
        rows = await connection.execute(query, {"ids": list(statement_ids)})
        return [row.state for row in rows]


async def held(database: Database, currency: str = "USD") -> dict[str, int]:
    """What the accounts of a book hold, but for those that hold nothing. All of it is sound."""
    async with database.transaction() as connection:
        balances = await load_money_balances(connection, currency)
    async with database.transaction() as connection:
        unexplained = await verify_journal(connection)
        assert not unexplained, unexplained
    async with database.transaction() as connection:
        defects = await verify_money(connection)
        assert not any(defects.values()), defects
    return {account: amount for (_, account), amount in balances.items() if amount}


async def found_in(connection: AsyncConnection) -> list[str]:
    """What the checks find in a transaction that has changed something already."""
    return [
        f"{check}: {row[0]}"
        for check, statement in CHECKS.items()
        for row in await connection.execute(text(statement))
    ]
