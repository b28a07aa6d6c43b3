"""A netting run as it is stored: locked, changed, and posted.

Every step locks the run's row first, then its statements in order of their ids, and the money book
at last.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.money import post_money
from settlement.journal.events import netting_confirmed
from settlement.netting.positions import Claim, net
from settlement.netting.read import NettingNotFound
from settlement.netting.steps import DONE, GOALS, NettingState, NettingStep, require_step

_LOCK_RUN = text(
    """
    SELECT netting_id, currency, state, revision, recorded_by,
        CAST(nullif(current_setting('comity.actor', true), '') AS integer) AS actor
    FROM settlement.netting WHERE netting_id = :netting_id FOR UPDATE
    """
)
_LOCK_STATEMENTS = text(
    """
    SELECT statement_id FROM settlement.statement
    WHERE statement_id IN (
        SELECT statement_id FROM settlement.netting_statement
        WHERE netting_id = :netting_id AND netting_statement.state <> 'taken_out'
    )
    ORDER BY statement_id FOR UPDATE
    """
)
_CLAIMS = text(
    """
    SELECT statement_id, payer_party_id, payee_party_id, amount_minor
    FROM settlement.netting_statement JOIN settlement.statement USING (statement_id)
    WHERE netting_id = :netting_id AND netting_statement.state <> 'taken_out'
    ORDER BY statement_id
    """
)
_SET_STATEMENTS = text(
    """
    UPDATE settlement.netting_statement SET state = :state
    WHERE netting_id = :netting_id AND statement_id = ANY (CAST(:statement_ids AS bigint[]))
    """
)
_SET_RUN = text(
    """
    UPDATE settlement.netting SET state = :state, revision = :revision
    WHERE netting_id = :netting_id
    """
)
_SET_POSITIONS = text(
    """
    INSERT INTO settlement.netting_party AS position
        (netting_id, party_id, claims_minor, debts_minor)
    SELECT :netting_id, party_id, claims_minor, debts_minor
    FROM unnest(
        CAST(:party_ids AS integer[]), CAST(:claims AS bigint[]), CAST(:debts AS bigint[])
    ) AS netted (party_id, claims_minor, debts_minor)
    ON CONFLICT (netting_id, party_id) DO UPDATE
    SET claims_minor = excluded.claims_minor, debts_minor = excluded.debts_minor
    """
)
_NOTE = text(
    """
    INSERT INTO settlement.netting_step (netting_id, step, party_id, done_at)
    VALUES (:netting_id, :step, :party_id, :done_at)
    """
)


async def lock_run(connection: AsyncConnection, netting_id: int) -> Row[Any]:
    """Lock a run.

    Raises:
        NettingNotFound: there is none.
    """
    found = await connection.execute(_LOCK_RUN, {"netting_id": netting_id})
    row = found.one_or_none()
    if row is None:
        raise NettingNotFound
    return row


async def lock_statements(connection: AsyncConnection, netting_id: int) -> None:
    """Lock the statements of a run, in order of their ids."""
    await connection.execute(_LOCK_STATEMENTS, {"netting_id": netting_id})


async def lock_for(connection: AsyncConnection, netting_id: int, step: NettingStep) -> Row[Any]:
    """Lock a run that can take the step, and its statements.

    Raises:
        NettingNotFound: there is no such run.
        NettingStepRefused: its state does not allow the step.
    """
    run = await lock_run(connection, netting_id)
    require_step(run.state, step)
    await lock_statements(connection, netting_id)
    return run


async def load_claims(connection: AsyncConnection, netting_id: int) -> list[Claim]:
    """What is due for the statements of a run, but for those that were taken out."""
    rows = await connection.execute(_CLAIMS, {"netting_id": netting_id})
    return [Claim(*row) for row in rows]


async def set_statements(
    connection: AsyncConnection, netting_id: int, state: str, claims: Sequence[Claim]
) -> None:
    """Set the state of some statements of a run."""
    values = {"statement_ids": [claim.statement_id for claim in claims], "state": state}
    await connection.execute(_SET_STATEMENTS, {"netting_id": netting_id, **values})


async def set_positions(
    connection: AsyncConnection, netting_id: int, claims: Sequence[Claim]
) -> None:
    """Write the positions that claims come to."""
    positions = net(claims)
    values = {
        "party_ids": [each.party_id for each in positions],
        "claims": [each.claims_minor for each in positions],
        "debts": [each.debts_minor for each in positions],
    }
    await connection.execute(_SET_POSITIONS, {"netting_id": netting_id, **values})


async def post_positions(
    connection: AsyncConnection, run: Row[Any], revision: int, claims: Sequence[Claim], day: date
) -> None:
    """Post what each party of a confirmed run gets or pays."""
    positions = {each.party_id: each.position_minor for each in net(claims)}
    if entry := netting_confirmed(run.netting_id, revision, positions, day):
        await post_money(connection, {run.currency: [entry]})


async def set_run(
    connection: AsyncConnection, netting_id: int, state: NettingState, revision: int
) -> None:
    """Set the state of a run."""
    reached = {"state": state, "revision": revision}
    await connection.execute(_SET_RUN, {"netting_id": netting_id, **reached})


async def reach(
    connection: AsyncConnection,
    run: Row[Any],
    step: NettingStep,
    now: datetime,
    *,
    party_id: int | None = None,
    revision: int | None = None,
) -> None:
    """A run has taken a step."""
    await set_run(connection, run.netting_id, GOALS[step], revision or run.revision)
    await note(connection, run.netting_id, DONE[step], now, party_id)


async def note(
    connection: AsyncConnection,
    netting_id: int,
    step: str,
    now: datetime,
    party_id: int | None = None,
) -> None:
    """Add to a run's history."""
    what = {"step": step, "party_id": party_id, "done_at": now}
    await connection.execute(_NOTE, {"netting_id": netting_id, **what})
