"""The tags and tiers of a programme: declared first, so that a misspelt one is refused.

A declaration states the whole list. What is left out goes, unless a member has it, or a price rule
or an access in force names it.

Races: who declares locks the rows that go, in order of code, and then looks for what uses them. Who
gives a tag or a tier to a member, or names it in a condition, shares the lock of its row until the
end. So either sees what the other has done.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from sqlalchemy import TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, INTEGER, TEXT
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import CODE_LENGTH_MAX, INTEGER_MAX, SLUG_PATTERN, is_whole, require_name
from ledger import Refusal

TAG_CLASSES = ("behaviour", "brand", "product", "platform")
TAGS_DECLARED_MAX = 500
TIERS_DECLARED_MAX = 50
DECLARED_LABEL_LENGTH_MAX = 100
TAG_PATTERN = rf"(?:{'|'.join(TAG_CLASSES)}):{SLUG_PATTERN}"
_TAG = re.compile(TAG_PATTERN)
_TIER = re.compile(SLUG_PATTERN)


class TagInvalid(Refusal):
    """A tag is not a class and a slug, or a list of tags is too long or names one twice."""

    code: ClassVar[str] = "tag-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The tags are not of the form class:slug, too many, or named twice."


class TagUnknown(Refusal):
    """The programme has not declared such a tag."""

    code: ClassVar[str] = "tag-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The programme has not declared this tag."


class TagInUse(Refusal):
    """A tag is left out of the declaration that members have, or that a condition names."""

    code: ClassVar[str] = "tag-in-use"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A tag that the declaration leaves out is in use."


class TierInvalid(Refusal):
    """A tier is not a slug, or a list of tiers is too long or names one twice."""

    code: ClassVar[str] = "tier-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The tiers are not slugs with a rank, too many, or named twice."


class TierUnknown(Refusal):
    """The programme has not declared such a tier."""

    code: ClassVar[str] = "tier-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The programme has not declared this tier."


class TierInUse(Refusal):
    """A tier is left out of the declaration that members have or had, or a condition names."""

    code: ClassVar[str] = "tier-in-use"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A tier that the declaration leaves out is in use."


@dataclass(frozen=True, slots=True)
class Tag:
    """A declared tag, such as `brand:coffee`."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Tier:
    """A declared tier. A higher `rank` is a better tier."""

    code: str
    label: str
    rank: int


_CODES = bindparam("codes", type_=ARRAY(TEXT))

_TAGS = text("SELECT code, label FROM catalog.tag WHERE book_id = :book_id ORDER BY code")
_TIERS = text(
    "SELECT code, label, rank FROM catalog.tier WHERE book_id = :book_id ORDER BY rank, code"
)
_LOCK_OTHER_TAGS = text(
    """
    SELECT code FROM catalog.tag WHERE book_id = :book_id AND code <> ALL (:codes)
    ORDER BY code FOR UPDATE
    """
).bindparams(_CODES)
_LOCK_OTHER_TIERS = text(
    """
    SELECT code FROM catalog.tier WHERE book_id = :book_id AND code <> ALL (:codes)
    ORDER BY code FOR UPDATE
    """
).bindparams(_CODES)
# The conditions of price rules that are in force or will be, and of the access to offers.
_CONDITIONS = """
    SELECT r.who FROM catalog.price_rule AS r
    WHERE r.book_id = :book_id AND r.ended_at IS NULL
        AND (r.valid_until IS NULL OR r.valid_until > clock_timestamp())
    UNION ALL
    SELECT a.open_to FROM catalog.offer_access AS a
    WHERE a.book_id = :book_id AND a.version = (
        SELECT max(b.version) FROM catalog.offer_access AS b
        WHERE b.book_id = :book_id AND b.offer_id = a.offer_id
    )
"""
_TAG_IN_USE = text(
    f"""
    WITH conditions AS ({_CONDITIONS})
    SELECT code FROM unnest(:codes) AS t(code)
    WHERE EXISTS (
        SELECT FROM catalog.member_tag WHERE book_id = :book_id AND member_tag.tag = t.code
    ) OR EXISTS (
        SELECT FROM conditions
        WHERE who->'tags_any' @> to_jsonb(t.code) OR who->'tags_all' @> to_jsonb(t.code)
            OR who->'tags_none' @> to_jsonb(t.code)
    )
    ORDER BY code LIMIT 1
    """
).bindparams(_CODES)
_TIER_IN_USE = text(
    f"""
    WITH conditions AS ({_CONDITIONS})
    SELECT code FROM unnest(:codes) AS t(code)
    WHERE EXISTS (
        SELECT FROM catalog.member_tier WHERE book_id = :book_id AND member_tier.tier = t.code
    ) OR EXISTS (
        SELECT FROM conditions WHERE who->'tiers' @> to_jsonb(t.code)
    )
    ORDER BY code LIMIT 1
    """
).bindparams(_CODES)
_DROP_TAGS = text(
    "DELETE FROM catalog.tag WHERE book_id = :book_id AND code = ANY (:codes)"
).bindparams(_CODES)
_DROP_TIERS = text(
    "DELETE FROM catalog.tier WHERE book_id = :book_id AND code = ANY (:codes)"
).bindparams(_CODES)
_PUT_TAGS = text(
    """
    INSERT INTO catalog.tag (book_id, code, label)
    SELECT :book_id, code, label FROM unnest(:codes, :labels) AS t(code, label) ORDER BY code
    ON CONFLICT (book_id, code) DO UPDATE SET label = excluded.label
    """
).bindparams(_CODES, bindparam("labels", type_=ARRAY(TEXT)))
_PUT_TIERS = text(
    """
    INSERT INTO catalog.tier (book_id, code, label, rank)
    SELECT :book_id, code, label, rank FROM unnest(:codes, :labels, :ranks) AS t(code, label, rank)
    ORDER BY code
    ON CONFLICT (book_id, code) DO UPDATE SET label = excluded.label, rank = excluded.rank
    """
).bindparams(
    _CODES, bindparam("labels", type_=ARRAY(TEXT)), bindparam("ranks", type_=ARRAY(INTEGER))
)
_SHARE_TAGS = text(
    """
    SELECT code FROM catalog.tag WHERE book_id = :book_id AND code = ANY (:codes)
    ORDER BY code FOR KEY SHARE
    """
).bindparams(_CODES)
_SHARE_TIERS = text(
    """
    SELECT code FROM catalog.tier WHERE book_id = :book_id AND code = ANY (:codes)
    ORDER BY code FOR KEY SHARE
    """
).bindparams(_CODES)


def require_tag(code: str) -> None:
    """Raise TagInvalid unless `code` is a class and a slug, like `brand:coffee`."""
    if len(code) > CODE_LENGTH_MAX or not _TAG.fullmatch(code):
        raise TagInvalid(
            f"a tag is one of {', '.join(TAG_CLASSES)}, a colon and a slug,"
            f" at most {CODE_LENGTH_MAX} characters",
            field="tag",
        )


async def declare_tags(connection: AsyncConnection, book_id: int, tags: Sequence[Tag]) -> list[Tag]:
    """State the whole list of a programme's tags. Up to five round trips.

    Raises:
        TagInvalid, NameInvalid: the list is malformed.
        TagInUse: a tag is left out that a member has, or that a price or an access in force names.
    """
    if len(tags) > TAGS_DECLARED_MAX or len({each.code for each in tags}) < len(tags):
        raise TagInvalid(f"a programme has up to {TAGS_DECLARED_MAX} tags, each once", field="tags")
    for each in tags:
        require_tag(each.code)
        require_name(each.label, "label", DECLARED_LABEL_LENGTH_MAX)
    codes = [each.code for each in tags]
    gone = await _locked(connection, _LOCK_OTHER_TAGS, book_id, codes)
    if gone:
        used = await _locked(connection, _TAG_IN_USE, book_id, gone)
        if used:
            raise TagInUse(f"a member has, or a price or an access names {used[0]}", tag=used[0])
        await connection.execute(_DROP_TAGS, {"book_id": book_id, "codes": gone})
    labels = [each.label for each in tags]
    await connection.execute(_PUT_TAGS, {"book_id": book_id, "codes": codes, "labels": labels})
    return await load_tags(connection, book_id)


async def declare_tiers(
    connection: AsyncConnection, book_id: int, tiers: Sequence[Tier]
) -> list[Tier]:
    """State the whole list of a programme's tiers. Up to five round trips.

    Raises:
        TierInvalid, NameInvalid: the list is malformed.
        TierInUse: a tier is left out that a member has, had or will have, or that a price or an
            access in force names.
    """
    if len(tiers) > TIERS_DECLARED_MAX or len({each.code for each in tiers}) < len(tiers):
        raise TierInvalid(
            f"a programme has up to {TIERS_DECLARED_MAX} tiers, each once", field="tiers"
        )
    for each in tiers:
        if len(each.code) > CODE_LENGTH_MAX or not _TIER.fullmatch(each.code):
            raise TierInvalid(f"a tier is a slug of at most {CODE_LENGTH_MAX} characters")
        if not is_whole(each.rank, 0, INTEGER_MAX):
            raise TierInvalid("a rank is a whole number that is not negative", field="rank")
        require_name(each.label, "label", DECLARED_LABEL_LENGTH_MAX)
    codes = [each.code for each in tiers]
    gone = await _locked(connection, _LOCK_OTHER_TIERS, book_id, codes)
    if gone:
        used = await _locked(connection, _TIER_IN_USE, book_id, gone)
        if used:
            raise TierInUse(f"a member has, or a price or an access names {used[0]}", tier=used[0])
        await connection.execute(_DROP_TIERS, {"book_id": book_id, "codes": gone})
    stated = {
        "book_id": book_id,
        "codes": codes,
        "labels": [each.label for each in tiers],
        "ranks": [each.rank for each in tiers],
    }
    await connection.execute(_PUT_TIERS, stated)
    return await load_tiers(connection, book_id)


async def load_tags(connection: AsyncConnection, book_id: int) -> list[Tag]:
    """The tags of a programme, in order of code. One round trip."""
    return [Tag(*row) for row in await connection.execute(_TAGS, {"book_id": book_id})]


async def load_tiers(connection: AsyncConnection, book_id: int) -> list[Tier]:
    """The tiers of a programme, the lowest first. One round trip."""
    return [Tier(*row) for row in await connection.execute(_TIERS, {"book_id": book_id})]


async def share_tags(connection: AsyncConnection, book_id: int, codes: Collection[str]) -> set[str]:
    """Those of these tags that are declared. They stay until the transaction ends."""
    return set(await _locked(connection, _SHARE_TAGS, book_id, codes)) if codes else set()


async def share_tiers(
    connection: AsyncConnection, book_id: int, codes: Collection[str]
) -> set[str]:
    """Those of these tiers that are declared. They stay until the transaction ends."""
    return set(await _locked(connection, _SHARE_TIERS, book_id, codes)) if codes else set()


async def _locked(
    connection: AsyncConnection, statement: TextClause, book_id: int, codes: Collection[str]
) -> list[str]:
    bound = {"book_id": book_id, "codes": sorted(codes)}
    return list((await connection.execute(statement, bound)).scalars())
