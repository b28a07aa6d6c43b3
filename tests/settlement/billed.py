"""A month that is billed: what mint owes films for four uses, and who does what with it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import text

from catalog import Party
from ledger import Database
from settlement.corrections import Adjustment, Asked, AskedLine, draft_adjustment
from settlement.statements import (
    Statement,
    close_period,
    find_statement,
    list_statements,
    transition,
)
from settlement.statements.disputed import LineKey
from tests.conftest import owner_transaction
from tests.settlement.fixtures import JANUARY, LATER, World, create_world, rate_uses, use

SOON = LATER + timedelta(days=3)
TERM = LATER + timedelta(days=16)
"""The fifteenth day after the issue is the last one to dispute; then the term ends."""


@dataclass(frozen=True)
class Billed:
    """January of mint and films, each use at 60."""

    database: Database
    world: World
    statement_id: int

    @property
    def payer(self) -> Party:
        return self.world.homes[0]

    @property
    def payee(self) -> Party:
        return self.world.suppliers[0]

    @property
    def operator(self) -> Party:
        return self.world.operator

    async def statement(self) -> Statement:
        async with self.database.transaction() as connection:
            return await find_statement(connection, self.operator, self.statement_id)

    async def step(self, party: Party, step: Any, reason: str | None = None) -> Statement:
        async with self.database.transaction() as connection:
            return await transition(connection, party, self.statement_id, step, SOON, reason=reason)

    async def draft(self, asked: Asked, actor: int | None = None) -> Adjustment:
        async with self.database.transaction(actor=actor) as connection:
            return await draft_adjustment(connection, self.operator, self.statement_id, asked, SOON)

    async def scalar(self, query: str) -> Any:
        async with self.database.transaction() as connection:
            return await connection.scalar(text(query))


def key(number: int, kind: str = "charge") -> LineKey:
    """The line of a use, by its number."""
    return LineKey(1, f"{number}.1", "coupon_cost", kind)


def credit(*numbers: int, amount: int | None = None, each: int | None = None) -> Asked:
    """A credit of the lines of these uses, or of the statement as a whole."""
    lines = [AskedLine(key(number), each) for number in numbers]
    return Asked("credit", "agreed on the phone", lines, amount)


async def bill(database: Database, *, uses: int = 4, cost: str = "60") -> Billed:
    """Issue January of mint and films."""
    world = await create_world(database, cost=cost)
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, number) for number in range(1, uses + 1)])
        await close_period(connection, "2017-01", LATER)
        _, statement = await list_statements(connection, world.operator)
    assert (JANUARY.month, statement.uses) == (1, uses)
    return Billed(database, world, statement.statement_id)


async def tax(billed: Billed, parts: dict[int, tuple[int, int]]) -> None:
    """Give the lines these amounts, and the tax that was added to them, as a close would have."""
    net = sum(amount for amount, _ in parts.values())
    added = sum(share for _, share in parts.values())
    async with owner_transaction(billed.database) as connection:
        for table in ("line", "statement"):
            await connection.execute(text(f"ALTER TABLE settlement.{table} DISABLE TRIGGER USER"))
        for number, (amount, share) in parts.items():
            named = {"use": f"{number}.1", "amount": amount, "share": share}
            await connection.execute(
                text(
                    "UPDATE settlement.line SET amount_minor = :amount, tax_rate = 0.2,"
                    " tax_inclusive = false WHERE use_id = :use AND leg = 'coupon_cost'"
                ),
                named,
            )
            await connection.execute(
                text(
                    "INSERT INTO settlement.allocation VALUES"
                    " (1, :use, 'coupon_cost', 'charge', '2017-01', :amount, :share)"
                ),
                named,
            )
        await connection.execute(
            text(
                "UPDATE settlement.statement SET coupon_cost_minor = :net,"
                " added_tax_minor = :added, tax_minor = :added WHERE statement_id = :statement"
            ),
            {"net": net, "added": added, "statement": billed.statement_id},
        )
        for table in ("line", "statement"):
            await connection.execute(text(f"ALTER TABLE settlement.{table} ENABLE TRIGGER USER"))
