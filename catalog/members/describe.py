"""A brand says what it knows of members: identifiers, tags, tier, birthday, consents.

Any number of members at once, by the same number of statements. One that is refused never fails the
others, and nothing of it is stored.

    rows        members that are new get a row; then all rows are locked, in order of member
    merged      the ledger says which of them were merged into others
    identifiers are inserted where nobody has them; then it is read whose they are
    declared    tags and tiers are looked up, and shared until the end
    decided     in Python, member after member
    stored      what has changed

Races: a merge locks the same rows in the same order before it moves what belongs to them
(`carry`). So a description is stored before the merge, and moves, or it is refused. An identifier
is inserted under its key (book, kind, digest), in order of kind and digest: of two members who
claim it at once, one waits for the other's end and then finds that it is taken.
"""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import require_name, require_period, require_time
from catalog.members import written
from catalog.members.declared import TagUnknown, TierUnknown, share_tags, share_tiers
from catalog.members.identifiers import Identifier
from catalog.members.profile import (
    KnownIdentifier,
    KnownTag,
    Profile,
    load_owners,
    load_profiles,
)
from catalog.members.tiers import with_tier
from ledger import Refusal
from ledger.asks import MemberMerged
from ledger.book import Programme
from ledger.read import heirs

IDENTIFIERS_MAX = 16
TAGS_MAX = 64
ORIGIN_LENGTH_MAX = 40
ORIGIN_DEFAULT = "brand"
NO_BIRTHDAY = ""
_BIRTHDAY = re.compile(r"(0[1-9]|1[0-2])-([0-3][0-9])")
_LEAP_YEAR = 2000


class IdentifierTaken(Refusal):
    """The identifier is another member's. The refusal names that member."""

    code: ClassVar[str] = "identifier-taken"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The identifier belongs to another member."


class IdentifierLimit(Refusal):
    """The member would have too many identifiers."""

    code: ClassVar[str] = "identifier-limit"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member would have too many identifiers."


class TagLimit(Refusal):
    """The member would have too many tags."""

    code: ClassVar[str] = "tag-limit"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The member would have too many tags."


class BirthdayInvalid(Refusal):
    """A birthday is not a month and a day that exist."""

    code: ClassVar[str] = "birthday-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The birthday is not a month and a day of the calendar."


@dataclass(frozen=True, slots=True)
class TagGrant:
    """A tag that a member gets, from now until before `until`. `origin` is who says so."""

    tag: str
    until: datetime | None = None
    origin: str = ORIGIN_DEFAULT


@dataclass(frozen=True, slots=True)
class TierGrant:
    """The tier of a member from `begin` (None: from now) until before `end`. None: no tier."""

    tier: str | None
    begin: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """What is to be changed of a member. What is None or empty stays as it is.

    `tags` takes the place of all tags. NO_BIRTHDAY takes the birthday away.
    """

    identifiers: tuple[Identifier, ...] = ()
    tags: tuple[TagGrant, ...] | None = None
    tags_added: tuple[TagGrant, ...] = ()
    tags_removed: tuple[str, ...] = ()
    tier: TierGrant | None = None
    birthday: str | None = None
    rights_by_third_party: bool | None = None
    contact: bool | None = None

    @property
    def granted(self) -> tuple[TagGrant, ...]:
        """The tags that the member is to have."""
        return (*(self.tags or ()), *self.tags_added)


async def describe_members(
    connection: AsyncConnection,
    programme: Programme,
    descriptions: Mapping[str, Description],
    now: datetime,
) -> dict[str, Profile | Refusal]:
    """Store what a brand says of its members. Answers each with its profile, or why it is refused.

    Refusals, in the order they are checked: birthday-invalid, period-backwards, name-invalid,
    member-merged, tag-unknown, tier-unknown, identifier-taken, identifier-limit, tag-limit. Up to
    fifteen round trips, whatever the number of members.
    """
    book_id, answers = programme.book_id, dict[str, Profile | Refusal]()
    for member, each in descriptions.items():
        try:
            _require(each, now)
        except Refusal as refusal:
            answers[member] = refusal
    wanted = {member: each for member, each in descriptions.items() if member not in answers}
    if not wanted:
        return answers
    new = await written.lock_members(connection, book_id, wanted, now)
    merged = await heirs(connection, programme, wanted)
    claims = {each: member for member, said in wanted.items() for each in said.identifiers}
    claims = {each: member for each, member in claims.items() if member not in merged}
    fresh = await written.claim(connection, book_id, claims, now)
    owners = await load_owners(connection, book_id, claims) if claims else {}
    owners = {each: member for each, member in owners.items() if each not in fresh}
    known_tags = await share_tags(
        connection, book_id, {tag.tag for each in wanted.values() for tag in each.granted}
    )
    grants = [each.tier for each in wanted.values() if each.tier is not None]
    known_tiers = await share_tiers(
        connection, book_id, {each.tier for each in grants if each.tier is not None}
    )
    before = await load_profiles(connection, book_id, wanted)
    changes = written.Changes()
    for member, each in wanted.items():
        profile = before[member]
        # What this transaction has claimed is nobody's until its member is decided.
        profile.identifiers = [
            one for one in profile.identifiers if Identifier(one.kind, one.digest, "") not in fresh
        ]
        try:
            if member in merged:
                into = merged[member]
                raise MemberMerged(f"the member was merged into {into!r}", into=into)
            _require_declared(each, known_tags, known_tiers)
            after = _described(profile, each, owners, now)
        except Refusal as refusal:
            answers[member] = refusal
            continue
        owners |= dict.fromkeys(each.identifiers, member)
        changes.add(profile, after)
        answers[member] = after
    refused = {member for member in wanted if isinstance(answers[member], Refusal)}
    await written.settle_claims(connection, book_id, claims, fresh, owners)
    await written.store(connection, book_id, changes)
    await written.drop_members(connection, book_id, new & refused)
    return {member: answers[member] for member in descriptions}


async def describe_member(
    connection: AsyncConnection,
    programme: Programme,
    member: str,
    description: Description,
    now: datetime,
) -> Profile:
    """Store what a brand says of one member, as `describe_members` does.

    Raises:
        Refusal: one of those that `describe_members` names. The caller rolls back.
    """
    made = (await describe_members(connection, programme, {member: description}, now))[member]
    if isinstance(made, Refusal):
        raise made
    return made


def _require(said: Description, now: datetime) -> None:
    """Check what needs no look at the database."""
    if said.birthday:
        _require_birthday(said.birthday)
    for each in said.granted:
        require_name(each.origin, "origin", ORIGIN_LENGTH_MAX)
        require_period(now, each.until, "tag")
    if said.tier is not None:
        begin = said.tier.begin or now
        require_time(begin, "from")
        require_period(begin, said.tier.end, "tier")


def _require_birthday(birthday: str) -> None:
    found = _BIRTHDAY.fullmatch(birthday)
    if found is None or not (
        1 <= int(found[2]) <= calendar.monthrange(_LEAP_YEAR, int(found[1]))[1]
    ):
        raise BirthdayInvalid("a birthday is a month and a day, like 02-29", field="birthday")


def _require_declared(said: Description, tags: set[str], tiers: set[str]) -> None:
    unknown = sorted({each.tag for each in said.granted} - tags)
    if unknown:
        raise TagUnknown(f"the programme has not declared {unknown[0]}", tag=unknown[0])
    tier = None if said.tier is None else said.tier.tier
    if tier is not None and tier not in tiers:
        raise TierUnknown(f"the programme has not declared {tier}", tier=tier)


def _described(
    profile: Profile, said: Description, owners: Mapping[Identifier, str], now: datetime
) -> Profile:
    """The profile with what was said of it."""
    tiers = profile.tiers
    if said.tier is not None:
        tiers = with_tier(tiers, said.tier.tier, said.tier.begin or now, said.tier.end)
    birthday = profile.birthday if said.birthday is None else said.birthday or None
    return replace(
        profile,
        identifiers=_identified(profile, said.identifiers, owners, now),
        tags=_tagged(profile.tags, said, now),
        tiers=tiers,
        birthday=birthday,
        rights_by_third_party=_or(said.rights_by_third_party, profile.rights_by_third_party),
        contact=_or(said.contact, profile.contact),
    )


def _or(said: bool | None, before: bool | None) -> bool | None:  # noqa: FBT001 - values, no flags
    return before if said is None else said


def _identified(
    profile: Profile,
    wanted: Sequence[Identifier],
    owners: Mapping[Identifier, str],
    now: datetime,
) -> list[KnownIdentifier]:
    found = list(profile.identifiers)
    for each in dict.fromkeys(wanted):
        owner = owners.get(each)
        if owner is None:
            found.append(KnownIdentifier(each.kind, each.tail, now, each.digest))
        elif owner != profile.member:
            raise IdentifierTaken(
                f"the {each.kind} is another member's", kind=each.kind, member=owner
            )
    if len(found) > max(IDENTIFIERS_MAX, len(profile.identifiers)):
        raise IdentifierLimit(f"a member has at most {IDENTIFIERS_MAX} identifiers")
    return sorted(found, key=lambda each: (each.since, each.kind, each.digest))


def _tagged(before: Sequence[KnownTag], said: Description, now: datetime) -> list[KnownTag]:
    """The tags after a change. Those whose time is over go, and one that goes on keeps its begin.

    A merge may have left more than TAGS_MAX. Then the member gets no more until there are fewer.
    """
    if said.tags is None and not said.tags_added and not said.tags_removed:
        return list(before)
    live = {each.tag: each for each in before if each.until is None or now < each.until}
    kept = {} if said.tags is not None else dict(live)
    for each in said.granted:
        since = live[each.tag].since if each.tag in live else now
        kept[each.tag] = KnownTag(each.tag, each.origin, since, each.until)
    for tag in said.tags_removed:
        kept.pop(tag, None)
    if len(kept) > max(TAGS_MAX, len(live)):
        raise TagLimit(f"a member has at most {TAGS_MAX} tags")
    return [kept[tag] for tag in sorted(kept)]
