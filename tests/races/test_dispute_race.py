"""Credits, disputes, agreements, terms, voids and closings at once, about the same statement."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from ledger import Database, Refusal
from settlement.corrections import approve_adjustment, void_statement
from settlement.disputes import NewDispute, answer_dispute, open_dispute
from settlement.statements import find_statement, issue_statement, transition
from settlement.statements.steps import agree_silent
from tests.races.waiting import until_waiting
from tests.settlement.billed import SOON, TERM, Billed, bill, credit, key
from tests.settlement.fixtures import LATER, close

ROUNDS, ROUNDS_IN_CAMPAIGN = 4, 200


async def tried(work: Awaitable[Any]) -> str:
    """What became of it: "done", or the code of the refusal."""
    try:
        await work
    except Refusal as refusal:
        return refusal.code
    return "done"


async def approve(billed: Billed, number: int) -> None:
    async with billed.database.transaction() as connection:
        await approve_adjustment(connection, billed.operator, number, SOON)


async def accept(billed: Billed, number: int) -> None:
    async with billed.database.transaction() as connection:
        await answer_dispute(connection, billed.payee, number, "accept", SOON)


async def dispute(billed: Billed, *numbers: int) -> int:
    new = NewDispute("price", "too much", [key(each) for each in numbers], 0)
    async with billed.database.transaction() as connection:
        now = TERM - timedelta(microseconds=1)
        opened = await open_dispute(connection, billed.payer, billed.statement_id, new, now)
        return opened.dispute_id


async def silence(billed: Billed) -> int:
    async with billed.database.transaction() as connection:
        return await agree_silent(connection, TERM)


async def void(billed: Billed) -> None:
    async with billed.database.transaction() as connection:
        await void_statement(connection, billed.operator, billed.statement_id, "wrong", SOON)


async def agree(billed: Billed) -> None:
    async with billed.database.transaction() as connection:
        await transition(connection, billed.payer, billed.statement_id, "agree", SOON)


async def credits_race(database: Database, rounds: int) -> None:
    """Two credits and an accepted dispute of one line: it is credited whole, and never below 0."""
    billed = await bill(database, uses=rounds)
    for number in range(1, rounds + 1):
        drafts = [await billed.draft(credit(number, each=40)) for _ in range(2)]
        opened = await dispute(billed, number)
        ended = await asyncio.gather(
            *(tried(approve(billed, each.adjustment_id)) for each in drafts),
            *(tried(accept(billed, opened)) for _ in range(2)),
        )
        assert sorted(ended[:2]) in (
            ["adjustment-too-large", "adjustment-too-large"],
            ["adjustment-too-large", "done"],
        )
        # Who accepts credits what is left, whatever was credited before.
        assert ended[2:] == ["done", "done"]
    sums = "SELECT array_agg(s) FROM (SELECT sum(amount_minor) AS s FROM settlement.period_line"
    given = await billed.scalar(f"{sums} GROUP BY of_use_id) AS line")
    assert len(given) == rounds
    assert set(given) == {-60}


async def term_race(database: Database, rounds: int) -> None:
    """A dispute and the end of the term: the statement is disputed or agreed, and not both."""
    billed = await bill(database, uses=rounds)
    for number in range(1, rounds + 1):
        disputed, silent = await asyncio.gather(tried(dispute(billed, number)), silence(billed))
        statement = await billed.statement()
        assert statement.state == ("disputed" if disputed == "done" else "agreed"), silent
        assert (statement.disputed_minor, statement.payer_agreed_at) == (
            (60, None) if disputed == "done" else (0, TERM)
        )
        async with database.transaction() as connection:
            # As it was issued, for the next round.
            await connection.execute(
                text(
                    "UPDATE settlement.dispute SET state = 'withdrawn', closed_at = opened_at"
                    " WHERE state = 'open'"
                )
            )
            for state in ("disputed", "issued"):
                await connection.execute(
                    text(
                        "UPDATE settlement.statement SET state = :state, payer_agreed_at = NULL,"
                        " payee_agreed_at = NULL, disputed_minor = 0 WHERE statement_id = :it"
                    ),
                    {"state": state, "it": billed.statement_id},
                )


async def void_race(database: Database, rounds: int) -> None:
    """Two voids, an agreement and a dispute: it is void, replaced once, and nothing is open."""
    billed = await bill(database)
    for _ in range(rounds):
        ended = await asyncio.gather(
            tried(void(billed)),
            tried(agree(billed)),
            tried(void(billed)),
            tried(dispute(billed, 1)),
        )
        assert ended[0] == ended[2] == "done"
        assert set(ended) <= {"done", "statement-step-refused"}
        async with database.transaction() as connection:
            (draft,) = (
                await connection.execute(
                    text("SELECT statement_id FROM settlement.statement WHERE replaces = :it"),
                    {"it": billed.statement_id},
                )
            ).scalars()
            found = await find_statement(connection, billed.operator, billed.statement_id)
            assert (found.state, found.disputed_minor) == ("void", 0)
            # The void statement keeps what was agreed before, and no dispute of it is open.
            lapsed = (
                await connection.execute(text("SELECT DISTINCT state FROM settlement.dispute"))
            ).scalars()
            assert set(lapsed) <= {"lapsed", "withdrawn"}
            await issue_statement(connection, draft, LATER, None)
        billed = Billed(database, billed.world, draft)


async def closing_race(database: Database, rounds: int) -> None:
    """Corrections while months close: none is added to a month once its closing has seen it."""
    billed = await bill(database, uses=rounds)
    drafts = [await billed.draft(credit(number)) for number in range(1, rounds + 1)]
    counted = text("SELECT count(*) FROM settlement.period_line WHERE month = :month")
    seen: dict[str, Any] = {}

    async def close_all() -> None:
        for month in ("2017-02", "2017-03", "2017-04", "2017-05"):
            await close(database, month)
            async with database.transaction() as connection:
                seen[month] = await connection.scalar(counted, {"month": month})

    await asyncio.gather(close_all(), *(approve(billed, each.adjustment_id) for each in drafts))
    async with database.transaction() as connection:
        for month, count in seen.items():
            assert await connection.scalar(counted, {"month": month}) == count
    assert await billed.scalar("SELECT count(*) FROM settlement.period_line") == rounds


RACES = [credits_race, term_race, void_race, closing_race]


@pytest.mark.parametrize("race", RACES)
async def test_what_happens_at_once_is_as_if_one_came_first(database: Database, race: Any) -> None:
    await race(database, ROUNDS)


@pytest.mark.campaign
@pytest.mark.timeout(600)
@pytest.mark.parametrize("race", RACES)
async def test_many_rounds_of_it(database: Database, race: Any) -> None:
    await race(database, ROUNDS_IN_CAMPAIGN)


async def test_a_second_credit_waits_for_the_first_and_sees_what_is_left(
    database: Database,
) -> None:
    billed = await bill(database)
    first, second = [await billed.draft(credit(1, each=40)) for _ in range(2)]
    async with database.transaction() as connection:
        await approve_adjustment(connection, billed.operator, first.adjustment_id, SOON)
        waiting = asyncio.create_task(tried(approve(billed, second.adjustment_id)))
        await until_waiting(database, 1)
    assert await waiting == "adjustment-too-large"


async def test_a_dispute_before_the_term_keeps_the_round_out(database: Database) -> None:
    billed = await bill(database)
    async with database.transaction() as connection:
        new = NewDispute("price", "too much", [key(1)])
        at = TERM - timedelta(microseconds=1)
        await open_dispute(connection, billed.payer, billed.statement_id, new, at)
        assert await silence(billed) == 1  # the fees, and it does not wait
    assert (await billed.statement()).state == "disputed"


async def test_an_agreement_waits_for_a_void_and_is_refused(database: Database) -> None:
    billed = await bill(database)
    async with database.transaction() as connection:
        await void_statement(connection, billed.operator, billed.statement_id, "wrong", SOON)
        waiting = asyncio.create_task(tried(agree(billed)))
        await until_waiting(database, 1)
    assert await waiting == "statement-step-refused"
