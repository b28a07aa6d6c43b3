"""The steps of a statement from issue to settlement: agree, dispute as a whole, finalise, settle.

Each step locks the statement first. So of two steps at once the second sees what the first has
done: an agreement after a void is refused, and a dispute after the end of the term as well.

Who says nothing agrees in the end. `agree_silent` does so for every statement whose term is over,
and skips those that a party is just acting on. The instant of the term decides, not that of the
round: a dispute from then on is refused, though the round may not have come yet.
"""

from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Database, Refusal, read_clock
from settlement.statements.disputed import (
    NewDispute,
    close_disputes,
    insert_dispute,
    refresh,
)
from settlement.statements.history import note_step
from settlement.statements.statements import (
    COLUMNS,
    State,
    Statement,
    lock_statement,
    statement_of,
)

StatementStep = Literal["agree", "dispute", "finalise", "settle"]

REASON_LENGTH_MAX = 1000
STANDING: tuple[State, ...] = ("issued", "agreed", "disputed", "final", "settled")
"""The states of a statement that is issued and not void."""
SILENT_MAX = 500
"""The most statements that one round agrees to."""

# The states that each step starts from. Drafting, review and issue belong to the month's closing.
_FROM: dict[StatementStep, tuple[State, ...]] = {
    "agree": ("issued", "disputed"),
    "dispute": ("issued", "disputed"),
    "finalise": ("agreed", "disputed"),
    "settle": ("final",),
}
_GOALS: dict[StatementStep, State] = {
    "agree": "agreed",
    "finalise": "final",
    "settle": "settled",
}


class StatementStepRefused(Refusal):
    """The statement's state, or the party's part in it, does not allow the step."""

    code: ClassVar[str] = "statement-step-refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The statement does not allow this step."


class StatementReasonInvalid(Refusal):
    """A dispute, a void or an adjustment needs a reason within the limit."""

    code: ClassVar[str] = "statement-reason-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A dispute states its reason."


class StatementTermEnded(Refusal):
    """The term for disputing the statement is over: `term_ends_at`. Silence has agreed."""

    code: ClassVar[str] = "statement-term-ended"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The term for disputing this statement is over."


_STEP = text(
    f"""
    UPDATE settlement.statement SET state = :state
    WHERE statement_id = :statement_id RETURNING {COLUMNS}
    """
)

_HOLD_SILENT = text(
    """
    SELECT statement_id FROM settlement.statement
    WHERE state = 'issued' AND term_ends_at <= :now
    ORDER BY term_ends_at, statement_id LIMIT :limit
    FOR UPDATE SKIP LOCKED
    """
)

_AGREE_SILENT = text(
    """
    UPDATE settlement.statement
    SET state = 'agreed', payer_agreed_at = coalesce(payer_agreed_at, term_ends_at),
        payee_agreed_at = coalesce(payee_agreed_at, term_ends_at)
    WHERE statement_id = ANY(:statements)
    """
).bindparams(bindparam("statements", type_=ARRAY(BIGINT)))


async def transition(
    connection: AsyncConnection,
    party: Party,
    statement_id: int,
    step: StatementStep,
    now: datetime,
    *,
    reason: str | None = None,
) -> Statement:
    """Take a statement one step further. A step that was taken before changes nothing.

    Payer and payee each agree for themselves, and take back what they have disputed by that. The
    statement is agreed when both have and nothing is in question. Either may dispute it as a whole,
    with a reason; `settlement.disputes` disputes lines. The operator makes it final, and what is
    still in question then is carried: it is not due before it is answered.

    Raises:
        StatementNotFound: there is none, or it is not the party's.
        StatementReasonInvalid: a dispute without a reason, or one that is too long.
        StatementTermEnded: the term for disputing is over.
        StatementStepRefused: the statement's state, or the party's part in it, does not allow the
            step.
    """
    if step == "dispute":
        require_reason(reason)
    statement = await lock_statement(connection, party, statement_id)
    _require_part(statement, party, step)
    if step == "agree":
        return await _agree(connection, statement, party, now)
    if step == "dispute":
        return await _dispute_whole(connection, statement, party, str(reason), now)
    if statement.state == _GOALS[step]:
        return statement
    require_state(statement, step, _FROM[step])
    rows = await connection.execute(_STEP, {"statement_id": statement_id, "state": _GOALS[step]})
    carried = statement.disputed_minor
    note = f"{carried} minor units are carried" if step == "finalise" and carried else None
    await note_step(connection, [statement_id], step, now, party=party, note=note)
    return statement_of(rows.one())


def require_reason(reason: str | None) -> None:
    """Refuse a reason that says nothing, or too much.

    Raises:
        StatementReasonInvalid: it has no character, or more than REASON_LENGTH_MAX.
    """
    if not 0 < len(reason or "") <= REASON_LENGTH_MAX:
        raise StatementReasonInvalid(f"a reason has 1 to {REASON_LENGTH_MAX} characters")


def require_state(statement: Statement, step: str, allowed: tuple[State, ...]) -> None:
    """Refuse a step that the statement's state does not allow.

    Raises:
        StatementStepRefused: it does not.
    """
    if statement.state not in allowed:
        raise StatementStepRefused(
            f"the statement is {statement.state}", step=step, state=statement.state
        )


def require_disputable(statement: Statement, party: Party, now: datetime) -> None:
    """Refuse a dispute by a party without a part in the statement, or one that is too late.

    Raises:
        StatementStepRefused: the statement's state, or the party's part in it, does not allow it.
        StatementTermEnded: the term is over.
    """
    _require_part(statement, party, "dispute")
    require_state(statement, "dispute", _FROM["dispute"])
    if statement.term_ends_at is not None and now >= statement.term_ends_at:
        raise StatementTermEnded(
            f"it ended at {statement.term_ends_at.isoformat()}",
            term_ends_at=statement.term_ends_at.isoformat(),
        )


def _require_part(statement: Statement, party: Party, step: StatementStep) -> None:
    is_party = party.party_id in {statement.payer_party_id, statement.payee_party_id}
    allowed = "operator" in party.roles if step in {"finalise", "settle"} else is_party
    if not allowed:
        raise StatementStepRefused(f"{party.code} has no part in this step", step=step)


async def _agree(
    connection: AsyncConnection, statement: Statement, party: Party, now: datetime
) -> Statement:
    is_payer = party.party_id == statement.payer_party_id
    before = statement.payer_agreed_at if is_payer else statement.payee_agreed_at
    if before is not None and statement.state in {"issued", "agreed", "disputed"}:
        return statement
    require_state(statement, "agree", _FROM["agree"])
    withdrawn = await close_disputes(
        connection, statement, "withdrawn", now, party=party, of_party_id=party.party_id
    )
    reached = await refresh(
        connection,
        statement,
        now,
        payer_agreed_at=now if is_payer else statement.payer_agreed_at,
        payee_agreed_at=statement.payee_agreed_at if is_payer else now,
    )
    note = f"withdrew disputes {', '.join(map(str, withdrawn))}" if withdrawn else None
    await note_step(connection, [statement.statement_id], "agree", now, party=party, note=note)
    return reached


async def _dispute_whole(
    connection: AsyncConnection, statement: Statement, party: Party, reason: str, now: datetime
) -> Statement:
    require_disputable(statement, party, now)
    await insert_dispute(connection, statement, party, NewDispute("other", reason), now)
    return await disputed(connection, statement, party, reason, now)


async def disputed(
    connection: AsyncConnection, statement: Statement, party: Party, reason: str, now: datetime
) -> Statement:
    """The statement after a dispute of it was stored.

    A party that agreed before agreed to what is now in question, and has to agree again.
    """
    reached = await refresh(
        connection,
        statement,
        now,
        payer_agreed_at=None,
        payee_agreed_at=None,
        # The first reason stays to be seen. All of them are with the disputes.
        reason=None if statement.state == "disputed" else reason,
    )
    await note_step(connection, [statement.statement_id], "dispute", now, party=party, note=reason)
    return reached


async def agree_silent(connection: AsyncConnection, now: datetime) -> int:
    """Agree for those who let the term of a statement pass. Returns how many statements.

    The agreement is dated at the end of the term. A statement that somebody acts on at this moment
    is left to the next round.
    """
    rows = await connection.execute(_HOLD_SILENT, {"now": now, "limit": SILENT_MAX})
    silent = [row.statement_id for row in rows]
    if silent:
        await connection.execute(_AGREE_SILENT, {"statements": silent})
        await note_step(connection, silent, "term", now, note="nobody disputed it in its term")
    return len(silent)


async def agree_by_silence(database: Database) -> int:
    """A round of the worker: `agree_silent` by the database's clock."""
    async with database.transaction() as connection:
        return await agree_silent(connection, await read_clock(connection))
