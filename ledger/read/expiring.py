"""What a whole book's members lose soon if they do not spend it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text

from ledger.book.programme import Programme
from ledger.database import Database
from ledger.decide.wallet import LANE_BITS, ORDINAL_FIRST_WALLET
from ledger.read.stretches import WALLETS_READ_MAX, wallets_opened

# A wallet's first last day comes first of all: lots are looked into where that one is near.
_EXPIRING = text(
    """
    SELECT last_day, sum(points)::bigint AS points, count(*) FILTER (WHERE place = 1) AS members
    FROM (
        SELECT coalesce(l.expires_on, a.slides_until) AS last_day, l.points,
            row_number() OVER (PARTITION BY a.account_id) AS place
        FROM ledger.account AS a
        CROSS JOIN LATERAL json_to_recordset(a.lots) AS l(expires_on date, points bigint)
        WHERE a.book_id = :book_id AND a.account_id >= :first AND a.account_id < :last
            AND a.merged_into IS NULL AND a.next_expiry <= :until
            AND coalesce(l.expires_on, a.slides_until) BETWEEN :day AND :until
    ) AS soon
    GROUP BY last_day
    """
)


@dataclass(frozen=True, slots=True)
class ExpiringSoon:
    """How many points have their last day soon, by that day, and how many members have them."""

    points: Mapping[date, int]
    members: int


async def expiring_soon(
    database: Database, programme: Programme, day: date, until: date
) -> ExpiringSoon:
    """What has its last day from `day` up to `until`. All wallets are looked at, page by page.

    Each page is a transaction of its own, so that no snapshot is held for long.
    """
    async with database.transaction() as connection:
        opened = await wallets_opened(connection, programme.book_id)
    found: Counter[date] = Counter()
    members = 0
    step = max(1, WALLETS_READ_MAX // programme.lanes)
    for first in range(0, opened, step):
        bound = {
            "book_id": programme.book_id,
            "first": (first + ORDINAL_FIRST_WALLET) << LANE_BITS,
            "last": (first + step + ORDINAL_FIRST_WALLET) << LANE_BITS,
            "day": day,
            "until": until,
        }
        async with database.transaction() as connection:
            for row in await connection.execute(_EXPIRING, bound):
                found[row.last_day] += row.points
                members += row.members
    return ExpiringSoon(dict(sorted(found.items())), members)
