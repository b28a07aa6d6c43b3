"""A party is taken out of a netting run: before it is confirmed, or because it does not pay."""

from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger.money import post_money
from settlement.journal.events import netting_taken_back
from settlement.journal.post import today
from settlement.netting.paid import position_of, settle_if_paid
from settlement.netting.positions import Claim, net, without
from settlement.netting.read import Netting, find_netting
from settlement.netting.rows import (
    load_claims,
    lock_for,
    post_positions,
    reach,
    set_positions,
    set_statements,
)
from settlement.netting.steps import DONE, NettingStep, NettingStepRefused

_CLEAR_POSITIONS = text(
    """
    UPDATE settlement.netting_party SET claims_minor = 0, debts_minor = 0
    WHERE netting_id = :netting_id
    """
)
_TAKE_OUT = text(
    """
    UPDATE settlement.netting_party SET taken_out = :taken_out
    WHERE netting_id = :netting_id AND party_id = :party_id
    """
)


async def remove_party(
    connection: AsyncConnection, operator: Party, netting_id: int, party: Party, now: datetime
) -> Netting:
    """Take a party and its statements out of a run that is not confirmed, and net the others anew.

    Raises:
        NettingNotFound: there is no such run.
        NettingStepRefused: it is confirmed already, or the party is not in it.
    """
    run = await lock_for(connection, netting_id, "remove")
    await _take_out(connection, netting_id, party, "remove")
    await reach(connection, run, "remove", now, party_id=party.party_id)
    return await find_netting(connection, operator, netting_id)


async def default_party(
    connection: AsyncConnection, operator: Party, netting_id: int, party: Party, now: datetime
) -> Netting:
    """A party does not pay its position: repeat the confirmed run without its statements.

    What was posted is moved back, and the new positions are posted, in one transaction. What the
    others have paid stays paid. The statements of the party are due again.

    Raises:
        NettingNotFound: there is no such run.
        NettingStepRefused: it is not confirmed, or the party is not in it, or has nothing to pay,
            or has paid a part already.
    """
    run = await lock_for(connection, netting_id, "default")
    before = await load_claims(connection, netting_id)
    own = position_of((await find_netting(connection, operator, netting_id)).positions, party)
    if own is None or own.position_minor >= 0 or own.paid_minor:
        raise NettingStepRefused(
            f"{party.code} is no party that has not paid its position", step="default"
        )
    day = await today(connection, now)
    positions = {each.party_id: each.position_minor for each in net(before)}
    if entry := netting_taken_back(netting_id, run.revision, positions, day):
        await post_money(connection, {run.currency: [entry]})
    after = await _take_out(connection, netting_id, party, "default")
    await post_positions(connection, run, run.revision + 1, after, day)
    revision = run.revision + 1
    await reach(connection, run, "default", now, party_id=party.party_id, revision=revision)
    await settle_if_paid(connection, operator, netting_id, now)
    return await find_netting(connection, operator, netting_id)


async def _take_out(
    connection: AsyncConnection, netting_id: int, party: Party, step: NettingStep
) -> list[Claim]:
    """Take a party's statements out of a run. Returns the claims of the others."""
    claims = await load_claims(connection, netting_id)
    kept = without(claims, {party.party_id})
    if len(kept) == len(claims):
        raise NettingStepRefused(f"{party.code} is not in the run", step=step)
    gone = [claim for claim in claims if claim not in kept]
    await set_statements(connection, netting_id, "taken_out", gone)
    await connection.execute(_CLEAR_POSITIONS, {"netting_id": netting_id})
    await set_positions(connection, netting_id, kept)
    out = {"party_id": party.party_id, "taken_out": DONE[step]}
    await connection.execute(_TAKE_OUT, {"netting_id": netting_id, **out})
    return kept
