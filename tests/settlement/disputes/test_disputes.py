"""Disputes by line, their answers, and agreement by silence."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog import Party
from ledger import Database
from settlement.corrections import approve_adjustment, draft_adjustment
from settlement.disputes import (
    Dispute,
    DisputesWanted,
    NewDispute,
    answer_dispute,
    list_disputes,
    open_dispute,
)
from settlement.disputes.disputes import (
    DisputeClaimInvalid,
    DisputeClosed,
    DisputeExists,
    DisputeNotFound,
)
from settlement.statements import list_steps
from settlement.statements.disputed import carried_minor, in_question
from settlement.statements.parts import LineNotFound
from settlement.statements.steps import StatementStepRefused, StatementTermEnded, agree_silent
from tests.conftest import owner_transaction
from tests.settlement.billed import SOON, TERM, Billed, bill, credit, key, tax

MOMENT = timedelta(microseconds=1)


async def dispute(
    billed: Billed, party: Party, *numbers: int, claimed: int | None = None, now: Any = SOON
) -> Dispute:
    new = NewDispute("price", "2000 was agreed", [key(each) for each in numbers], claimed)
    async with billed.database.transaction() as connection:
        return await open_dispute(connection, party, billed.statement_id, new, now)


async def answer(
    billed: Billed, party: Party, number: int, verb: Any, claimed: int | None = None
) -> Dispute:
    async with billed.database.transaction() as connection:
        return await answer_dispute(connection, party, number, verb, SOON, claimed_minor=claimed)


async def silent(billed: Billed, now: Any) -> int:
    async with billed.database.transaction() as connection:
        return await agree_silent(connection, now)


async def test_lines_are_disputed_by_both_and_the_rest_goes_on(database: Database) -> None:
    billed = await bill(database)
    payer, payee, operator = billed.payer, billed.payee, billed.operator
    await billed.step(payee, "agree")
    first = await dispute(billed, payer, 1, 2, claimed=100)
    assert (first.disputed_minor, first.claimed_minor, first.state) == (120, 100, "open")
    assert [line.amount_minor for line in first.lines] == [60, 60]
    second = await dispute(billed, payee, 2, 3)
    statement = await billed.statement()
    assert (statement.state, statement.payee_agreed_at, statement.disputed_minor) == (
        *("disputed", None),
        180,
    )
    assert statement.dispute_reason == "2000 was agreed"
    with pytest.raises(DisputeExists):
        await dispute(billed, payer, 2)
    with pytest.raises(LineNotFound):
        await dispute(billed, payer, 9)
    with pytest.raises(DisputeClaimInvalid):
        await dispute(billed, payer, 4, claimed=60)
    with pytest.raises(StatementStepRefused):
        await dispute(billed, operator, 4)
    # The other party agrees to the rest, and one's own agreement takes one's own disputes back.
    assert (await billed.step(payer, "agree")).disputed_minor == 120
    assert (await billed.step(payer, "agree")).state == "disputed"
    final = await billed.step(operator, "finalise")
    assert (final.state, final.disputed_minor) == ("final", 120)
    async with database.transaction() as connection:
        assert await carried_minor(connection, [billed.statement_id]) == {billed.statement_id: 120}
        listed = await list_disputes(connection, operator, DisputesWanted(billed.statement_id))
        assert [each.state for each in listed] == ["withdrawn", "open"]
        wanted = DisputesWanted(state="open")
        assert await list_disputes(connection, billed.world.homes[1], wanted) == []
        assert [each.dispute_id for each in await list_disputes(connection, payee, wanted)] == [
            second.dispute_id
        ]
        steps = await list_steps(connection, payee, billed.statement_id)
    assert [step.step for step in steps] == [
        *("issue", "agree", "dispute", "dispute", "agree", "finalise"),
    ]
    assert steps[-1].note == "120 minor units are carried"
    # What is carried can still be answered, and is due after that.
    closed = await answer(billed, payer, second.dispute_id, "reject")
    assert (closed.state, closed.closed_party_id) == ("rejected", payer.party_id)
    statement = await billed.statement()
    assert (statement.state, statement.disputed_minor) == ("final", 0)
    with pytest.raises(StatementStepRefused):
        await dispute(billed, payee, 1)


async def test_a_wrong_price_found_later_is_a_line_of_the_next_month(database: Database) -> None:
    billed = await bill(database, cost="3000")
    payer, payee = billed.payer, billed.payee
    opened = await dispute(billed, payer, 1, claimed=2_000)
    for party, verb in ((payer, "accept"), (payer, "reject"), (payee, "withdraw")):
        with pytest.raises(StatementStepRefused):
            await answer(billed, party, opened.dispute_id, verb)
    with pytest.raises(DisputeNotFound):
        await answer(billed, billed.world.homes[1], opened.dispute_id, "accept")
    with pytest.raises(DisputeClaimInvalid):
        await answer(billed, payee, opened.dispute_id, "accept", 1_000)
    accepted = await answer(billed, payee, opened.dispute_id, "accept")
    assert (accepted.state, accepted.closed_party_id) == ("accepted", payee.party_id)
    assert accepted.adjustment_id is not None
    assert await answer(billed, payee, opened.dispute_id, "accept") == accepted
    with pytest.raises(DisputeClosed):
        await answer(billed, billed.operator, opened.dispute_id, "reject")
    async with database.transaction() as connection:
        (line,) = (await connection.execute(text("SELECT * FROM settlement.period_line"))).all()
    assert (line.month, line.kind, line.leg, line.amount_minor, line.tax_minor) == (
        *("2017-02", "adjustment", "coupon_cost"),
        *(-1_000, 0),
    )
    assert (line.payer_party_id, line.payee_party_id, line.currency) == (
        *(payer.party_id, payee.party_id),
        "USD",
    )
    assert (line.of_statement_id, line.of_book_id, line.of_use_id) == (
        *(billed.statement_id, 1),
        "1.1",
    )
    assert line.calculation["reason"].endswith("2000 was agreed")
    # Nothing is in question any more, and both have the term anew.
    statement = await billed.statement()
    assert (statement.state, statement.disputed_minor, statement.term_ends_at) == (
        *("issued", 0),
        TERM + timedelta(days=3),
    )
    # An answer without a claim, of a dispute without one, would be a guess. And what was corrected
    # is not corrected again.
    vague = await dispute(billed, payer, 1, 2)
    for claimed in (None, 5_000, 5_500):
        with pytest.raises(DisputeClaimInvalid):
            await answer(billed, payee, vague.dispute_id, "accept", claimed)
    assert (await answer(billed, payer, vague.dispute_id, "withdraw")).state == "withdrawn"
    more = await dispute(billed, payee, 2, claimed=3_500)
    await answer(billed, payer, more.dispute_id, "accept")
    whole = await dispute(billed, payer)
    assert (whole.is_whole, whole.disputed_minor) == (True, 12_000)
    await answer(billed, billed.operator, whole.dispute_id, "accept", 11_400)
    amounts = "SELECT array_agg(amount_minor ORDER BY recorded_at) FROM settlement.period_line"
    assert await billed.scalar(amounts) == [-1_000, 500, -100]


async def test_a_line_that_was_credited_meanwhile_comes_to_what_is_claimed(
    database: Database,
) -> None:
    billed = await bill(database)
    opened = await dispute(billed, billed.payer, 1, 2, claimed=100)
    async with database.transaction() as connection:
        drafted = await draft_adjustment(
            connection, billed.operator, billed.statement_id, credit(1, each=15), SOON
        )
        await approve_adjustment(connection, billed.operator, drafted.adjustment_id, SOON)
    await answer(billed, billed.payee, opened.dispute_id, "accept")
    assert await billed.scalar("SELECT sum(amount_minor) FROM settlement.period_line") == -20


async def test_tax_that_was_added_is_in_question_and_credited_too(database: Database) -> None:
    billed = await bill(database)
    parts = {1: (6_833, 1_367), 2: (6_833, 1_366), 3: (5_750, 1_150), 4: (8_500, 1_700)}
    await tax(billed, parts)
    for number, part in parts.items():
        opened = await dispute(billed, billed.payer, number, claimed=0)
        assert opened.disputed_minor == sum(part)
        await answer(billed, billed.payee, opened.dispute_id, "accept")
    given = """
        SELECT array_agg({} ORDER BY of_use_id) FROM settlement.period_line
        WHERE tax_inclusive AND tax_rate = 0.2
    """
    amounts = await billed.scalar(given.format("amount_minor"))
    assert (amounts, sum(amounts)) == ([-8_200, -8_199, -6_900, -10_200], -33_499)
    taxes = await billed.scalar(given.format("tax_minor"))
    assert (taxes, sum(taxes)) == ([-1_367, -1_366, -1_150, -1_700], -5_583)


async def test_who_says_nothing_agrees_at_the_instant_of_the_term(database: Database) -> None:
    billed = await bill(database)
    assert (await billed.statement()).term_ends_at == TERM
    assert await silent(billed, TERM - MOMENT) == 0
    opened = await dispute(billed, billed.payer, 1, now=TERM - MOMENT)
    # What is in question is not agreed to by silence.
    assert await silent(billed, TERM) == 1  # the statement of fees
    with pytest.raises(StatementTermEnded) as refusal:
        await dispute(billed, billed.payee, 2, now=TERM)
    assert refusal.value.extra == {"term_ends_at": TERM.isoformat()}
    await answer(billed, billed.payer, opened.dispute_id, "withdraw")
    await billed.step(billed.payee, "agree")
    later = TERM + timedelta(days=3)
    assert (await silent(billed, later - MOMENT), await silent(billed, later)) == (0, 1)
    statement = await billed.statement()
    assert (statement.state, statement.payer_agreed_at, statement.payee_agreed_at) == (
        *("agreed", later),
        SOON,
    )
    with pytest.raises(StatementStepRefused):
        await dispute(billed, billed.payer, 1, now=SOON)
    async with database.transaction() as connection:
        last = (await list_steps(connection, billed.payer, billed.statement_id))[-1]
    assert (last.step, last.party_id, last.recorded_by) == ("term", None, None)


async def test_the_term_is_one_of_whole_days_where_the_calendar_is(database: Database) -> None:
    async with owner_transaction(database) as connection:
        await connection.execute(
            text("UPDATE settlement.calendar SET time_zone = 'Asia/Shanghai', dispute_days = 2")
        )
    billed = await bill(database)
    # It was issued at 08:00 on 1 January there, so 3 January is the last day.
    ends = (await billed.statement()).term_ends_at
    assert ends is not None
    assert ends.isoformat() == "2020-01-03T16:00:00+00:00"
    async with owner_transaction(database) as connection:
        await connection.execute(text("UPDATE settlement.calendar SET dispute_days = 1"))
    assert (await billed.statement()).term_ends_at == ends


async def test_what_was_decided_stays_decided(database: Database) -> None:
    billed = await bill(database)
    opened = await dispute(billed, billed.payer, 1, claimed=0)
    await answer(billed, billed.payee, opened.dispute_id, "accept")
    for change in (
        "UPDATE settlement.dispute SET state = 'open', closed_at = NULL",
        "UPDATE settlement.dispute SET claimed_minor = 5",
        "DELETE FROM settlement.dispute_line",
        "UPDATE settlement.dispute_line SET amount_minor = 5",
        "UPDATE settlement.adjustment SET state = 'discarded', month = NULL, tax_minor = NULL",
        "UPDATE settlement.adjustment_line SET amount_minor = 5",
        "DELETE FROM settlement.adjustment",
    ):
        with pytest.raises(DBAPIError, match="RestrictViolation"):
            async with owner_transaction(database) as connection:
                await connection.execute(text(change))


@pytest.mark.parametrize(
    ("billed", "uses", "of_period", "expected"),
    [
        (100, 60, [], 60),
        # A cap of 34 less is shared by the uses: it is in what they come to.
        (782, 700, [-34], 700),
        # So is a minimum, and all together are not more than the bill.
        (782, 782, [-34, 50], 782),
        (100, 20, [30], 50),
        # A line that gives back cannot raise what is due now.
        (80, -50, [], 0),
        (-80, -50, [-20], -70),
        (-80, -90, [10], -80),
        (-80, 30, [], 0),
    ],
)
def test_no_more_is_in_question_than_is_billed(
    billed: int, uses: int, of_period: list[int], expected: int
) -> None:
    assert in_question(billed, uses, of_period) == expected
