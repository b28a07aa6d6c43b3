"""Sessions: who is signed in, for which party, and what that user may right now.

A session is a random token in a cookie; its hash is a row here. Roles are read anew with each
request, so what is taken away holds at once.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.identity.identity_tables import app_user, session, sign_in_failure
from api.identity.links import digest_of_token
from api.identity.roles import Permission, permissions_of
from api.identity.users import load_memberships
from catalog import Grant, Identity, Party, ensure_actor, find_party_by_id, scopes_of
from ledger import read_clock

SESSION_IDLE_SECONDS = 12 * 3600
SESSION_SECONDS_MAX = 7 * 86_400
SEEN_SECONDS = 60
"""How often it is noted that a session is in use."""
AGENT_LENGTH_MAX = 200
FAILURES_MAX = 5
ADDRESS_FAILURES_MAX = 30
FAILURE_SECONDS = 900
"""So many wrong passwords an account, or an address, may give in so many seconds."""

_COUNT_FAILURE = text(
    """
    INSERT INTO api.sign_in_failure AS held (subject_sha256, failures, since)
    VALUES (:subject, 1, :now)
    ON CONFLICT (subject_sha256) DO UPDATE SET
        failures = CASE WHEN held.since < :begin THEN 1 ELSE held.failures + 1 END,
        since = CASE WHEN held.since < :begin THEN excluded.since ELSE held.since END
    RETURNING failures
    """
)


@dataclass(frozen=True, slots=True)
class UserIdentity(Identity):
    """A user who acts for a party. Its `key_id` is that user's number below zero."""

    user_id: int
    roles: tuple[str, ...]
    permissions: frozenset[Permission]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session as it stands now. `identity` is None until the user has chosen a party."""

    user_id: int
    email: str
    name: str
    locale: str
    identity: UserIdentity | None
    parties: tuple[int, ...]
    """The parties for which the user can act."""
    has_totp: bool
    """Whether a second factor is set up."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session as its user sees it in the list of them."""

    created_at: datetime
    seen_at: datetime
    address: str
    agent: str
    is_this: bool


async def begin_session(
    connection: AsyncConnection, user_id: int, *, address: str, agent: str
) -> str:
    """A new session, and its token. With one party to act for, it acts for that one."""
    token = secrets.token_urlsafe(32)
    parties = await load_memberships(connection, user_id)
    lasting = func.clock_timestamp() + timedelta(seconds=SESSION_SECONDS_MAX)
    await connection.execute(
        insert(session).values(
            token_sha256=digest_of_token(token),
            user_id=user_id,
            party_id=next(iter(parties)) if len(parties) == 1 else None,
            expires_at=lasting,
            address=address[:AGENT_LENGTH_MAX],
            agent=agent[:AGENT_LENGTH_MAX],
        )
    )
    await connection.execute(delete(session).where(session.c.expires_at < func.clock_timestamp()))
    return token


async def find_session(
    connection: AsyncConnection, token: str, *, is_used: bool = True
) -> SignedIn | None:
    """Who has this session. None: nobody, or no longer. Four round trips at most.

    Where nobody does anything, as with a page that only stands open, `is_used` is false: looking
    then does not make the session last longer.
    """
    idle = func.clock_timestamp() - timedelta(seconds=SESSION_IDLE_SECONDS)
    digest = digest_of_token(token)
    statement = (
        select(
            app_user.c.user_id,
            app_user.c.email,
            app_user.c.name,
            app_user.c.locale,
            session.c.party_id,
            app_user.c.totp_since.is_not(None).label("has_totp"),
            (session.c.seen_at < func.clock_timestamp() - timedelta(seconds=SEEN_SECONDS)).label(
                "is_note_due"
            ),
        )
        .join_from(session, app_user)
        .where(
            session.c.token_sha256 == digest,
            session.c.expires_at > func.clock_timestamp(),
            session.c.seen_at > idle,
            app_user.c.disabled_at.is_(None),
        )
    )
    row = (await connection.execute(statement)).one_or_none()
    if row is None:
        return None
    if row.is_note_due and is_used:
        await connection.execute(
            update(session)
            .where(session.c.token_sha256 == digest)
            .values(seen_at=func.clock_timestamp())
        )
    held = await load_memberships(connection, row.user_id)
    identity: UserIdentity | None = None
    if row.party_id in held:
        party = await find_party_by_id(connection, row.party_id)
        identity = await _identity(connection, row.user_id, party, held[row.party_id])
    return SignedIn(
        row.user_id, row.email, row.name, row.locale, identity, tuple(held), row.has_totp
    )


async def _identity(
    connection: AsyncConnection, user_id: int, party: Party, roles: tuple[str, ...]
) -> UserIdentity:
    actor_id = await ensure_actor(connection, "user", str(user_id), party_id=party.party_id)
    return UserIdentity(
        party=party,
        key_id=-user_id,
        actor_id=actor_id,
        grant=Grant(scopes_of(party.roles)),
        user_id=user_id,
        roles=roles,
        permissions=permissions_of(roles),
    )


async def choose_party(connection: AsyncConnection, token: str, party_id: int) -> bool:
    """Act for another party from now on. Returns whether the user may."""
    digest = digest_of_token(token)
    owner = select(session.c.user_id).where(session.c.token_sha256 == digest)
    user_id = (await connection.execute(owner)).scalar_one_or_none()
    if user_id is None or party_id not in await load_memberships(connection, user_id):
        return False
    await connection.execute(
        update(session).where(session.c.token_sha256 == digest).values(party_id=party_id)
    )
    return True


async def end_session(connection: AsyncConnection, token: str) -> None:
    """Sign out."""
    await connection.execute(
        delete(session).where(session.c.token_sha256 == digest_of_token(token))
    )


async def end_sessions(
    connection: AsyncConnection, user_id: int, *, but: str | None = None
) -> None:
    """Sign a user out everywhere, but for one session."""
    statement = delete(session).where(session.c.user_id == user_id)
    if but is not None:
        statement = statement.where(session.c.token_sha256 != digest_of_token(but))
    await connection.execute(statement)


async def load_sessions(
    connection: AsyncConnection, user_id: int, token: str
) -> Sequence[OpenSession]:
    """The sessions of a user, the newest first."""
    is_this = (session.c.token_sha256 == digest_of_token(token)).label("is_this")
    statement = (
        select(session.c.created_at, session.c.seen_at, session.c.address, session.c.agent, is_this)
        .where(session.c.user_id == user_id, session.c.expires_at > func.clock_timestamp())
        .order_by(session.c.seen_at.desc())
        .limit(100)
    )
    return [OpenSession(*row) for row in await connection.execute(statement)]


async def take_try(connection: AsyncConnection, subject: str) -> bool:
    """Count a try before it is made. Returns whether the account may still try.

    It is forgiven if it was right. So many tries at once are no more than one after the other.
    """
    return await count_failure(connection, subject) <= FAILURES_MAX


async def count_failure(connection: AsyncConnection, subject: str) -> int:
    """Note a wrong password of an account or an address. Returns how many there were lately."""
    now = await read_clock(connection)
    begin = now - timedelta(seconds=FAILURE_SECONDS)
    counted = await connection.execute(
        _COUNT_FAILURE, {"subject": digest_of_token(subject), "now": now, "begin": begin}
    )
    failures: int = counted.scalar_one()
    return failures


async def is_barred(connection: AsyncConnection, subject: str) -> bool:
    """Whether an address gave too many wrong passwords a moment ago."""
    since = func.clock_timestamp() - timedelta(seconds=FAILURE_SECONDS)
    statement = select(sign_in_failure.c.failures).where(
        sign_in_failure.c.subject_sha256 == digest_of_token(subject),
        sign_in_failure.c.since > since,
        sign_in_failure.c.failures >= ADDRESS_FAILURES_MAX,
    )
    return (await connection.execute(statement)).first() is not None


async def forgive(connection: AsyncConnection, subject: str) -> None:
    """Forget the wrong passwords of an account."""
    await connection.execute(
        delete(sign_in_failure).where(sign_in_failure.c.subject_sha256 == digest_of_token(subject))
    )
