"""Positions are paid, and a run ends once all of them are."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger.money import post_money
from settlement.journal.events import netting_paid
from settlement.netting.read import NettingPosition, find_netting
from settlement.netting.rows import load_claims, lock_run, lock_statements, note, set_run
from settlement.netting.steps import DONE
from settlement.payments.due import load_dues
from settlement.payments.payments import (
    Payment,
    PaymentRefused,
    Remittance,
    add_payment,
    require_at_most,
    require_past,
)
from settlement.statements.steps import transition


async def pay_netting(
    connection: AsyncConnection,
    operator: Party,
    netting_id: int,
    remittance: Remittance,
    now: datetime,
    *,
    party: Party,
) -> Payment:
    """Record that a party has paid its position to the operator, or the operator the party.

    Once all positions are paid, the run is, and its statements are settled.

    Raises:
        NettingNotFound: there is no such run.
        PaymentRefused: it is not confirmed, or the party is not in it.
        PaymentExceedsDue: less than that is due.
        PaymentDayInvalid: the day has not come yet.
    """
    run = await lock_run(connection, netting_id)
    positions = (await find_netting(connection, operator, netting_id)).positions
    own = position_of(positions, party)
    if run.state != "confirmed" or own is None:
        why = f"the run is {run.state}" if own else f"{party.code} is not in the run"
        raise PaymentRefused(why, state=run.state)
    day = await require_past(connection, remittance.paid_on, now)
    amount_minor = remittance.amount_minor
    require_at_most(amount_minor, abs(own.due_minor))
    if amount_minor == sum(abs(each.due_minor) for each in positions):
        # The run ends with this, and its statements are locked before the money book is.
        await lock_statements(connection, netting_id)
    is_received = own.due_minor < 0
    sides = (party.party_id, operator.party_id)
    payer, payee = sides if is_received else (sides[1], sides[0])
    payment = await add_payment(
        connection,
        {
            "kind": "payment",
            "statement_id": None,
            "netting_id": netting_id,
            "party_id": party.party_id,
            "is_received": is_received,
            "payer_party_id": payer,
            "payee_party_id": payee,
            "currency": run.currency,
            "amount_minor": amount_minor,
            "paid_on": remittance.paid_on,
            "reference": remittance.reference,
            "recorded_at": now,
        },
    )
    entry = netting_paid(
        netting_id,
        payment.payment_id,
        party.party_id,
        amount_minor,
        day,
        is_received=is_received,
        reference=remittance.reference,
    )
    await post_money(connection, {run.currency: [entry]})
    await settle_if_paid(connection, operator, netting_id, now)
    return payment


async def settle_if_paid(
    connection: AsyncConnection, operator: Party, netting_id: int, now: datetime
) -> None:
    """End a run in which nobody has anything to pay, and settle what it has netted.

    The caller has locked the run, and its statements if this may end it. A statement of which a
    part was in dispute stays final until that is paid, too.
    """
    run = await find_netting(connection, operator, netting_id)
    if any(each.due_minor for each in run.positions):
        return
    await set_run(connection, netting_id, "paid", run.revision)
    await note(connection, netting_id, DONE["pay"], now)
    claims = await load_claims(connection, netting_id)
    dues = await load_dues(connection, [claim.statement_id for claim in claims])
    for statement_id, due in dues.items():
        if not due.rest_minor:
            await transition(connection, operator, statement_id, "settle", now)


def position_of(positions: Sequence[NettingPosition], party: Party) -> NettingPosition | None:
    """A party's own position in a run."""
    return next((each for each in positions if each.party_id == party.party_id), None)
