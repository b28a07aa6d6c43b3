"""Corrections of what was billed, replaced statements, and invoices."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from catalog import Party
from ledger import Database
from settlement.calendar import FourEyesRequired
from settlement.corrections import (
    Adjustment,
    AdjustmentsWanted,
    Asked,
    AskedLine,
    Invoice,
    NewInvoice,
    Sums,
    approve_adjustment,
    counter_reversed,
    discard_adjustment,
    find_adjustment,
    list_adjustments,
    list_invoices,
    record_invoice,
    void_statement,
)
from settlement.corrections.adjustments import AdjustmentDecided, AdjustmentNotFound
from settlement.corrections.asked import AdjustmentInvalid
from settlement.corrections.invoices import InvoiceExists, InvoiceNotFound, InvoiceSumsDiffer
from settlement.corrections.limits import AdjustmentTooLarge
from settlement.corrections.void import Voided
from settlement.disputes import NewDispute, answer_dispute, open_dispute
from settlement.disputes.disputes import DisputeClosed
from settlement.statements import (
    StatementNotFound,
    StatementsWanted,
    find_statement,
    issue_statement,
    list_lines,
    list_statements,
    list_steps,
)
from settlement.statements.lines import LineCursorInvalid
from settlement.statements.parts import LineInvalid, LineNotFound
from settlement.statements.steps import StatementReasonInvalid, StatementStepRefused
from tests.conftest import owner_transaction
from tests.settlement.billed import SOON, Billed, bill, credit, key, tax
from tests.settlement.fixtures import FEBRUARY, LATER, close, rate, reverse_rated, use

AFTER = SOON + timedelta(days=1)


async def approve(billed: Billed, number: int, actor: int | None = None) -> Adjustment:
    async with billed.database.transaction(actor=actor) as connection:
        return await approve_adjustment(connection, billed.operator, number, AFTER)


async def void(billed: Billed, actor: int | None = None) -> Voided:
    async with billed.database.transaction(actor=actor) as connection:
        return await void_statement(
            connection, billed.operator, billed.statement_id, "the address is wrong", AFTER
        )


async def four_eyes(database: Database) -> None:
    async with owner_transaction(database) as connection:
        await connection.execute(text("UPDATE settlement.calendar SET four_eyes = true"))


async def test_a_credit_is_drafted_approved_and_never_above_the_original(
    database: Database,
) -> None:
    billed = await bill(database)
    drafted = await billed.draft(credit(1, 2, amount=101))
    assert (drafted.amount_minor, drafted.state, drafted.month) == (-101, "draft", None)
    other = await billed.draft(credit(1, each=20))
    approved = await approve(billed, drafted.adjustment_id)
    assert (approved.state, approved.month, approved.tax_minor) == ("approved", "2017-02", 0)
    assert await approve(billed, drafted.adjustment_id) == approved
    with pytest.raises(AdjustmentTooLarge) as refusal:
        await approve(billed, other.adjustment_id)
    assert refusal.value.extra == {"left_minor": 9}
    async with database.transaction() as connection:
        discarded = await discard_adjustment(
            connection, billed.operator, other.adjustment_id, AFTER
        )
        assert discarded.state == "discarded"
        with pytest.raises(AdjustmentDecided):
            await discard_adjustment(connection, billed.operator, drafted.adjustment_id, AFTER)
        with pytest.raises(AdjustmentNotFound):
            await approve_adjustment(connection, billed.operator, 10**9, AFTER)
        # The parties see what has an effect.
        for viewer, seen in ((billed.payee, 1), (billed.operator, 2), (billed.world.homes[1], 0)):
            found = await list_adjustments(connection, viewer, AdjustmentsWanted())
            assert len(found) == seen
        shown = await find_adjustment(connection, billed.payer, drafted.adjustment_id)
        assert [line.amount_minor for line in shown.lines] == [-51, -50]
        with pytest.raises(AdjustmentNotFound):
            await find_adjustment(connection, billed.payer, other.adjustment_id)
    with pytest.raises(AdjustmentDecided):
        await approve(billed, other.adjustment_id)
    for wrong, error in (
        (credit(1, each=10), AdjustmentTooLarge),
        (credit(1, 1), LineInvalid),
        (credit(9), LineNotFound),
        (credit(amount=140), AdjustmentTooLarge),
        (Asked("debit", "why"), AdjustmentInvalid),
        (Asked("credit", ""), StatementReasonInvalid),
    ):
        with pytest.raises(error):
            await billed.draft(wrong)
    # A debit may be above the original, and what it adds can be credited again.
    debit = Asked("debit", "a price of 90", [AskedLine(key(3), 30)])
    await approve(billed, (await billed.draft(debit)).adjustment_id)
    all_of_it = await billed.draft(credit(3))
    assert all_of_it.amount_minor == -90
    await approve(billed, all_of_it.adjustment_id)
    rest = await billed.draft(credit())
    assert rest.amount_minor == -(240 - 101 + 30 - 90)
    await approve(billed, rest.adjustment_id)
    with pytest.raises(AdjustmentInvalid):
        await billed.draft(credit())
    assert await billed.scalar("SELECT sum(amount_minor) FROM settlement.period_line") == -240


async def test_who_prepares_a_correction_does_not_let_it_pass(database: Database) -> None:
    billed = await bill(database)
    await four_eyes(database)
    drafted = await billed.draft(credit(1), actor=1)
    for same in (1, None):
        with pytest.raises(FourEyesRequired):
            await approve(billed, drafted.adjustment_id, actor=same)
    approved = await approve(billed, drafted.adjustment_id, actor=2)
    assert (approved.recorded_by, approved.decided_by) == (1, 2)
    with pytest.raises(FourEyesRequired):
        await void(billed)
    async with owner_transaction(database) as connection:
        await connection.execute(text("ALTER TABLE settlement.statement DISABLE TRIGGER USER"))
        await connection.execute(text("UPDATE settlement.statement SET issued_by = 1"))
        await connection.execute(text("ALTER TABLE settlement.statement ENABLE TRIGGER USER"))
    with pytest.raises(FourEyesRequired):
        await void(billed, actor=1)
    assert (await void(billed, actor=2)).statement.state == "void"


async def test_a_credit_and_a_reversal_give_a_use_back_once(database: Database) -> None:
    billed = await bill(database)
    first, second = use(billed.world, 1), use(billed.world, 2)
    await approve(billed, (await billed.draft(credit(1, each=25))).adjustment_id)
    async with database.transaction() as connection:
        await reverse_rated(connection, [first, second], FEBRUARY)
    with pytest.raises(AdjustmentInvalid):
        await billed.draft(credit(2))
    assert (await counter_reversed(database), await counter_reversed(database)) == (1, 0)
    back = "SELECT sum(amount_minor) FROM settlement.{} WHERE {} = '1.1' AND {} = 'coupon_cost'"
    assert await billed.scalar(back.format("line", "use_id", "leg")) == 0
    assert await billed.scalar(back.format("period_line", "of_use_id", "of_leg")) == 0
    # The month of the reversal is billed too. It gives back, so it takes debits only.
    await close(database, "2017-02")
    async with database.transaction() as connection:
        found = await list_statements(connection, billed.payee, StatementsWanted(month="2017-02"))
    later = Billed(database, billed.world, found[0].statement_id)
    line = [AskedLine(key(2, "reversal"), 5)]
    with pytest.raises(AdjustmentInvalid):
        await later.draft(Asked("credit", "why", line))
    approved = await approve(
        later, (await later.draft(Asked("debit", "it was not", line))).adjustment_id
    )
    assert (approved.amount_minor, approved.month) == (5, "2017-03")


async def test_a_credit_is_taken_back_to_the_unit_before_the_reversal_has_its_share(
    database: Database,
) -> None:
    billed = await bill(database)
    async with owner_transaction(database) as connection:
        # Each came to 51 in the end, less than its line says.
        await connection.execute(
            text(
                "INSERT INTO settlement.allocation SELECT book_id, use_id, leg, kind, month, 51, 0"
                " FROM settlement.line WHERE leg = 'coupon_cost'"
            )
        )
    await approve(billed, (await billed.draft(credit(1, each=50))).adjustment_id)
    async with database.transaction() as connection:
        await reverse_rated(connection, [use(billed.world, 1)], FEBRUARY)
    # February is open, so what its reversal comes to beyond its line is not written yet.
    assert (await counter_reversed(database), await counter_reversed(database)) == (1, 0)
    left = "SELECT sum(amount_minor) FROM settlement.period_line WHERE of_use_id = '1.1'"
    assert await billed.scalar(left) == 0


async def test_a_void_statement_keeps_its_number_and_is_replaced(database: Database) -> None:
    billed = await bill(database)
    new = NewDispute("price", "too much", [key(1)], 50)
    async with database.transaction() as connection:
        opened = await open_dispute(connection, billed.payer, billed.statement_id, new, SOON)
    await approve(billed, (await billed.draft(credit(2, each=50))).adjustment_id)
    late = await billed.draft(credit(3))
    before = await billed.statement()
    voided = await void(billed)
    assert (voided.statement.number, voided.statement.state, voided.statement.voided_at) == (
        *(before.number, "void"),
        AFTER,
    )
    assert voided.statement.disputed_minor == 0
    assert await void(billed) == voided
    async with database.transaction() as connection:
        draft = (
            await connection.execute(
                text("SELECT * FROM settlement.statement WHERE replaces = :it"),
                {"it": billed.statement_id},
            )
        ).one()
        # Nobody but the closing sees a draft.
        with pytest.raises(StatementNotFound):
            await find_statement(connection, billed.operator, draft.statement_id)
        with pytest.raises(DisputeClosed):
            await answer_dispute(connection, billed.payee, opened.dispute_id, "accept", AFTER)
        steps = await list_steps(connection, billed.payer, billed.statement_id)
    assert (draft.state, draft.number, draft.billed_minor, draft.uses) == (
        *("draft", None),
        *(before.billed_minor, before.uses),
    )
    names = [step.step for step in steps]
    assert names == ["issue", "dispute", "adjust", "approve", "adjust", "void"]
    assert steps[-1].note == f"the address is wrong (disputes that lapse: {opened.dispute_id})"
    for party, step in ((billed.payer, "agree"), (billed.operator, "finalise")):
        with pytest.raises(StatementStepRefused):
            await billed.step(party, step)
    with pytest.raises(StatementStepRefused):
        await approve(billed, late.adjustment_id)
    # What was credited of the void one is credited of its replacement, too: the line is the same.
    await issue(database, draft.statement_id)
    again = Billed(database, billed.world, draft.statement_id)
    with pytest.raises(AdjustmentTooLarge):
        await again.draft(credit(2, each=11))
    await again.draft(credit(2, each=10))
    await again.step(billed.payer, "agree")
    assert (await again.step(billed.payee, "agree")).state == "agreed"
    await again.step(billed.operator, "finalise")
    with pytest.raises(StatementStepRefused):
        await void(again)


async def issue(database: Database, statement_id: int) -> None:
    """Issue the draft that replaces a statement."""
    async with database.transaction() as connection:
        await issue_statement(connection, statement_id, LATER, None)


async def test_the_sums_of_an_invoice_are_those_of_its_statement(database: Database) -> None:
    billed = await bill(database, uses=2)
    await tax(billed, {1: (1_000, 60), 2: (2_000, 120)})
    statement_id = billed.statement_id

    async def record(
        number: str, *sums: int, cancels: str | None = None, party: Party | None = None
    ) -> Invoice:
        new = NewInvoice(number, date(2017, 2, 3), Sums(*sums), cancels)
        async with database.transaction() as connection:
            return await record_invoice(connection, party or billed.payee, statement_id, new, AFTER)

    with pytest.raises(InvoiceSumsDiffer) as refusal:
        await record("B-1", 3_000, 181, 3_181)
    wanted = {"net_minor": 3_000, "tax_minor": 180, "gross_minor": 3_180}
    assert refusal.value.extra == wanted
    with pytest.raises(StatementStepRefused):
        await record("B-1", *wanted.values(), party=billed.payer)
    blue = await record("B-1", *wanted.values())
    assert (blue.kind, blue.cancels_number) == ("blue", None)
    with pytest.raises(InvoiceExists):
        await record("B-1", *wanted.values())
    with pytest.raises(InvoiceSumsDiffer):
        await record("B-2", *wanted.values())
    with pytest.raises(InvoiceNotFound):
        await record("R-1", -1_000, -60, -1_060, cancels="B-7")
    for wrong in ((1_000, 60, 1_060), (-1_000, -60, -1_000), (-3_001, -180, -3_181)):
        with pytest.raises(InvoiceSumsDiffer):
            await record("R-1", *wrong, cancels="B-1")
    red = await record("R-1", -1_000, -60, -1_060, cancels="B-1")
    assert (red.kind, red.cancels_number) == ("red", "B-1")
    with pytest.raises(InvoiceSumsDiffer):
        await record("R-2", -2_001, -120, -2_121, cancels="B-1")
    await record("B-3", 1_000, 60, 1_060, party=billed.operator)
    await void(billed)
    with pytest.raises(StatementStepRefused):
        await record("B-4", 1_000, 60, 1_060)
    await record("R-2", -2_000, -120, -2_120, cancels="B-1")
    async with database.transaction() as connection:
        found = await list_invoices(connection, billed.payer, statement_id, after=blue.invoice_id)
    assert [each.number for each in found] == ["R-1", "B-3", "R-2"]


async def test_lines_are_read_by_pages_and_only_the_brand_sees_its_members(
    database: Database,
) -> None:
    billed = await bill(database, uses=5)
    statement_id = billed.statement_id

    async def pages(viewer: Party, limit: int) -> list[list[Any]]:
        found, cursor = [], None
        while True:
            async with database.transaction() as connection:
                rows, cursor = await list_lines(
                    connection, viewer, statement_id, cursor=cursor, limit=limit
                )
            found.append(rows)
            if cursor is None:
                return found

    own = [line for page in await pages(billed.payer, 2) for line in page]
    assert [line.use for line in own] == [f"1:{number}.1" for number in range(1, 6)]
    assert {line.member for line in own} == {f"member-{number}" for number in range(1, 6)}
    assert [len(page) for page in await pages(billed.payee, 5)] == [5, 0]
    for viewer in (billed.payee, billed.operator):
        assert {line.member for page in await pages(viewer, 4) for line in page} == {None}
    # What corrects January stands on the lines of February, after those of uses.
    await approve(billed, (await billed.draft(credit(1, 2))).adjustment_id)
    await rate(database, use(billed.world, 9, FEBRUARY))
    await close(database, "2017-02")
    async with database.transaction() as connection:
        rows = await list_statements(connection, billed.payee, StatementsWanted(month="2017-02"))
    statement_id = rows[0].statement_id
    mixed = await pages(billed.payee, 2)
    assert [[line.use or line.period_line for line in page] for page in mixed] == [
        ["1:9.1", "adjustment:1:1"],
        ["adjustment:1:2"],
    ]
    last = mixed[1][0]
    assert (last.gross_minor, last.of_statement_id, last.of_use) == (
        *(-60, billed.statement_id),
        "1:2.1",
    )
    for wrong in ("x", "WyJ4Il0xx", "WzEsMl0", "bnVsbA", "WyJcdTAwMDAiXQ", "WzFd"):
        with pytest.raises(LineCursorInvalid):
            async with database.transaction() as connection:
                await list_lines(connection, billed.payer, statement_id, cursor=wrong)


async def test_statements_are_listed_by_what_is_wanted(database: Database) -> None:
    billed = await bill(database)
    payer, payee = billed.payer.party_id, billed.payee.party_id
    async with database.transaction() as connection:
        for wanted, count in (
            (StatementsWanted(), 2),
            (StatementsWanted(payer_party_id=payer, payee_party_id=payee), 1),
            (StatementsWanted(state="agreed"), 0),
            (StatementsWanted(state="issued", currency="USD"), 2),
            (StatementsWanted(currency="CNY"), 0),
            (StatementsWanted(payee_party_id=payer), 0),
        ):
            assert len(await list_statements(connection, billed.operator, wanted)) == count
