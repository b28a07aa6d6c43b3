"""What a brand says of its members: who they are, and what decides on their rights."""

from collections.abc import Sequence
from typing import Any, cast

from litestar import Response, delete, get, post, put
from litestar.params import FromPath, JSONBody, RawBody
from sqlalchemy.ext.asyncio import AsyncConnection

from api.http.acting import ProgrammeInPath, member_in_path, own_programme
from api.http.auth import BRAND, CHANGES, SLOW, Call, context_of, require_tokens
from api.http.batches import answer_each_once, read_items
from api.http.bodies import require_no_members
from api.http.copying import Copier
from api.http.deeds import changing, note_change
from api.http.idempotency import answer_once
from api.http.problems import invalid_at
from api.http.schemas.profiles import (
    DeclaredTagAnswer,
    DeclaredTagsAnswer,
    DeclaredTagsBody,
    DeclaredTierAnswer,
    DeclaredTiersAnswer,
    DeclaredTiersBody,
    ForgottenAnswer,
    IdentifierAnswer,
    IdentifierBody,
    ProfileAnswer,
    ProfileBody,
    ProfileItem,
    ProfilesAnswer,
    ProfilesBody,
    ResolveBody,
    ResolvedAnswer,
    TagBody,
    TagOfMemberAnswer,
    TagsBody,
)
from catalog.members import (
    NO_BIRTHDAY,
    Description,
    Digester,
    KnownIdentifier,
    KnownTag,
    Profile,
    Tag,
    TagGrant,
    Tier,
    TierGrant,
    declare_tags,
    declare_tiers,
    describe_member,
    drop_identifiers_of,
    find_profile,
    forget_members,
    load_tags,
    load_tiers,
    resolve,
)
from exchange.coupons import forget_accounts
from exchange.earning import forget_earning
from ledger import JSON, read_clock
from ledger.asks import MemberMerged
from ledger.book import Programme
from ledger.read import balance, heirs, names_of

TAGS = ["members"]

_render_identifier = Copier(IdentifierAnswer, KnownIdentifier)
_render_tag = Copier(TagOfMemberAnswer, KnownTag)
_render_declared_tag = Copier(DeclaredTagAnswer, Tag)
_render_declared_tier = Copier(DeclaredTierAnswer, Tier)


def _description(data: ProfileBody, digester: Digester) -> Description:
    """What a body says.

    Raises:
        IdentifierInvalid: a value has not the form of its kind.
        RequestInvalid: `set` is not alone.
    """
    said, tags = data.model_fields_set, data.tags or TagsBody()
    if tags.set is not None and (tags.add or tags.remove):
        raise invalid_at("/tags/set", "Input should stand alone, without add and remove")
    tier = None
    if "tier" in said:
        tier = (
            TierGrant(None)
            if data.tier is None
            else TierGrant(data.tier.code, data.tier.valid_from, data.tier.valid_until)
        )
    birthday = (data.birthday or NO_BIRTHDAY) if "birthday" in said else None
    return Description(
        identifiers=tuple(_identified(each, digester) for each in data.identifiers),
        tags=None if tags.set is None else _granted(tags.set),
        tags_added=_granted(tags.add),
        tags_removed=tuple(tags.remove),
        tier=tier,
        birthday=birthday,
        rights_by_third_party=data.consents.rights_by_third_party if data.consents else None,
        contact=data.consents.contact if data.consents else None,
    )


def _granted(tags: Sequence[TagBody]) -> tuple[TagGrant, ...]:
    return tuple(TagGrant(each.tag, each.until, each.origin) for each in tags)


def _identified(data: IdentifierBody, digester: Digester) -> Any:
    return digester.identify(data.kind, data.value)


def _render(profile: Profile, now: Any, merged_into: str | None = None) -> ProfileAnswer:
    tier = profile.tier(now)
    return {
        "member": profile.member,
        "merged_into": merged_into,
        "identifiers": [_render_identifier(each) for each in profile.identifiers],
        "tags": [_render_tag(each) for each in profile.tags if each.holds(now)],
        "tier": None
        if tier is None
        else {"code": tier.tier, "valid_from": tier.begin, "valid_until": tier.end},
        "birthday": profile.birthday,
        "consents": {
            "rights_by_third_party": profile.rights_by_third_party,
            "contact": profile.contact,
        },
        "first_seen": profile.first_seen,
    }


def _keyed(raw: JSON, digester: Digester) -> JSON:
    """A body as its fingerprint covers it.

    The fingerprint is stored for good, and a phone number in it could be found out. So digests
    stand for the values of identifiers.
    """
    identifiers = raw.get("identifiers") or []
    return {
        **raw,
        "identifiers": [
            {**each, "value": digester.digest(each["kind"], each["value"]).hex()}
            for each in identifiers
        ],
    }


async def _describe(
    connection: AsyncConnection, programme: Programme, member: str, said: Description
) -> ProfileAnswer:
    now = await read_clock(connection)
    return _render(await describe_member(connection, programme, member, said, now), now)


@put("/v1/programmes/{programme:str}/members/{member:str}", guards=[BRAND], opt=CHANGES, tags=TAGS)
async def put_profile(
    request: Call, code: ProgrammeInPath, member: FromPath[str], data: JSONBody[ProfileBody]
) -> Response[ProfileAnswer]:
    """Say what the brand knows of a member, who need not have points yet.

    Only what is named changes. Identifiers are added.
    """
    programme, named = await own_programme(request, code), member_in_path(member)
    digester = await context_of(request).data_keys.digester(programme.book_id)

    async def act(connection: AsyncConnection) -> JSON:
        return await _describe(connection, programme, named, _description(data, digester))

    return await answer_once(
        request,
        context_of(request).database,
        act,
        status=200,
        book_id=programme.book_id,
        read_body=lambda raw: _keyed(raw, digester),
    )


@post(
    "/v1/programmes/{programme:str}/members",
    guards=[BRAND],
    status_code=200,
    opt={"body": ProfilesBody, **SLOW},
    tags=TAGS,
)
async def put_profiles(
    request: Call, code: ProgrammeInPath, body: RawBody
) -> Response[ProfilesAnswer]:
    """Say what the brand knows of up to 1,000 members, each with its own key."""
    programme = await own_programme(request, code)
    digester = await context_of(request).data_keys.digester(programme.book_id)
    items = read_items(body, "members", ProfileItem)
    await require_tokens(request, len(items))

    async def act(connection: AsyncConnection, item: ProfileItem) -> dict[str, JSON]:
        said = _description(item, digester)
        return cast("dict[str, JSON]", await _describe(connection, programme, item.member, said))

    return await answer_each_once(
        request,
        context_of(request).database,
        items,
        act,
        book_id=programme.book_id,
        read_body=lambda raw: _keyed(raw, digester),
    )


@get("/v1/programmes/{programme:str}/members/{member:str}/profile", guards=[BRAND], tags=TAGS)
async def profile(request: Call, code: ProgrammeInPath, member: FromPath[str]) -> ProfileAnswer:
    """What is stored of a member beside its points."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        found = await find_profile(connection, programme.book_id, member_in_path(member))
        merged = await heirs(connection, programme, [member])
        return _render(found, await read_clock(connection), merged.get(member))


@post("/v1/programmes/{programme:str}/resolve", guards=[BRAND], status_code=200, tags=TAGS)
async def resolve_member(
    request: Call, code: ProgrammeInPath, data: JSONBody[ResolveBody]
) -> ResolvedAnswer:
    """Find the member whom identifiers belong to. Nothing is changed, so no key is needed."""
    programme = await own_programme(request, code)
    digester = await context_of(request).data_keys.digester(programme.book_id)
    wanted = [_identified(each, digester) for each in data.identifiers]
    async with context_of(request).database.transaction() as connection:
        member, matched = await resolve(connection, programme.book_id, wanted)
    return cast("ResolvedAnswer", {"member": member, "matched": matched})


@delete(
    "/v1/programmes/{programme:str}/members/{member:str}/identifiers", guards=[BRAND], tags=TAGS
)
async def remove_identifiers(request: Call, code: ProgrammeInPath, member: FromPath[str]) -> None:
    """Forget how a member is known elsewhere. Other members may have these identifiers then."""
    programme, named = await own_programme(request, code), member_in_path(member)
    async with changing(request, context_of(request).database) as connection:
        await find_profile(connection, programme.book_id, named)
        await drop_identifiers_of(connection, programme.book_id, named)
        await note_change(request, connection, None)


@post(
    "/v1/programmes/{programme:str}/members/{member:str}/forget",
    guards=[BRAND],
    opt=CHANGES,
    status_code=200,
    tags=TAGS,
)
async def forget(
    request: Call, code: ProgrammeInPath, member: FromPath[str]
) -> Response[ForgottenAnswer]:
    """Forget all that is said of a member, and its accounts at suppliers.

    Points, coupons and their history stay under the reference. Orders that were not sent to their
    supplier yet fail, and their points return.
    """
    await require_no_members(request)
    programme, named = await own_programme(request, code), member_in_path(member)

    async def act(connection: AsyncConnection) -> JSON:
        into = (await heirs(connection, programme, [named])).get(named)
        if into is not None:
            raise MemberMerged(f"the member was merged into {into!r}", into=into)
        names = await names_of(connection, programme, named)
        forgotten = await forget_members(connection, programme.book_id, names)
        if not forgotten.described:
            # Nothing was ever said of it. Then it has points at least, or is misspelt.
            await balance(connection, programme, named, await read_clock(connection))
        await forget_earning(connection, programme.book_id, names, forgotten.digests)
        wiped = await forget_accounts(connection, programme.book_id, names)
        return {"member": named, "accounts_wiped": wiped}

    return await answer_once(
        request, context_of(request).database, act, status=200, book_id=programme.book_id
    )


@put("/v1/programmes/{programme:str}/tags", guards=[BRAND], tags=TAGS)
async def put_tags(
    request: Call, code: ProgrammeInPath, data: JSONBody[DeclaredTagsBody]
) -> DeclaredTagsAnswer:
    """State all tags that members of the programme may have.

    One that is left out goes, unless a member has it.
    """
    programme = await own_programme(request, code)
    stated = [Tag(each.code, each.label) for each in data.tags]
    async with changing(request, context_of(request).database) as connection:
        tags = await declare_tags(connection, programme.book_id, stated)
        await note_change(request, connection, None)
    return {"tags": [_render_declared_tag(each) for each in tags]}


@get("/v1/programmes/{programme:str}/tags", guards=[BRAND], tags=TAGS)
async def tags_of_programme(request: Call, code: ProgrammeInPath) -> DeclaredTagsAnswer:
    """The tags that members of the programme may have."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        tags = await load_tags(connection, programme.book_id)
    return {"tags": [_render_declared_tag(each) for each in tags]}


@put("/v1/programmes/{programme:str}/tiers", guards=[BRAND], tags=TAGS)
async def put_tiers(
    request: Call, code: ProgrammeInPath, data: JSONBody[DeclaredTiersBody]
) -> DeclaredTiersAnswer:
    """State all tiers that members of the programme may have.

    One that is left out goes, unless a member has it, had it or will have it.
    """
    programme = await own_programme(request, code)
    stated = [Tier(each.code, each.label, each.rank) for each in data.tiers]
    async with changing(request, context_of(request).database) as connection:
        tiers = await declare_tiers(connection, programme.book_id, stated)
        await note_change(request, connection, None)
    return {"tiers": [_render_declared_tier(each) for each in tiers]}


@get("/v1/programmes/{programme:str}/tiers", guards=[BRAND], tags=TAGS)
async def tiers_of_programme(request: Call, code: ProgrammeInPath) -> DeclaredTiersAnswer:
    """The tiers that members of the programme may have."""
    programme = await own_programme(request, code)
    async with context_of(request).database.transaction() as connection:
        tiers = await load_tiers(connection, programme.book_id)
    return {"tiers": [_render_declared_tier(each) for each in tiers]}


ROUTES = [
    put_profile,
    put_profiles,
    profile,
    resolve_member,
    remove_identifiers,
    forget,
    put_tags,
    tags_of_programme,
    put_tiers,
    tiers_of_programme,
]
