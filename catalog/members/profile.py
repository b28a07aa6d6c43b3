"""What is stored of members, and whose an identifier is."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members.identifiers import Identifier
from catalog.members.tiers import TierPeriod, tier_at
from ledger import Refusal
from ledger.asks import MemberNotFound

_MEMBERS = text(
    """
    SELECT member, birthday, rights_by_third_party, contact, first_seen FROM catalog.member
    WHERE book_id = :book_id AND member = ANY (CAST(:members AS text[]))
    """
)
_IDENTIFIERS = text(
    """
    SELECT member, kind, digest, tail, since FROM catalog.member_identifier
    WHERE book_id = :book_id AND member = ANY (CAST(:members AS text[]))
    ORDER BY since, kind, digest
    """
)
_TAGS = text(
    """
    SELECT member, tag, source, since, until FROM catalog.member_tag
    WHERE book_id = :book_id AND member = ANY (CAST(:members AS text[])) ORDER BY tag
    """
)
_TIERS = text(
    """
    SELECT member, tier, lower(period) AS begin, upper(period) AS until FROM catalog.member_tier
    WHERE book_id = :book_id AND member = ANY (CAST(:members AS text[])) ORDER BY lower(period)
    """
)
_BIRTHDAYS = text(
    """
    SELECT member FROM catalog.member
    WHERE book_id = :book_id AND birthday = ANY (CAST(:days AS text[])) AND member > :after
        AND rights_by_third_party IS NOT FALSE
    ORDER BY member LIMIT :limit
    """
)
_OWNERS = text(
    """
    SELECT kind, digest, member FROM catalog.member_identifier
    WHERE book_id = :book_id
        AND (kind, digest) IN (SELECT * FROM unnest(
            CAST(:kinds AS text[]), CAST(:digests AS bytea[])
        ) AS t(kind, digest))
    """
)

_DIGESTS_OF = text(
    """
    SELECT member, kind, digest FROM catalog.member_identifier
    WHERE book_id = :book_id AND member = ANY(:members)
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)))


class IdentitiesDiffer(Refusal):
    """The identifiers belong to several members. A merge can make them one."""

    code: ClassVar[str] = "identities-differ"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The identifiers belong to several members."


@dataclass(frozen=True, slots=True)
class KnownIdentifier:
    """An identifier of a member, as the brand may see it."""

    kind: str
    tail: str
    since: datetime
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownTag:
    """A tag of a member, from `since` until before `until`. None: it has no end."""

    tag: str
    origin: str
    since: datetime
    until: datetime | None

    def holds(self, at: datetime) -> bool:
        """Whether the member has it at an instant."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(slots=True)
class Profile:
    """All that is stored of a member. A consent is None until the member was asked."""

    member: str
    first_seen: datetime
    birthday: str | None = None
    rights_by_third_party: bool | None = None
    contact: bool | None = None
    identifiers: list[KnownIdentifier] = field(default_factory=list)
    tags: list[KnownTag] = field(default_factory=list)
    tiers: list[TierPeriod] = field(default_factory=list)

    def tier(self, at: datetime) -> TierPeriod | None:
        """The member's tier at an instant, with its period."""
        return tier_at(self.tiers, at)


async def load_profiles(
    connection: AsyncConnection,
    book_id: int,
    members: Collection[str],
    longer_known: Collection[str] | None = None,
) -> dict[str, Profile]:
    """What is stored of these members. Members of whom nothing is are left out.

    Where `longer_known` says which of them had a row before, the others are known to have nothing
    but their row. Up to four round trips.
    """
    bound = {"book_id": book_id, "members": sorted(members)}
    found = {
        row.member: Profile(
            row.member, row.first_seen, row.birthday, row.rights_by_third_party, row.contact
        )
        for row in await connection.execute(_MEMBERS, bound)
    }
    if longer_known is not None:
        bound["members"] = sorted(longer_known)
    if not bound["members"]:
        return found
    for row in await connection.execute(_IDENTIFIERS, bound):
        known = KnownIdentifier(row.kind, row.tail, row.since, bytes(row.digest))
        found[row.member].identifiers.append(known)
    for row in await connection.execute(_TAGS, bound):
        found[row.member].tags.append(KnownTag(row.tag, row.source, row.since, row.until))
    for row in await connection.execute(_TIERS, bound):
        found[row.member].tiers.append(TierPeriod(row.tier, row.begin, row.until))
    return found


async def find_profile(connection: AsyncConnection, book_id: int, member: str) -> Profile:
    """What is stored of a member.

    Raises:
        MemberNotFound: nothing is.
    """
    found = await load_profiles(connection, book_id, [member])
    if member not in found:
        raise MemberNotFound(f"nothing is stored of the member {member!r}")
    return found[member]


async def load_owners(
    connection: AsyncConnection, book_id: int, identifiers: Iterable[Identifier]
) -> dict[Identifier, str]:
    """Whose these identifiers are. Those that are nobody's are left out. One round trip."""
    wanted = sorted(set(identifiers))
    bound = {
        "book_id": book_id,
        "kinds": [each.kind for each in wanted],
        "digests": [each.digest for each in wanted],
    }
    rows = await connection.execute(_OWNERS, bound)
    return {Identifier(row.kind, bytes(row.digest), ""): row.member for row in rows}


async def load_identifiers(
    connection: AsyncConnection, book_id: int, members: Collection[str]
) -> dict[str, list[Identifier]]:
    """All identifiers of these members, in order, by member. One round trip."""
    found: dict[str, list[Identifier]] = {}
    bound = {"book_id": book_id, "members": sorted(members)}
    for row in await connection.execute(_DIGESTS_OF, bound):
        found.setdefault(row.member, []).append(Identifier(row.kind, bytes(row.digest), ""))
    return {member: sorted(identifiers) for member, identifiers in found.items()}


async def load_first_seen(
    connection: AsyncConnection, book_id: int, members: Collection[str]
) -> dict[str, datetime]:
    """Since when something is stored of these members. One round trip."""
    bound = {"book_id": book_id, "members": sorted(members)}
    return {row.member: row.first_seen for row in await connection.execute(_MEMBERS, bound)}


async def load_birthdays(
    connection: AsyncConnection, book_id: int, days: Collection[str], after: str, limit: int
) -> list[str]:
    """A page of the members with one of these birthdays, such as 12-31, by reference.

    Those who want no rights of other parties are left out, and so are those who were merged: their
    birthday went along.
    """
    bound = {"book_id": book_id, "days": sorted(days), "after": after, "limit": limit}
    return list((await connection.execute(_BIRTHDAYS, bound)).scalars())


async def resolve(
    connection: AsyncConnection, book_id: int, identifiers: Sequence[Identifier]
) -> tuple[str, list[str]]:
    """The member that these identifiers belong to, and the kinds that say so. One round trip.

    Identifiers that nobody has are passed over, unless nobody has any of them.

    Raises:
        MemberNotFound: they are nobody's.
        IdentitiesDiffer: they belong to several members, which the refusal names.
    """
    owners = await load_owners(connection, book_id, identifiers)
    members = sorted(set(owners.values()))
    if not members:
        raise MemberNotFound("no member has one of these identifiers")
    if len(members) > 1:
        raise IdentitiesDiffer(f"they belong to {len(members)} members", members=members)
    return members[0], sorted({each.kind for each in owners})
