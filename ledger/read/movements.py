"""The journal as a roll-forward counts it: which points came in or went out, by month and cohort.

A stretch of the journal is read once, and summed. Its entries fall into two kinds:

- Points with a last day, and debts. They are summed in the database: what they belong to can be
  told from the entry alone.
- Points without a last day (plans `none` and `sliding`). Which of a member's points were spent
  depends on all that came before. They are given step by step, in the order of each wallet.

A month is that of the day on which something occurred, in the programme's time zone. The partner of
a redemption is in the detail of the operation that paid for a right. A capture or a reversal refers
to that operation, and the reversal of a capture refers to it by way of the capture.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.operation import OperationKind
from ledger.book.calendar import ExpiryKind
from ledger.book.programme import Programme
from ledger.decide.wallet import (
    CLEARING,
    CONVERTED_OUT,
    DEBT,
    HELD,
    LANE_ACCOUNTS,
    LANE_BITS,
    LANE_MASK,
    REDEMPTION,
)
from ledger.read.cohorts import Naming
from ledger.read.rows import Row, row_of
from ledger.read.stretches import Stretch

_CAPTURE, _REVERSE = int(OperationKind.CAPTURE), int(OperationKind.REVERSE)
_ENDS = ", ".join(
    str(int(kind))
    for kind in (OperationKind.CAPTURE, OperationKind.RELEASE, OperationKind.END_CONVERSION)
)
_SET_ASIDE = f"({HELD}, {CLEARING})"
_STRETCH = """
        FROM unnest(:lane_numbers, :afters, :ends) AS stretch(lane, after, until)
        JOIN ledger.journal j ON j.book_id = :book_id AND j.lane = stretch.lane
            AND j.seq > stretch.after AND j.seq <= stretch.until
"""
# Part 0 of a record says when it occurred and what it refers to. Most records have no other part.
_HEAD = """
        LEFT JOIN LATERAL (
            SELECT r.occurred_at, r.subject, r.detail FROM ledger.journal r
            WHERE j.part > 0 AND r.book_id = :book_id AND r.lane = j.lane AND r.seq = j.seq
                AND r.part = 0
            OFFSET 0
        ) h ON true
"""


def _referred(alias: str, subject: str, condition: str) -> str:
    """The record that a subject refers to."""
    return f"""
        LEFT JOIN LATERAL (
            SELECT r.kind, r.subject, r.detail FROM ledger.journal r
            WHERE {condition} AND r.book_id = :book_id
                AND r.lane = ({subject} & {LANE_MASK})::smallint
                AND r.seq = ({subject} >> {LANE_BITS})::integer AND r.part = 0
            OFFSET 0
        ) {alias} ON true
    """


_MONTH = """CAST(date_trunc('month', coalesce(j.occurred_at, h.occurred_at, j.recorded_at)
            AT TIME ZONE CAST(:time_zone AS text)) AS date)"""
_IS_REDEMPTION = f"{REDEMPTION} IN (j.from_kind, j.to_kind)"
_SUPPLIER = f"""CASE WHEN {_IS_REDEMPTION} THEN coalesce(
            t.detail ->> 'supplier', s.detail ->> 'supplier',
            coalesce(j.detail, h.detail) ->> 'supplier', ''
        ) ELSE '' END"""
_ENTRIES = f"""
        SELECT j.account_id, j.lane, j.seq, j.part, {_MONTH} AS month, j.kind, j.from_kind,
            j.to_kind, j.expires_on, {_SUPPLIER} AS supplier, j.amount
        {_STRETCH} {_HEAD}
        {
    _referred(
        "s",
        "coalesce(j.subject, h.subject)",
        f"j.kind IN ({_CAPTURE}, {_REVERSE}) AND {_IS_REDEMPTION}",
    )
}
        {_referred("t", "s.subject", f"s.kind = {_CAPTURE}")}
        WHERE j.amount > 0
"""
# What was set aside may come back under another last day: the programme's grace gives it one. These
# are the points that so changed their cohort.
_REDATED = f"""
        SELECT j.account_id, j.lane, j.seq, {_MONTH} AS month, moved.expires_on, moved.points
        {_STRETCH}
        CROSS JOIN LATERAL (SELECT j.occurred_at) h
        CROSS JOIN LATERAL (
            SELECT side.expires_on, sum(side.points) AS points FROM (
                SELECT r.expires_on, r.amount AS points FROM ledger.journal r
                WHERE r.book_id = :book_id AND r.lane = j.lane AND r.seq = j.seq
                    AND r.from_kind IN {_SET_ASIDE}
                UNION ALL
                SELECT r.expires_on, -r.amount FROM ledger.journal r
                WHERE r.book_id = :book_id AND r.lane = (j.subject & {LANE_MASK})::smallint
                    AND r.seq = (j.subject >> {LANE_BITS})::integer AND r.to_kind IN {_SET_ASIDE}
            ) side
            GROUP BY side.expires_on HAVING sum(side.points) <> 0
        ) moved
        WHERE j.part = 0 AND j.refusal IS NULL AND j.kind IN ({_ENDS})
"""
_LISTS = [bindparam(name, type_=ARRAY(INTEGER)) for name in ("lane_numbers", "afters", "ends")]
_IS_DEBT = f"{DEBT} IN (from_kind, to_kind)"

_SUMS = text(
    f"""
    SELECT month, kind, from_kind, to_kind, expires_on, supplier, sum(amount)::bigint AS points,
        count(*) AS entries
    FROM ({_ENTRIES}) AS entry
    WHERE expires_on IS NOT NULL OR {_IS_DEBT} OR CAST(:are_all_dated AS boolean)
    GROUP BY 1, 2, 3, 4, 5, 6
    """
).bindparams(*_LISTS)

_REDATED_SUMS = text(
    f"""
    SELECT month, expires_on, sum(points)::bigint AS points, count(*) AS entries
    FROM ({_REDATED}) AS redated WHERE expires_on IS NOT NULL GROUP BY 1, 2
    """
).bindparams(*_LISTS)

_STEP_COLUMNS = "account_id, month, kind, from_kind, to_kind, supplier, amount"
_UNDATED = f"SELECT {_STEP_COLUMNS}, seq, part FROM ({_ENTRIES}) AS entry"
_NOT_SET_ASIDE = f"""expires_on IS NULL AND NOT {_IS_DEBT}
        AND NOT (from_kind IN {_SET_ASIDE} AND to_kind NOT IN ({REDEMPTION}, {CONVERTED_OUT}))
        AND to_kind NOT IN {_SET_ASIDE}"""
_STEPS = text(f"{_UNDATED} WHERE {_NOT_SET_ASIDE} ORDER BY account_id, seq, part").bindparams(
    *_LISTS
)

_STEPS_WITH_GRACE = text(
    f"""
    {_UNDATED} WHERE {_NOT_SET_ASIDE}
    UNION ALL
    SELECT account_id, month, NULL, NULL, NULL, '', points::bigint, seq, 0
    FROM ({_REDATED}) AS redated WHERE expires_on IS NULL
    ORDER BY account_id, seq, part
    """
).bindparams(*_LISTS)

_POSITION = text(
    f"""
    SELECT array_agg(seq ORDER BY lane) AS heads,
        {", ".join(f"coalesce(sum({name}), 0)::bigint AS {name}" for name in LANE_ACCOUNTS)},
        (SELECT coalesce(sum(balance), 0)::bigint FROM ledger.account WHERE book_id = :book_id)
            AS wallet
    FROM ledger.lane WHERE book_id = :book_id
    """
)

_BALANCES_AT = text(
    f"""
    SELECT side.kind, sum(side.amount)::bigint AS balance
    {_STRETCH}
    CROSS JOIN LATERAL (VALUES (j.to_kind, j.amount), (j.from_kind, -j.amount))
        AS side(kind, amount)
    WHERE j.amount > 0 GROUP BY side.kind
    """
).bindparams(*_LISTS)


@dataclass(frozen=True, slots=True)
class Position:
    """Where a book stands: the last record of each lane, and the balances that these made.

    Both are of one snapshot. `balances` has the lanes' own accounts by their names, each of all
    lanes together, and `wallet` for all wallets as one.
    """

    heads: tuple[int, ...]
    balances: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Movement:
    """Points that came into what members have, or went out of it (below zero)."""

    month: date
    cohort: str
    row: Row
    supplier: str
    points: int
    entries: int


@dataclass(frozen=True, slots=True)
class UndatedStep:
    """One movement of points without a last day, of one wallet."""

    account_id: int
    month: date
    row: Row
    supplier: str
    points: int


async def position_of(connection: AsyncConnection, book_id: int) -> Position:
    """Where a book stands now. One statement, hence one snapshot."""
    row = (await connection.execute(_POSITION, {"book_id": book_id})).mappings().one()
    return Position(tuple(row["heads"]), {name: row[name] for name in (*LANE_ACCOUNTS, "wallet")})


async def balances_at(
    connection: AsyncConnection, programme: Programme, heads: Sequence[int]
) -> dict[str, int]:
    """The balances that the records up to `heads` made, summed from the journal alone."""
    stretch = Stretch({}, dict(enumerate(heads)))
    names = {number: name for name, number in LANE_ACCOUNTS.items()}
    found = dict.fromkeys((*LANE_ACCOUNTS, "wallet"), 0)
    for row in await connection.execute(_BALANCES_AT, _bound(programme, stretch)):
        found[names.get(row.kind, "wallet")] += row.balance
    return found


async def read_movements(
    connection: AsyncConnection, programme: Programme, stretch: Stretch, naming: Naming
) -> list[Movement]:
    """What a stretch moved of points with a last day, and of debts."""
    bound = _bound(programme, stretch)
    found: list[Movement] = []
    are_all_dated = {"are_all_dated": not has_undated(programme)}
    for row in await connection.execute(_SUMS, {**bound, **are_all_dated}):
        place, sign = row_of(row.kind, row.from_kind, row.to_kind)
        if sign:
            is_debt = DEBT in {row.from_kind, row.to_kind}
            cohort = naming.cohort(row.expires_on, is_debt=is_debt)
            points = sign * row.points
            found.append(Movement(row.month, cohort, place, row.supplier, points, row.entries))
    if programme.rules.grace_days is not None:
        for row in await connection.execute(_REDATED_SUMS, bound):
            cohort = naming.cohort(row.expires_on)
            found.append(Movement(row.month, cohort, Row.MOVED, "", row.points, row.entries))
    return found


async def undated_steps(
    connection: AsyncConnection, programme: Programme, stretch: Stretch
) -> AsyncIterator[UndatedStep]:
    """What a stretch moved of points without a last day, wallet by wallet, in their order."""
    if not has_undated(programme):
        return
    statement: TextClause = _STEPS if programme.rules.grace_days is None else _STEPS_WITH_GRACE
    rows = await connection.stream(statement, _bound(programme, stretch))
    async for row in rows:
        if row.kind is None:
            yield UndatedStep(row.account_id, row.month, Row.MOVED, "", row.amount)
            continue
        place, sign = row_of(row.kind, row.from_kind, row.to_kind)
        yield UndatedStep(row.account_id, row.month, place, row.supplier, sign * row.amount)


def has_undated(programme: Programme) -> bool:
    """Whether the programme's plan, or one that it had or will have, gives no last day."""
    rules = programme.rules
    plans = [rules.expiry, *(held.expiry for held in rules.dated)]
    return any(plan.kind in {ExpiryKind.NONE, ExpiryKind.SLIDING} for plan in plans)


def _bound(programme: Programme, stretch: Stretch) -> dict[str, object]:
    lanes = sorted(stretch.until)
    return {
        "book_id": programme.book_id,
        "time_zone": programme.time_zone,
        "lane_numbers": lanes,
        "afters": [stretch.after.get(lane, 0) for lane in lanes],
        "ends": [stretch.until[lane] for lane in lanes],
    }
