"""What the books say, read without a lock: a reader never waits for a writer, nor a writer for a reader."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, ClassVar

from sqlalchemy import Row, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.decide import MemberNotFound
from ledger.expiry import programme_day
from ledger.operations import OperationKind
from ledger.programme import Programme
from ledger.refusal import JSON, Refusal
from ledger.wallet import AccountKind

PAGE_LINES_MAX = 500
SEQUENCE_MAX = 2**63 - 1
ENTRIES_PER_LINE = 8


@dataclass(frozen=True, slots=True)
class Balance:
    """A member's points on a day: what may be spent, what is set aside, what is not available yet, what is past its date but not swept.

    `next_expiry` is the last day of the points that die first, `expiring_points` how many spendable ones do. A member without a
    wallet has zero of everything.
    """

    member: str
    spendable: int
    held: int
    pending: int
    expired: int
    next_expiry: date | None
    expiring_points: int


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One business event of a member, with the balance (spendable or not, without what is held) and what was held after it."""

    sequence: int
    operation: str
    kind: str
    key: str
    points: int
    balance: int
    held: int
    occurred_at: datetime
    recorded_at: datetime
    store: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """A book in points: issued = redeemed + expired + held + outstanding."""

    issued: int
    redeemed: int
    expired: int
    held: int
    outstanding: int
    members: int
    operations: int


# One statement, hence one snapshot: the lots agree with the held points beside them.
_BALANCES = text(
    """
    SELECT a.member, a.held,
        coalesce(sum(l.remaining) FILTER (WHERE l.available_on > :day AND (l.expires_on IS NULL OR l.expires_on >= :day)), 0)
            AS pending,
        coalesce(sum(l.remaining) FILTER (WHERE l.expires_on < :day), 0) AS expired,
        coalesce(sum(l.remaining) FILTER (WHERE l.is_spendable), 0) AS spendable,
        min(l.expires_on) FILTER (WHERE l.is_spendable) AS next_expiry,
        coalesce(sum(l.remaining) FILTER (WHERE l.is_spendable AND l.expires_on = l.next_expiry), 0) AS expiring_points
    FROM ledger.account a
    LEFT JOIN LATERAL (
        SELECT remaining, available_on, expires_on, is_spendable, min(expires_on) FILTER (WHERE is_spendable) OVER () AS next_expiry
        FROM (
            SELECT remaining, available_on, expires_on,
                (available_on IS NULL OR available_on <= :day) AND (expires_on IS NULL OR expires_on >= :day) AS is_spendable
            FROM ledger.lot WHERE lot.book_id = a.book_id AND lot.account_id = a.account_id AND lot.remaining > 0
        ) AS judged
    ) l ON true
    WHERE a.book_id = :book_id AND a.member = ANY(:members)
    GROUP BY a.member, a.held
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)))

_HISTORY = text(
    """
    SELECT e.sequence, e.seq, o.lane || '-' || o.seq AS operation, o.kind, o.key, o.points, e.balance, e.held,
        o.occurred_at, o.recorded_at, o.store, o.reference
    FROM (
        SELECT sequence, seq, balance, held, account_id & 255 AS lane FROM ledger.entry
        WHERE book_id = :book_id AND account_id = :account_id AND sequence < :before
        ORDER BY sequence DESC LIMIT :entries
    ) e
    JOIN ledger.operation o ON o.book_id = :book_id AND o.lane = e.lane AND o.seq = e.seq
    ORDER BY e.sequence DESC
    """
)

_TOTALS = text(
    """
    SELECT account_id >> 8 AS kind, sum(balance)::bigint AS balance FROM ledger.account
    WHERE book_id = :book_id AND account_id < 4096 GROUP BY 1
    """
)

_OPERATION = text(
    """
    SELECT o.lane || '-' || o.seq AS operation, o.kind, o.key, a.member, o.points, o.spendable, o.occurred_at, o.recorded_at,
        o.available_on, o.expires_on, o.funder, o.refusal, o.detail, o.store, o.channel, o.reference
    FROM ledger.operation o LEFT JOIN ledger.account a USING (book_id, account_id)
    WHERE o.book_id = :book_id AND o.key = :key
    """
)

_COUNTS = text(
    "SELECT coalesce(sum(accounts), 0)::bigint, coalesce(sum(seq), 0)::bigint FROM ledger.lane WHERE book_id = :book_id"
)


async def balances(
    connection: AsyncConnection, programme: Programme, members: Sequence[str], at: datetime
) -> list[Balance]:
    """What members hold now, judged by the programme's date of `at`; in the order asked. One round trip."""
    day = programme_day(at, programme.time_zone)
    rows = await connection.execute(_BALANCES, {"book_id": programme.book_id, "members": list(members), "day": day})
    found = {
        row.member: Balance(
            row.member,
            int(row.spendable),
            row.held,
            int(row.pending),
            int(row.expired),
            row.next_expiry,
            int(row.expiring_points),
        )
        for row in rows
    }
    return [found.get(member) or Balance(member, 0, 0, 0, 0, None, 0) for member in members]


async def _account_of(connection: AsyncConnection, programme: Programme, member: str) -> int:
    statement = text("SELECT account_id FROM ledger.account WHERE book_id = :book_id AND member = :member")
    account_id = await connection.scalar(statement, {"book_id": programme.book_id, "member": member})
    if account_id is None:
        raise MemberNotFound(f"member {member!r} has no points account in programme {programme.code!r}")
    return int(account_id)


async def balance(connection: AsyncConnection, programme: Programme, member: str, at: datetime) -> Balance:
    """What one member holds now.

    Raises:
        MemberNotFound: the member has no wallet.
    """
    await _account_of(connection, programme, member)
    return (await balances(connection, programme, [member], at))[0]


async def history(
    connection: AsyncConnection, programme: Programme, member: str, *, before: int | None, limit: int
) -> tuple[list[HistoryLine], int | None]:
    """A member's business events, the latest first, and the cursor of the next page (None at the end).

    `before` is the cursor of the page before; None starts with the latest. Two round trips, as a rule.

    Raises:
        MemberNotFound: the member has no wallet.
    """
    account_id = await _account_of(connection, programme, member)
    where = {"book_id": programme.book_id, "account_id": account_id, "before": before or SEQUENCE_MAX}
    entries, is_cut = limit * ENTRIES_PER_LINE, True
    groups: list[list[Row[Any]]] = []
    # The last operation read may not be whole; where that leaves none, as of one that took many lots, read further.
    while is_cut and not groups:
        rows = (await connection.execute(_HISTORY, {**where, "entries": entries})).all()
        groups = [list(group) for _, group in groupby(rows, key=lambda row: row.seq)]
        is_cut = len(rows) == entries
        if is_cut:
            groups.pop()
        entries *= ENTRIES_PER_LINE
    has_more = is_cut or len(groups) > limit
    groups = groups[:limit]
    lines = [_history_line(group[0]) for group in groups]
    return lines, groups[-1][-1].sequence if has_more else None


def _history_line(row: Row[Any]) -> HistoryLine:
    return HistoryLine(
        row.sequence,
        row.operation,
        OperationKind(row.kind).name.lower(),
        row.key,
        row.points,
        row.balance,
        row.held,
        row.occurred_at,
        row.recorded_at,
        row.store,
        row.reference,
    )


class OperationNotFound(Refusal):
    """No operation was stored under this key."""

    code: ClassVar[str] = "operation-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The programme has no operation with this key."


async def operation(connection: AsyncConnection, programme: Programme, key: str) -> dict[str, JSON]:
    """What was stored under a key, with when it was recorded.

    Raises:
        OperationNotFound: nothing was.
    """
    row = (await connection.execute(_OPERATION, {"book_id": programme.book_id, "key": key})).mappings().one_or_none()
    if row is None:
        raise OperationNotFound(f"programme {programme.code!r} has no operation with key {key!r}")
    return {
        **row,
        "kind": OperationKind(row["kind"]).name.lower(),
        "status": "accepted" if row["refusal"] is None else "rejected",
    }


async def totals(connection: AsyncConnection, programme: Programme) -> Totals:
    """The whole book, from the lanes' own accounts. Two round trips."""
    where = {"book_id": programme.book_id}
    sums = {AccountKind(row.kind): row.balance for row in await connection.execute(_TOTALS, where)}
    members, operations = (await connection.execute(_COUNTS, where)).one()
    issued = -sums.get(AccountKind.ISSUANCE, 0)
    redeemed = sums.get(AccountKind.REDEMPTION, 0)
    expired = sums.get(AccountKind.BREAKAGE, 0)
    held = sums.get(AccountKind.HELD, 0)
    return Totals(
        issued=issued,
        redeemed=redeemed,
        expired=expired,
        held=held,
        outstanding=issued - redeemed - expired - held,
        members=members,
        operations=operations,
    )
