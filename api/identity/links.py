"""One-time links. Only the hash of a link's token is stored.

A link without a party lets a user choose a password. One with a party lets a user, who proves to be
that user, act for the party. Who joins a party has no links of the first kind left: another party
may hold them. Making one for a user of one party, and joining, take turns by a lock of the user. So
none is made in between.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.identity.identity_tables import invitation
from ledger import read_clock

INVITATION_SECONDS = 86_400
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('api.app_user', :user_id))")


def new_token() -> tuple[str, bytes]:
    """A token that nobody can guess, and what is stored of it."""
    token = secrets.token_urlsafe(32)
    return token, digest_of_token(token)


def digest_of_token(token: str) -> bytes:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).digest()


async def take_turn_of_user(connection: AsyncConnection, user_id: int) -> None:
    """Wait for who else changes which links a user has. It lasts for the transaction."""
    await connection.execute(_LOCK, {"user_id": user_id})


async def make_invitation(connection: AsyncConnection, user_id: int) -> tuple[str, datetime]:
    """A new one-time link with which a user chooses a password. Those before it stop working."""
    await end_password_links(connection, user_id)
    return await _make(connection, user_id, None, None)


async def ask_to_join(
    connection: AsyncConnection, user_id: int, party_id: int, role: str
) -> tuple[str, datetime]:
    """A new one-time link with which a user joins a party. Those of the party before it end."""
    await connection.execute(
        delete(invitation).where(invitation.c.user_id == user_id, invitation.c.party_id == party_id)
    )
    return await _make(connection, user_id, party_id, role)


async def end_password_links(connection: AsyncConnection, user_id: int) -> None:
    """Links with which a user could choose a password work no more."""
    await connection.execute(
        delete(invitation).where(invitation.c.user_id == user_id, invitation.c.party_id.is_(None))
    )


async def _make(
    connection: AsyncConnection, user_id: int, party_id: int | None, role: str | None
) -> tuple[str, datetime]:
    token, digest = new_token()
    expires_at = await read_clock(connection) + timedelta(seconds=INVITATION_SECONDS)
    values = {"user_id": user_id, "expires_at": expires_at, "party_id": party_id, "role": role}
    await connection.execute(insert(invitation).values(token_sha256=digest, **values))
    return token, expires_at
