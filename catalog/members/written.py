"""The statements by which members are described: each for any number of members of one book."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members.identifiers import Identifier
from catalog.members.profile import KnownTag, Profile
from catalog.members.tiers import TierPeriod

_INSTANT = TIMESTAMP(timezone=True)
_NOW = bindparam("now", type_=_INSTANT)

_ADD_MEMBERS = text(
    """
    INSERT INTO catalog.member (book_id, member, first_seen, recorded_by)
    SELECT :book_id, member, :now, coalesce(
        CAST(:recorded_by AS integer), nullif(current_setting('comity.actor', true), '')::integer
    )
    FROM unnest(CAST(:members AS text[])) AS t(member) ORDER BY member
    ON CONFLICT DO NOTHING RETURNING member
    """
).bindparams(_NOW)
_LOCK_MEMBERS = text(
    """
    SELECT member FROM catalog.member
    WHERE book_id = :book_id AND member = ANY (CAST(:members AS text[]))
    ORDER BY member FOR NO KEY UPDATE
    """
)
_DROP_MEMBERS = text(
    """
    DELETE FROM catalog.member
    WHERE book_id = :book_id AND member = ANY (CAST(:members AS text[]))
    """
)
_CLAIM = text(
    """
    INSERT INTO catalog.member_identifier (book_id, kind, digest, member, tail, since)
    SELECT :book_id, kind, digest, member, tail, :now
    FROM unnest(
        CAST(:kinds AS text[]), CAST(:digests AS bytea[]), CAST(:members AS text[]),
        CAST(:tails AS text[])
    ) AS t(kind, digest, member, tail)
    ORDER BY kind, digest
    ON CONFLICT DO NOTHING RETURNING kind, digest
    """
).bindparams(_NOW)
_UNCLAIM = text(
    """
    DELETE FROM catalog.member_identifier
    WHERE book_id = :book_id
        AND (kind, digest) IN (SELECT * FROM unnest(
            CAST(:kinds AS text[]), CAST(:digests AS bytea[])
        ) AS t(kind, digest))
    """
)
_RECLAIM = text(
    """
    UPDATE catalog.member_identifier AS found SET member = t.member
    FROM unnest(
        CAST(:kinds AS text[]), CAST(:digests AS bytea[]), CAST(:members AS text[])
    ) AS t(kind, digest, member)
    WHERE found.book_id = :book_id AND found.kind = t.kind AND found.digest = t.digest
    """
)
_CHANGE_MEMBERS = text(
    """
    UPDATE catalog.member AS found
    SET birthday = t.birthday, rights_by_third_party = t.rights, contact = t.contact,
        recorded_by = nullif(current_setting('comity.actor', true), '')::integer
    FROM unnest(
        CAST(:members AS text[]), CAST(:birthdays AS text[]), CAST(:rights AS boolean[]),
        CAST(:contacts AS boolean[])
    ) AS t(member, birthday, rights, contact)
    WHERE found.book_id = :book_id AND found.member = t.member
    """
)
_DROP_TAGS = text(
    """
    DELETE FROM catalog.member_tag
    WHERE book_id = :book_id
        AND (member, tag) IN (SELECT * FROM unnest(
            CAST(:members AS text[]), CAST(:tags AS text[])
        ) AS t(member, tag))
    """
)
_PUT_TAGS = text(
    """
    INSERT INTO catalog.member_tag (book_id, member, tag, source, since, until)
    SELECT :book_id, member, tag, source, since, until
    FROM unnest(
        CAST(:members AS text[]), CAST(:tags AS text[]), CAST(:sources AS text[]),
        CAST(:begins AS timestamptz[]), CAST(:ends AS timestamptz[])
    ) AS t(member, tag, source, since, until)
    ORDER BY member, tag
    ON CONFLICT (book_id, member, tag) DO UPDATE
    SET source = excluded.source, since = excluded.since, until = excluded.until,
        recorded_by = excluded.recorded_by
    """
)
_DROP_TIERS = text(
    """
    DELETE FROM catalog.member_tier
    WHERE book_id = :book_id AND (member, lower(period)) IN (
        SELECT * FROM unnest(
            CAST(:members AS text[]), CAST(:begins AS timestamptz[])
        ) AS t(member, begin)
    )
    """
)
_ADD_TIERS = text(
    """
    INSERT INTO catalog.member_tier (book_id, member, period, tier)
    SELECT :book_id, member, tstzrange(begin, until), tier
    FROM unnest(
        CAST(:members AS text[]), CAST(:begins AS timestamptz[]), CAST(:ends AS timestamptz[]),
        CAST(:tiers AS text[])
    ) AS t(member, begin, until, tier)
    """
)


@dataclass(slots=True)
class Changes:
    """What is to be stored of many members."""

    members: list[Profile] = field(default_factory=list)
    tags: list[tuple[str, KnownTag]] = field(default_factory=list)
    tags_gone: list[tuple[str, str]] = field(default_factory=list)
    tiers: list[tuple[str, TierPeriod]] = field(default_factory=list)
    tiers_gone: list[tuple[str, datetime]] = field(default_factory=list)

    def add(self, before: Profile, after: Profile) -> None:
        """Add what differs between two profiles of a member, identifiers left aside."""
        member = after.member
        if _said(before) != _said(after):
            self.members.append(after)
        self.tags += [(member, each) for each in after.tags if each not in before.tags]
        kept = {each.tag for each in after.tags}
        self.tags_gone += [(member, each.tag) for each in before.tags if each.tag not in kept]
        self.tiers += [(member, each) for each in after.tiers if each not in before.tiers]
        self.tiers_gone += [
            (member, each.begin) for each in before.tiers if each not in after.tiers
        ]


def _said(profile: Profile) -> tuple[str | None, bool | None, bool | None]:
    return profile.birthday, profile.rights_by_third_party, profile.contact


async def lock_members(
    connection: AsyncConnection,
    book_id: int,
    members: Iterable[str],
    now: datetime,
    recorded_by: int | None = None,
) -> set[str]:
    """Lock the rows of members until the transaction ends. Those that are new get one.

    New rows name `recorded_by`, or else whom the transaction names. Returns the new ones. Two round
    trips.
    """
    bound = {"book_id": book_id, "members": sorted(members)}
    added = {**bound, "now": now, "recorded_by": recorded_by}
    new = set((await connection.execute(_ADD_MEMBERS, added)).scalars())
    await connection.execute(_LOCK_MEMBERS, bound)
    return new


async def drop_members(connection: AsyncConnection, book_id: int, members: Collection[str]) -> None:
    """Take back rows that this transaction has made."""
    if members:
        await connection.execute(_DROP_MEMBERS, {"book_id": book_id, "members": sorted(members)})


async def claim(
    connection: AsyncConnection, book_id: int, claims: Mapping[Identifier, str], now: datetime
) -> set[Identifier]:
    """Insert identifiers that nobody has. Returns these. One round trip."""
    if not claims:
        return set()
    bound = {
        "book_id": book_id,
        "kinds": [each.kind for each in claims],
        "digests": [each.digest for each in claims],
        "members": list(claims.values()),
        "tails": [each.tail for each in claims],
        "now": now,
    }
    rows = await connection.execute(_CLAIM, bound)
    return {Identifier(row.kind, bytes(row.digest), "") for row in rows}


async def settle_claims(
    connection: AsyncConnection,
    book_id: int,
    claims: Mapping[Identifier, str],
    fresh: Collection[Identifier],
    owners: Mapping[Identifier, str],
) -> None:
    """Let each claimed identifier be its owner's. Those without one go. Up to two round trips."""
    given = [each for each in fresh if each in owners and owners[each] != claims[each]]
    gone = [each for each in fresh if each not in owners]
    if given:
        bound = {
            "book_id": book_id,
            "kinds": [each.kind for each in given],
            "digests": [each.digest for each in given],
            "members": [owners[each] for each in given],
        }
        await connection.execute(_RECLAIM, bound)
    await drop_identifiers(connection, book_id, gone)


async def drop_identifiers(
    connection: AsyncConnection, book_id: int, identifiers: Collection[Identifier]
) -> None:
    """Delete identifiers of a book, whosever they are."""
    if identifiers:
        bound = {
            "book_id": book_id,
            "kinds": [each.kind for each in identifiers],
            "digests": [each.digest for each in identifiers],
        }
        await connection.execute(_UNCLAIM, bound)


async def store(connection: AsyncConnection, book_id: int, changes: Changes) -> None:
    """Store what has changed of members that are locked. Up to five round trips."""
    if changes.members:
        bound = {
            "book_id": book_id,
            "members": [each.member for each in changes.members],
            "birthdays": [each.birthday for each in changes.members],
            "rights": [each.rights_by_third_party for each in changes.members],
            "contacts": [each.contact for each in changes.members],
        }
        await connection.execute(_CHANGE_MEMBERS, bound)
    if changes.tags_gone:
        members, tags = zip(*changes.tags_gone, strict=True)
        gone = {"book_id": book_id, "members": list(members), "tags": list(tags)}
        await connection.execute(_DROP_TAGS, gone)
    if changes.tags:
        put = {
            "book_id": book_id,
            "members": [member for member, _ in changes.tags],
            "tags": [each.tag for _, each in changes.tags],
            "sources": [each.origin for _, each in changes.tags],
            "begins": [each.since for _, each in changes.tags],
            "ends": [each.until for _, each in changes.tags],
        }
        await connection.execute(_PUT_TAGS, put)
    if changes.tiers_gone:
        members, begins = zip(*changes.tiers_gone, strict=True)
        ended = {"book_id": book_id, "members": list(members), "begins": list(begins)}
        await connection.execute(_DROP_TIERS, ended)
    if changes.tiers:
        added = {
            "book_id": book_id,
            "members": [member for member, _ in changes.tiers],
            "begins": [each.begin for _, each in changes.tiers],
            "ends": [each.end for _, each in changes.tiers],
            "tiers": [each.tier for _, each in changes.tiers],
        }
        await connection.execute(_ADD_TIERS, added)
