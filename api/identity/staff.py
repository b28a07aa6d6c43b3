"""Who acts for a party: people are invited, given roles, taken out, and let in no more.

A party hands its links over itself, so none of them proves whose an e-mail address is. Therefore a
link that sets a password is made for a new user, or for one who acts for nobody else; only the
operator makes one for anybody. Whoever is a user already joins another party by a link of that
party, as the user that they are signed in as. So no party gets into another by a link of its own,
and nobody who has taken somebody's address beforehand gets into the parties that invite it later.

Changes of a party's users take turns by one advisory lock of the party. So two operators cannot
take the role from each other at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from api.identity.identity_tables import app_user, invitation, membership, session
from api.identity.links import ask_to_join, make_invitation, take_turn_of_user
from api.identity.roles import RoleName
from api.identity.users import (
    USERS_PER_PARTY_MAX,
    Locale,
    TooManyUsers,
    User,
    UserNotFound,
    add_role,
    disable_user,
    enable_user,
    find_user_by_email,
    load_memberships,
    read_email,
)
from ledger import Refusal

OPERATOR_ROLE: RoleName = "operator"
State = Literal["invited", "active", "disabled"]

_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('api.membership', :party_id))")
_STAFF = text(
    """
    SELECT held.user_id, held.email, held.name, held.locale,
        held.password_hash IS NOT NULL AS has_password, held.totp_since IS NOT NULL AS has_totp,
        held.created_at, held.disabled_at, acting.roles, NULL AS asked_role
    FROM api.app_user AS held
    JOIN (
        SELECT user_id, array_agg(role ORDER BY role) AS roles FROM api.membership
        WHERE party_id = :party_id GROUP BY user_id
    ) AS acting USING (user_id)
    UNION ALL
    SELECT held.user_id, held.email, '', held.locale, true, false,
        asked.created_at, NULL, '{}', asked.role
    FROM api.invitation AS asked JOIN api.app_user AS held USING (user_id)
    WHERE asked.party_id = :party_id AND asked.expires_at > clock_timestamp()
    ORDER BY email LIMIT :limit
    """
)


class UserExists(Refusal):
    """The party has this user already, or has invited it. Roles are changed at the user."""

    code: ClassVar[str] = "user-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The party has this user already."


class UserOfOthers(Refusal):
    """The user acts for other parties, too. Only the operator may do this."""

    code: ClassVar[str] = "user-of-others"
    status: ClassVar[int] = 403
    title: ClassVar[str] = "The user also acts for others."


class LastOperator(Refusal):
    """It is the last user with the role `operator` who can sign in.

    Give the role to somebody else first. `comity users` works on the machine without a user.
    """

    code: ClassVar[str] = "last-operator"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The operator would lock itself out."


@dataclass(frozen=True, slots=True)
class Member:
    """A user of a party. Somebody who was asked to join has no role yet, and no name is told."""

    user: User
    roles: tuple[str, ...]
    asked_role: str | None = None

    @property
    def state(self) -> State:
        """Whether this user can sign in for the party."""
        if self.user.disabled_at is not None:
            return "disabled"
        return "active" if self.roles and self.user.has_password else "invited"


@dataclass(frozen=True, slots=True)
class Link:
    """A one-time link to come in by."""

    token: str
    expires_at: datetime


async def load_staff(connection: AsyncConnection, party_id: int) -> Sequence[Member]:
    """The users of a party, and who was asked to join, by address. One round trip."""
    found = []
    bound = {"party_id": party_id, "limit": 2 * USERS_PER_PARTY_MAX}
    for row in (await connection.execute(_STAFF, bound)).mappings():
        values = dict(row)
        roles, asked_role = tuple(values.pop("roles")), values.pop("asked_role")
        found.append(Member(User(**values), roles, asked_role))
    return found


async def find_member(connection: AsyncConnection, party_id: int, user_id: int) -> Member:
    """A user of a party, or who was asked to join. One round trip.

    Raises:
        UserNotFound: the party has no such user.
    """
    for each in await load_staff(connection, party_id):
        if each.user.user_id == user_id:
            return each
    raise UserNotFound(f"the party has no user {user_id}")


async def invite_member(
    connection: AsyncConnection,
    party_id: int,
    *,
    email: str,
    name: str,
    role: RoleName,
    locale: Locale = "en",
) -> tuple[Member, Link]:
    """Ask somebody to act for a party.

    Raises:
        EmailInvalid: the address is none.
        TooManyUsers: the party has USERS_PER_PARTY_MAX.
        UserExists: the party has this user already.
    """
    address = read_email(email)
    await _take_turn(connection, party_id)
    staff = await load_staff(connection, party_id)
    if any(each.user.email == address for each in staff):
        raise UserExists(f"{address} is among the users of the party", field="email")
    if len(staff) >= USERS_PER_PARTY_MAX:
        raise TooManyUsers(f"a party has at most {USERS_PER_PARTY_MAX} users")
    new = insert(app_user).values(email=address, name=name, locale=locale)
    made = new.on_conflict_do_nothing(index_elements=[app_user.c.email])
    user_id = (await connection.execute(made.returning(app_user.c.user_id))).scalar_one_or_none()
    if user_id is not None:
        await add_role(connection, user_id, party_id, role)
        link = Link(*await make_invitation(connection, user_id))
    else:
        known = await find_user_by_email(connection, address)
        if known is None:
            raise UserNotFound(f"there is no user {address}")
        user_id = known.user_id
        link = Link(*await ask_to_join(connection, user_id, party_id, role))
    return await find_member(connection, party_id, user_id), link


async def make_link(
    connection: AsyncConnection, party_id: int, user_id: int, *, by_operator: bool
) -> Link:
    """Another link for a user: to join, or to choose a new password. Those before it end.

    Whoever comes in by a link to choose a password has no second factor any more, and a disabled
    user can come in again by it.

    Raises:
        UserNotFound: the party has no such user.
        UserOfOthers: the user acts for others, too, and only the operator may do this.
    """
    await _take_turn(connection, party_id)
    member = await find_member(connection, party_id, user_id)
    if member.asked_role is not None:
        return Link(*await ask_to_join(connection, user_id, party_id, member.asked_role))
    await _require_own(connection, party_id, user_id, by_operator=by_operator)
    await enable_user(connection, user_id)
    return Link(*await make_invitation(connection, user_id))


async def set_roles(
    connection: AsyncConnection, party_id: int, user_id: int, roles: Sequence[RoleName]
) -> Member:
    """Give a user these roles for the party, and no others. It holds at once.

    Raises:
        UserNotFound: the party has no such user, or it has not joined yet.
        LastOperator: nobody else could act as the operator.
    """
    await _take_turn(connection, party_id)
    member = await find_member(connection, party_id, user_id)
    if not member.roles:
        raise UserNotFound(f"user {user_id} has not joined yet")
    if OPERATOR_ROLE not in roles:
        await _require_other_operator(connection, party_id, member)
    wanted = set(roles)
    await connection.execute(
        delete(membership).where(
            membership.c.user_id == user_id,
            membership.c.party_id == party_id,
            membership.c.role.not_in(sorted(wanted)),
        )
    )
    for each in sorted(wanted - set(member.roles)):
        await add_role(connection, user_id, party_id, each)
    return await find_member(connection, party_id, user_id)


async def remove_member(connection: AsyncConnection, party_id: int, user_id: int) -> None:
    """Let a user act for the party no more. What it does for others stays.

    Raises:
        UserNotFound: the party has no such user.
        LastOperator: nobody else could act as the operator.
    """
    await _take_turn(connection, party_id)
    member = await find_member(connection, party_id, user_id)
    await _require_other_operator(connection, party_id, member)
    for table in (membership, invitation):
        await connection.execute(
            delete(table).where(table.c.user_id == user_id, table.c.party_id == party_id)
        )
    if not await load_memberships(connection, user_id):
        for left in (session, invitation):
            await connection.execute(delete(left).where(left.c.user_id == user_id))


async def disable_member(
    connection: AsyncConnection, party_id: int, user_id: int, *, by_operator: bool
) -> Member:
    """Let a user in no more, for any party. Another link lets that user in again.

    Raises:
        UserNotFound: the party has no such user.
        UserOfOthers: the user acts for others, too, and only the operator may do this.
        LastOperator: nobody else could act as the operator.
    """
    await _take_turn(connection, party_id)
    member = await find_member(connection, party_id, user_id)
    await _require_own(connection, party_id, user_id, by_operator=by_operator)
    await _require_other_operator(connection, party_id, member)
    await disable_user(connection, user_id)
    return await find_member(connection, party_id, user_id)


async def _take_turn(connection: AsyncConnection, party_id: int) -> None:
    await connection.execute(_LOCK, {"party_id": party_id})


async def _require_own(
    connection: AsyncConnection, party_id: int, user_id: int, *, by_operator: bool
) -> None:
    await take_turn_of_user(connection, user_id)
    others = (await load_memberships(connection, user_id)).keys() - {party_id}
    if others and not by_operator:
        raise UserOfOthers("ask the operator, or take the user out of your party")


async def _require_other_operator(
    connection: AsyncConnection, party_id: int, member: Member
) -> None:
    if OPERATOR_ROLE not in member.roles or member.state != "active":
        return
    others = (
        select(func.count(membership.c.user_id.distinct()))
        .join_from(membership, app_user)
        .where(
            membership.c.party_id == party_id,
            membership.c.role == OPERATOR_ROLE,
            membership.c.user_id != member.user.user_id,
            app_user.c.disabled_at.is_(None),
            app_user.c.password_hash.is_not(None),
        )
    )
    if not (await connection.execute(others)).scalar_one():
        raise LastOperator(f"user {member.user.user_id} is the last operator")
