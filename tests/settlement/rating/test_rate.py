"""Rating: a use becomes charges, a reversal undoes them, and what cannot be rated waits."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from ledger import Database, outbox
from settlement import tables
from settlement.closing.freeze import PeriodHasPendingUses
from settlement.rating import rate_pending
from settlement.rating.contracts import hold_contracts
from settlement.rating.lines import Line
from settlement.rating.uses import TOPICS
from settlement.statements.totals import load_totals
from tests.conftest import owner_transaction
from tests.settlement.fixtures import (
    FEBRUARY,
    JANUARY,
    MARCH,
    OF_1999,
    close,
    contract_of_1999,
    create_world,
    lines,
    pending,
    rate,
    reverse_rated,
    send_reversal,
    send_uses,
    use,
)


async def test_a_use_is_charged_once_with_its_calculation(database: Database) -> None:
    world = await create_world(database, cost="60.5", fee="10.49")
    uses = [use(world, 1), use(world, 2, home=1)]
    assert await rate(database, *uses) == 4
    assert await rate(database, *uses) == 0
    cost, fee, *_ = await lines(database)
    assert (cost.leg, cost.amount_minor, cost.calculation) == (
        "coupon_cost",
        61,
        "1 use x 60.5 = 61 USD minor (half_up)",
    )
    assert (fee.leg, fee.amount_minor, fee.contract_version) == ("platform_fee", 10, 1)
    assert (cost.payer_party_id, cost.payee_party_id) == (
        world.homes[0].party_id,
        world.suppliers[0].party_id,
    )
    assert (fee.payer_party_id, fee.payee_party_id) == (
        world.homes[0].party_id,
        world.operator.party_id,
    )
    assert (cost.month, cost.late) == ("2017-01", False)


async def test_a_swapped_right_is_on_the_bill_and_its_coupon_costs_nothing(
    database: Database,
) -> None:
    world = await create_world(database, cost="60.5", fee="10.49")
    assert await rate(database, replace(use(world, 1), swap_id=4711)) == 2
    cost, fee = await lines(database)
    assert (cost.leg, cost.amount_minor, cost.calculation) == (
        "coupon_cost",
        0,
        "1 use x 0 = 0 USD minor (half_up)",
    )
    assert (fee.leg, fee.amount_minor) == ("platform_fee", 10)


async def test_lines_are_append_only_and_bound_to_open_months(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1))
    for change in (
        "UPDATE settlement.line SET month = '2017-02'",
        "DELETE FROM settlement.line",
        "DELETE FROM settlement.period",
        "UPDATE settlement.period SET state = 'closed', closed_at = now()",
    ):
        with pytest.raises(DBAPIError, match="RestrictViolation"):
            async with owner_transaction(database) as connection:
                await connection.execute(text(change))
    await close(database, "2017-01")
    with pytest.raises(DBAPIError, match="not open"):
        await insert_copy(database, use_id="other")


async def insert_copy(database: Database, *, use_id: str) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            text("CREATE TEMPORARY TABLE copied ON COMMIT DROP AS SELECT * FROM settlement.line")
        )
        await connection.execute(text("UPDATE copied SET use_id = :use_id"), {"use_id": use_id})
        await connection.execute(text("INSERT INTO settlement.line SELECT * FROM copied"))


async def test_a_late_use_goes_to_the_next_open_month(database: Database) -> None:
    world = await create_world(database)
    await rate(database, use(world, 1), use(world, 3, MARCH))
    await close(database, "2017-01")
    await rate(database, use(world, 2), use(world, 4, FEBRUARY))
    months = {(line.use_id, line.month, line.late) for line in await lines(database)}
    assert months == {
        ("1.1", "2017-01", False),
        ("2.1", "2017-02", True),
        ("3.1", "2017-03", False),
        ("4.1", "2017-02", False),
    }
    closing = await close(database, "2017-02")
    assert (closing.totals.statements, closing.totals.late_lines, closing.totals.billed_minor) == (
        2,
        2,
        140,
    )


async def test_a_reversal_undoes_the_charge_at_its_own_rate(database: Database) -> None:
    world = await create_world(database, cost="60.5")
    await rate(database, use(world, 1))
    await close(database, "2017-01")
    for expected in (2, 0):
        async with database.transaction() as connection:
            assert await reverse_rated(connection, [use(world, 1)]) == expected
    reversals = [line for line in await lines(database) if line.kind == "reversal"]
    assert [(line.leg, line.amount_minor, line.month, line.late) for line in reversals] == [
        ("coupon_cost", -61, "2017-02", True),
        ("platform_fee", -10, "2017-02", True),
    ]
    closing = await close(database, "2017-02")
    assert (closing.totals.uses, closing.totals.reversals, closing.totals.billed_minor) == (
        0,
        1,
        -71,
    )
    async with database.transaction() as connection:
        assert (await load_totals(connection)).billed_minor == 0


async def test_uses_of_two_programmes_may_have_one_number(database: Database) -> None:
    world = await create_world(database)
    here, there = use(world, 1), use(world, 1, home=1)
    assert here.use_id == there.use_id
    assert await rate(database, here) == 2
    async with database.transaction() as connection:
        await send_reversal(connection, there, JANUARY)
    assert await rate_pending(database) == 1
    assert await pending(database) == 1, "the other programme's use is no answer to it"
    async with database.transaction() as connection:
        await send_uses(connection, [there])
        assert await reverse_rated(connection, [here]) == 2
    reversed_in = {line.book_id for line in await lines(database) if line.kind == "reversal"}
    assert reversed_in == {here.book_id}


async def test_the_outbox_is_rated_once_and_closing_waits_for_it(database: Database) -> None:
    world = await create_world(database)
    uses = [use(world, number, home=number % 2) for number in range(1, 8)]
    async with database.transaction() as connection:
        await send_reversal(connection, uses[0], JANUARY + timedelta(days=1))
    assert await rate_pending(database) == 1
    async with database.transaction() as connection:
        await send_uses(connection, uses + uses[:2])
    with pytest.raises(PeriodHasPendingUses) as refusal:
        await close(database, "2017-01")
    assert refusal.value.extra == {
        "pending": 10,
        "waiting": {"not-rated-yet": 1, "not-tried": 9},
        "reasons": ["the use is not rated yet"],
    }
    handled = 0
    while count := await rate_pending(database, limit=4):
        handled += count
    assert (handled, await pending(database)) == (
        9,
        1,
    )  # the reversal came before its use, and tries again later
    async with database.transaction() as connection:
        await connection.execute(text("UPDATE ledger.outbox SET available_at = now()"))
    assert await rate_pending(database) == 1
    assert await pending(database) == 0
    closing = await close(database, "2017-01")
    assert (closing.totals.uses, closing.totals.reversals, closing.totals.billed_minor) == (
        7,
        1,
        420,
    )


async def test_what_cannot_be_rated_waits_with_its_reason(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(
            connection, [use(world, 1, datetime(1999, 1, 1, tzinfo=UTC)), use(world, 2)]
        )
        await outbox.append(connection, 1, TOPICS[0], [{"book_id": 1}])
    assert await rate_pending(database) == 3
    assert await rate_pending(database) == 0
    async with database.transaction() as connection:
        errors = [
            row.last_error
            for row in await connection.execute(
                text("SELECT last_error FROM ledger.outbox WHERE topic <> 'event' ORDER BY 1")
            )
        ]
    missing = "no contract covers uses of offer offer-1 in programme mint in 1999-01"
    assert errors == [missing, "unreadable payload: KeyError('code')"]
    assert {line.use_id for line in await lines(database)} == {"2.1"}


async def test_a_contract_that_was_missing_lets_what_waited_be_rated_at_once(
    database: Database,
) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(
            connection, [use(world, 1, OF_1999), use(world, 4, OF_1999), use(world, 2, OF_1999)]
        )
    assert await rate_pending(database) == 3
    with pytest.raises(
        PeriodHasPendingUses, match="3 messages wait to be rated: no contract covers uses"
    ) as refusal:
        await close(database, "1999-01")
    reasons = [
        f"no contract covers uses of offer offer-{number} in programme mint in 1999-01"
        for number in (1, 2)
    ]
    assert refusal.value.extra == {
        "pending": 3,
        "waiting": {"no-contract": 3},
        "reasons": reasons,
    }
    async with database.transaction() as connection:
        await contract_of_1999(connection, world)
    assert await rate_pending(database) == 3
    assert (await close(database, "1999-01")).totals.billed_minor == 165


async def test_a_contract_and_a_rater_at_once_leave_nothing_waiting(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await send_uses(connection, [use(world, 1, OF_1999)])
    async with database.transaction() as rating:
        await hold_contracts(rating)
        (message,) = await outbox.claim(rating, TOPICS, 10)

        async def state() -> None:
            async with database.transaction() as connection:
                await contract_of_1999(connection, world)

        stating = asyncio.create_task(state())
        await asyncio.sleep(0.2)
        assert not stating.done()
        await outbox.postpone(
            rating, message, delay_seconds=60, error="looked before the contract was there"
        )
    await stating
    assert await rate_pending(database) == 1
    assert await pending(database) == 0


async def test_a_rater_waits_for_a_contract_that_is_being_stated(database: Database) -> None:
    world = await create_world(database)
    async with database.transaction() as connection:
        await contract_of_1999(connection, world)
        async with database.transaction() as other:
            await send_uses(other, [use(world, 1, OF_1999)])
        rating = asyncio.create_task(rate_pending(database))
        await asyncio.sleep(0.2)
        assert not rating.done()
    assert await rating == 1
    assert await pending(database) == 0


async def test_uses_that_come_again_among_many_new_ones_are_charged_once(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many are copied, and COPY knows no conflict: the others are charged all the same."""
    copied: list[int] = []
    copy = asyncpg.Connection.copy_records_to_table

    async def counting(*args: Any, **named: Any) -> str:
        copied.append(1)
        return str(await copy(*args, **named))

    monkeypatch.setattr(asyncpg.Connection, "copy_records_to_table", counting)
    world = await create_world(database)
    for first, last in ((1, 60), (31, 120)):
        async with database.transaction() as connection:
            await send_uses(connection, [use(world, each) for each in range(first, last + 1)])
        await rate_pending(database)
    async with database.transaction() as connection:
        counted = await connection.execute(
            text("SELECT count(*), count(DISTINCT use_id) FROM settlement.line")
        )
        assert tuple(counted.one()) == (240, 120)
    assert await pending(database) == 0
    assert len(copied) == 2


def test_a_line_fills_every_column() -> None:
    filled_by_the_statement = {"kind", "rated_at"}
    filled = {*Line._fields, *filled_by_the_statement}
    assert set(tables.line.columns.keys()) == filled
