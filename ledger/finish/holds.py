"""Holds past their time: their points go back to the wallet."""

from collections import defaultdict

from sqlalchemy import text

from ledger.asks.kinds import Release
from ledger.asks.operation import Operation
from ledger.book.programme import find_programme_by_book
from ledger.decide.wallet import HoldState
from ledger.service import Ledger

RELEASES_MAX = 1_000

# The database's clock decides. A capture that comes in between finds the hold's time over. Or it is
# first, and the release finds the hold closed. Both take the lane's lock.
_OVERDUE = text(
    f"""
    SELECT hold.book_id, hold.lane, hold.seq, operation.key, operation.owner, account.member
    FROM (
        SELECT book_id, lane, seq, account_id FROM ledger.hold
        WHERE state = {int(HoldState.OPEN)} AND expires_at < clock_timestamp()
        ORDER BY expires_at LIMIT :limit
    ) AS hold
    JOIN ledger.operation USING (book_id, lane, seq)
    JOIN ledger.account ON account.book_id = hold.book_id AND account.account_id = hold.account_id
    """
)

CROSS_BOOK = (_OVERDUE,)
"""The statements here that name no book: whose time is over may be in any. Without locks."""


async def release_overdue(
    ledger: Ledger, limit: int = RELEASES_MAX, *, recorded_by: int | None = None
) -> int:
    """Release holds whose time is over, each under the key `timeout lane-seq`.

    Returns how many were released.
    """
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
        answers = await ledger.submit(programmes[book_id], operations, recorded_by=recorded_by)
        released += sum(answer.accepted and not answer.replayed for answer in answers)
    return released
