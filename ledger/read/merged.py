"""Who has the points of members that were merged into others, and who they were."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger.book.programme import Programme
from ledger.decide.wallet import LANE_MASK
from ledger.read import queries


async def heirs(
    connection: AsyncConnection, programme: Programme, members: Iterable[str]
) -> dict[str, str]:
    """Who has the points of members that were merged into others, by member. One round trip.

    Where that one was merged as well, it is the member at the end of the chain. Members that were
    not merged are left out.
    """
    rows = await connection.execute(
        queries.HEIRS, {"book_id": programme.book_id, "members": list(set(members))}
    )
    return {row.member: row.merged_into for row in rows}


async def names_of(connection: AsyncConnection, programme: Programme, member: str) -> list[str]:
    """A member's reference, and those of everybody who was merged into it. One round trip."""
    where = {"book_id": programme.book_id, "member": member}
    return list((await connection.execute(queries.NAMES, where)).scalars())


async def former_names(
    connection: AsyncConnection, book_id: int, members: Iterable[str]
) -> dict[str, str]:
    """Everybody who was merged into one of these members, with that member. One round trip."""
    where = {"book_id": book_id, "members": list(set(members))}
    rows = await connection.execute(queries.FORMER, where)
    return {row.former: row.member for row in rows}


async def heir_as_of(
    connection: AsyncConnection, programme: Programme, member: str, instant: datetime
) -> str | None:
    """Who had a merged member's points at a past instant; None if it was not merged then.

    One round trip, and two more for each merge.
    """
    heir: str | None = None
    while True:
        where = {"book_id": programme.book_id, "member": heir or member}
        row = (await connection.execute(queries.ACCOUNT, where)).one_or_none()
        if row is None or row.merged_into is None:
            return heir
        merged_at = await connection.scalar(
            queries.MERGED_AT,
            {
                "book_id": programme.book_id,
                "account_id": row.account_id,
                "lane": row.account_id & LANE_MASK,
                "last_seq": row.last_seq,
            },
        )
        if merged_at is None or merged_at > instant:
            return heir
        heir = str(row.merged_into)
