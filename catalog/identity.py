"""Who makes a request, as an API key tells.

A key past its end is refused by the database's clock. What is cached of a key must be forgotten
when its end comes: `authenticate` says in how many seconds.
"""

import hmac
from dataclasses import dataclass

from sqlalchemy import String, and_, cast, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.key_text import Unauthenticated, digest_of, require_key_text
from catalog.parties import PARTY_COLUMNS, Party, party_of
from catalog.scopes import Grant, Scope
from catalog.tables import actor, api_key, party


@dataclass(frozen=True, slots=True)
class Identity:
    """Who makes a request: the party, its key, and what the key may."""

    party: Party
    key_id: int
    actor_id: int
    grant: Grant

    @property
    def scopes(self) -> frozenset[Scope]:
        """The scopes of the key."""
        return self.grant.scopes


@dataclass(frozen=True, slots=True)
class Authenticated:
    """A caller, how long the key still holds, and whether its use has to be noted this hour."""

    caller: Identity
    seconds_left: float | None
    is_use_due: bool


_HOUR = func.date_trunc("hour", func.clock_timestamp())
_IS_USE_DUE = or_(api_key.c.last_used_at.is_(None), api_key.c.last_used_at < _HOUR)
_SECONDS_LEFT = func.extract("epoch", api_key.c.expires_at - func.clock_timestamp())


async def authenticate(connection: AsyncConnection, text: str) -> Authenticated:
    """Who the key stands for. One round trip, or none for a mistyped key.

    Raises:
        Unauthenticated: the key is mistyped, unknown, revoked or past its end.
    """
    prefix = require_key_text(text)
    statement = (
        select(
            api_key.c.key_id,
            api_key.c.digest,
            api_key.c.scopes,
            api_key.c.shop,
            api_key.c.expires_at,
            api_key.c.revoked_at,
            _SECONDS_LEFT.label("seconds_left"),
            _IS_USE_DUE.label("is_use_due"),
            actor.c.actor_id,
            *PARTY_COLUMNS,
        )
        .join_from(api_key, party)
        .join(actor, and_(actor.c.kind == "key", actor.c.name == cast(api_key.c.key_id, String)))
        .where(api_key.c.prefix == prefix)
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    # In constant time, so that somebody who knows the prefix learns nothing of the digest from it.
    known = row is not None and hmac.compare_digest(row["digest"], digest_of(text))
    if row is None or not known or row["revoked_at"] is not None:
        raise Unauthenticated("the API key is unknown or revoked")
    seconds_left = None if row["seconds_left"] is None else float(row["seconds_left"])
    if seconds_left is not None and seconds_left <= 0:
        raise Unauthenticated(f"the API key ended at {row['expires_at'].isoformat()}")
    grant = Grant(frozenset(row["scopes"]), row["shop"], row["expires_at"])
    caller = Identity(party_of(row), row["key_id"], row["actor_id"], grant)
    return Authenticated(caller, seconds_left, row["is_use_due"])


async def note_use(connection: AsyncConnection, key_id: int) -> None:
    """Note that a key was used in this hour, if that is not noted yet. One round trip."""
    await connection.execute(
        update(api_key)
        .where(api_key.c.key_id == key_id, api_key.c.revoked_at.is_(None), _IS_USE_DUE)
        .values(last_used_at=_HOUR)
    )
