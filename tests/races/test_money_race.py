"""Payments, netting runs, write-offs and void statements at once: nothing is paid or netted twice.

Each round has statements of its own between three parties. Whatever comes first in each, the books
of money come to what was billed, paid and netted, and no statement has less than nothing left.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party, find_party_by_id
from ledger import Database, Refusal
from settlement.journal.post import post_void
from settlement.netting import (
    advise_netting,
    cancel_netting,
    confirm_netting,
    default_party,
    draft_netting,
    find_netting,
    list_nettings,
    pay_netting,
    remove_party,
)
from settlement.payments import Remittance, load_dues, pay_statement, settle_statement
from settlement.payments.payments import post_write_off, require_no_money
from tests.settlement.bills import ISSUED_AT, NOW, held, make_bills, states
from tests.settlement.fixtures import create_world

TODAY = NOW.date()
CLOSURE = ISSUED_AT.date()
_LOCK = text("SELECT FROM settlement.statement WHERE statement_id = :id FOR UPDATE")
_VOID = text(
    "UPDATE settlement.statement SET state = 'void', voided_at = :now"
    " WHERE statement_id = :id AND state = 'final'"
)

Deed = Callable[[AsyncConnection], Awaitable[object]]


async def _void(connection: AsyncConnection, statement_id: int) -> None:
    """Make a statement void as its own step does: locked, and without money."""
    await connection.execute(_LOCK, {"id": statement_id})
    await require_no_money(connection, statement_id)
    if (await connection.execute(_VOID, {"now": NOW, "id": statement_id})).rowcount:
        await post_void(connection, statement_id)


async def _net(connection: AsyncConnection, operator: Party) -> None:
    """Draft a run, and confirm it in the same transaction."""
    run = await draft_netting(
        connection,
        operator,
        "USD",
        NOW,
        closure_on=CLOSURE,
        advice_on=CLOSURE,
        call_on=CLOSURE + timedelta(1),
    )
    await advise_netting(connection, operator, run.netting_id, NOW)
    await confirm_netting(connection, operator, run.netting_id, NOW)


async def _step(connection: AsyncConnection, operator: Party, dice: random.Random) -> None:
    """Take any step with the last run, or pay any position of it."""
    runs = await list_nettings(connection, operator, limit=1_000)
    if not runs:
        return
    run = await find_netting(connection, operator, runs[-1].netting_id)
    position = dice.choice(run.positions)
    party = await find_party_by_id(connection, position.party_id)
    match dice.randrange(4):
        case 0:
            await default_party(connection, operator, run.netting_id, party, NOW)
        case 1:
            await remove_party(connection, operator, run.netting_id, party, NOW)
        case 2:
            await cancel_netting(connection, operator, run.netting_id, NOW)
        case _:
            remittance = Remittance(max(1, abs(position.due_minor)), TODAY)
            await pay_netting(connection, operator, run.netting_id, remittance, NOW, party=party)


def _deed(operator: Party, bill: int, dice: random.Random) -> Deed:
    amount = dice.choice((1, 40, 100))
    return dice.choice(
        (
            lambda c: pay_statement(c, operator, bill, Remittance(amount, TODAY), NOW),
            lambda c: settle_statement(c, operator, bill, NOW),
            lambda c: post_write_off(
                c, operator, bill, NOW, amount_minor=dice.choice((amount, -3)), document="b"
            ),
            lambda c: _void(c, bill),
            lambda c: _net(c, operator),
            lambda c: _step(c, operator, dice),
            lambda c: _step(c, operator, dice),
        )
    )


@pytest.mark.parametrize(
    "rounds", [3, pytest.param(200, marks=[pytest.mark.campaign, pytest.mark.timeout(900)])]
)
async def test_money_at_once_is_moved_once(database: Database, rounds: int) -> None:
    world = await create_world(database)
    operator = world.operator
    mint, films, oak = (
        party.party_id for party in (world.homes[0], world.suppliers[0], world.homes[1])
    )
    dice = random.Random(7)
    sides = [(mint, films), (films, oak), (oak, mint), (mint, operator.party_id)]

    async def tried(deed: Deed) -> BaseException | None:
        try:
            async with database.transaction() as connection:
                await deed(connection)
        except Refusal as refused:
            return refused
        return None

    for number in range(rounds):
        bills = await make_bills(
            database,
            world,
            [(payer, payee, 100) for payer, payee in sides],
            first=1 + number * len(sides),
            month=f"{2000 + number // 12}-{number % 12 + 1:02}",
        )
        deeds = [_deed(operator, dice.choice(bills), dice) for _ in range(8)]
        async with asyncio.TaskGroup() as group:
            for deed in deeds:
                group.create_task(tried(deed))
        await held(database)
        async with database.transaction() as connection:
            dues = await load_dues(connection, bills)
        for due, state in zip(dues.values(), await states(database, bills), strict=True):
            assert due.due_minor >= 0, due
            assert (due.rest_minor == 0) == (state in ("settled", "void")) or state == "final"
