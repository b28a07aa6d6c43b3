"""API keys as they are stored: made, listed, replaced and revoked.

All changes of a party's keys take turns by one advisory lock of the party. So two of them count
each other: neither the number of keys nor the operator's last way in can be passed at once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar

from sqlalchemy import ColumnElement, and_, any_, func, literal, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.actors import ActorName, ensure_actor
from catalog.fields import INTEGER_MAX, LABEL_LENGTH_MAX, is_whole, require_name, require_time
from catalog.key_text import Unauthenticated, digest_of, new_key_text, require_key_text
from catalog.parties import PartyNotFound, Role
from catalog.scopes import ADMIN, Grant, Scope, granted, require_within
from catalog.tables import actor, api_key, party
from ledger import Refusal, read_clock
from ledger.asks import NOTE_LENGTH_MAX

KEYS_PER_PARTY_MAX = 100
KEY_OVERLAP_SECONDS = 86_400
"""How long a replaced key still holds, unless another time is asked for."""
KEY_OVERLAP_SECONDS_MAX = 7 * 86_400


class KeyMalformed(Refusal):
    """A key that the operator chose does not have the shape and checksum of a key."""

    code: ClassVar[str] = "key-malformed"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "The text is not a well-formed API key."


class KeyTaken(Refusal):
    """The key's prefix belongs to another key or party, or the key has been revoked."""

    code: ClassVar[str] = "key-taken"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The API key cannot be stored for this party."


class KeyNotFound(Refusal):
    """The party has no such key, or none in force where one is to be replaced."""

    code: ClassVar[str] = "key-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such API key."


class KeyEndInvalid(Refusal):
    """A new key would have ended already."""

    code: ClassVar[str] = "key-end-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "An API key ends in the future."


class TooManyKeys(Refusal):
    """The party holds as many keys as a party may."""

    code: ClassVar[str] = "too-many-keys"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The party has too many API keys."


class LastAdminKey(Refusal):
    """It is the last key with which the operator can make another.

    Make another with the scope `admin` and without an end first. `comity keys` works on the machine
    itself without a key.
    """

    code: ClassVar[str] = "last-admin-key"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The operator would lock itself out."


@dataclass(frozen=True, slots=True)
class Key:
    """A stored key, without its secret."""

    key_id: int
    prefix: str
    label: str
    scopes: frozenset[Scope]
    shop: str | None
    expires_at: datetime | None
    recorded_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    created_by: str | None
    """The actor. None: the key is older than the records of actors."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key that was just made. Its text cannot be read again later."""

    text: str
    key: Key


async def hold_key_rights(connection: AsyncConnection, party_id: int, key_id: int) -> Grant:
    """What a key of the party may now, and until the end of the transaction. Two round trips.

    A process believes for some seconds what it knows of a key. One that was revoked or replaced
    meanwhile must not leave another behind.

    Raises:
        Unauthenticated: the key is revoked or past its end.
    """
    await _lock_keys(connection, party_id)
    rows = await _read_keys(connection, and_(_of(party_id, key_id), _IN_FORCE))
    if not rows:
        raise Unauthenticated("the API key is revoked or past its end")
    return Grant(rows[0].scopes, rows[0].shop, rows[0].expires_at)


async def create_key(
    connection: AsyncConnection,
    party_id: int,
    *,
    label: str,
    scopes: Collection[Scope] | None = None,
    shop: str | None = None,
    expires_at: datetime | None = None,
    maker: Grant | None = None,
    made_by: int | None = None,
) -> NewKey:
    """Store a fresh key: see `ensure_key`."""
    text = new_key_text()
    key = await ensure_key(
        connection,
        party_id,
        text,
        label=label,
        scopes=scopes,
        shop=shop,
        expires_at=expires_at,
        maker=maker,
        made_by=made_by,
    )
    return NewKey(text, key)


async def ensure_key(
    connection: AsyncConnection,
    party_id: int,
    text: str,
    *,
    label: str = "bootstrap",
    scopes: Collection[Scope] | None = None,
    shop: str | None = None,
    expires_at: datetime | None = None,
    maker: Grant | None = None,
    made_by: int | None = None,
) -> Key:
    """Store a key whose text is known, made by `new_key_text`. Up to eight round trips.

    The same key again renews its label and scopes. The unique prefix makes two calls at once safe:
    the second updates what the first stored. `maker` is what the key may that asks for this one.

    Raises:
        KeyMalformed: the text does not have the shape and checksum of a key.
        NameInvalid, ScopeUnknown, TimeInvalid: the label, a scope, the shop or the end is
            malformed.
        KeyEndInvalid: the key would have ended already.
        KeyExceedsMaker: the key would have more than its maker.
        PartyNotFound: there is no such party.
        TooManyKeys: the party has KEYS_PER_PARTY_MAX keys in force.
        KeyTaken: another key has the prefix, or this key is another party's or has been revoked.
    """
    prefix = _prefix_of(text)
    require_name(label, "label", LABEL_LENGTH_MAX)
    if shop is not None:
        require_name(shop, "shop", NOTE_LENGTH_MAX)
    if expires_at is not None:
        require_time(expires_at, "expires_at")
    roles = await _lock_keys(connection, party_id)
    grant = granted(roles, scopes, shop, expires_at, maker)
    await _require_future(connection, grant.expires_at)
    await _require_room(connection, party_id, prefix)
    digest = digest_of(text)
    new = insert(api_key).values(
        party_id=party_id,
        prefix=prefix,
        digest=digest,
        label=label,
        scopes=sorted(grant.scopes),
        shop=grant.shop,
        expires_at=grant.expires_at,
        created_by=made_by,
    )
    statement = new.on_conflict_do_update(
        index_elements=[api_key.c.prefix],
        set_={"label": new.excluded.label, "scopes": new.excluded.scopes},
        where=and_(
            api_key.c.party_id == party_id,
            api_key.c.digest == digest,
            api_key.c.revoked_at.is_(None),
        ),
    ).returning(api_key.c.key_id)
    key_id = (await connection.execute(statement)).scalar_one_or_none()
    if key_id is None:
        raise KeyTaken(
            "the key is another party's, or its prefix another key's, or it has been revoked"
        )
    await ensure_actor(connection, "key", str(key_id), party_id=party_id)
    (key,) = await _read_keys(connection, api_key.c.key_id == key_id)
    return key


async def rotate_key(
    connection: AsyncConnection,
    party_id: int,
    key_id: int,
    *,
    overlap_seconds: int = KEY_OVERLAP_SECONDS,
    maker: Grant | None = None,
    made_by: int | None = None,
) -> NewKey:
    """Make a key with the rights of another, which ends after `overlap_seconds`.

    Without an overlap, the other key is revoked. One that ends sooner by itself still does.

    Raises:
        KeyNotFound: the party has no such key in force.
        KeyExceedsMaker: the key may more than the one that asks.
        TooManyKeys: the party has KEYS_PER_PARTY_MAX keys in force.
    """
    _require_key_id(key_id)
    await _lock_keys(connection, party_id)
    rows = await _read_keys(connection, and_(_of(party_id, key_id), _IN_FORCE))
    if not rows:
        raise KeyNotFound(f"the party has no key {key_id} in force")
    old = rows[0]
    grant = Grant(old.scopes, old.shop, old.expires_at)
    if maker is not None:
        require_within(grant, maker)
    made = await create_key(
        connection,
        party_id,
        label=old.label,
        scopes=old.scopes,
        shop=old.shop,
        expires_at=old.expires_at,
        made_by=made_by,
    )
    end = func.now() + timedelta(seconds=overlap_seconds)
    ended = {"expires_at": func.least(api_key.c.expires_at, end)}
    if not overlap_seconds:
        ended = {"revoked_at": func.now()}
    await connection.execute(update(api_key).where(_of(party_id, key_id)).values(**ended))
    return made


async def revoke_key(
    connection: AsyncConnection, party_id: int, key_id: int, *, keep_admin: bool = False
) -> bool:
    """Revoke a key of the party, from its next request on. Up to four round trips.

    Returns whether it was in force before. One that is revoked stays as it is. `keep_admin`: if the
    party is the operator, one of its keys with the scope `admin` and without an end has to stay.

    Raises:
        KeyNotFound: the party has no such key.
        LastAdminKey: no such key would stay.
    """
    _require_key_id(key_id)
    roles = await _lock_keys(connection, party_id)
    rows = await _read_keys(connection, _of(party_id, key_id))
    if not rows:
        raise KeyNotFound(f"the party has no key {key_id}")
    key = rows[0]
    if key.revoked_at is not None:
        return False
    if keep_admin and "operator" in roles and ADMIN in key.scopes:
        others = and_(
            api_key.c.party_id == party_id,
            api_key.c.key_id != key_id,
            api_key.c.revoked_at.is_(None),
            api_key.c.expires_at.is_(None),
            literal(ADMIN) == any_(api_key.c.scopes),
        )
        if not (await connection.execute(select(func.count()).where(others))).scalar_one():
            raise LastAdminKey(f"key {key_id} is the last one with the scope {ADMIN}")
    await connection.execute(
        update(api_key).where(_of(party_id, key_id)).values(revoked_at=func.now())
    )
    return True


async def load_keys(connection: AsyncConnection, party_id: int) -> list[Key]:
    """All keys of a party, ended and revoked ones too, oldest first. One round trip."""
    return await _read_keys(connection, api_key.c.party_id == party_id)


_IN_FORCE = and_(
    api_key.c.revoked_at.is_(None),
    or_(api_key.c.expires_at.is_(None), api_key.c.expires_at > func.clock_timestamp()),
)


def _prefix_of(text: str) -> str:
    try:
        return require_key_text(text)
    except Unauthenticated as mistyped:
        raise KeyMalformed(
            "the text does not have the shape and checksum of an API key"
        ) from mistyped


def _require_key_id(key_id: int) -> None:
    if not is_whole(key_id, 1, INTEGER_MAX):
        raise KeyNotFound("no key has an id of this form")


def _of(party_id: int, key_id: int) -> ColumnElement[bool]:
    return and_(api_key.c.key_id == key_id, api_key.c.party_id == party_id)


async def _read_keys(connection: AsyncConnection, which: ColumnElement[bool]) -> list[Key]:
    columns = (
        api_key.c.key_id,
        api_key.c.prefix,
        api_key.c.label,
        api_key.c.scopes,
        api_key.c.shop,
        api_key.c.expires_at,
        api_key.c.recorded_at,
        api_key.c.last_used_at,
        api_key.c.revoked_at,
        actor.c.kind,
        actor.c.name,
    )
    statement = (
        select(*columns)
        .outerjoin_from(api_key, actor, actor.c.actor_id == api_key.c.created_by)
        .where(which)
        .order_by(api_key.c.key_id)
    )
    return [
        Key(
            *row[:3],
            frozenset(row.scopes),
            *row[4:9],
            None if row.kind is None else str(ActorName(row.kind, row.name)),
        )
        for row in await connection.execute(statement)
    ]


async def _lock_keys(connection: AsyncConnection, party_id: int) -> frozenset[Role]:
    """Take the turn to change the party's keys, until the end of the transaction.

    Returns the roles of the party. The lock is an advisory one: a row lock on the party would need
    the privilege to change parties.

    Raises:
        PartyNotFound: there is no such party.
    """
    turn = func.pg_advisory_xact_lock(func.hashtextextended("catalog.api_key", party.c.party_id))
    lock = select(turn, party.c.roles).where(party.c.party_id == party_id)
    row = (await connection.execute(lock)).one_or_none()
    if row is None:
        raise PartyNotFound(f"there is no party {party_id}")
    return frozenset(row.roles)


async def _require_future(connection: AsyncConnection, end: datetime | None) -> None:
    if end is not None and end <= await read_clock(connection):
        raise KeyEndInvalid(f"{end.isoformat()} has passed", field="expires_at")


async def _require_room(connection: AsyncConnection, party_id: int, prefix: str) -> None:
    """Count the keys in force, leaving out the one of this prefix. The keys are locked.

    Raises:
        TooManyKeys: the others are KEYS_PER_PARTY_MAX already.
    """
    others = select(func.count()).where(
        api_key.c.party_id == party_id, _IN_FORCE, api_key.c.prefix != prefix
    )
    if (await connection.execute(others)).scalar_one() >= KEYS_PER_PARTY_MAX:
        raise TooManyKeys(f"a party has at most {KEYS_PER_PARTY_MAX} keys in force")
