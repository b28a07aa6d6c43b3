"""Parties, their API keys, and the endpoints of suppliers."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, Category, Label, Name, Secret, Slug, Url
from catalog import OVERLAP_SECONDS, OVERLAP_SECONDS_MAX

RoleName = Literal["operator", "brand", "supplier"]
PermissionName = Literal["import"]


class PartyBody(Body):
    """A new party of the exchange."""

    code: Slug
    name: Name
    roles: Annotated[list[RoleName], Field(min_length=1, max_length=3)]
    category: Category | None = None


class KeyBody(Body):
    """A new API key of a party. `import` allows it to give the time when an operation happened."""

    label: Label
    permissions: Annotated[list[PermissionName], Field(max_length=8)] = Field(default_factory=list)


class EndpointBody(Body):
    """Where a supplier takes orders, and the shared secret that signs in both directions."""

    url: Url
    secret: Secret
    overlap_seconds: Annotated[int, Field(ge=0, le=OVERLAP_SECONDS_MAX)] = OVERLAP_SECONDS


class PartyAnswer(TypedDict):
    """A party."""

    code: str
    name: str
    roles: list[RoleName]
    category: str | None


class KeyAnswer(TypedDict):
    """A new API key. It is shown once: in a replay it is null, and `already_shown` is true."""

    party: str
    label: str
    key: str | None
    permissions: list[PermissionName]
    already_shown: bool


class ListedKeyAnswer(TypedDict):
    """An API key without its secret."""

    key_id: int
    prefix: str
    label: str
    permissions: list[PermissionName]
    revoked_at: datetime | None


class EndpointAnswer(TypedDict):
    """Where a supplier takes orders."""

    party: str
    url: str
    old_secret_until: datetime | None
