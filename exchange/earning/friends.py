"""Friends who were invited: whether they are new, and whether they have used a coupon.

A friend is new whose identifier nobody in the programme has, or a member who came at most NEW_DAYS
before. Nobody is new who is the inviter, or has been a member for longer by the ledger. A friend
is new once, under whichever of its identifiers it was invited.

An invite that waits for the friend's use is kept in `invitation`, by the friend's digest. The first
who invites a friend is the inviter, whoever else comes. A round of the worker looks at those that
are open (`settle_invitations`): where the friend has used a coupon, the inviter earns by the rules
of the day of the invite. What the caps or the budget of a day refuse is tried again on the next.
After INVITATION_DAYS an invitation ends.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA, TEXT, TIMESTAMP
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.members import Identifier, load_first_seen, load_identifiers, load_owners
from exchange.coupons.lifecycle import CouponState
from ledger.read import Past, load_pasts

NEW_DAYS = 7
"""A member is new for so many days."""
INVITATION_DAYS = 90
"""For so many days an invite waits for the friend's use of a coupon."""

_DIGESTS = bindparam("digests", type_=ARRAY(BYTEA))

_USERS = text(
    f"""
    SELECT member FROM exchange.coupon
    WHERE book_id = :book_id AND member = ANY (:members) AND holder IS NULL
        AND state = '{CouponState.USED}'
    UNION
    SELECT holder FROM exchange.coupon
    WHERE book_id = :book_id AND holder = ANY (:members) AND state = '{CouponState.USED}'
    """
).bindparams(bindparam("members", type_=ARRAY(TEXT)))
_INVITE = text(
    """
    INSERT INTO exchange.invitation (book_id, digest, kind, inviter, invited_at, recorded_by)
    SELECT :book_id, digest, kind, inviter, invited_at, :recorded_by
    FROM unnest(:digests, :kinds, :inviters, :instants) AS t(digest, kind, inviter, invited_at)
    ORDER BY digest
    ON CONFLICT (book_id, digest) DO NOTHING
    """
).bindparams(
    _DIGESTS,
    bindparam("kinds", type_=ARRAY(TEXT)),
    bindparam("inviters", type_=ARRAY(TEXT)),
    bindparam("instants", type_=ARRAY(TIMESTAMP(timezone=True))),
)
_INVITERS = text(
    """
    SELECT digest, inviter FROM exchange.invitation
    WHERE book_id = :book_id AND digest = ANY (:digests)
    """
).bindparams(_DIGESTS)
_OPEN = text(
    """
    SELECT digest, kind, inviter, invited_at FROM exchange.invitation
    WHERE book_id = :book_id AND ended_at IS NULL AND digest > :after
    ORDER BY digest LIMIT :limit
    """
)
_END = text(
    """
    UPDATE exchange.invitation SET ended_at = clock_timestamp()
    WHERE book_id = :book_id AND digest = ANY (:digests) AND ended_at IS NULL
    """
).bindparams(_DIGESTS)


@dataclass(frozen=True, slots=True)
class Friend:
    """What is known of a friend when the invite is told.

    `identifiers` are all that are known of the friend, in order.
    """

    is_new: bool
    has_used: bool
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invite that waits for the friend's use of a coupon."""

    friend: Identifier
    inviter: str
    invited_at: datetime


async def load_friends(
    connection: AsyncConnection,
    book_id: int,
    invites: Collection[tuple[str, Identifier, datetime]],
) -> dict[tuple[str, Identifier], Friend]:
    """What is known of friends, by inviter and friend. Five round trips, or none for none."""
    if not invites:
        return {}
    owners = await load_owners(connection, book_id, [friend for _, friend, _ in invites])
    members = sorted(set(owners.values()))
    if not members:
        return {(inviter, friend): Friend(True, False, (friend,)) for inviter, friend, _ in invites}
    since = min(at for _, _, at in invites) - timedelta(days=NEW_DAYS)
    seen = await load_first_seen(connection, book_id, members)
    pasts = await load_pasts(connection, book_id, members, since)
    users = await load_users(connection, book_id, pasts)
    known = await load_identifiers(connection, book_id, members)
    found: dict[tuple[str, Identifier], Friend] = {}
    for inviter, friend, at in invites:
        owner = owners.get(friend)
        if owner is None:
            found[inviter, friend] = Friend(True, False, (friend,))
            continue
        past, earliest = pasts[owner], at - timedelta(days=NEW_DAYS)
        firsts = [each for each in (seen.get(owner), past.first_at) if each is not None]
        is_new = not past.is_old and all(each >= earliest for each in firsts)
        found[inviter, friend] = Friend(
            is_new and inviter not in past.names, owner in users, tuple(known.get(owner, [friend]))
        )
    return found


async def load_users(
    connection: AsyncConnection, book_id: int, pasts: Mapping[str, Past]
) -> set[str]:
    """Which of these members have a coupon that is used, under whatever name they got it.

    Of a coupon that was given on, that is the one who took it last.
    """
    names = {name: member for member, past in pasts.items() for name in past.names}
    bound = {"book_id": book_id, "members": sorted(names)}
    return {names[row.member] for row in await connection.execute(_USERS, bound)}


async def note_invitations(
    connection: AsyncConnection,
    book_id: int,
    invitations: Sequence[Invitation],
    recorded_by: int | None,
) -> dict[Identifier, str]:
    """Keep invites that wait, unless the friend was invited before. Returns the inviters."""
    if not invitations:
        return {}
    first = {each.friend: each for each in reversed(invitations)}
    kept = [first[friend] for friend in sorted(first)]
    bound = {
        "book_id": book_id,
        "recorded_by": recorded_by,
        "digests": [each.friend.digest for each in kept],
        "kinds": [each.friend.kind for each in kept],
        "inviters": [each.inviter for each in kept],
        "instants": [each.invited_at for each in kept],
    }
    await connection.execute(_INVITE, bound)
    asked = {"book_id": book_id, "digests": bound["digests"]}
    inviters = {
        bytes(row.digest): row.inviter for row in await connection.execute(_INVITERS, asked)
    }
    return {each.friend: inviters[each.friend.digest] for each in kept}


async def load_invitations(
    connection: AsyncConnection, book_id: int, after: bytes, limit: int
) -> list[Invitation]:
    """A page of the invitations that are open, by digest."""
    where = {"book_id": book_id, "after": after, "limit": limit}
    return [
        Invitation(Identifier(row.kind, bytes(row.digest), ""), row.inviter, row.invited_at)
        for row in await connection.execute(_OPEN, where)
    ]


async def end_invitations(
    connection: AsyncConnection, book_id: int, friends: Collection[Identifier]
) -> None:
    """End invitations: nobody looks at them again."""
    digests = sorted(friend.digest for friend in friends)
    await connection.execute(_END, {"book_id": book_id, "digests": digests})
