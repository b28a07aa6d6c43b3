"""Adjustments: what was billed is corrected forward, by a line of a month that is still open.

An adjustment is drafted, and then approved: by another key where the exchange wants two pairs of
eyes. Its lines go onto the next statement between the same parties, and name what they correct.
The original is never changed.

Locks, in this order: the original's statement, then the open months (FOR SHARE, as raters hold
them). So of two credits at once the second sees what the first has left, and a month that is being
closed either has the correction or leaves it to the next one. A closer locks its month and then
only statements of that month, which cannot be corrected yet: no two wait for each other.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, NUMERIC, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from ledger import Refusal
from settlement.corrections.asked import Asked, Target, amounts_of, tax_lines
from settlement.corrections.eyes import require_other_eyes
from settlement.corrections.originals import load_targets
from settlement.months import next_month
from settlement.periods import stamp
from settlement.statements.disputed import LineAmount, LineKey, columns_of
from settlement.statements.history import note_step
from settlement.statements.parts import statement_key
from settlement.statements.statements import Statement, lock_statement
from settlement.statements.steps import STANDING, require_reason, require_state

WHOLE_LEG = "adjustment"
"""The leg of a correction of a statement as a whole."""

AdjustmentState = Literal["draft", "approved", "discarded"]


class AdjustmentNotFound(Refusal):
    """There is no such adjustment, or it is between other parties."""

    code: ClassVar[str] = "adjustment-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such adjustment."


class AdjustmentDecided(Refusal):
    """The adjustment was approved or discarded before: `state`."""

    code: ClassVar[str] = "adjustment-decided"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "This adjustment is decided."


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A correction. `amount_minor` is below zero for a credit, and holds its tax.

    `month` and `tax_minor` are null before it is approved.
    """

    adjustment_id: int
    statement_id: int
    dispute_id: int | None
    reason: str
    amount_minor: int
    state: AdjustmentState
    made_at: datetime
    recorded_by: int | None
    decided_at: datetime | None
    decided_by: int | None
    month: str | None
    tax_minor: int | None


COLUMNS = """adjustment_id, statement_id, dispute_id, reason, amount_minor, state, made_at,
        recorded_by, decided_at, decided_by, month, tax_minor"""

_INSERT = text(
    f"""
    INSERT INTO settlement.adjustment (statement_id, dispute_id, reason, amount_minor, made_at)
    VALUES (:statement_id, :dispute_id, :reason, :amount_minor, :made_at)
    RETURNING {COLUMNS}
    """
)

_INSERT_LINES = text(
    """
    INSERT INTO settlement.adjustment_line (adjustment_id, place, of_book_id, of_use_id, of_leg,
        of_kind, of_period_line_id, amount_minor)
    SELECT CAST(:adjustment_id AS bigint), place, of_book_id, of_use_id, of_leg, of_kind,
        of_period_line_id, amount_minor
    FROM unnest(:books, :uses, :legs, :kinds, :periods, :amounts) WITH ORDINALITY
        AS named (of_book_id, of_use_id, of_leg, of_kind, of_period_line_id, amount_minor, place)
    """
).bindparams(
    bindparam("books", type_=ARRAY(INTEGER)),
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("uses", "legs", "kinds", "periods")),
    bindparam("amounts", type_=ARRAY(BIGINT)),
)

_FIND = text(
    f"""
    SELECT {COLUMNS} FROM settlement.adjustment WHERE adjustment_id = :adjustment_id
    """
)

_LINES_OF = text(
    """
    SELECT of_book_id, of_use_id, of_leg, of_kind, of_period_line_id, amount_minor
    FROM settlement.adjustment_line WHERE adjustment_id = :adjustment_id ORDER BY place
    """
)

_DECIDE = text(
    f"""
    UPDATE settlement.adjustment
    SET state = :state, decided_at = :decided_at, month = :month, tax_minor = :tax_minor,
        decided_by = nullif(current_setting('comity.actor', true), '')::integer
    WHERE adjustment_id = :adjustment_id RETURNING {COLUMNS}
    """
)

_POST = text(
    """
    INSERT INTO settlement.period_line
        (month, payer_party_id, payee_party_id, operator_party_id, currency, period_line_id, kind,
        leg, scope, calculation, amount_minor, tax_rate, tax_inclusive, tax_minor, of_statement_id,
        of_book_id, of_use_id, of_leg)
    SELECT :into_month, :payer_party_id, :payee_party_id, :operator_party_id, :currency,
        period_line_id, 'adjustment', leg, '', CAST(calculation AS jsonb), amount_minor, tax_rate,
        CAST(true AS boolean), tax_minor, :of_statement_id, of_book_id, of_use_id, of_leg
    FROM unnest(:ids, :legs, :calculations, :amounts, :rates, :taxes, :books, :uses, :of_legs)
        AS posted (period_line_id, leg, calculation, amount_minor, tax_rate, tax_minor,
            of_book_id, of_use_id, of_leg)
    """
).bindparams(
    *(
        bindparam(name, type_=ARRAY(TEXT))
        for name in ("ids", "legs", "calculations", "uses", "of_legs")
    ),
    *(bindparam(name, type_=ARRAY(BIGINT)) for name in ("amounts", "taxes")),
    bindparam("rates", type_=ARRAY(NUMERIC)),
    bindparam("books", type_=ARRAY(INTEGER)),
)


async def draft_adjustment(
    connection: AsyncConnection, party: Party, statement_id: int, asked: Asked, now: datetime
) -> Adjustment:
    """Draft a correction of an issued statement. It has no effect before it is approved.

    Raises:
        StatementNotFound: there is no such statement.
        StatementReasonInvalid: there is no reason, or it is too long.
        StatementStepRefused: the statement is not issued, or is void.
        LineNotFound, LineInvalid: a line is not on the statement, or is named twice.
        AdjustmentInvalid: the amounts do not make sense together.
        AdjustmentTooLarge: more is to be credited than is left.
    """
    require_reason(asked.reason)
    statement = await lock_statement(connection, party, statement_id)
    require_state(statement, "adjust", STANDING)
    targets, total = await load_targets(connection, statement, [line.key for line in asked.lines])
    lines = amounts_of(asked, targets, total)
    tax_lines(lines, targets, total)
    drafted = await _store(connection, statement, asked, lines, now)
    note = f"adjustment {drafted.adjustment_id}: {asked.reason}"
    await note_step(connection, [statement_id], "adjust", now, party=party, note=note)
    return drafted


async def adjust_at_once(
    connection: AsyncConnection, statement: Statement, asked: Asked, now: datetime
) -> Adjustment:
    """Make a correction that needs no approval, as two parties agree on it.

    The caller has locked the statement.

    Raises:
        AdjustmentTooLarge: more is to be credited than is left.
        AdjustmentInvalid: nothing is to be corrected.
    """
    targets, total = await load_targets(connection, statement, [line.key for line in asked.lines])
    lines = amounts_of(asked, targets, total)
    drafted = await _store(connection, statement, asked, lines, now)
    return await _post(connection, statement, drafted, lines, now)


async def approve_adjustment(
    connection: AsyncConnection, party: Party, adjustment_id: int, now: datetime
) -> Adjustment:
    """Approve a drafted correction: its lines go into the earliest month that is open.

    Approving it again changes nothing.

    Raises:
        AdjustmentNotFound: there is none.
        AdjustmentDecided: it was discarded.
        FourEyesRequired: the actor has drafted it.
        StatementStepRefused: the statement has become void. Its replacement is corrected.
        AdjustmentTooLarge: another credit has left less than this one takes.
        PeriodOutOfOrder: months were closed faster than this call could hold one.
    """
    statement, drafted = await _lock(connection, party, adjustment_id)
    if drafted.state == "approved":
        return drafted
    _require_draft(drafted)
    await require_other_eyes(connection, drafted.recorded_by)
    require_state(statement, "approve", STANDING)
    rows = await connection.execute(_LINES_OF, {"adjustment_id": adjustment_id})
    lines = [LineAmount(LineKey(*row[:5]), row.amount_minor) for row in rows]
    approved = await _post(connection, statement, drafted, lines, now)
    note = f"adjustment {adjustment_id}"
    await note_step(connection, [statement.statement_id], "approve", now, party=party, note=note)
    return approved


async def discard_adjustment(
    connection: AsyncConnection, party: Party, adjustment_id: int, now: datetime
) -> Adjustment:
    """Discard a drafted correction. Discarding it again changes nothing.

    Raises:
        AdjustmentNotFound: there is none.
        AdjustmentDecided: it was approved.
    """
    statement, drafted = await _lock(connection, party, adjustment_id)
    if drafted.state == "discarded":
        return drafted
    _require_draft(drafted)
    discarded = await _decide(connection, drafted, "discarded", now)
    note = f"adjustment {adjustment_id}"
    await note_step(connection, [statement.statement_id], "discard", now, party=party, note=note)
    return discarded


async def _lock(
    connection: AsyncConnection, party: Party, adjustment_id: int
) -> tuple[Statement, Adjustment]:
    """The adjustment, read under the lock of its statement."""
    known = (await connection.execute(_FIND, {"adjustment_id": adjustment_id})).one_or_none()
    if known is None:
        raise AdjustmentNotFound
    statement = await lock_statement(connection, party, known.statement_id)
    found = (await connection.execute(_FIND, {"adjustment_id": adjustment_id})).one()
    return statement, Adjustment(*found)


def _require_draft(adjustment: Adjustment) -> None:
    if adjustment.state != "draft":
        raise AdjustmentDecided(f"it is {adjustment.state}", state=adjustment.state)


async def _store(
    connection: AsyncConnection,
    statement: Statement,
    asked: Asked,
    lines: Sequence[LineAmount],
    now: datetime,
) -> Adjustment:
    rows = await connection.execute(
        _INSERT,
        {
            "statement_id": statement.statement_id,
            "dispute_id": asked.dispute_id,
            "reason": asked.reason,
            "amount_minor": sum(line.amount_minor for line in lines),
            "made_at": now,
        },
    )
    drafted = Adjustment(*rows.one())
    await connection.execute(
        _INSERT_LINES, {"adjustment_id": drafted.adjustment_id, **columns_of(lines)}
    )
    return drafted


async def _post(
    connection: AsyncConnection,
    statement: Statement,
    drafted: Adjustment,
    lines: Sequence[LineAmount],
    now: datetime,
) -> Adjustment:
    """Write the lines into the earliest open month. The caller has locked the statement."""
    targets, total = await load_targets(connection, statement, [line.key for line in lines])
    taxed = tax_lines(lines, targets, total)
    stamps = await stamp(connection, [statement.month, next_month(statement.month)])
    month = stamps[statement.month].month
    posted = [
        {
            "ids": f"adjustment:{drafted.adjustment_id}:{place}",
            "legs": line.key.leg or WHOLE_LEG,
            "calculations": json.dumps(
                _calculation(statement, drafted, target, line, tax), ensure_ascii=False
            ),
            "amounts": line.amount_minor,
            "rates": target.part.tax_rate,
            "taxes": tax,
            "books": line.key.book_id,
            "uses": line.key.use_id,
            "of_legs": line.key.leg,
        }
        for place, (target, line, tax) in enumerate(taxed, start=1)
    ]
    columns = {name: [each[name] for each in posted] for name in posted[0]}
    key = statement_key(statement)
    key.pop("month")
    await connection.execute(
        _POST,
        {**key, **columns, "into_month": month, "of_statement_id": statement.statement_id},
    )
    tax_minor = sum(tax for _, _, tax in taxed)
    return await _decide(connection, drafted, "approved", now, month=month, tax_minor=tax_minor)


def _calculation(
    statement: Statement, drafted: Adjustment, target: Target, line: LineAmount, tax_minor: int
) -> dict[str, Any]:
    """What a reader needs to recompute the line: the original's parts, and what came before."""
    return {
        "op": "adjustment",
        "adjustment": drafted.adjustment_id,
        "dispute": drafted.dispute_id,
        "reason": drafted.reason,
        "of_statement": statement.number,
        "of_kind": line.key.kind,
        "of_period_line": line.key.period_line_id,
        "original": asdict(target.original),
        "amount_minor": line.amount_minor,
        "tax_minor": tax_minor,
    }


async def _decide(
    connection: AsyncConnection,
    adjustment: Adjustment,
    state: AdjustmentState,
    now: datetime,
    *,
    month: str | None = None,
    tax_minor: int | None = None,
) -> Adjustment:
    rows = await connection.execute(
        _DECIDE,
        {
            "adjustment_id": adjustment.adjustment_id,
            "state": state,
            "decided_at": now,
            "month": month,
            "tax_minor": tax_minor,
        },
    )
    return Adjustment(*rows.one())
