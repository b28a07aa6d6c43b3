"""What is known of members when it is decided who may have what, and at which price."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

NO_TIER = ""

# Key by key: a redemption asks under the ledger's plans, which join nothing at large (`lock`).
_LOAD = text(
    """
    SELECT wanted.member, wanted.at, coalesce(tier.tier, '') AS tier, (
            SELECT array_agg(tag.tag) FROM catalog.member_tag AS tag
            WHERE tag.book_id = :book_id AND tag.member = wanted.member
                AND tag.since <= wanted.at AND (tag.until IS NULL OR wanted.at < tag.until)
        ) AS tags
    FROM unnest(:members, :instants) AS wanted(member, at)
    LEFT JOIN LATERAL (
        SELECT t.tier FROM catalog.member_tier AS t
        WHERE t.book_id = :book_id AND t.member = wanted.member AND t.period @> wanted.at
        OFFSET 0
    ) AS tier ON true
    """
).bindparams(
    bindparam("members", type_=ARRAY(TEXT)),
    bindparam("instants", type_=ARRAY(TIMESTAMP(timezone=True))),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """A member's tier and tags at an instant.

    `tier` is the code of the tier, or NO_TIER. `tags` are codes like `brand:coffee`.
    """

    tier: str = NO_TIER
    tags: frozenset[str] = frozenset()


async def load_facts(
    connection: AsyncConnection, book_id: int, wanted: Collection[tuple[str, datetime]]
) -> dict[tuple[str, datetime], Facts]:
    """The facts about each of these members at each of these instants. One statement.

    Of a member that nobody has described, there are no facts: no tier, no tags. So it is with a
    member that was merged into another, which has them now.
    """
    pairs = sorted(set(wanted))
    parameters = {
        "book_id": book_id,
        "members": [member for member, _ in pairs],
        "instants": [at for _, at in pairs],
    }
    return {
        (row.member, row.at): Facts(row.tier, frozenset(row.tags or ()))
        for row in await connection.execute(_LOAD, parameters)
    }
