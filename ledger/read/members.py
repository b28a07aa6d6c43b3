"""Members of a book in the order of their references, and what a member has set aside.

A page of references goes along the unique key of wallets. The cursor is the number of a wallet, so
that it tells nobody a reference.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.asks.refusals import MemberNotFound
from ledger.book.programme import Programme
from ledger.decide.wallet import HoldState

PAGE_MEMBERS_MAX = 1_000
PAGE_HOLDS_MAX = 1_000
_PAST = chr(0x10FFFF)
"""No reference has it: it is no character that can be printed."""

# References are compared byte by byte, so those with a prefix stand together.
_MEMBERS = text(
    """
    SELECT account_id, member FROM ledger.account
    WHERE book_id = :book_id AND member >= :first AND member < :end AND member > :after
    ORDER BY member LIMIT :limit
    """
)

_PLACE = text(
    "SELECT member FROM ledger.account WHERE book_id = :book_id AND account_id = :account_id"
)

_ACCOUNT = text(
    "SELECT account_id FROM ledger.account WHERE book_id = :book_id AND member = :member"
)

# Row by row, by the primary key of the journal.
_HOLDS = text(
    f"""
    SELECT h.lane, h.seq, h.points, h.expires_at, o.key, o.owner, o.occurred_at, o.recorded_at,
        o.reference
    FROM (
        SELECT lane, seq, points, expires_at FROM ledger.hold
        WHERE book_id = :book_id AND account_id = :account_id AND state = {int(HoldState.OPEN)}
            AND seq > :after
        ORDER BY lane, seq LIMIT :limit
    ) AS h
    CROSS JOIN LATERAL (
        SELECT key, owner, occurred_at, recorded_at, reference FROM ledger.operation
        WHERE operation.book_id = :book_id AND operation.lane = h.lane AND operation.seq = h.seq
        OFFSET 0
    ) o
    ORDER BY h.lane, h.seq
    """
)


@dataclass(frozen=True, slots=True)
class Known:
    """A member of a book. `account_id` is the number of the wallet."""

    account_id: int
    member: str


@dataclass(frozen=True, slots=True)
class OpenHold:
    """Points that are set aside, until somebody spends them or gives them back.

    - `sequence`: its number in the member's lane. `operation`: its place in the book.
    - `is_owned`: a right is paid with it, so only the exchange ends it.
    - `expires_at`: when it ends by itself. None: it does not.
    """

    sequence: int
    operation: str
    key: str
    points: int
    is_owned: bool
    occurred_at: datetime
    recorded_at: datetime
    expires_at: datetime | None
    reference: str | None


async def list_members(
    connection: AsyncConnection,
    programme: Programme,
    prefix: str = "",
    *,
    after: int = 0,
    limit: int,
) -> list[Known]:
    """A page of members whose references begin with `prefix`, in the order of these.

    `after` is the number of the last wallet of the page before. Up to two statements. Members that
    were merged into others are among them.
    """
    assert 0 < limit <= PAGE_MEMBERS_MAX, limit
    where = {"book_id": programme.book_id}
    last = ""
    if after:
        found = await connection.scalar(_PLACE, {**where, "account_id": after})
        if found is None:
            return []
        last = str(found)
    rows = await connection.execute(
        _MEMBERS,
        {**where, "first": prefix, "end": prefix + _PAST, "after": last, "limit": limit},
    )
    return [Known(row.account_id, row.member) for row in rows]


async def list_open_holds(
    connection: AsyncConnection,
    programme: Programme,
    member: str,
    *,
    after: int = 0,
    limit: int,
) -> list[OpenHold]:
    """A page of the points that a member has set aside, the oldest first. Two statements.

    `after` is the sequence of the last hold of the page before.

    Raises:
        MemberNotFound: the member has no wallet.
    """
    assert 0 < limit <= PAGE_HOLDS_MAX, limit
    where = {"book_id": programme.book_id}
    account_id = await connection.scalar(_ACCOUNT, {**where, "member": member})
    if account_id is None:
        raise MemberNotFound(
            f"member {member!r} has no points account in programme {programme.code!r}"
        )
    values = {**where, "account_id": account_id, "after": after, "limit": limit}
    return [
        OpenHold(
            sequence=row.seq,
            operation=f"{row.lane}-{row.seq}",
            key=row.key,
            points=row.points,
            is_owned=row.owner is not None,
            occurred_at=row.occurred_at,
            recorded_at=row.recorded_at,
            expires_at=row.expires_at,
            reference=row.reference,
        )
        for row in await connection.execute(_HOLDS, values)
    ]
