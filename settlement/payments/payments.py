"""Payments of statements, in parts or whole, and what is written off.

A payment locks its statement's row, so of two at once the second sees what is left to pay. Then the
money book is locked, by `ledger.money`. Netting runs lock in the same order: the run, its
statements by their ids, and the book. Whoever reads a statement with its lock waits for a payment,
and so a statement is settled once.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal
from ledger.money import post_money
from settlement.journal.events import Bill, statement_paid, written_off
from settlement.journal.post import today
from settlement.payments.due import Due, load_dues
from settlement.statements.statements import (
    Statement,
    StatementNotFound,
    find_statement,
)
from settlement.statements.steps import StatementStepRefused, transition

REFERENCE_LENGTH_MAX = 200
PAGE_MAX = 1000


class PaymentRefused(Refusal):
    """The statement or the netting run takes no payment as it is now."""

    code: ClassVar[str] = "payment-refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Nothing can be paid for this now."


class PaymentExceedsDue(Refusal):
    """More would be paid than is due. `due_minor` tells what is."""

    code: ClassVar[str] = "payment-exceeds-due"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "More would be paid than is due."


class PaymentDayInvalid(Refusal):
    """A payment is recorded once it was made, so its day is not in the future."""

    code: ClassVar[str] = "payment-day-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A payment was made today or before."


@dataclass(frozen=True, slots=True)
class Remittance:
    """Money that one party gave another: how much, on which day, and what the bank calls it."""

    amount_minor: int
    paid_on: date
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Who paid whom how much, for a statement or for a netting run.

    `kind` is "payment" or "write_off". What was written off was not paid and is not due any more.
    Of a run, `party_id` tells whose position it is for, and `is_received` whether the operator got
    it. The other side is the operator.
    """

    payment_id: int
    kind: str
    statement_id: int | None
    netting_id: int | None
    party_id: int | None
    is_received: bool | None
    payer_party_id: int
    payee_party_id: int
    currency: str
    amount_minor: int
    paid_on: date
    reference: str | None
    recorded_at: datetime
    recorded_by: int | None


_COLUMNS = ", ".join(field.name for field in fields(Payment))

_LOCK = text(
    """
    SELECT statement_id FROM settlement.statement WHERE statement_id = :statement_id FOR UPDATE
    """
)
_ADD = text(
    f"""
    INSERT INTO settlement.payment
        (kind, statement_id, netting_id, party_id, is_received, payer_party_id, payee_party_id,
        currency, amount_minor, paid_on, reference, recorded_at)
    VALUES (:kind, :statement_id, :netting_id, :party_id, :is_received, :payer_party_id,
        :payee_party_id, :currency, :amount_minor, :paid_on, :reference, :recorded_at)
    RETURNING {_COLUMNS}
    """
)
_LIST = text(
    f"""
    SELECT {_COLUMNS} FROM settlement.payment
    WHERE payment_id > :after
        AND (CAST(:everything AS boolean) OR :party_id IN (payer_party_id, payee_party_id))
        AND (CAST(:statement_id AS bigint) IS NULL OR statement_id = :statement_id)
        AND (CAST(:netting_id AS bigint) IS NULL OR netting_id = :netting_id)
    ORDER BY payment_id LIMIT :limit
    """
)


async def pay_statement(
    connection: AsyncConnection,
    operator: Party,
    statement_id: int,
    remittance: Remittance,
    now: datetime,
) -> Payment:
    """Record that a final statement was paid, in part or in full.

    Once nothing is left to pay and nothing is in dispute, it settles. The payer has paid the payee;
    of a statement below zero, the payee the payer.

    Raises:
        StatementNotFound: there is none.
        PaymentRefused: it is not final, or a netting run nets it.
        PaymentExceedsDue: less than that is due.
        PaymentDayInvalid: the day has not come yet.
    """
    statement, due = await _locked(connection, operator, statement_id)
    if statement.state != "final":
        raise PaymentRefused(f"the statement is {statement.state}", state=statement.state)
    await require_past(connection, remittance.paid_on, now)
    require_at_most(remittance.amount_minor, abs(due.due_minor))
    payment = await _pay(connection, statement, due, remittance, now)
    if not due.carried_minor and abs(due.rest_minor) == remittance.amount_minor:
        await transition(connection, operator, statement_id, "settle", now)
    return payment


async def settle_statement(
    connection: AsyncConnection, operator: Party, statement_id: int, now: datetime
) -> Statement:
    """Record today that all that is due for a final statement was paid, and settle it.

    Raises:
        StatementNotFound: there is none.
        StatementStepRefused: it is not final, or a part of it is in dispute.
        PaymentRefused: a netting run nets it.
    """
    statement, due = await _locked(connection, operator, statement_id)
    if statement.state == "final":
        if due.carried_minor:
            raise StatementStepRefused(
                f"{due.carried_minor} of it is in dispute", step="settle", state=statement.state
            )
        if due.due_minor:
            rest = Remittance(abs(due.due_minor), await today(connection, now))
            await _pay(connection, statement, due, rest, now)
    return await transition(connection, operator, statement_id, "settle", now)


async def post_write_off(
    connection: AsyncConnection,
    operator: Party,
    statement_id: int,
    now: datetime,
    *,
    amount_minor: int,
    document: str,
) -> Payment:
    """Record that the payer need not pay so much of an issued statement. `document` says why.

    Below zero, it owes so much more. Whoever calls it has compared the amount with a tolerance.

    Raises:
        StatementNotFound: there is none.
        PaymentRefused: it is void or settled, or a netting run nets it.
        PaymentExceedsDue: it would come to less than nothing.
    """
    statement, due = await _locked(connection, operator, statement_id)
    if statement.state in ("void", "settled"):
        raise PaymentRefused(f"the statement is {statement.state}", state=statement.state)
    side = 1 if due.billed_minor >= 0 else -1
    if amount_minor * side > 0:
        require_at_most(abs(amount_minor), max(0, due.due_minor * side))
    day = await today(connection, now)
    values = _of_statement(statement, Remittance(amount_minor, day, document), now)
    payment = await add_payment(connection, {**values, "kind": "write_off"})
    entry = written_off(_bill(statement), payment.payment_id, amount_minor, day, document)
    await post_money(connection, {statement.currency: [entry]})
    is_last = not due.carried_minor and due.rest_minor == amount_minor
    if statement.state == "final" and is_last:
        await transition(connection, operator, statement_id, "settle", now)
    return payment


async def require_no_money(connection: AsyncConnection, statement_id: int) -> None:
    """Check that nothing was paid, written off or netted for a statement that is to be void.

    The caller has locked its row.

    Raises:
        PaymentRefused: something was, or a netting run nets it.
    """
    due = (await load_dues(connection, [statement_id])).get(statement_id)
    if due is not None:
        _require_no_run(due)
        if due.paid_minor or due.netted_minor or due.written_off_minor:
            raise PaymentRefused("a part of it was paid, netted or written off")


async def list_payments(
    connection: AsyncConnection,
    viewer: Party,
    *,
    statement_id: int | None = None,
    netting_id: int | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[Payment]:
    """A page of the payments that a party made or got, in order of id: those after `after`.

    The operator sees all of them. A page holds at most PAGE_MAX.
    """
    page = {"after": after, "limit": max(1, min(limit, PAGE_MAX))}
    which = {"statement_id": statement_id, "netting_id": netting_id}
    seen = {"party_id": viewer.party_id, "everything": "operator" in viewer.roles}
    return [Payment(*row) for row in await connection.execute(_LIST, {**page, **which, **seen})]


async def add_payment(connection: AsyncConnection, values: dict[str, object]) -> Payment:
    """Write a payment. The caller posts it."""
    return Payment(*(await connection.execute(_ADD, values)).one())


async def require_past(connection: AsyncConnection, paid_on: date, now: datetime) -> date:
    """Today in the settlement calendar, if the day of a payment is not after it.

    Raises:
        PaymentDayInvalid: it is.
    """
    day = await today(connection, now)
    if paid_on > day:
        raise PaymentDayInvalid(f"{paid_on} is after {day}", field="paid_on")
    return day


def require_at_most(amount_minor: int, due_minor: int) -> None:
    """Check that no more is paid than is due.

    Raises:
        PaymentExceedsDue: more is.
    """
    if amount_minor > due_minor:
        raise PaymentExceedsDue(f"{due_minor} is due", due_minor=due_minor)


async def _locked(
    connection: AsyncConnection, operator: Party, statement_id: int
) -> tuple[Statement, Due]:
    if (await connection.execute(_LOCK, {"statement_id": statement_id})).one_or_none() is None:
        raise StatementNotFound
    statement = await find_statement(connection, operator, statement_id)
    due = (await load_dues(connection, [statement_id]))[statement_id]
    _require_no_run(due)
    return statement, due


def _require_no_run(due: Due) -> None:
    if due.netting_id is not None:
        raise PaymentRefused(
            f"the statement is in netting run {due.netting_id}", netting_id=due.netting_id
        )


async def _pay(
    connection: AsyncConnection,
    statement: Statement,
    due: Due,
    remittance: Remittance,
    now: datetime,
) -> Payment:
    values = _of_statement(statement, remittance, now)
    if due.due_minor < 0:
        sides = {"payer_party_id": statement.payee_party_id}
        values |= {**sides, "payee_party_id": statement.payer_party_id}
    payment = await add_payment(connection, {**values, "kind": "payment"})
    day = await today(connection, now)
    entry = statement_paid(
        _bill(statement),
        payment.payment_id,
        payment.payer_party_id,
        payment.amount_minor,
        day,
        reference=remittance.reference,
    )
    await post_money(connection, {statement.currency: [entry]})
    return payment


def _of_statement(statement: Statement, remittance: Remittance, now: datetime) -> dict[str, object]:
    """A row of a payment from the payer to the payee, without its kind."""
    return {
        "statement_id": statement.statement_id,
        "netting_id": None,
        "party_id": None,
        "is_received": None,
        "payer_party_id": statement.payer_party_id,
        "payee_party_id": statement.payee_party_id,
        "currency": statement.currency,
        "amount_minor": remittance.amount_minor,
        "paid_on": remittance.paid_on,
        "reference": remittance.reference,
        "recorded_at": now,
    }


def _bill(statement: Statement) -> Bill:
    return Bill(
        statement.statement_id,
        statement.number,
        statement.payer_party_id,
        statement.payee_party_id,
        statement.currency,
        statement.billed_minor,
    )
