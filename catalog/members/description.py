"""What is said of a member, and the member after it: pure, once it is known what is stored."""

import calendar
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from catalog.fields import require_name, require_period, require_time
from catalog.members.declared import TagUnknown, TierUnknown
from catalog.members.identifiers import Identifier
from catalog.members.profile import KnownIdentifier, KnownTag, Profile
from catalog.members.tiers import is_from_now, with_tier
from ledger import Refusal

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


def require_said(said: Description, now: datetime) -> None:
    """Check what needs no look at the database."""
    if said.birthday:
        require_birthday(said.birthday)
    for each in said.granted:
        require_name(each.origin, "origin", ORIGIN_LENGTH_MAX)
        require_period(now, each.until, "tag")
    if said.tier is not None:
        begin = said.tier.begin or now
        require_time(begin, "from")
        require_period(begin, said.tier.end, "tier")


def require_birthday(birthday: str) -> None:
    """Raise BirthdayInvalid unless it is a month and a day of the calendar."""
    found = _BIRTHDAY.fullmatch(birthday)
    if found is None or not (
        1 <= int(found[2]) <= calendar.monthrange(_LEAP_YEAR, int(found[1]))[1]
    ):
        raise BirthdayInvalid("a birthday is a month and a day, like 02-29", field="birthday")


def require_declared(said: Description, tags: set[str], tiers: set[str]) -> None:
    """Raise TagUnknown or TierUnknown if one of them is not declared."""
    unknown = sorted({each.tag for each in said.granted} - tags)
    if unknown:
        raise TagUnknown(f"the programme has not declared {unknown[0]}", tag=unknown[0])
    tier = None if said.tier is None else said.tier.tier
    if tier is not None and tier not in tiers:
        raise TierUnknown(f"the programme has not declared {tier}", tier=tier)


def described(
    profile: Profile, said: Description, owners: Mapping[Identifier, str], now: datetime
) -> Profile:
    """The profile with what was said of it."""
    tiers = profile.tiers
    grant = said.tier
    if grant is not None and not (
        grant.begin is None and is_from_now(tiers, grant.tier, now, grant.end)
    ):
        tiers = with_tier(tiers, grant.tier, grant.begin or now, grant.end)
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
