"""A process that closes a month is killed (kill -9): whoever goes on comes to the same bytes.

The closing runs in a process of its own, which kills itself before its n-th statement or commit. So
it dies at the steps' boundaries and inside them, before the month is frozen and while it is issued.
"""

import asyncio
import os
import signal
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, text

from ledger import Database, service_url
from settlement.closing import close_period, find_period, work_on_closing
from settlement.rating import publish_card, rate_pending, write_card
from settlement.statements import verify_statements
from tests.conftest import owner_transaction
from tests.settlement.fixtures import (
    JANUARY,
    LATER,
    World,
    close,
    create_world,
    lines,
    rate,
    send_reversal,
    use,
)

MONTH = "2017-01"
BYTES = text(
    """
    SELECT number, state, file_sha256, chain_sha256, billed_minor, uses, late_lines,
        string_agg(content, CAST('' AS bytea) ORDER BY part) AS content, tax_minor,
        (
            SELECT array_agg(period_line_id || ' ' || amount_minor || ' ' || tax_minor
                ORDER BY month, payer_party_id, payee_party_id, period_line_id)
            FROM settlement.period_line
        ) AS of_period,
        (
            SELECT array_agg(book_id || ':' || use_id || ' ' || leg || ' ' || effective_minor || ' '
                || tax_minor ORDER BY book_id, use_id, leg, kind) FROM settlement.allocation
        ) AS shares
    FROM settlement.statement JOIN settlement.statement_file_part USING (statement_id)
    GROUP BY statement_id ORDER BY sequence
    """
)
LEFTOVERS = (
    """
    TRUNCATE settlement.statement, settlement.statement_file, settlement.statement_step,
        settlement.period_step, settlement.period_book, settlement.numbering,
        settlement.period_line, settlement.allocation CASCADE
    """,
    "ALTER TABLE settlement.period DISABLE TRIGGER ALL",
    "UPDATE settlement.period SET state = 'open', closed_at = NULL",
    "ALTER TABLE settlement.period ENABLE TRIGGER ALL",
)


async def stored(database: Database) -> list[Any]:
    """All that the statements say, and their files."""
    async with database.transaction() as connection:
        return list(await connection.execute(BYTES))


async def opened_again(database: Database) -> None:
    """The same month, as if nobody had ever closed it."""
    async with owner_transaction(database) as connection:
        for statement in LEFTOVERS:
            await connection.execute(text(statement))


async def _close_and_die(url: str, last: int) -> None:
    """Close the month, and be killed before more than so many statements and commits."""
    database = await Database.open(url)
    seen = 0

    def count(*_: object) -> None:
        nonlocal seen
        seen += 1
        if seen > last:
            os.kill(os.getpid(), signal.SIGKILL)

    for name in ("before_cursor_execute", "commit"):
        event.listen(database.engine.sync_engine, name, count)
    await close_period(database, MONTH, now=LATER)


async def is_killed(url: str, last: int) -> bool:
    """Close the month in a process that dies early. False if it came to its end before."""
    child = os.fork()
    if not child:
        with suppress(BaseException):
            asyncio.run(_close_and_die(url, last))
            os._exit(0)
        os._exit(1)
    _, status = await asyncio.to_thread(os.waitpid, child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0
    return os.WIFSIGNALED(status)


async def _state_card(database: Database, world: World) -> None:
    """Mint pays films by tiers, with tax: so the month has lines of its own, and shares of them."""
    leg = {"leg": "coupon_cost", "payer": "home", "payee": "supplier", "model": "volume"}
    tiers = [{"to": 3, "rate": "60"}, {"to": None, "rate": "50.5"}]
    legs = [
        {**leg, "tiers": tiers, "tax": {"rate": "0.06", "inclusive": True}},
        {"leg": "platform_fee", "payer": "home", "payee": "operator", "rate": "10",
         "tax": {"rate": "0.13", "inclusive": False}},
    ]  # fmt: skip
    async with database.transaction() as connection:
        card = await write_card(
            connection,
            world.operator,
            {"currency": "USD", "legs": legs},
            home_party_id=world.homes[0].party_id,
            supplier_party_id=world.suppliers[0].party_id,
            valid_from=date(2000, 1, 1),
            valid_until=None,
        )
        await publish_card(connection, card.card_id)


async def a_month(database: Database) -> tuple[World, list[Any]]:
    """A month with a reversal, and the bytes that its closing comes to."""
    world = await create_world(database)
    await _state_card(database, world)
    await rate(database, use(world, 1), use(world, 2, home=1), use(world, 3, supplier=1))
    await rate(database, *(use(world, number) for number in range(4, 8)))
    async with database.transaction() as connection:
        await send_reversal(connection, use(world, 1), JANUARY)
    await rate_pending(database)
    await close_period(database, MONTH, now=LATER)
    expected = await stored(database)
    assert expected[0].shares, "lines share what their month comes to"
    await opened_again(database)
    assert await stored(database) == []
    return world, expected


async def test_closings_that_are_killed_one_after_the_other_come_to_the_same_bytes(
    database: Database, database_url: str
) -> None:
    _, expected = await a_month(database)
    url, last = service_url(database_url), 3
    while await is_killed(url, last):
        last += 7
    assert await stored(database) == expected
    async with database.transaction() as connection:
        assert await verify_statements(connection, MONTH) == []
        steps = (await find_period(connection, MONTH)).steps
    assert all(step.finished_at for step in steps)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("by_worker", [False, True])
async def test_a_closing_that_is_killed_anywhere_is_ended_by_another(
    database: Database, database_url: str, *, by_worker: bool
) -> None:
    _, expected = await a_month(database)
    url, last = service_url(database_url), 0
    while await is_killed(url, last):
        while by_worker and await work_on_closing_of(database):
            pass
        await close_period(database, MONTH, now=LATER)
        assert [row[:3] for row in await stored(database)] == [row[:3] for row in expected]
        if not by_worker:
            assert await stored(database) == expected, f"killed after {last} statements"
        await opened_again(database)
        last += 1
    assert last > 40


async def state_of(database: Database) -> str:
    """The state of the month."""
    async with database.transaction() as connection:
        return (await find_period(connection, MONTH)).state


async def work_on_closing_of(database: Database) -> bool:
    """Have the worker go on, as long as the month is closing."""
    await work_on_closing(database)
    return await state_of(database) == "closing"


async def test_the_worker_ends_what_was_left_and_what_comes_meanwhile_is_late(
    database: Database, database_url: str
) -> None:
    world, expected = await a_month(database)
    url, last = service_url(database_url), 3
    while await state_of(database) == "open":
        assert await is_killed(url, last)
        last += 2
    assert await state_of(database) == "closing"
    await rate(database, use(world, 9))
    async with asyncio.timeout(20):
        while await work_on_closing_of(database):  # noqa: ASYNC110 - it lets go of its locks late
            await asyncio.sleep(0.05)
    async with database.transaction() as connection:
        found = await find_period(connection, MONTH)
    assert (found.state, found.drafts, found.statements) == ("closed", 0, 5)
    assert [row.file_sha256 for row in await stored(database)] == [
        row.file_sha256 for row in expected
    ]
    late = [line for line in await lines(database) if line.use_id == "9.1"]
    assert {(line.month, line.late) for line in late} == {("2017-02", True)}
    assert (await close(database, "2017-02")).totals.late_lines == 2
