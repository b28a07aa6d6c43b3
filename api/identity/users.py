"""Users, and for which parties they act in which roles.

The unique e-mail address makes two invitations at once safe: both find the same user. A user of
many parties is one user. Nobody but that user sets the password or the second factor.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal, get_args

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.identity.identity_tables import app_user, invitation, membership, recovery_code, session
from api.identity.links import (
    ask_to_join,
    digest_of_token,
    end_password_links,
    make_invitation,
    take_turn_of_user,
)
from api.identity.roles import RoleName
from ledger import Refusal

EMAIL_LENGTH_MAX = 254
NAME_LENGTH_MAX = 200
USERS_PER_PARTY_MAX = 500
_EMAIL = re.compile(r"[^@\s]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]{0,190}")

Locale = Literal["en", "zh-Hans"]
LOCALES: tuple[Locale, ...] = get_args(Locale)


class EmailInvalid(Refusal):
    """The text is no e-mail address."""

    code: ClassVar[str] = "email-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "This is no e-mail address."


class UserNotFound(Refusal):
    """There is no such user, or none of this party."""

    code: ClassVar[str] = "user-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such user."


class TooManyUsers(Refusal):
    """The party has as many users as a party may."""

    code: ClassVar[str] = "too-many-users"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The party has too many users."


class InvitationInvalid(Refusal):
    """The link of an invitation is unknown, was used, or is too old."""

    code: ClassVar[str] = "invitation-invalid"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "This link does not work any more."


@dataclass(frozen=True, slots=True)
class User:
    """A user. `has_password` and `has_totp` say which ways in are set up."""

    user_id: int
    email: str
    name: str
    locale: str
    has_password: bool
    has_totp: bool
    created_at: datetime
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Invited:
    """A user who was invited, and the token of the one-time link."""

    user: User
    token: str
    expires_at: datetime


_USER = (
    app_user.c.user_id,
    app_user.c.email,
    app_user.c.name,
    app_user.c.locale,
    app_user.c.password_hash.is_not(None).label("has_password"),
    app_user.c.totp_since.is_not(None).label("has_totp"),
    app_user.c.created_at,
    app_user.c.disabled_at,
)


def read_email(text: str) -> str:
    """An address as it is stored: in small letters.

    Raises:
        EmailInvalid: it is none.
    """
    email = text.strip().lower()
    if len(email) > EMAIL_LENGTH_MAX or _EMAIL.fullmatch(email) is None or not email.isprintable():
        raise EmailInvalid("an address is written like name@example.com", field="email")
    return email


async def find_user(connection: AsyncConnection, user_id: int) -> User:
    """The user with this number. One round trip.

    Raises:
        UserNotFound: there is none.
    """
    row = (
        (await connection.execute(select(*_USER).where(app_user.c.user_id == user_id)))
        .mappings()
        .one_or_none()
    )
    if row is None:
        raise UserNotFound(f"there is no user {user_id}")
    return User(**row)


async def find_user_by_email(connection: AsyncConnection, email: str) -> User | None:
    """The user with this address. One round trip."""
    row = (
        (await connection.execute(select(*_USER).where(app_user.c.email == read_email(email))))
        .mappings()
        .one_or_none()
    )
    return None if row is None else User(**row)


async def invite_user(
    connection: AsyncConnection,
    party_id: int,
    *,
    email: str,
    name: str,
    role: RoleName,
    locale: Locale = "en",
) -> Invited:
    """Let somebody act for a party, and make the one-time link with which they come in.

    Whoever has a password, and acts for others, gets the role by the link and that password: who
    chose it may not be who is meant. Else the link lets them choose a new password.

    Raises:
        EmailInvalid: the address is none.
        TooManyUsers: the party has USERS_PER_PARTY_MAX.
    """
    held = select(func.count(membership.c.user_id.distinct())).where(
        membership.c.party_id == party_id
    )
    if (await connection.execute(held)).scalar_one() >= USERS_PER_PARTY_MAX:
        raise TooManyUsers(f"a party has at most {USERS_PER_PARTY_MAX} users")
    address = read_email(email)
    new = insert(app_user).values(email=address, name=name, locale=locale)
    await connection.execute(new.on_conflict_do_nothing(index_elements=[app_user.c.email]))
    user = await find_user_by_email(connection, address)
    if user is None:
        raise UserNotFound(f"there is no user {address}")
    if user.has_password and party_id not in await load_memberships(connection, user.user_id):
        return Invited(user, *await ask_to_join(connection, user.user_id, party_id, role))
    await add_role(connection, user.user_id, party_id, role)
    return Invited(user, *await make_invitation(connection, user.user_id))


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a link is for. With a party, it lets a user who is signed in act for that party."""

    user: User
    party_id: int | None
    role: str | None


async def find_invited(connection: AsyncConnection, token: str) -> Asked:
    """Whom a link is for.

    Raises:
        InvitationInvalid: the link does not work any more.
    """
    statement = (
        select(*_USER, invitation.c.party_id, invitation.c.role)
        .join_from(invitation, app_user)
        .where(
            invitation.c.token_sha256 == digest_of_token(token),
            invitation.c.expires_at > func.clock_timestamp(),
            app_user.c.disabled_at.is_(None),
        )
    )
    row = (await connection.execute(statement)).mappings().one_or_none()
    if row is None:
        raise InvitationInvalid("ask for another invitation")
    values = dict(row)
    party_id, role = values.pop("party_id"), values.pop("role")
    return Asked(User(**values), party_id, role)


async def accept_invitation(connection: AsyncConnection, token: str, password_hash: str) -> User:
    """Set the password, use the link up, and end all sessions and the second factor of the user.

    Who has lost the second factor comes in by such a link. Whoever made it vouches for the person.

    Raises:
        InvitationInvalid: the link does not work any more.
    """
    asked = await find_invited(connection, token)
    if asked.party_id is not None:
        raise InvitationInvalid("the link is for somebody who has a password already")
    await _use_up(connection, token)
    await set_password(connection, asked.user.user_id, password_hash)
    await forget_totp(connection, asked.user.user_id)
    return asked.user


async def join_party(connection: AsyncConnection, token: str, user_id: int) -> int:
    """Let the user who is signed in act for the party of a link. Returns the party's number.

    The user has shown to know the password, if there is one. Links to choose another one end:
    another party may have kept one.

    Raises:
        InvitationInvalid: the link does not work any more, or is somebody else's.
    """
    asked = await find_invited(connection, token)
    if asked.party_id is None or asked.role is None or asked.user.user_id != user_id:
        raise InvitationInvalid("the link is for somebody else")
    await take_turn_of_user(connection, user_id)
    await _use_up(connection, token)
    await end_password_links(connection, user_id)
    new = insert(membership).values(user_id=user_id, party_id=asked.party_id, role=asked.role)
    await connection.execute(new.on_conflict_do_nothing())
    return asked.party_id


async def _use_up(connection: AsyncConnection, token: str) -> None:
    """Delete the link. The deleted row makes two at once safe: the second finds none."""
    gone = await connection.execute(
        delete(invitation).where(invitation.c.token_sha256 == digest_of_token(token))
    )
    if gone.rowcount != 1:
        raise InvitationInvalid("the link was used a moment ago")


async def forget_totp(connection: AsyncConnection, user_id: int) -> None:
    """A user has no second factor, and no recovery codes, from now on."""
    await connection.execute(delete(recovery_code).where(recovery_code.c.user_id == user_id))
    await connection.execute(
        update(app_user)
        .where(app_user.c.user_id == user_id, app_user.c.encrypted_totp.is_not(None))
        .values(encrypted_totp=None, totp_since=None)
    )


@dataclass(frozen=True, slots=True)
class Secret:
    """What a user who is let in must know."""

    user_id: int
    password_hash: str
    has_totp: bool


async def find_secret(connection: AsyncConnection, email: str) -> Secret | None:
    """What is asked of a user at the door. None: nobody comes in by this address."""
    statement = select(
        app_user.c.user_id, app_user.c.password_hash, app_user.c.totp_since.is_not(None)
    ).where(
        app_user.c.email == email,
        app_user.c.password_hash.is_not(None),
        app_user.c.disabled_at.is_(None),
    )
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else Secret(*row)


async def rehash(connection: AsyncConnection, user_id: int, password_hash: str) -> None:
    """Store another hash, and leave the sessions as they are."""
    await connection.execute(
        update(app_user).where(app_user.c.user_id == user_id).values(password_hash=password_hash)
    )


async def set_password(connection: AsyncConnection, user_id: int, password_hash: str) -> None:
    """A new password. It ends all sessions of the user, and links to choose yet another."""
    await rehash(connection, user_id, password_hash)
    await end_password_links(connection, user_id)
    await connection.execute(delete(session).where(session.c.user_id == user_id))


async def add_role(
    connection: AsyncConnection, user_id: int, party_id: int, role: RoleName
) -> None:
    """Give a user a role for a party. To repeat it changes nothing."""
    await connection.execute(
        insert(membership)
        .values(user_id=user_id, party_id=party_id, role=role)
        .on_conflict_do_nothing()
    )


async def load_users(
    connection: AsyncConnection, party_id: int
) -> Sequence[tuple[User, tuple[str, ...]]]:
    """The users of a party with their roles, by address. One round trip."""
    roles = func.array_agg(membership.c.role).label("roles")
    statement = (
        select(*_USER, roles)
        .join_from(membership, app_user)
        .where(membership.c.party_id == party_id)
        .group_by(app_user.c.user_id)
        .order_by(app_user.c.email)
        .limit(USERS_PER_PARTY_MAX)
    )
    found = []
    for row in (await connection.execute(statement)).mappings():
        values = dict(row)
        held = tuple(sorted(values.pop("roles")))
        found.append((User(**values), held))
    return found


async def load_memberships(connection: AsyncConnection, user_id: int) -> dict[int, tuple[str, ...]]:
    """The roles of a user, by party. One round trip."""
    statement = (
        select(membership.c.party_id, func.array_agg(membership.c.role))
        .where(membership.c.user_id == user_id)
        .group_by(membership.c.party_id)
        .order_by(membership.c.party_id)
    )
    return {party: tuple(sorted(roles)) for party, roles in await connection.execute(statement)}


async def disable_user(connection: AsyncConnection, user_id: int) -> None:
    """Let a user in no more: sessions, links and recovery codes go."""
    await connection.execute(
        update(app_user)
        .where(app_user.c.user_id == user_id, app_user.c.disabled_at.is_(None))
        .values(disabled_at=func.clock_timestamp())
    )
    for table in (session, invitation, recovery_code):
        await connection.execute(delete(table).where(table.c.user_id == user_id))


async def enable_user(connection: AsyncConnection, user_id: int) -> None:
    """Let a user in again who was disabled. The password until then works no more."""
    await connection.execute(
        update(app_user)
        .where(app_user.c.user_id == user_id, app_user.c.disabled_at.is_not(None))
        .values(disabled_at=None, password_hash=None)
    )
