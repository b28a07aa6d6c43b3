"""API keys: what a party shows with each request.

A key is `cmty_<prefix>_<secret><checksum>`. The prefix finds the row by its unique index. The
secret is 160 random bits. The checksum lets a mistyped key be refused without asking the database.

Only the SHA-256 of the key is stored. A slow hash is not needed, because nobody can guess 160 bits.
A key is never logged.
"""

import hashlib
import hmac
import re
import secrets
import string
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, get_args

from sqlalchemy import and_, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import INTEGER_MAX, LABEL_LENGTH_MAX, is_whole, require_name
from catalog.parties import PARTY_COLUMNS, Party, PartyNotFound, party_of
from catalog.tables import api_key, party
from ledger import Refusal

Permission = Literal["import"]
"""`import`: requests may give an `occurred_at` other than now."""
PERMISSIONS: frozenset[Permission] = frozenset(get_args(Permission))

KEYS_PER_PARTY_MAX = 100

PREFIX_LENGTH = 10
SECRET_LENGTH = 27  # 62 ** 27 is just over 2 ** 160
CHECKSUM_LENGTH = 6  # 62 ** 6 is just over 2 ** 32

_DIGITS = string.digits + string.ascii_uppercase + string.ascii_lowercase
_SHAPE = re.compile(
    rf"(?P<body>cmty_(?P<prefix>[0-9A-Za-z]{{{PREFIX_LENGTH}}})_[0-9A-Za-z]{{{SECRET_LENGTH}}})"
    rf"(?P<checksum>[0-9A-Za-z]{{{CHECKSUM_LENGTH}}})"
)


class Unauthenticated(Refusal):
    """The key is missing, mistyped, unknown or revoked."""

    code: ClassVar[str] = "unauthenticated"
    status: ClassVar[int] = 401
    title: ClassVar[str] = "A valid API key is needed."


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
    """The party has no such key."""

    code: ClassVar[str] = "key-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such API key."


class TooManyKeys(Refusal):
    """The party holds as many keys as a party may."""

    code: ClassVar[str] = "too-many-keys"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The party has too many API keys."


class PermissionUnknown(Refusal):
    """A permission that does not exist was asked for."""

    code: ClassVar[str] = "permission-unknown"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "There is no such permission."


@dataclass(frozen=True, slots=True)
class Identity:
    """Who makes a request: the party, and what this key permits beyond the party's roles."""

    party: Party
    permissions: frozenset[Permission]
    key_id: int


@dataclass(frozen=True, slots=True)
class Key:
    """A stored key, without its secret."""

    key_id: int
    prefix: str
    label: str
    permissions: frozenset[Permission]
    revoked_at: datetime | None


def new_key_text() -> str:
    """A fresh key as its owner sees it. It can be made before the party, for `ensure_key`."""
    prefix, secret = (
        "".join(secrets.choice(_DIGITS) for _ in range(length))
        for length in (PREFIX_LENGTH, SECRET_LENGTH)
    )
    body = f"cmty_{prefix}_{secret}"
    return body + _checksum(body)


def require_key_text(text: str) -> str:
    """The prefix of a well-formed key. Needs no database.

    Raises:
        Unauthenticated: `text` does not have the shape and checksum of a key.
    """
    shape = _SHAPE.fullmatch(text)
    if shape is None or shape["checksum"] != _checksum(shape["body"]):
        raise Unauthenticated("the API key is missing or mistyped")
    return shape["prefix"]


async def authenticate(connection: AsyncConnection, text: str) -> Identity:
    """Who the key stands for. One round trip, or none for a mistyped key.

    Raises:
        Unauthenticated: the key is mistyped, unknown or revoked.
    """
    prefix = require_key_text(text)
    statement = (
        select(
            api_key.c.key_id,
            api_key.c.digest,
            api_key.c.permissions,
            api_key.c.revoked_at,
            *PARTY_COLUMNS,
        )
        .join_from(api_key, party)
        .where(api_key.c.prefix == prefix)
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    # In constant time, so that somebody who knows the prefix learns nothing of the digest from it.
    known = row is not None and hmac.compare_digest(row["digest"], _digest(text))
    if row is None or not known or row["revoked_at"] is not None:
        raise Unauthenticated("the API key is unknown or revoked")
    return Identity(party_of(row), frozenset(row["permissions"]), row["key_id"])


async def create_key(
    connection: AsyncConnection,
    party_id: int,
    *,
    label: str,
    permissions: Collection[Permission] = (),
) -> str:
    """Store a fresh key and return its text, which cannot be read again later.

    Three round trips.

    Raises:
        NameInvalid, PermissionUnknown: the input is malformed.
        PartyNotFound: there is no such party.
        TooManyKeys: the party has KEYS_PER_PARTY_MAX keys in force.
    """
    text = new_key_text()
    await ensure_key(connection, party_id, text, label=label, permissions=permissions)
    return text


async def ensure_key(
    connection: AsyncConnection,
    party_id: int,
    text: str,
    *,
    label: str = "bootstrap",
    permissions: Collection[Permission] = (),
) -> None:
    """Store a key whose text is known, made by `new_key_text`. Three round trips.

    The same key again renews its label and permissions. The unique prefix makes two calls at once
    safe: the second updates what the first stored.

    Raises:
        KeyMalformed: the text does not have the shape and checksum of a key.
        NameInvalid, PermissionUnknown: the label or a permission is malformed.
        PartyNotFound: there is no such party.
        TooManyKeys: the party has KEYS_PER_PARTY_MAX keys in force.
        KeyTaken: another key has the prefix, or this key is another party's or has been revoked.
    """
    try:
        prefix = require_key_text(text)
    except Unauthenticated as mistyped:
        raise KeyMalformed(
            "the text does not have the shape and checksum of an API key"
        ) from mistyped
    require_name(label, "label", LABEL_LENGTH_MAX)
    if not PERMISSIONS.issuperset(permissions):
        raise PermissionUnknown(
            f"the permissions are: {', '.join(sorted(PERMISSIONS))}", field="permissions"
        )
    await _require_room(connection, party_id, prefix)
    digest = _digest(text)
    new = insert(api_key).values(
        party_id=party_id,
        prefix=prefix,
        digest=digest,
        label=label,
        permissions=sorted(set(permissions)),
    )
    statement = new.on_conflict_do_update(
        index_elements=[api_key.c.prefix],
        set_={"label": new.excluded.label, "permissions": new.excluded.permissions},
        where=and_(
            api_key.c.party_id == party_id,
            api_key.c.digest == digest,
            api_key.c.revoked_at.is_(None),
        ),
    ).returning(api_key.c.key_id)
    if (await connection.execute(statement)).scalar_one_or_none() is None:
        raise KeyTaken(
            "the key is another party's, or its prefix another key's, or it has been revoked"
        )


async def revoke_key(connection: AsyncConnection, party_id: int, key_id: int) -> None:
    """Revoke a key of the party, from its next request on. One round trip.

    A key that is revoked already stays as it is.

    Raises:
        KeyNotFound: the party has no such key.
    """
    if not is_whole(key_id, 1, INTEGER_MAX):
        raise KeyNotFound("no key has an id of this form")
    statement = (
        update(api_key)
        .where(api_key.c.key_id == key_id, api_key.c.party_id == party_id)
        .values(revoked_at=func.coalesce(api_key.c.revoked_at, func.now()))
    )
    if (await connection.execute(statement)).rowcount == 0:
        raise KeyNotFound(f"the party has no key {key_id}")


async def load_keys(connection: AsyncConnection, party_id: int) -> list[Key]:
    """All keys of a party, revoked ones too, oldest first. One round trip."""
    columns = (
        api_key.c.key_id,
        api_key.c.prefix,
        api_key.c.label,
        api_key.c.permissions,
        api_key.c.revoked_at,
    )
    statement = select(*columns).where(api_key.c.party_id == party_id).order_by(api_key.c.key_id)
    return [
        Key(row.key_id, row.prefix, row.label, frozenset(row.permissions), row.revoked_at)
        for row in await connection.execute(statement)
    ]


async def _require_room(connection: AsyncConnection, party_id: int, prefix: str) -> None:
    """Lock the party's keys and count those in force, leaving out the one of this prefix.

    The lock makes two new keys at once count each other. It is an advisory one: a row lock on the
    party would need the privilege to change parties.

    Raises:
        PartyNotFound: there is no such party.
        TooManyKeys: the others are KEYS_PER_PARTY_MAX already.
    """
    turn = func.pg_advisory_xact_lock(func.hashtextextended("catalog.api_key", party.c.party_id))
    lock = select(turn).where(party.c.party_id == party_id)
    if (await connection.execute(lock)).one_or_none() is None:
        raise PartyNotFound(f"there is no party {party_id}")
    others = select(func.count()).where(
        api_key.c.party_id == party_id, api_key.c.revoked_at.is_(None), api_key.c.prefix != prefix
    )
    if (await connection.execute(others)).scalar_one() >= KEYS_PER_PARTY_MAX:
        raise TooManyKeys(f"a party has at most {KEYS_PER_PARTY_MAX} keys in force")


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _checksum(body: str) -> str:
    value = zlib.crc32(body.encode())
    signs = []
    for _ in range(CHECKSUM_LENGTH):
        value, digit = divmod(value, len(_DIGITS))
        signs.append(_DIGITS[digit])
    return "".join(signs)
