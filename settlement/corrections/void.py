"""Void: an issued statement is taken back, and a draft over the same lines takes its place.

Both happen in one transaction, under the statement's lock. The void statement keeps its number and
all that it says, so numbers stay without gaps. What it was in question for lapses: its replacement
can be disputed anew. A statement that is final is not voided; it is corrected forward.

Of a void and an agreement at once, the second sees what the first has done: an agreed statement can
be voided, and a void one cannot be agreed to.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from settlement.corrections.eyes import require_other_eyes
from settlement.statements.disputed import close_disputes
from settlement.statements.history import note_step
from settlement.statements.statements import COLUMNS, Statement, lock_statement, statement_of
from settlement.statements.steps import require_reason, require_state


@dataclass(frozen=True, slots=True)
class Voided:
    """A void statement, and the draft that replaces it."""

    statement: Statement
    replacement_id: int


_ISSUED_BY = text(
    """
    SELECT coalesce(issued_by, recorded_by) FROM settlement.statement
    WHERE statement_id = :statement_id
    """
)

_VOID = text(
    f"""
    UPDATE settlement.statement SET state = 'void', voided_at = :now, disputed_minor = 0
    WHERE statement_id = :statement_id RETURNING {COLUMNS}
    """
)

# The lines of a closed month no longer change. So the sums over them are those of the original.
_REDRAFT = text(
    """
    INSERT INTO settlement.statement
        (month, payer_party_id, payee_party_id, operator_party_id, currency, kind,
        uses, reversals, conversions, late_lines, coupon_cost_minor, platform_fee_minor,
        conversion_minor, other_minor, adjustment_minor, added_tax_minor, tax_minor, replaces)
    SELECT month, payer_party_id, payee_party_id, operator_party_id, currency, kind,
        uses, reversals, conversions, late_lines, coupon_cost_minor, platform_fee_minor,
        conversion_minor, other_minor, adjustment_minor, added_tax_minor, tax_minor, statement_id
    FROM settlement.statement WHERE statement_id = :statement_id
    RETURNING statement_id
    """
)

_REPLACEMENT = text(
    """
    SELECT statement_id FROM settlement.statement WHERE replaces = :statement_id
    """
)


async def void_statement(
    connection: AsyncConnection, party: Party, statement_id: int, reason: str, now: datetime
) -> Voided:
    """Void a statement and draft its replacement. Voiding it again changes nothing.

    Raises:
        StatementNotFound: there is no such statement.
        StatementReasonInvalid: there is no reason, or it is too long.
        StatementStepRefused: the statement is final or settled.
        FourEyesRequired: the actor has issued it.
    """
    require_reason(reason)
    statement = await lock_statement(connection, party, statement_id)
    named = {"statement_id": statement_id}
    if statement.state == "void":
        return Voided(statement, await _number(connection, named))
    require_state(statement, "void", ("issued", "agreed", "disputed"))
    await require_other_eyes(connection, await connection.scalar(_ISSUED_BY, named))
    lapsed = await close_disputes(connection, statement, "lapsed", now, party=party)
    row = (await connection.execute(_VOID, {**named, "now": now})).one()
    replacement_id = await redraft(connection, statement_id)
    note = f"{reason} (disputes that lapse: {', '.join(map(str, lapsed))})" if lapsed else reason
    await note_step(connection, [statement_id], "void", now, party=party, note=note)
    await note_step(
        connection, [replacement_id], "draft", now, party=party, note=f"replaces {statement.number}"
    )
    return Voided(statement_of(row), replacement_id)


async def redraft(connection: AsyncConnection, statement_id: int) -> int:
    """Draft a statement over the lines of a void one, which it replaces. Returns its id."""
    rows = await connection.execute(_REDRAFT, {"statement_id": statement_id})
    replacement_id: int = rows.scalar_one()
    return replacement_id


async def _number(connection: AsyncConnection, named: dict[str, int]) -> int:
    found: int = (await connection.execute(_REPLACEMENT, named)).scalar_one()
    return found
