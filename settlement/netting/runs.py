"""Netting runs: drafted, advised, confirmed, or cancelled.

`rows` tells in which order a step locks. A draft has no row to lock yet, and locks its statements.
So of two drafts at once, the second waits and finds them planned. A payment of a statement locks it
as well: it is paid before it is planned, or refused because it is.

What is due for a statement of a run does not change between the draft and the confirmation: nothing
is paid or written off of it until the run is paid. A void one is found at the confirmation.
"""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal
from settlement.calendar import ZONE_SQL, load_calendar
from settlement.journal.post import today
from settlement.netting.paid import settle_if_paid
from settlement.netting.positions import Claim
from settlement.netting.read import Netting, find_netting
from settlement.netting.rows import (
    load_claims,
    lock_for,
    note,
    post_positions,
    reach,
    set_positions,
    set_statements,
)
from settlement.netting.steps import NettingStep, NettingStepRefused
from settlement.payments.due import load_dues

STATEMENTS_PER_RUN_MAX = 20_000


class NettingEmpty(Refusal):
    """No final statement of the currency has anything due that is not in a run yet."""

    code: ClassVar[str] = "netting-empty"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is nothing to net."


class NettingDaysInvalid(Refusal):
    """A run is closed first, then advised, then called."""

    code: ClassVar[str] = "netting-days-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The days of a netting run follow each other."


class NettingTooLarge(Refusal):
    """More statements are due than one run takes. An earlier closing day takes fewer of them."""

    code: ClassVar[str] = "netting-too-large"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The netting run would have too many statements."


_LOCK_FINAL = text(
    f"""
    SELECT statement_id FROM settlement.statement
    WHERE state = 'final' AND currency = :currency
        AND CAST(issued_at AT TIME ZONE {ZONE_SQL} AS date) <= :closure_on
        AND NOT EXISTS (
            SELECT FROM settlement.netting_statement AS planned
            WHERE planned.statement_id = statement.statement_id AND planned.state = 'planned'
        )
    ORDER BY statement_id LIMIT :limit
    FOR UPDATE
    """
)
_SIDES = text(
    """
    SELECT statement_id, payer_party_id, payee_party_id FROM settlement.statement
    WHERE statement_id = ANY (CAST(:statement_ids AS bigint[])) AND state = 'final'
    """
)
_DRAFT = text(
    """
    INSERT INTO settlement.netting (currency, closure_on, advice_on, call_on)
    VALUES (:currency, :closure_on, :advice_on, :call_on) RETURNING netting_id
    """
)
_ADD_STATEMENTS = text(
    """
    INSERT INTO settlement.netting_statement (netting_id, statement_id, amount_minor)
    SELECT :netting_id, statement_id, amount_minor
    FROM unnest(CAST(:statement_ids AS bigint[]), CAST(:amounts AS bigint[]))
        AS planned (statement_id, amount_minor)
    """
)


async def draft_netting(
    connection: AsyncConnection,
    operator: Party,
    currency: str,
    now: datetime,
    *,
    closure_on: date,
    advice_on: date,
    call_on: date,
) -> Netting:
    """Draft a run of all final statements of a currency for which something is due.

    It takes those that were issued up to `closure_on` and are in no other run.

    Raises:
        NettingDaysInvalid: the days do not follow each other.
        NettingEmpty: there is no such statement.
        NettingTooLarge: there are more than STATEMENTS_PER_RUN_MAX.
    """
    if not closure_on <= advice_on <= call_on:
        raise NettingDaysInvalid("closure_on comes first, then advice_on, then call_on")
    which = {"currency": currency, "closure_on": closure_on, "limit": STATEMENTS_PER_RUN_MAX + 1}
    locked = [row.statement_id for row in await connection.execute(_LOCK_FINAL, which)]
    # Some may have been planned or paid while this waited for their locks.
    dues = {
        each.statement_id: each.due_minor
        for each in (await load_dues(connection, locked)).values()
        if each.due_minor and each.netting_id is None
    }
    claims = [
        Claim(*(*row, dues[row.statement_id]))
        for row in await connection.execute(_SIDES, {"statement_ids": sorted(dues)})
    ]
    if not claims:
        raise NettingEmpty(f"nothing final is due in {currency} up to {closure_on}")
    if len(locked) > STATEMENTS_PER_RUN_MAX:
        raise NettingTooLarge(f"a run takes {STATEMENTS_PER_RUN_MAX} statements")
    days = {"closure_on": closure_on, "advice_on": advice_on, "call_on": call_on}
    netting_id = (await connection.execute(_DRAFT, {"currency": currency, **days})).scalar_one()
    planned = {
        "netting_id": netting_id,
        "statement_ids": [claim.statement_id for claim in claims],
        "amounts": [claim.amount_minor for claim in claims],
    }
    await connection.execute(_ADD_STATEMENTS, planned)
    await set_positions(connection, netting_id, claims)
    await note(connection, netting_id, "drafted", now)
    return await find_netting(connection, operator, netting_id)


async def advise_netting(
    connection: AsyncConnection, operator: Party, netting_id: int, now: datetime
) -> Netting:
    """Tell the parties of a draft what they will pay or get: from now on they see it.

    Raises:
        NettingNotFound: there is no such run.
        NettingStepRefused: it is no draft.
    """
    return await _simple_step(connection, operator, netting_id, "advise", now)


async def cancel_netting(
    connection: AsyncConnection, operator: Party, netting_id: int, now: datetime
) -> Netting:
    """Give up a run before it is confirmed. Its statements are free for others.

    Raises:
        NettingNotFound: there is no such run.
        NettingStepRefused: it is confirmed, paid or cancelled.
    """
    return await _simple_step(connection, operator, netting_id, "cancel", now)


async def confirm_netting(
    connection: AsyncConnection, operator: Party, netting_id: int, now: datetime
) -> Netting:
    """Confirm an advised run: what is open with each party becomes the one amount of its position.

    Raises:
        NettingNotFound: there is no such run.
        NettingStepRefused: it was not advised, or has no statement left, or one of them is not due
            as it was. Or four eyes are asked for, and who drafted it would confirm it.
    """
    run = await lock_for(connection, netting_id, "confirm")
    if (await load_calendar(connection)).four_eyes and run.actor == run.recorded_by:
        raise NettingStepRefused("who drafted a run does not confirm it", step="confirm")
    claims = await load_claims(connection, netting_id)
    dues = await load_dues(connection, [claim.statement_id for claim in claims])
    changed = [
        claim.statement_id
        for claim in claims
        if not _covers(dues[claim.statement_id].due_minor, claim.amount_minor)
    ]
    if changed or not claims:
        raise NettingStepRefused(
            "its statements are not due as they were", step="confirm", statements=changed
        )
    await set_statements(connection, netting_id, "netted", claims)
    day = await today(connection, now)
    await post_positions(connection, run, run.revision, claims, day)
    await reach(connection, run, "confirm", now)
    await settle_if_paid(connection, operator, netting_id, now)
    return await find_netting(connection, operator, netting_id)


async def _simple_step(
    connection: AsyncConnection,
    operator: Party,
    netting_id: int,
    step: NettingStep,
    now: datetime,
) -> Netting:
    run = await lock_for(connection, netting_id, step)
    if step == "cancel":
        claims = await load_claims(connection, netting_id)
        await set_statements(connection, netting_id, "taken_out", claims)
    await reach(connection, run, step, now)
    return await find_netting(connection, operator, netting_id)


def _covers(due_minor: int, amount_minor: int) -> bool:
    """Whether so much is due, on the same side."""
    return due_minor >= amount_minor > 0 or due_minor <= amount_minor < 0
