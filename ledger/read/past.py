"""How long members have been there, and under which names: their first records.

A wallet's records are a chain that begins at its latest one, so the first is found by walking back.
The walk ends where a record is old enough for the question, and after RECORDS_MAX of them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.decide.wallet import LANE_MASK

RECORDS_MAX = 1_000
"""So many records are looked at in a wallet. Nobody who has more is new."""

# The chain is followed key by key, as in `queries.CHAIN`. A record that a merge absorbed is of one
# of the member's names. A name without a wallet has a place without a record.
_PASTS = text(
    f"""
    WITH RECURSIVE name(member, name) AS (
        SELECT wanted.member COLLATE "C", wanted.member COLLATE "C"
        FROM unnest(:members) AS wanted(member)
        UNION
        SELECT name.member, account.member FROM name JOIN ledger.account
            ON account.book_id = :book_id AND account.merged_into = name.name
    ), record(member, name, lane, previous, at, place) AS (
        SELECT name.member, name.name, CAST(a.account_id & {LANE_MASK} AS smallint), a.last_seq,
            CAST('infinity' AS timestamptz), 0
        FROM name LEFT JOIN LATERAL (
            SELECT account_id, last_seq FROM ledger.account
            WHERE account.book_id = :book_id AND account.member = name.name OFFSET 0
        ) a ON true
        UNION ALL
        SELECT record.member, record.name, record.lane, j.previous, j.at, record.place + 1
        FROM record CROSS JOIN LATERAL (
            SELECT previous, coalesce(occurred_at, recorded_at) AS at FROM ledger.journal
            WHERE journal.book_id = :book_id AND journal.lane = record.lane
                AND journal.seq = record.previous AND journal.part = 0 OFFSET 0
        ) j
        WHERE record.at >= :since AND record.place < {RECORDS_MAX}
    )
    SELECT member, array_agg(DISTINCT name) AS names,
        min(at) FILTER (WHERE place > 0) AS first_at, max(place) AS records
    FROM record GROUP BY member
    """
).bindparams(
    bindparam("members", type_=ARRAY(TEXT)), bindparam("since", type_=TIMESTAMP(timezone=True))
)


# A record of a spend tells what could be spent after it.
_SPENT = text(
    """
    SELECT o.key, o.spendable + o.points AS spendable FROM unnest(:keys) AS wanted(key)
    CROSS JOIN LATERAL (
        SELECT operation.key, operation.spendable, operation.points FROM ledger.operation
        WHERE operation.book_id = :book_id AND operation.key = wanted.key OFFSET 0
    ) AS o
    """
).bindparams(bindparam("keys", type_=ARRAY(TEXT)))


@dataclass(frozen=True, slots=True)
class Past:
    """A member's names, and its earliest record as far as one had to look.

    `names` are its own and those of members that were merged into it. `first_at` is None without
    any record. It is the first record, or one before the instant that was asked about. A member
    with more than RECORDS_MAX records `is_old`.
    """

    names: tuple[str, ...]
    first_at: datetime | None
    is_old: bool = False


async def load_pasts(
    connection: AsyncConnection, book_id: int, members: Collection[str], since: datetime
) -> dict[str, Past]:
    """The pasts of these members, exact for those whose first record is after `since`.

    One round trip.
    """
    where = {"book_id": book_id, "members": sorted(set(members)), "since": since}
    return {
        row.member: Past(tuple(row.names), row.first_at, row.records >= RECORDS_MAX)
        for row in await connection.execute(_PASTS, where)
    }


async def spendable_before(
    connection: AsyncConnection, book_id: int, keys: Collection[str]
) -> dict[str, int]:
    """What members could spend right before these operations, which spent points, by key.

    One round trip. None for no keys.
    """
    if not keys:
        return {}
    rows = await connection.execute(_SPENT, {"book_id": book_id, "keys": list(keys)})
    return {row.key: row.spendable for row in rows}
