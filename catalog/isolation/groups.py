"""Groups of parties: alliances, competitors, and plain ones for rules to name.

A party is in a group in periods, which never overlap (`WITHOUT OVERLAPS`). A membership that is
ended keeps what it was until then. One that has not begun is taken back as if it had never been.
An alliance needs the consent of each party: until it accepts, it is invited only.

Whoever changes a membership locks its group first. A trigger of the table changes the version of
the rules.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, get_args

from sqlalchemy import CursorResult, RowMapping, text
from sqlalchemy.ext.asyncio import AsyncConnection

from catalog.fields import is_code, require_code, require_name, require_period
from catalog.isolation.sides import GroupKind
from catalog.parties import Party
from ledger import Refusal, read_clock

GROUPS_MAX = 1_000
GROUP_MEMBERS_MAX = 1_000


class GroupInvalid(Refusal):
    """The kind of a group is unknown."""

    code: ClassVar[str] = "group-invalid"
    status: ClassVar[int] = 422
    title: ClassVar[str] = "A group is an alliance, competitors or plain."


class GroupExists(Refusal):
    """Another group has the code."""

    code: ClassVar[str] = "group-exists"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "A group with this code exists already."


class GroupNotFound(Refusal):
    """No group has the code, or none that the caller may know of."""

    code: ClassVar[str] = "group-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "There is no such group."


class GroupMemberNotFound(Refusal):
    """The party is not in the group, and will not be."""

    code: ClassVar[str] = "group-member-not-found"
    status: ClassVar[int] = 404
    title: ClassVar[str] = "The party is not in the group."


class GroupPeriodTaken(Refusal):
    """The party was in the group in a part of the period."""

    code: ClassVar[str] = "group-period-taken"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "The party was in the group in this period already."


class TooManyGroups(Refusal):
    """There are as many groups, or members of one, as there may be."""

    code: ClassVar[str] = "too-many-groups"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "There are too many groups, or members of one."


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A party in a group from `since` until before `until`. None: it has no end.

    Only an alliance needs that the party accepts. `accepted_at` is None until then.
    """

    party_id: int
    party: str
    since: datetime
    until: datetime | None
    accepted_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredGroup:
    """A group, with the memberships that have not ended."""

    group_id: int
    code: str
    kind: GroupKind
    label: str
    members: tuple[Membership, ...] = ()


# A new group gives the rules another mark, which needs this row in any case.
_ONE_CREATOR = text("SELECT FROM catalog.rules_version FOR NO KEY UPDATE")
_COUNT = text("SELECT count(*) FROM catalog.party_group")
_CREATE = text(
    """
    INSERT INTO catalog.party_group (code, kind, label) VALUES (:code, :kind, :label)
    ON CONFLICT DO NOTHING
    RETURNING group_id
    """
)

_GROUPS = """
    SELECT g.group_id, g.code, g.kind, g.label, coalesce(jsonb_agg(
            jsonb_build_array(
                m.party_id, p.code, lower(m.validity), upper(m.validity), m.accepted_at
            ) ORDER BY p.code, lower(m.validity)
        ) FILTER (WHERE m.party_id IS NOT NULL), '[]') AS members
    FROM catalog.party_group g
    LEFT JOIN catalog.group_member m ON m.group_id = g.group_id
        AND upper(m.validity) > clock_timestamp() IS NOT FALSE
    LEFT JOIN catalog.party p ON p.party_id = m.party_id
"""
_LIST = text(f"{_GROUPS} GROUP BY g.group_id ORDER BY g.group_id")
_FIND = text(f"{_GROUPS} WHERE g.code = :code GROUP BY g.group_id")
_LOCK = text("SELECT FROM catalog.party_group WHERE group_id = :group_id FOR NO KEY UPDATE")

# The membership that has not ended. There is at most one.
_STANDING = """
    group_id = :group_id AND party_id = :party_id
        AND upper(validity) > CAST(:now AS timestamptz) IS NOT FALSE
"""
_HAS_BEGUN = "lower(validity) < CAST(:now AS timestamptz)"
_TAKE_BACK = text(
    f"DELETE FROM catalog.group_member WHERE {_STANDING} AND NOT {_HAS_BEGUN} RETURNING accepted_at"
)
_BEGUN = text(f"SELECT true FROM catalog.group_member WHERE {_STANDING} AND {_HAS_BEGUN}")
_SET_END = text(
    f"""
    UPDATE catalog.group_member
    SET validity = tstzrange(lower(validity), CAST(:until AS timestamptz))
    WHERE {_STANDING} AND {_HAS_BEGUN}
    RETURNING lower(validity) AS since, upper(validity) AS until, accepted_at
    """
)
_OVERLAPS = text(
    """
    SELECT EXISTS (
        SELECT FROM catalog.group_member WHERE group_id = :group_id AND party_id = :party_id
            AND validity && tstzrange(CAST(:since AS timestamptz), CAST(:until AS timestamptz))
    )
    """
)
_ADD = text(
    """
    INSERT INTO catalog.group_member (group_id, party_id, validity, accepted_at)
    VALUES (
        :group_id, :party_id,
        tstzrange(CAST(:since AS timestamptz), CAST(:until AS timestamptz)), :accepted_at
    )
    RETURNING lower(validity) AS since, upper(validity) AS until, accepted_at
    """
)
_ACCEPT = text(
    f"""
    UPDATE catalog.group_member SET accepted_at = coalesce(accepted_at, :now) WHERE {_STANDING}
    RETURNING lower(validity) AS since, upper(validity) AS until, accepted_at
    """
)


async def create_group(
    connection: AsyncConnection, *, code: str, kind: GroupKind, label: str
) -> StoredGroup:
    """Add a group without members. Three round trips.

    Raises:
        CodeInvalid, NameInvalid, GroupInvalid: the input is malformed.
        TooManyGroups: there are GROUPS_MAX groups.
        GroupExists: the code is taken.
    """
    require_code(code)
    require_name(label, "label")
    if kind not in get_args(GroupKind):
        raise GroupInvalid(f"the kinds are: {', '.join(get_args(GroupKind))}", field="kind")
    await connection.execute(_ONE_CREATOR)
    if (await connection.execute(_COUNT)).scalar_one() >= GROUPS_MAX:
        raise TooManyGroups(f"there are at most {GROUPS_MAX} groups")
    bound = {"code": code, "kind": kind, "label": label}
    group_id = (await connection.execute(_CREATE, bound)).scalar_one_or_none()
    if group_id is None:
        raise GroupExists(f"group {code} exists already", group=code)
    return StoredGroup(group_id=group_id, code=code, kind=kind, label=label)


async def list_groups(connection: AsyncConnection, party: Party | None = None) -> list[StoredGroup]:
    """All groups, oldest first, at most GROUPS_MAX. One round trip.

    A party hears of the alliances that it is in or invited to, and of no other group.
    """
    groups = [_group(row) for row in (await connection.execute(_LIST)).mappings()]
    return [group for group in groups if party is None or _may_know(group, party)]


async def find_group(
    connection: AsyncConnection, code: str, party: Party | None = None
) -> StoredGroup:
    """The group with this code, or GroupNotFound. One round trip.

    To a party, a group that `list_groups` does not show it is as one that does not exist.
    """
    row = None
    if is_code(code):
        row = (await connection.execute(_FIND, {"code": code})).mappings().one_or_none()
    if row is None:
        raise GroupNotFound(f"there is no group {code}")
    group = _group(row)
    if party is not None and not _may_know(group, party):
        raise GroupNotFound(f"there is no group {code}")
    return group


async def put_member(
    connection: AsyncConnection,
    group: StoredGroup,
    party: Party,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Membership:
    """Let a party be in the group from `since`, or from now, until before `until`.

    If it is in the group now, only the end of that changes. If it will be, the new period takes
    that one's place. What it accepted stays accepted. Six round trips at most.

    Raises:
        TimeInvalid, PeriodBackwards: the period is none.
        GroupPeriodTaken: it was in the group in a part of the period.
        TooManyGroups: the group has GROUP_MEMBERS_MAX members.
    """
    bound = await _locked(connection, group, party)
    if (await connection.execute(_BEGUN, bound)).scalar():
        require_period(bound["now"], until, "until")
        return _membership(party, await connection.execute(_SET_END, bound | {"until": until}))
    since = since or bound["now"]
    require_period(since, until, "until")
    taken_back = (await connection.execute(_TAKE_BACK, bound)).first()
    if taken_back is None and len(group.members) >= GROUP_MEMBERS_MAX:
        raise TooManyGroups(f"a group has at most {GROUP_MEMBERS_MAX} members")
    bound |= {
        "since": since,
        "until": until,
        "accepted_at": None if taken_back is None else taken_back.accepted_at,
    }
    if (await connection.execute(_OVERLAPS, bound)).scalar_one():
        raise GroupPeriodTaken(f"{party.code} was in {group.code} in a part of this period")
    return _membership(party, await connection.execute(_ADD, bound))


async def end_member(connection: AsyncConnection, group: StoredGroup, party: Party) -> None:
    """End the party's membership now, or take it back if it has not begun. Four round trips.

    Raises:
        GroupMemberNotFound: the party is not in the group, and will not be.
    """
    bound = await _locked(connection, group, party)
    if (await connection.execute(_SET_END, bound | {"until": bound["now"]})).rowcount:
        return
    if (await connection.execute(_TAKE_BACK, bound)).first() is None:
        raise GroupMemberNotFound(f"{party.code} is not in {group.code}")


async def accept_membership(
    connection: AsyncConnection, group: StoredGroup, party: Party
) -> Membership:
    """Let a party accept that it is in the group. Accepting again changes nothing.

    Three round trips.

    Raises:
        GroupNotFound: the group is none that the party may know of.
    """
    bound = await _locked(connection, group, party)
    if not _may_know(group, party):
        raise GroupNotFound(f"there is no group {group.code}")
    accepted = await connection.execute(_ACCEPT, bound)
    if accepted.rowcount == 0:
        raise GroupNotFound(f"there is no group {group.code}")
    return _membership(party, accepted)


async def _locked(connection: AsyncConnection, group: StoredGroup, party: Party) -> dict[str, Any]:
    await connection.execute(_LOCK, {"group_id": group.group_id})
    return {
        "group_id": group.group_id,
        "party_id": party.party_id,
        "now": await read_clock(connection),
    }


def _membership(party: Party, rows: CursorResult[Any]) -> Membership:
    row = rows.one()
    return Membership(
        party_id=party.party_id,
        party=party.code,
        since=row.since,
        until=row.until,
        accepted_at=row.accepted_at,
    )


def _may_know(group: StoredGroup, party: Party) -> bool:
    """Whether the party may hear of the group. Who competes with whom is for the operator."""
    return group.kind == "alliance" and any(
        each.party_id == party.party_id for each in group.members
    )


def _group(row: RowMapping) -> StoredGroup:
    return StoredGroup(
        group_id=row["group_id"],
        code=row["code"],
        kind=row["kind"],
        label=row["label"],
        members=tuple(
            Membership(
                party_id=party_id,
                party=code,
                since=datetime.fromisoformat(since),
                until=None if until is None else datetime.fromisoformat(until),
                accepted_at=None if accepted_at is None else datetime.fromisoformat(accepted_at),
            )
            for party_id, code, since, until, accepted_at in row["members"]
        ),
    )
