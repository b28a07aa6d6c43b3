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

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members import written
from catalog.members.declared import load_tags, load_tiers, share_tags, share_tiers
from catalog.members.description import (
    Description,
    described,
    require_declared,
    require_said,
)
from catalog.members.identifiers import Identifier
from catalog.members.profile import Profile, load_owners, load_profiles
from ledger import Refusal
from ledger.asks import MemberMerged
from ledger.book import Programme
from ledger.read import heirs

Change = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Described:
    """A member as it is after a description, and what the description has changed."""

    profile: Profile
    change: Change


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of the members and the programme when a description is decided.

    `claims` are the identifiers that are said, `fresh` those that nobody has, and `owners` has the
    others.
    """

    new: Collection[str]
    merged: Mapping[str, str]
    claims: Mapping[Identifier, str]
    fresh: Collection[Identifier]
    owners: Mapping[Identifier, str]
    tags: set[str]
    tiers: set[str]
    before: Mapping[str, Profile]


async def put_members(
    connection: AsyncConnection,
    programme: Programme,
    descriptions: Mapping[str, Description],
    now: datetime,
) -> dict[str, Described | Refusal]:
    """Store what a brand says of its members. Answers what it changed, or why it is refused.

    Refusals, in the order they are checked: birthday-invalid, period-backwards, name-invalid,
    member-merged, tag-unknown, tier-unknown, identifier-taken, identifier-limit, tag-limit. Up to
    fifteen round trips, whatever the number of members.
    """
    book_id = programme.book_id
    answers, wanted = _checked(descriptions, now)
    if not wanted:
        return answers
    new = await written.lock_members(connection, book_id, wanted, now)
    merged = await heirs(connection, programme, wanted)
    claims = _claims(wanted, merged)
    fresh = await written.claim(connection, book_id, claims, now)
    taken = [each for each in claims if each not in fresh]
    owners = await load_owners(connection, book_id, taken) if taken else {}
    tags = await share_tags(connection, book_id, _tags_of(wanted))
    tiers = await share_tiers(connection, book_id, _tiers_of(wanted))
    before = await load_profiles(connection, book_id, wanted, wanted.keys() - new)
    known = _Known(new, merged, claims, fresh, owners, tags, tiers, before)
    decided, owners, changes = _decide(wanted, known, now)
    refused = {member for member in new if isinstance(decided[member], Refusal)}
    await written.settle_claims(connection, book_id, claims, fresh, owners)
    await written.store(connection, book_id, changes)
    await written.drop_members(connection, book_id, refused)
    answers |= decided
    return {member: answers[member] for member in descriptions}


async def plan_members(
    connection: AsyncConnection,
    programme: Programme,
    descriptions: Mapping[str, Description],
    now: datetime,
) -> dict[str, Described | Refusal]:
    """What `put_members` would answer. Nothing is locked or changed. Up to eight round trips."""
    book_id = programme.book_id
    answers, wanted = _checked(descriptions, now)
    if not wanted:
        return answers
    merged = await heirs(connection, programme, wanted)
    claims = _claims(wanted, merged)
    owners = await load_owners(connection, book_id, claims) if claims else {}
    tags = _tags_of(wanted) and {each.code for each in await load_tags(connection, book_id)}
    tiers = _tiers_of(wanted) and {each.code for each in await load_tiers(connection, book_id)}
    before = await load_profiles(connection, book_id, wanted)
    new = wanted.keys() - before
    before |= {member: Profile(member, now) for member in new}
    fresh = claims.keys() - owners
    decided, _, _ = _decide(
        wanted, _Known(new, merged, claims, fresh, owners, tags, tiers, before), now
    )
    answers |= decided
    return {member: answers[member] for member in descriptions}


async def describe_members(
    connection: AsyncConnection,
    programme: Programme,
    descriptions: Mapping[str, Description],
    now: datetime,
) -> dict[str, Profile | Refusal]:
    """Store what a brand says of its members, as `put_members` does. Answers their profiles."""
    made = await put_members(connection, programme, descriptions, now)
    return {
        member: each.profile if isinstance(each, Described) else each
        for member, each in made.items()
    }


async def describe_member(
    connection: AsyncConnection,
    programme: Programme,
    member: str,
    description: Description,
    now: datetime,
) -> Profile:
    """Store what a brand says of one member, as `put_members` does.

    Raises:
        Refusal: one of those that `put_members` names. The caller rolls back.
    """
    made = (await put_members(connection, programme, {member: description}, now))[member]
    if isinstance(made, Refusal):
        raise made
    return made.profile


def _checked(
    descriptions: Mapping[str, Description], now: datetime
) -> tuple[dict[str, Described | Refusal], dict[str, Description]]:
    """The refusals of those that need no look at the database, and the others."""
    answers: dict[str, Described | Refusal] = {}
    for member, each in descriptions.items():
        try:
            require_said(each, now)
        except Refusal as refusal:
            answers[member] = refusal
    return answers, {name: each for name, each in descriptions.items() if name not in answers}


def _claims(wanted: Mapping[str, Description], merged: Collection[str]) -> dict[Identifier, str]:
    """The identifiers that are said, with their members. One that was merged has none."""
    return {
        each: member
        for member, said in wanted.items()
        if member not in merged
        for each in said.identifiers
    }


def _tags_of(wanted: Mapping[str, Description]) -> set[str]:
    return {tag.tag for each in wanted.values() for tag in each.granted}


def _tiers_of(wanted: Mapping[str, Description]) -> set[str]:
    grants = [each.tier for each in wanted.values() if each.tier is not None]
    return {each.tier for each in grants if each.tier is not None}


def _decide(
    wanted: Mapping[str, Description], known: _Known, now: datetime
) -> tuple[dict[str, Described | Refusal], dict[Identifier, str], written.Changes]:
    """Decide member after member: the answers, whose each identifier is then, what is to store."""
    answers: dict[str, Described | Refusal] = {}
    owners, changes = dict(known.owners), written.Changes()
    for member, each in wanted.items():
        profile = known.before[member]
        if profile.identifiers:
            # What this transaction has claimed is nobody's until its member is decided.
            profile.identifiers = [
                one
                for one in profile.identifiers
                if Identifier(one.kind, one.digest, "") not in known.fresh
            ]
        try:
            if member in known.merged:
                into = known.merged[member]
                raise MemberMerged(f"the member was merged into {into!r}", into=into)
            require_declared(each, known.tags, known.tiers)
            after = described(profile, each, owners, now)
        except Refusal as refusal:
            answers[member] = refusal
            continue
        owners |= dict.fromkeys(each.identifiers, member)
        changes.add(profile, after)
        change: Change = "unchanged" if after == profile else "updated"
        answers[member] = Described(after, "created" if member in known.new else change)
    return answers, owners, changes
