"""The history of a statement: which steps were taken with it, when, by whom and for which party."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from settlement.statements.statements import PAGE_MAX, find_statement
from settlement.statements.told import tell_of_step

NOTE_LENGTH_MAX = 1000


@dataclass(frozen=True, slots=True)
class Step:
    """A step. `party_id` and `recorded_by` are null where time has taken it."""

    step_id: int
    step: str
    party_id: int | None
    note: str | None
    done_at: datetime
    recorded_by: int | None


_NOTE = text(
    """
    INSERT INTO settlement.statement_step (statement_id, step, party_id, note, done_at)
    SELECT statement_id, CAST(:step AS text), CAST(:party_id AS integer), CAST(:note AS text),
        CAST(:done_at AS timestamptz)
    FROM unnest(:statements) AS statement_id ORDER BY statement_id
    """
).bindparams(bindparam("statements", type_=ARRAY(BIGINT)))

_LIST = text(
    """
    SELECT step_id, step, party_id, note, done_at, recorded_by FROM settlement.statement_step
    WHERE statement_id = :statement_id AND step_id > :after ORDER BY step_id LIMIT :limit
    """
)


async def note_step(
    connection: AsyncConnection,
    statements: Sequence[int],
    step: str,
    now: datetime,
    *,
    party: Party | None = None,
    note: str | None = None,
) -> None:
    """Add a step to the history of statements that have taken it, and tell their parties.

    The actor of the transaction is who has taken it. One round trip, and those of `told`.
    """
    await connection.execute(
        _NOTE,
        {
            "statements": list(statements),
            "step": step,
            "party_id": None if party is None else party.party_id,
            "note": None if note is None else note[:NOTE_LENGTH_MAX],
            "done_at": now,
        },
    )
    await tell_of_step(connection, statements, step)


async def list_steps(
    connection: AsyncConnection,
    viewer: Party,
    statement_id: int,
    *,
    after: int = 0,
    limit: int = 100,
) -> list[Step]:
    """A page of a statement's steps, the first one first, for a party that may see it.

    Raises:
        StatementNotFound: there is no such statement, or it is not the viewer's.
    """
    await find_statement(connection, viewer, statement_id)
    page = {"statement_id": statement_id, "after": after, "limit": max(1, min(limit, PAGE_MAX))}
    return [Step(*row) for row in await connection.execute(_LIST, page)]
