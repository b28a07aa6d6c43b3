"""What is said of a member goes with its points when it is merged, and goes when it is forgotten.

A merge takes both lanes of the ledger first. Then both rows of `catalog.member` are locked, in
order of member, as whoever describes a member locks them. So what is said of the member that is
merged is stored before and moves, or is refused after.

Of the two members, the one that goes on keeps what it has. It gets the identifiers, the tags that
it has not, the later end of those that both have, the tiers of the times in which it has none, and
the birthday if it has none. Of two consents the stricter one stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members.written import lock_members
from ledger.asks import Item, Merge

_MEMBERS = bindparam("members", type_=ARRAY(TEXT))

_JOIN_MEMBERS = text(
    """
    UPDATE catalog.member AS target
    SET birthday = coalesce(target.birthday, source.birthday),
        rights_by_third_party = coalesce(
            target.rights_by_third_party AND source.rights_by_third_party,
            target.rights_by_third_party, source.rights_by_third_party
        ),
        contact = coalesce(
            target.contact AND source.contact, target.contact, source.contact
        ),
        first_seen = least(target.first_seen, source.first_seen)
    FROM catalog.member AS source
    WHERE target.book_id = :book_id AND source.book_id = :book_id
        AND target.member = :target AND source.member = :source
    """
)
_MOVE_IDENTIFIERS = text(
    """
    UPDATE catalog.member_identifier SET member = :target
    WHERE book_id = :book_id AND member = :source
    """
)
_JOIN_TAGS = text(
    """
    UPDATE catalog.member_tag AS target
    SET since = least(target.since, source.since),
        until = CASE
            WHEN target.until IS NULL OR source.until IS NULL THEN NULL
            ELSE greatest(target.until, source.until)
        END
    FROM catalog.member_tag AS source
    WHERE target.book_id = :book_id AND source.book_id = :book_id
        AND target.member = :target AND source.member = :source AND source.tag = target.tag
    """
)
_MOVE_TAGS = text(
    """
    UPDATE catalog.member_tag AS moved SET member = :target
    WHERE moved.book_id = :book_id AND moved.member = :source AND NOT EXISTS (
        SELECT FROM catalog.member_tag AS there
        WHERE there.book_id = :book_id AND there.member = :target AND there.tag = moved.tag
    )
    """
)
# A tier of the member that is merged may have several times in which the other one had none.
_COPY_TIERS = text(
    """
    INSERT INTO catalog.member_tier (book_id, member, period, tier, recorded_by)
    SELECT :book_id, :target, free, carried.tier, carried.recorded_by
    FROM catalog.member_tier AS carried, unnest(
        tstzmultirange(carried.period) - coalesce((
            SELECT range_agg(there.period) FROM catalog.member_tier AS there
            WHERE there.book_id = :book_id AND there.member = :target
        ), '{}')
    ) AS free
    WHERE carried.book_id = :book_id AND carried.member = :source
    """
)
_LOCK = text(
    """
    SELECT member FROM catalog.member WHERE book_id = :book_id AND member = ANY (:members)
    ORDER BY member FOR NO KEY UPDATE
    """
).bindparams(_MEMBERS)
_DROP_IDENTIFIERS = text(
    """
    DELETE FROM catalog.member_identifier WHERE book_id = :book_id AND member = ANY (:members)
    RETURNING digest
    """
).bindparams(_MEMBERS)
_DROP_TAGS = text(
    "DELETE FROM catalog.member_tag WHERE book_id = :book_id AND member = ANY (:members)"
).bindparams(_MEMBERS)
_DROP_TIERS = text(
    "DELETE FROM catalog.member_tier WHERE book_id = :book_id AND member = ANY (:members)"
).bindparams(_MEMBERS)
_CLEAR = text(
    """
    UPDATE catalog.member
    SET birthday = NULL, rights_by_third_party = NULL, contact = NULL,
        recorded_by = coalesce(
            CAST(:recorded_by AS integer),
            nullif(current_setting('comity.actor', true), '')::integer
        )
    WHERE book_id = :book_id AND member = ANY (:members)
    """
).bindparams(_MEMBERS)
_CARRY = (_JOIN_MEMBERS, _MOVE_IDENTIFIERS, _JOIN_TAGS, _MOVE_TAGS, _COPY_TIERS)


@dataclass(frozen=True, slots=True)
class MergeCompanion:
    """Carries over what is said of members, in the ledger's transaction that merges them."""

    book_id: int

    async def before(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Refuse nothing: who may be merged, the ledger says."""

    async def after(self, connection: AsyncConnection, items: Sequence[Item]) -> None:
        """Carry over in the order of the merges. Eight round trips for each, two for all."""
        merges = [item for item in items if isinstance(item.operation, Merge)]
        members = {
            member
            for item in merges
            for member in (item.operation.member, item.operation.other_member)
            if member is not None
        }
        if not members:
            return
        now = max(item.answer.occurred_at for item in merges)
        by = merges[0].operation.recorded_by
        await lock_members(connection, self.book_id, members, now, by)
        for item in merges:
            bound = {
                "book_id": self.book_id,
                "source": item.operation.member,
                "target": item.operation.other_member,
            }
            left = {"book_id": self.book_id, "members": [item.operation.member]}
            for statement in _CARRY:
                await connection.execute(statement, bound)
            for statement in (_DROP_TAGS, _DROP_TIERS):
                await connection.execute(statement, left)
            cleared = {**left, "recorded_by": item.operation.recorded_by}
            await connection.execute(_CLEAR, cleared)


async def drop_identifiers_of(connection: AsyncConnection, book_id: int, member: str) -> int:
    """Forget how a member is known elsewhere. Returns how many identifiers went. One round trip."""
    bound = {"book_id": book_id, "members": [member]}
    return len((await connection.execute(_DROP_IDENTIFIERS, bound)).all())


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How many members had ever been described, and the digests by which they were known."""

    described: int
    digests: list[bytes]


async def forget_members(
    connection: AsyncConnection, book_id: int, members: Sequence[str]
) -> Forgotten:
    """Forget everything that is said of these members. Five round trips.

    Only the references and the day they were first seen stay. Points and entries are the ledger's.
    """
    bound = {"book_id": book_id, "members": sorted(members)}
    await connection.execute(_LOCK, bound)
    dropped = await connection.execute(_DROP_IDENTIFIERS, bound)
    digests = [bytes(digest) for digest in dropped.scalars()]
    for statement in (_DROP_TAGS, _DROP_TIERS):
        await connection.execute(statement, bound)
    cleared = await connection.execute(_CLEAR, {**bound, "recorded_by": None})
    return Forgotten(cleared.rowcount, digests)
