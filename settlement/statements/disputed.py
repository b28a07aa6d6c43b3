"""What of a statement is in question: its open disputes, and the state that they put it in.

All of it happens under the statement's lock (`lock_statement`), so the sum that a statement keeps
is always that of its open disputes.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog import Party
from settlement.statements.statements import COLUMNS, State, Statement, statement_of

DisputeReason = Literal["not_used", "not_ours", "duplicate", "price", "amount", "tax", "other"]
DisputeEnd = Literal["accepted", "rejected", "withdrawn", "lapsed"]


@dataclass(frozen=True, slots=True)
class LineKey:
    """What names a line of a statement: that of a use by four columns, one of its month by its id.

    A key without any value stands for the statement as a whole.
    """

    book_id: int | None = None
    use_id: str | None = None
    leg: str | None = None
    kind: str | None = None
    period_line_id: str | None = None


@dataclass(frozen=True, slots=True)
class LineAmount:
    """A line, and an amount of it with its tax, in minor units."""

    key: LineKey
    amount_minor: int


@dataclass(frozen=True, slots=True)
class NewDispute:
    """What a party disputes. Without keys it is the statement as a whole.

    `claimed_minor` is what the party says that the lines should come to together.
    """

    reason: DisputeReason
    said: str
    keys: Sequence[LineKey] = ()
    claimed_minor: int | None = None


_INSERT = text(
    """
    INSERT INTO settlement.dispute
        (statement_id, party_id, reason, said, is_whole, disputed_minor, claimed_minor, opened_at)
    VALUES (:statement_id, :party_id, :reason, :said, :is_whole, :disputed_minor, :claimed_minor,
        :opened_at)
    RETURNING dispute_id
    """
)

_INSERT_LINES = text(
    """
    INSERT INTO settlement.dispute_line (dispute_id, place, of_book_id, of_use_id, of_leg, of_kind,
        of_period_line_id, amount_minor)
    SELECT CAST(:dispute_id AS bigint), place, of_book_id, of_use_id, of_leg, of_kind,
        of_period_line_id, amount_minor
    FROM unnest(:books, :uses, :legs, :kinds, :periods, :amounts) WITH ORDINALITY
        AS named (of_book_id, of_use_id, of_leg, of_kind, of_period_line_id, amount_minor, place)
    """
).bindparams(
    bindparam("books", type_=ARRAY(INTEGER)),
    *(bindparam(name, type_=ARRAY(TEXT)) for name in ("uses", "legs", "kinds", "periods")),
    bindparam("amounts", type_=ARRAY(BIGINT)),
)

_CLOSE = text(
    """
    UPDATE settlement.dispute
    SET state = :state, closed_at = :closed_at, closed_party_id = :party_id, answer = :answer,
        closed_by = nullif(current_setting('comity.actor', true), '')::integer
    WHERE statement_id = :statement_id AND state = 'open'
        AND (CAST(:of_party_id AS integer) IS NULL OR party_id = :of_party_id)
        AND (CAST(:dispute_id AS bigint) IS NULL OR dispute_id = :dispute_id)
    RETURNING dispute_id
    """
)

_IN_QUESTION = text(
    """
    SELECT
        (SELECT count(*) FROM settlement.dispute
            WHERE statement_id = :statement_id AND state = 'open') AS open_disputes,
        (SELECT coalesce(bool_or(is_whole), false) FROM settlement.dispute
            WHERE statement_id = :statement_id AND state = 'open') AS is_whole,
        CAST(coalesce(sum(amount_minor) FILTER (WHERE of_period_line_id IS NULL), 0) AS bigint)
            AS uses_minor,
        coalesce(array_agg(amount_minor) FILTER (WHERE of_period_line_id IS NOT NULL),
            CAST('{}' AS bigint[])) AS period_lines_minor
    FROM (
        SELECT DISTINCT of_book_id, of_use_id, of_leg, of_kind, of_period_line_id, amount_minor
        FROM settlement.dispute_line JOIN settlement.dispute USING (dispute_id)
        WHERE statement_id = :statement_id AND state = 'open'
    ) AS line
    """
)

_UPDATE = text(
    f"""
    UPDATE settlement.statement
    SET state = :state, payer_agreed_at = :payer_agreed_at, payee_agreed_at = :payee_agreed_at,
        dispute_reason = :dispute_reason, disputed_minor = :disputed_minor,
        term_ends_at = CASE WHEN CAST(:restarts AS boolean)
            THEN greatest(term_ends_at, settlement.term_of(:now)) ELSE term_ends_at END
    WHERE statement_id = :statement_id RETURNING {COLUMNS}
    """
)

_CARRIED = text(
    """
    SELECT statement_id, disputed_minor FROM settlement.statement
    WHERE statement_id = ANY(:statements)
    """
).bindparams(bindparam("statements", type_=ARRAY(BIGINT)))


async def insert_dispute(
    connection: AsyncConnection,
    statement: Statement,
    party: Party,
    new: NewDispute,
    now: datetime,
    *,
    lines: Sequence[LineAmount] = (),
) -> int:
    """Store a dispute, and its lines with what they were billed at. `refresh` does the rest.

    Two round trips at most.
    """
    whole = not lines
    disputed = statement.billed_minor if whole else sum(each.amount_minor for each in lines)
    dispute_id: int = (
        await connection.execute(
            _INSERT,
            {
                "statement_id": statement.statement_id,
                "party_id": party.party_id,
                "reason": new.reason,
                "said": new.said,
                "is_whole": whole,
                "disputed_minor": disputed,
                "claimed_minor": new.claimed_minor,
                "opened_at": now,
            },
        )
    ).scalar_one()
    if lines:
        await connection.execute(_INSERT_LINES, {"dispute_id": dispute_id, **columns_of(lines)})
    return dispute_id


def columns_of(lines: Sequence[LineAmount]) -> dict[str, list[object]]:
    """The lines as arrays, a column each."""
    return {
        "books": [each.key.book_id for each in lines],
        "uses": [each.key.use_id for each in lines],
        "legs": [each.key.leg for each in lines],
        "kinds": [each.key.kind for each in lines],
        "periods": [each.key.period_line_id for each in lines],
        "amounts": [each.amount_minor for each in lines],
    }


async def close_disputes(
    connection: AsyncConnection,
    statement: Statement,
    state: DisputeEnd,
    now: datetime,
    *,
    party: Party,
    of_party_id: int | None = None,
    dispute_id: int | None = None,
    answer: str | None = None,
) -> list[int]:
    """Close open disputes of a statement: all, or those of a party, or one. Returns which."""
    rows = await connection.execute(
        _CLOSE,
        {
            "statement_id": statement.statement_id,
            "state": state,
            "closed_at": now,
            "party_id": party.party_id,
            "of_party_id": of_party_id,
            "dispute_id": dispute_id,
            "answer": answer,
        },
    )
    return sorted(row.dispute_id for row in rows)


async def refresh(
    connection: AsyncConnection,
    statement: Statement,
    now: datetime,
    *,
    payer_agreed_at: datetime | None,
    payee_agreed_at: datetime | None,
    reason: str | None = None,
) -> Statement:
    """Put the statement in the state that its agreements and open disputes say. Two round trips.

    A term starts anew when the last dispute is closed: who was answered may look at it again.
    """
    row = (await connection.execute(_IN_QUESTION, {"statement_id": statement.statement_id})).one()
    both = payer_agreed_at is not None and payee_agreed_at is not None
    state = state_of(statement.state, row.open_disputes, both_agreed=both)
    reached = await connection.execute(
        _UPDATE,
        {
            "statement_id": statement.statement_id,
            "state": state,
            "payer_agreed_at": payer_agreed_at,
            "payee_agreed_at": payee_agreed_at,
            "dispute_reason": statement.dispute_reason if reason is None else reason,
            "disputed_minor": statement.billed_minor
            if row.is_whole
            else in_question(statement.billed_minor, row.uses_minor, row.period_lines_minor),
            "restarts": (statement.state, state) == ("disputed", "issued"),
            "now": now,
        },
    )
    return statement_of(reached.one())


def in_question(billed_minor: int, uses_minor: int, period_lines_minor: Sequence[int]) -> int:
    """What lines under open disputes leave in question: never more than is billed. Pure.

    Lines of uses hold their shares of the lines of their period. So a line of the period that makes
    the bill lower is in them already, and one that makes it higher may be in question twice.
    """
    sign = -1 if billed_minor < 0 else 1
    of_period = sum(max(0, sign * each) for each in period_lines_minor)
    return sign * min(max(0, sign * uses_minor + of_period), abs(billed_minor))


def state_of(state: State, open_disputes: int, *, both_agreed: bool) -> State:
    """The state of a statement by its open disputes and agreements. Pure.

    One that is final or later stays so: its open disputes are carried.
    """
    if state not in {"issued", "agreed", "disputed"}:
        return state
    if open_disputes:
        return "disputed"
    return "agreed" if both_agreed else "issued"


async def carried_minor(
    connection: AsyncConnection, statement_ids: Collection[int]
) -> dict[int, int]:
    """What is in question of each statement, and so not due yet. One round trip.

    It is the sum of the lines under open disputes, each line once, with their tax, but not more
    than is billed. The whole statement, where one disputes it whole.
    """
    rows = await connection.execute(_CARRIED, {"statements": sorted(statement_ids)})
    return {row.statement_id: row.disputed_minor for row in rows}
