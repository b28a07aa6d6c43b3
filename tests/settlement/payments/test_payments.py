"""Payments of statements: in parts, in full, refused, at once; and what is written off."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from ledger import Database
from ledger.money import list_money
from settlement.journal.post import post_void
from settlement.payments import (
    Payment,
    Remittance,
    list_payments,
    load_dues,
    pay_statement,
    settle_statement,
)
from settlement.payments.due import due_minor
from settlement.payments.payments import (
    PaymentDayInvalid,
    PaymentExceedsDue,
    PaymentRefused,
    post_write_off,
    require_no_money,
)
from settlement.statements import find_statement, list_statements, transition
from settlement.statements.statements import StatementNotFound
from settlement.statements.steps import StatementStepRefused
from tests.conftest import owner_transaction
from tests.settlement.bills import NOW, found_in, held, make_bills, states
from tests.settlement.fixtures import LATER, World, close, create_world, rate_uses, use

TODAY = NOW.date()


async def pay(
    database: Database, world: World, statement_id: int, amount: int, **more: Any
) -> Payment:
    async with database.transaction() as connection:
        remittance = Remittance(amount, **{"paid_on": TODAY, **more})
        return await pay_statement(connection, world.operator, statement_id, remittance, NOW)


async def due(database: Database, statement_id: int) -> int:
    async with database.transaction() as connection:
        return (await load_dues(connection, [statement_id]))[statement_id].due_minor


async def test_what_is_issued_is_posted_with_it_and_settled_by_its_payments(
    database: Database,
) -> None:
    """A month is closed: its statements are in the money book, and leave it by what is paid."""
    world = await create_world(database)
    mint, films = world.homes[0].party_id, world.suppliers[0].party_id
    async with database.transaction() as connection:
        await rate_uses(connection, [use(world, 1), use(world, 2)])
    await close(database, "2017-01")
    async with database.transaction() as connection:
        bills = await list_statements(connection, world.operator)
    (cost,) = (bill for bill in bills if bill.kind == "coupons")
    operator = world.operator.party_id
    owed = {f"open:{mint}": -140, f"open:{films}": 120, f"open:{operator}": 20}
    assert await held(database) == owed
    async with database.transaction() as connection:
        posted = await list_money(connection, "USD")
        assert {each.transaction.document for each in posted} == {bill.number for bill in bills}
        assert {each.transaction.posted_on for each in posted} == {LATER.date()}
        for step, party in (
            ("agree", world.homes[0]),
            ("agree", world.suppliers[0]),
            ("finalise", world.operator),
        ):
            await transition(connection, party, cost.statement_id, step, LATER)  # type: ignore[arg-type]
        found = await find_statement(connection, world.operator, cost.statement_id)
        assert await due_minor(connection, found) == 120
    await pay(database, world, cost.statement_id, 50, reference="B-1", paid_on=date(2020, 1, 5))
    assert await due(database, cost.statement_id) == 70
    assert await states(database, [cost.statement_id]) == ["final"]
    await pay(database, world, cost.statement_id, 70)
    assert await states(database, [cost.statement_id]) == ["settled"]
    assert await held(database) == {f"open:{mint}": -20, f"open:{operator}": 20}
    async with database.transaction() as connection:
        paid = (await list_money(connection, "USD", after=len(posted)))[0]
    # The entry has the day on which it was recorded. The payment tells the day of the payment.
    assert (paid.transaction.posted_on, paid.transaction.document) == (TODAY, f"{cost.number}, B-1")


async def test_what_is_not_due_is_not_paid(database: Database) -> None:
    world = await create_world(database)
    mint, oak = (home.party_id for home in world.homes)
    final, issued, nothing = await make_bills(
        database, world, [(mint, oak, 100), (oak, mint, 30), (mint, world.operator.party_id, 0)]
    )
    async with owner_transaction(database) as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text("UPDATE settlement.statement SET state = 'issued' WHERE statement_id = :id"),
            {"id": issued},
        )
    with pytest.raises(PaymentExceedsDue) as refused:
        await pay(database, world, final, 101)
    assert refused.value.document()["due_minor"] == 100
    with pytest.raises(PaymentRefused, match="issued"):
        await pay(database, world, issued, 1)
    with pytest.raises(PaymentDayInvalid):
        await pay(database, world, final, 1, paid_on=TODAY + timedelta(1))
    with pytest.raises(StatementNotFound):
        await pay(database, world, 10**6, 1)
    async with database.transaction() as connection:
        with pytest.raises(StatementStepRefused):
            await settle_statement(connection, world.operator, issued, NOW)
    # Of nothing, nothing is paid, and it settles all the same.
    with pytest.raises(PaymentExceedsDue):
        await pay(database, world, nothing, 1)
    async with database.transaction() as connection:
        await settle_statement(connection, world.operator, nothing, NOW)
        await require_no_money(connection, nothing)
        # A second time changes nothing.
        for _ in range(2):
            await settle_statement(connection, world.operator, final, NOW)
        with pytest.raises(PaymentRefused, match="was paid"):
            await require_no_money(connection, final)
        seen = {
            viewer.code: [each.amount_minor for each in await list_payments(connection, viewer)]
            for viewer in (*world.homes, world.operator, world.suppliers[0])
        }
    assert seen == {"mint": [100], "oak": [100], "exchange": [100], "films": []}
    assert await states(database, [final, nothing]) == ["settled", "settled"]


async def test_a_statement_below_zero_is_paid_by_its_payee(database: Database) -> None:
    world = await create_world(database)
    mint, films = world.homes[0].party_id, world.suppliers[0].party_id
    (credit,) = await make_bills(database, world, [(mint, films, -80)])
    assert await held(database) == {f"open:{mint}": 80, f"open:{films}": -80}
    with pytest.raises(PaymentExceedsDue):
        await pay(database, world, credit, 81)
    paid = await pay(database, world, credit, 30)
    assert (paid.payer_party_id, paid.payee_party_id) == (films, mint)
    async with database.transaction() as connection:
        await settle_statement(connection, world.operator, credit, NOW)
    assert await states(database, [credit]) == ["settled"]
    assert await held(database) == {}


async def test_what_is_written_off_is_not_due_any_more(database: Database) -> None:
    world = await create_world(database)
    mint, films, music = (party.party_id for party in (world.homes[0], *world.suppliers))
    bill, other = await make_bills(database, world, [(mint, films, 100), (mint, music, 40)])

    async def write_off(statement_id: int, amount: int) -> Payment:
        async with database.transaction() as connection:
            return await post_write_off(
                connection,
                world.operator,
                statement_id,
                NOW,
                amount_minor=amount,
                document="break 7",
            )

    assert (await write_off(bill, 3)).kind == "write_off"
    assert await due(database, bill) == 97
    await write_off(bill, -5)
    assert await due(database, bill) == 102
    with pytest.raises(PaymentExceedsDue):
        await write_off(bill, 103)
    # Of a statement below zero, it is the payee that owes less. Beyond nothing, nobody does.
    (credit,) = await make_bills(database, world, [(films, mint, -20)], first=7)
    await write_off(credit, -15)
    with pytest.raises(PaymentExceedsDue):
        await write_off(credit, -6)
    await write_off(credit, -5)
    assert await states(database, [credit]) == ["settled"]
    await pay(database, world, bill, 102)
    assert await states(database, [bill]) == ["settled"]
    with pytest.raises(PaymentRefused):
        await write_off(bill, 1)
    await write_off(other, 40)
    assert await states(database, [other]) == ["settled"]
    # What films got beyond its bill was written off against it.
    assert await held(database) == {}


async def test_a_void_statement_is_moved_back(database: Database) -> None:
    world = await create_world(database)
    mint, films = world.homes[0].party_id, world.suppliers[0].party_id
    bill, kept = await make_bills(database, world, [(mint, films, 100), (films, mint, 30)])
    async with database.transaction() as connection:
        await require_no_money(connection, bill)
        await connection.execute(
            text(
                "UPDATE settlement.statement SET state = 'void', voided_at = :now"
                " WHERE statement_id = :id"
            ),
            {"now": NOW, "id": bill},
        )
        for _ in range(2):
            await post_void(connection, bill)
    assert await held(database) == {f"open:{mint}": 30, f"open:{films}": -30}
    assert await due(database, bill) == 0
    with pytest.raises(PaymentRefused, match="void"):
        await pay(database, world, bill, 1)
    async with database.transaction() as connection:
        found = await find_statement(connection, world.operator, kept)
        assert await due_minor(connection, found) == 30


async def test_payments_at_once_pay_no_more_than_is_due(database: Database) -> None:
    """Six sessions pay a third each: three are accepted, and the statement is settled once."""
    world = await create_world(database)
    mint, films = world.homes[0].party_id, world.suppliers[0].party_id
    (bill,) = await make_bills(database, world, [(mint, films, 99)])
    results = await asyncio.gather(
        *(pay(database, world, bill, 33) for _ in range(6)), return_exceptions=True
    )
    assert sum(isinstance(result, Payment) for result in results) == 3
    refusals = [result for result in results if not isinstance(result, Payment)]
    assert {type(each) for each in refusals} <= {PaymentExceedsDue, PaymentRefused}
    assert await states(database, [bill]) == ["settled"]
    assert await held(database) == {}


TAMPERINGS = {
    "UPDATE ledger.money_entry SET amount_minor = 101 WHERE key = 'issued:1'": "posted otherwise",
    "DELETE FROM ledger.money_entry WHERE key = 'issued:1'": "issued:1: not posted",
    "UPDATE settlement.statement SET payee_party_id = 5 WHERE statement_id = 1": "posted otherwise",
    "DELETE FROM settlement.statement WHERE statement_id = 2": "issued:2: posted without a reason",
    "DELETE FROM settlement.payment WHERE payment_id = 1": "payment:1: posted without a reason",
    "UPDATE settlement.payment SET amount_minor = 9": "parties hold",
    "UPDATE settlement.statement SET state = 'settled' WHERE statement_id = 2": "30 of it is left",
    "UPDATE settlement.statement SET state = 'void', voided_at = now() WHERE statement_id = 2": (
        "void:2: not posted"
    ),
    "UPDATE ledger.money_entry SET kind = 'gift' WHERE key = 'payment:1'": "of no known kind",
}


async def test_each_tampering_is_found(database: Database) -> None:
    world = await create_world(database)
    mint, films, oak = (
        party.party_id for party in (world.homes[0], world.suppliers[0], world.homes[1])
    )
    first, _ = await make_bills(database, world, [(mint, films, 100), (oak, films, 30)])
    await pay(database, world, first, 10)
    await held(database)
    for tampering, told in TAMPERINGS.items():
        async with owner_transaction(database) as connection:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            assert (await connection.execute(text(tampering))).rowcount
            await connection.execute(text("SET LOCAL TRANSACTION READ ONLY"))
            found = await found_in(connection)
            assert any(told in defect for defect in found), (tampering, found)
            await connection.rollback()
    await held(database)


@pytest.mark.parametrize(
    ("billed", "disputed", "paid"),
    [(20, 40, 20), (20, -30, 20), (-20, -40, 20), (20, 0, 20)],
)
async def test_a_statement_settles_once_nothing_is_left_or_in_dispute(
    database: Database, billed: int, disputed: int, paid: int
) -> None:
    """Lines in dispute may come to more than the statement, or to less than nothing."""
    world = await create_world(database)
    mint, films = world.homes[0].party_id, world.suppliers[0].party_id
    (bill,) = await make_bills(database, world, [(mint, films, billed)])
    await carry(database, bill, disputed)
    before = await due(database, bill)
    await pay(database, world, bill, paid)
    rest = before - (paid if before > 0 else -paid)
    assert await due(database, bill) == rest
    is_done = rest == 0 and disputed == 0
    assert await states(database, [bill]) == ["settled" if is_done else "final"]
    await held(database)
    await carry(database, bill, 0)
    async with database.transaction() as connection:
        settled = await settle_statement(connection, world.operator, bill, NOW)
    assert (settled.state, await due(database, bill)) == ("settled", 0)
    assert await held(database) == {}


async def carry(database: Database, statement_id: int, disputed_minor: int) -> None:
    """Have so much of a final statement in dispute."""
    async with owner_transaction(database) as connection:
        await connection.execute(text("SET LOCAL session_replication_role = replica"))
        await connection.execute(
            text(
                "UPDATE settlement.statement SET disputed_minor = :disputed"
                " WHERE statement_id = :id"
            ),
            {"disputed": disputed_minor, "id": statement_id},
        )
