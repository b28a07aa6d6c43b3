"""Groups of parties, and who is in them."""

from datetime import datetime
from typing import Literal, TypedDict

from api.http.schemas.isolation import PeriodBody
from api.http.schemas.types import Body, Name, Slug

GroupKind = Literal["alliance", "competitors", "plain"]


class GroupBody(Body):
    """A group of parties.

    The members of an `alliance` are open to each other, those of `competitors` are isolated from
    each other. A `plain` group is for rules alone.
    """

    code: Slug
    kind: GroupKind
    label: Name


class GroupMemberBody(PeriodBody):
    """When a party is in a group. One that is in it keeps its `valid_from`."""


class GroupMemberAnswer(TypedDict):
    """A party in a group. In an alliance, it is invited only until `accepted_at`."""

    party: str
    valid_from: datetime
    valid_until: datetime | None
    accepted_at: datetime | None


class GroupAnswer(TypedDict):
    """A group, with the members that are in it or will be."""

    code: str
    kind: GroupKind
    label: str
    members: list[GroupMemberAnswer]
