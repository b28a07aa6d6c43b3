"""Issue statements: number them without gaps, chain them, freeze them.

Locks are taken in this order: the statements, by id, then the year's counter. Numbers are given
under the counter's lock, and a rollback gives them back. So they have no gaps, and each statement's
predecessor is committed before it is read.

The statements of a year are a chain in the order of their numbers. A statement's `chain_sha256` is
the SHA-256 of three things, one after the other: the `chain_sha256` of the number before it
(nothing for the first of a year), its `file_sha256`, and its head. The head is what never changes
after the issue, as a JSON array in UTF-8 (`head_of`). Whoever changes or takes away a statement
breaks the chain from there on.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar

import orjson
from sqlalchemy import Row, RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, BYTEA, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import Refusal
from settlement.calendar import load_calendar
from settlement.files.details import write_details_within
from settlement.journal.post import post_issued
from settlement.months import day_of
from settlement.statements.statements import StatementNotFound
from settlement.statements.told import tell_of_step

DRAFTED = ("draft", "under_review")
"""The states before the issue."""
NUMBER_DIGITS_MIN = 6
"""A statement's number is its year and a sequence of at least so many digits: 2017-000001."""

HEAD = (
    *("number", "month", "payer_party_id", "payee_party_id", "operator_party_id", "currency"),
    *("kind", "uses", "reversals", "conversions", "late_lines"),
    *("coupon_cost_minor", "platform_fee_minor", "conversion_minor", "other_minor"),
    *("adjustment_minor", "added_tax_minor", "tax_minor", "billed_minor"),
    *("issued_at", "due_on", "replaces"),
)
"""The columns of a statement that its head has, in this order."""

_LOCK = text(
    """
    SELECT statement_id, state, recorded_by FROM settlement.statement
    WHERE month = :month AND state IN ('draft', 'under_review')
    ORDER BY statement_id FOR UPDATE
    """
)

_LOCK_ONE = text(
    """
    SELECT statement_id, state, month, recorded_by FROM settlement.statement
    WHERE statement_id = :statement_id FOR UPDATE
    """
)

_PERIOD = text(
    """
    SELECT state, closing_by FROM settlement.period WHERE month = :month
    """
)

_REVIEW = text(
    """
    UPDATE settlement.statement SET state = 'under_review', reviewed_by = :actor
    WHERE statement_id = ANY(:statements) AND state = 'draft'
    """
).bindparams(bindparam("statements", type_=ARRAY(BIGINT)), bindparam("actor", type_=INTEGER))

_TAKE_NUMBERS = text(
    """
    INSERT INTO settlement.numbering AS counter (year, last_sequence) VALUES (:year, :count)
    ON CONFLICT (year) DO UPDATE SET last_sequence = counter.last_sequence + excluded.last_sequence
    RETURNING last_sequence
    """
)

_NUMBER = text(
    f"""
    UPDATE settlement.statement
    SET year = :year, sequence = numbered.sequence,
        number = :prefix || CAST(:year AS integer) || '-' || lpad(
            CAST(numbered.sequence AS text),
            greatest({NUMBER_DIGITS_MIN}, length(CAST(numbered.sequence AS text))), '0'),
        issued_at = :now, due_on = :due_on, issued_by = :actor
    FROM (
        SELECT statement_id, CAST(:first AS integer) + row_number() OVER (
            ORDER BY payer_party_id, payee_party_id, operator_party_id, currency COLLATE "C"
        ) AS sequence
        FROM settlement.statement WHERE statement_id = ANY(:statements)
    ) AS numbered
    WHERE statement.statement_id = numbered.statement_id
    """
).bindparams(
    bindparam("statements", type_=ARRAY(BIGINT)),
    bindparam("prefix", type_=TEXT),
    bindparam("actor", type_=INTEGER),
)

_NUMBERED = text(
    f"""
    SELECT statement_id, file_sha256, {", ".join(HEAD)} FROM settlement.statement
    WHERE statement_id = ANY(:statements) ORDER BY sequence
    """
).bindparams(bindparam("statements", type_=ARRAY(BIGINT)))

_BEFORE = text(
    """
    SELECT chain_sha256 FROM settlement.statement WHERE year = :year AND sequence = :sequence
    """
)

_ISSUE = text(
    """
    UPDATE settlement.statement SET state = 'issued', chain_sha256 = linked.chain_sha256
    FROM unnest(:statements, :chains) AS linked (statement_id, chain_sha256)
    WHERE statement.statement_id = linked.statement_id
    """
).bindparams(bindparam("statements", type_=ARRAY(BIGINT)), bindparam("chains", type_=ARRAY(BYTEA)))

_NOTE = text(
    """
    INSERT INTO settlement.statement_step (statement_id, step, done_at, recorded_by)
    SELECT statement_id, :step, :now, :actor FROM unnest(:statements) AS statement_id
    ORDER BY statement_id
    """
).bindparams(
    bindparam("statements", type_=ARRAY(BIGINT)),
    bindparam("step", type_=TEXT),
    bindparam("actor", type_=INTEGER),
)


class StatementNotDrafted(Refusal):
    """The statement is issued already, or its month is not closed yet."""

    code: ClassVar[str] = "statement-not-drafted"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There is no draft that could be reviewed or issued."
    is_transient: ClassVar[bool] = True


async def issue_statements(
    connection: AsyncConnection, month: str, now: datetime, actor: int | None
) -> int:
    """Issue all drafts of a month that is closed by the caller's transaction. Returns how many.

    Drafts that nobody has reviewed are reviewed by this.
    """
    rows = (await connection.execute(_LOCK, {"month": month})).all()
    await _issue(connection, month, [row.statement_id for row in rows], now, actor)
    return len(rows)


async def issue_month(
    connection: AsyncConnection, month: str, now: datetime, actor: int | None
) -> int:
    """Issue all drafts of a closed month. Returns how many: 0 if all are issued.

    Raises:
        StatementNotDrafted: the month is not closed.
        FourEyesRequired: the actor has closed the month, or made one of the drafts.
    """
    rows = (await connection.execute(_LOCK, {"month": month})).all()
    await _require_closed(connection, month, actor, rows)
    await _issue(connection, month, [row.statement_id for row in rows], now, actor)
    return len(rows)


async def issue_statement(
    connection: AsyncConnection, statement_id: int, now: datetime, actor: int | None
) -> None:
    """Issue one draft, under the next number of its year. One that is issued stays as it is.

    Raises:
        StatementNotFound: there is no such statement.
        StatementNotDrafted: its month is not closed.
        FourEyesRequired: the actor has closed the month, or made the draft.
    """
    row = await _lock_one(connection, statement_id, actor)
    if row.state in DRAFTED:
        await _issue(connection, row.month, [statement_id], now, actor)


async def review_statement(
    connection: AsyncConnection, statement_id: int, now: datetime, actor: int | None
) -> None:
    """Say that a draft was looked at and is right. One that is further stays as it is.

    Raises:
        StatementNotFound: there is no such statement.
        StatementNotDrafted: its month is not closed.
        FourEyesRequired: the actor has closed the month, or made the draft.
    """
    row = await _lock_one(connection, statement_id, actor)
    if row.state == "draft":
        await connection.execute(_REVIEW, {"statements": [statement_id], "actor": actor})
        await _note(connection, [statement_id], "review", now, actor)


def head_of(statement: Mapping[str, Any] | RowMapping) -> bytes:
    """The head of a statement, from a row with the columns HEAD. Pure."""
    values = [statement[name] for name in HEAD]
    return orjson.dumps([_plain(value) for value in values])


def link(previous: bytes, file_sha256: bytes, head: bytes) -> bytes:
    """The next link of a year's chain. Pure."""
    return hashlib.sha256(previous + file_sha256 + head).digest()


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value


async def _lock_one(connection: AsyncConnection, statement_id: int, actor: int | None) -> Row[Any]:
    row = (await connection.execute(_LOCK_ONE, {"statement_id": statement_id})).one_or_none()
    if row is None:
        raise StatementNotFound
    if row.state in DRAFTED:
        await _require_closed(connection, row.month, actor, [row])
    return row


async def _require_closed(
    connection: AsyncConnection, month: str, actor: int | None, drafts: Sequence[Row[Any]]
) -> None:
    period = (await connection.execute(_PERIOD, {"month": month})).one_or_none()
    if period is None or period.state != "closed":
        raise StatementNotDrafted(f"{month} is not closed", month=month)
    makers = {draft.recorded_by for draft in drafts}
    (await load_calendar(connection)).require_other(actor, {period.closing_by, *makers})


async def _issue(
    connection: AsyncConnection,
    month: str,
    statements: list[int],
    now: datetime,
    actor: int | None,
) -> None:
    if not statements:
        return
    # What replaces a void statement was drafted after the month's files were written.
    await write_details_within(connection, month)
    calendar = await load_calendar(connection)
    year = int(month[:4])
    taken = {"year": year, "count": len(statements)}
    last: int = (await connection.execute(_TAKE_NUMBERS, taken)).scalar_one()
    first = last - len(statements)
    await connection.execute(_REVIEW, {"statements": statements, "actor": actor})
    await connection.execute(
        _NUMBER,
        {
            "statements": statements,
            "prefix": calendar.number_prefix,
            "year": year,
            "first": first,
            "now": now,
            "due_on": day_of(now, calendar.zone) + timedelta(days=calendar.payment_days),
            "actor": actor,
        },
    )
    await _link(connection, statements, year, first)
    await post_issued(connection, statements)
    await _note(connection, statements, "issue", now, actor)


async def _link(
    connection: AsyncConnection, statements: list[int], year: int, sequence: int
) -> None:
    """Chain the numbered statements, from the one with the number `sequence` on, and issue them."""
    before = await connection.scalar(_BEFORE, {"year": year, "sequence": sequence})
    chain = bytes(before or b"")
    linked: dict[int, bytes] = {}
    for row in (await connection.execute(_NUMBERED, {"statements": statements})).mappings():
        chain = link(chain, bytes(row["file_sha256"]), head_of(row))
        linked[row["statement_id"]] = chain
    await connection.execute(_ISSUE, {"statements": list(linked), "chains": list(linked.values())})


async def _note(
    connection: AsyncConnection, statements: list[int], step: str, now: datetime, actor: int | None
) -> None:
    named = {"statements": statements, "step": step, "now": now, "actor": actor}
    await connection.execute(_NOTE, named)
    await tell_of_step(connection, statements, step)
