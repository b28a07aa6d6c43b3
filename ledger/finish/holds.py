"""Holds past their time: the points go back by themselves."""

from collections import defaultdict

from sqlalchemy import text

from ledger.asks.kinds import Release
from ledger.asks.operation import Operation
from ledger.book.programme import find_programme_by_book
from ledger.service import Ledger

RELEASES_MAX = 1_000

# The database's clock judges. A capture that comes in between finds the hold's time over, or is
# first and leaves the release a closed hold: both take the lane's lock.
_OVERDUE = text(
    """
    SELECT hold.book_id, hold.lane, hold.seq, operation.key, operation.owner, account.member
    FROM (
        SELECT book_id, lane, seq, account_id FROM ledger.hold
        WHERE state = 0 AND expires_at < clock_timestamp() ORDER BY expires_at LIMIT :limit
    ) AS hold
    JOIN ledger.operation USING (book_id, lane, seq)
    JOIN ledger.account ON account.book_id = hold.book_id AND account.account_id = hold.account_id
    """
)


async def release_overdue(ledger: Ledger, limit: int = RELEASES_MAX) -> int:
    """Release holds whose time is over, each under the key `timeout lane-seq`; how many were."""
    async with ledger.database.transaction() as connection:
        rows = (await connection.execute(_OVERDUE, {"limit": limit})).all()
        programmes = {
            book_id: await find_programme_by_book(connection, book_id)
            for book_id in {row.book_id for row in rows}
        }
    releases: defaultdict[int, list[Operation]] = defaultdict(list)
    for row in rows:
        release = Release(
            key=f"timeout {row.lane}-{row.seq}",
            member=row.member,
            hold_key=row.key,
            owner=row.owner,
            reference="timeout",
        )
        releases[row.book_id].append(release)
    released = 0
    for book_id, operations in releases.items():
        answers = await ledger.submit(programmes[book_id], operations)
        released += sum(answer.accepted and not answer.replayed for answer in answers)
    return released
