"""Netting runs: the worked example, parties taken out, payments, races."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from catalog import Party
from ledger import Database, Refusal
from settlement.netting import (
    Netting,
    NettingNotFound,
    advise_netting,
    cancel_netting,
    confirm_netting,
    default_party,
    draft_netting,
    find_netting,
    list_netted,
    list_nettings,
    pay_netting,
    remove_party,
)
from settlement.netting.runs import NettingDaysInvalid, NettingEmpty
from settlement.netting.steps import NettingStepRefused
from settlement.payments import Remittance, load_dues, pay_statement, settle_statement
from settlement.payments.payments import PaymentExceedsDue, PaymentRefused, post_write_off
from tests.conftest import owner_transaction
from tests.settlement.bills import ISSUED_AT, NOW, found_in, held, make_bills, states
from tests.settlement.fixtures import World, create_world

CLOSURE = ISSUED_AT.date()
DAYS = {
    "closure_on": CLOSURE,
    "advice_on": CLOSURE + timedelta(3),
    "call_on": CLOSURE + timedelta(10),
}


async def example(database: Database) -> tuple[World, dict[str, Party], list[int]]:
    """A owes B 100.00, B owes C 80.00, C owes A 50.00; A owes the operator 10.00, B owes it 5.00.

    A is mint, B is films, C is oak.
    """
    world = await create_world(database)
    parties = {
        "a": world.homes[0],
        "b": world.suppliers[0],
        "c": world.homes[1],
        "o": world.operator,
    }
    a, b, c, o = (party.party_id for party in parties.values())
    bills = [(a, b, 10_000), (b, c, 8_000), (c, a, 5_000), (a, o, 1_000), (b, o, 500)]
    return world, parties, await make_bills(database, world, bills)


async def draft(database: Database, world: World, **days: date) -> Netting:
    async with database.transaction() as connection:
        return await draft_netting(connection, world.operator, "USD", NOW, **{**DAYS, **days})


async def step(database: Database, world: World, do: Any, *what: Any) -> Netting:
    async with database.transaction() as connection:
        found: Netting = await do(connection, world.operator, *what, NOW)
        return found


async def pay(database: Database, world: World, run: Netting, party: Party, amount: int) -> None:
    async with database.transaction() as connection:
        remittance = Remittance(amount, NOW.date())
        await pay_netting(connection, world.operator, run.netting_id, remittance, NOW, party=party)


def positions(run: Netting) -> dict[int, int]:
    return {each.party_id: each.position_minor for each in run.positions}


async def confirmed(database: Database, world: World) -> Netting:
    run = await draft(database, world)
    await step(database, world, advise_netting, run.netting_id)
    return await step(database, world, confirm_netting, run.netting_id)


async def test_the_worked_example_from_draft_to_paid(database: Database) -> None:
    """245.00 gross; A pays 60.00, and three are paid."""
    world, parties, bills = await example(database)
    a, b, c, o = parties.values()
    gross = await held(database)
    run = await draft(database, world)
    by_party = {a.party_id: -6_000, b.party_id: 1_500, c.party_id: 3_000, o.party_id: 1_500}
    assert (run.state, positions(run)) == ("draft", by_party)
    # Nothing is posted before it is confirmed, and nobody but the operator sees a draft.
    assert await held(database) == gross
    async with database.transaction() as connection:
        with pytest.raises(NettingNotFound):
            await find_netting(connection, a, run.netting_id)
        # What is planned is neither paid nor written off meanwhile.
        with pytest.raises(PaymentRefused, match=f"netting run {run.netting_id}"):
            await pay_statement(connection, o, bills[0], Remittance(1, NOW.date()), NOW)
        with pytest.raises(PaymentRefused, match=f"netting run {run.netting_id}"):
            await post_write_off(connection, o, bills[0], NOW, amount_minor=1, document="break 1")
    with pytest.raises(NettingStepRefused):
        await step(database, world, confirm_netting, run.netting_id)
    with pytest.raises(NettingEmpty):
        await draft(database, world)
    await step(database, world, advise_netting, run.netting_id)
    async with database.transaction() as connection:
        seen = await find_netting(connection, a, run.netting_id)
        assert positions(seen) == {a.party_id: -6_000}
        own = await list_netted(connection, a, run.netting_id)
        assert [each.amount_minor for each in own] == [10_000, 5_000, 1_000]
        assert await list_nettings(connection, world.suppliers[1]) == []
        with pytest.raises(NettingNotFound):
            await list_netted(connection, world.suppliers[1], run.netting_id)
    run = await step(database, world, confirm_netting, run.netting_id)
    nets = {f"net:{party}": position for party, position in by_party.items()}
    assert (run.state, await held(database)) == ("confirmed", nets)
    async with database.transaction() as connection:
        assert {due.due_minor for due in (await load_dues(connection, bills)).values()} == {0}
        # Nothing is due, but a statement does not settle before its run is paid.
        with pytest.raises(PaymentRefused, match=f"netting run {run.netting_id}"):
            await settle_statement(connection, o, bills[0], NOW)
    with pytest.raises(PaymentExceedsDue):
        await pay(database, world, run, a, 6_001)
    with pytest.raises(PaymentRefused, match="not in the run"):
        await pay(database, world, run, world.suppliers[1], 1)
    for party, amount in ((b, 1_500), (a, 2_000), (c, 3_000), (o, 1_500)):
        await pay(database, world, run, party, amount)
    assert await held(database) == {f"net:{a.party_id}": -4_000, "bank": 4_000}
    assert await states(database, bills) == ["final"] * 5
    await pay(database, world, run, a, 4_000)
    assert await held(database) == {}
    assert await states(database, bills) == ["settled"] * 5
    async with database.transaction() as connection:
        (ended,) = await list_nettings(connection, a)
    assert (ended.state, [each.due_minor for each in ended.positions]) == ("paid", [0])
    with pytest.raises(PaymentRefused, match="paid"):
        await pay(database, world, run, a, 1)


async def test_a_party_is_removed_before_and_defaults_after(database: Database) -> None:
    world, parties, bills = await example(database)
    a, b, c, o = parties.values()
    run = await draft(database, world)
    await step(database, world, advise_netting, run.netting_id)
    # Without C, A owes 110.00. What was advised does not hold any more.
    run = await step(database, world, remove_party, run.netting_id, c)
    assert (run.state, positions(run)) == (
        "draft",
        {a.party_id: -11_000, b.party_id: 9_500, c.party_id: 0, o.party_id: 1_500},
    )
    for nobody in (c, world.suppliers[1]):
        with pytest.raises(NettingStepRefused, match="not in the run"):
            await step(database, world, remove_party, run.netting_id, nobody)
    await step(database, world, cancel_netting, run.netting_id)
    gross = await held(database)
    # What a cancelled run had is free for the next one.
    run = await confirmed(database, world)
    await pay(database, world, run, b, 1_500)
    with pytest.raises(NettingStepRefused, match="has not paid"):
        await step(database, world, default_party, run.netting_id, b)
    run = await step(database, world, default_party, run.netting_id, a)
    # B owes C 80.00 and O 5.00, and has got 15.00 that it has to give back.
    assert positions(run) == {
        a.party_id: 0,
        b.party_id: -8_500,
        c.party_id: 8_000,
        o.party_id: 500,
    }
    due = {each.party_id: each.due_minor for each in run.positions}
    assert due == {a.party_id: 0, b.party_id: -10_000, c.party_id: 8_000, o.party_id: 500}
    assert (run.state, run.revision) == ("confirmed", 2)
    assert [each.taken_out for each in run.positions].count("defaulted") == 1
    await held(database)
    for party, amount in ((b, 10_000), (c, 8_000), (o, 500)):
        await pay(database, world, run, party, amount)
    assert await states(database, bills) == ["final", "settled", "final", "final", "settled"]
    left = await held(database)
    assert left != gross
    assert left[f"open:{a.party_id}"] == -6_000
    # A's statements are due as before, and may be in another run.
    again = await draft(database, world)
    assert positions(again)[a.party_id] == -6_000


async def test_only_what_is_final_and_due_and_issued_by_then_is_netted(
    database: Database,
) -> None:
    world, parties, bills = await example(database)
    a, b, _, o = parties.values()
    with pytest.raises(NettingEmpty):
        await draft(database, world, closure_on=CLOSURE - timedelta(1))
    with pytest.raises(NettingDaysInvalid):
        await draft(database, world, call_on=CLOSURE)
    await make_bills(
        database, world, [(a.party_id, b.party_id, 7)], state="agreed", month="2019-11", first=50
    )
    await make_bills(
        database, world, [(a.party_id, b.party_id, 7)], currency="EUR", month="2019-10", first=60
    )
    async with database.transaction() as connection:
        for bill, amount in ((bills[0], 9_999), (bills[1], 8_000)):
            await pay_statement(connection, o, bill, Remittance(amount, NOW.date()), NOW)
    run = await draft(database, world)
    async with database.transaction() as connection:
        found = await list_netted(connection, o, run.netting_id)
    # One cent is left of the first, and nothing of the second.
    assert [each.amount_minor for each in found] == [1, 5_000, 1_000, 500]


async def test_a_statement_that_is_void_meanwhile_stops_the_run(database: Database) -> None:
    world, _, bills = await example(database)
    run = await draft(database, world)
    await step(database, world, advise_netting, run.netting_id)
    async with owner_transaction(database) as connection:
        await connection.execute(
            text(
                "UPDATE settlement.statement SET state = 'void', voided_at = now()"
                " WHERE statement_id = :id"
            ),
            {"id": bills[0]},
        )
    with pytest.raises(NettingStepRefused) as refused:
        await step(database, world, confirm_netting, run.netting_id)
    assert refused.value.document()["statements"] == [bills[0]]
    async with owner_transaction(database) as connection:
        await connection.execute(text("UPDATE settlement.calendar SET four_eyes = true"))
    with pytest.raises(NettingStepRefused, match="who drafted"):
        await step(database, world, confirm_netting, run.netting_id)


async def test_runs_and_payments_at_once_take_each_statement_once(database: Database) -> None:
    """Two drafts and five payments meet: whoever comes first has the statement."""
    world, _, bills = await example(database)

    async def paid(statement_id: int) -> str:
        async with database.transaction() as connection:
            remittance = Remittance(500, NOW.date())
            await pay_statement(connection, world.operator, statement_id, remittance, NOW)
        return "paid"

    async def drafted() -> str:
        await draft(database, world)
        return "drafted"

    results = await asyncio.gather(drafted(), *map(paid, bills), drafted(), return_exceptions=True)
    for result in results:
        assert result in ("paid", "drafted") or isinstance(result, Refusal), result
    async with database.transaction() as connection:
        runs = await list_nettings(connection, world.operator)
        planned: dict[int, int] = {}
        for run in runs:
            for each in await list_netted(connection, world.operator, run.netting_id):
                assert each.statement_id not in planned
                planned[each.statement_id] = each.amount_minor
        dues = await load_dues(connection, bills)
    # What was planned is exactly what is due: no payment came in between.
    assert {each: dues[each].due_minor for each in planned} == planned
    await held(database)


TAMPERINGS = {
    "UPDATE settlement.netting_party SET claims_minor = claims_minor + 1 WHERE party_id = :party": (
        "the position of party"
    ),
    "UPDATE settlement.netting_statement SET amount_minor = 9 WHERE statement_id = :statement": (
        "the position of party"
    ),
    "UPDATE settlement.netting_statement SET state = 'taken_out' WHERE statement_id = :statement": (
        "the position of party"
    ),
    "DELETE FROM ledger.money_entry WHERE key = 'netting:1:1'": "is posted otherwise",
    "DELETE FROM ledger.money_entry WHERE kind = 'netting' AND part = 2": "is posted otherwise",
    "UPDATE settlement.netting SET state = 'advised'": "is posted otherwise",
}


async def test_each_tampering_with_a_run_is_found(database: Database) -> None:
    world, parties, bills = await example(database)
    await confirmed(database, world)
    await held(database)
    for tampering, told in TAMPERINGS.items():
        async with owner_transaction(database) as connection:
            await connection.execute(text("SET LOCAL session_replication_role = replica"))
            which = {"party": parties["a"].party_id, "statement": bills[0]}
            named = {name: value for name, value in which.items() if f":{name}" in tampering}
            assert (await connection.execute(text(tampering), named)).rowcount
            found = await found_in(connection)
            assert any(told in defect for defect in found), (tampering, found)
            await connection.rollback()
    await held(database)
