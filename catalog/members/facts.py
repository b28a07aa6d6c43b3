"""What is known of members when it is decided who may have what, and at which price."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

NO_TIER = ""

_LOAD = text(
    """
    SELECT wanted.member, coalesce(tier.tier, '') AS tier, tags.codes AS tags
    FROM unnest(:members) AS wanted(member)
    LEFT JOIN catalog.member_tier AS tier
        ON tier.book_id = :book_id AND tier.member = wanted.member
            AND tier.period @> CAST(:at AS timestamptz)
    LEFT JOIN (
        SELECT member, array_agg(tag) AS codes
        FROM catalog.member_tag
        WHERE book_id = :book_id AND member = ANY (:members)
            AND since <= :at AND (until IS NULL OR :at < until)
        GROUP BY member
    ) AS tags ON tags.member = wanted.member
    """
).bindparams(
    bindparam("members", type_=ARRAY(TEXT)), bindparam("at", type_=TIMESTAMP(timezone=True))
)


@dataclass(frozen=True, slots=True)
class Facts:
    """A member's tier and tags at an instant.

    `tier` is the code of the tier, or NO_TIER. `tags` are codes like `brand:coffee`.
    """

    tier: str = NO_TIER
    tags: frozenset[str] = frozenset()


async def load_facts(
    connection: AsyncConnection, book_id: int, members: Collection[str], at: datetime
) -> dict[str, Facts]:
    """The facts about each of these members at an instant. One statement.

    Of a member that nobody has described, there are no facts: no tier, no tags. So it is with a
    member that was merged into another, which has them now.
    """
    parameters = {"book_id": book_id, "members": sorted(set(members)), "at": at}
    return {
        row.member: Facts(row.tier, frozenset(row.tags or ()))
        for row in await connection.execute(_LOAD, parameters)
    }
