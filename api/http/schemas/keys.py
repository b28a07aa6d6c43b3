"""API keys."""

from datetime import datetime
from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.types import Body, Instant, Label, Reference
from catalog import KEY_OVERLAP_SECONDS, KEY_OVERLAP_SECONDS_MAX, SCOPES, Scope


class KeyBody(Body):
    """A new API key. What it does not name is as wide as the key that asks for it allows.

    `import`, which lets requests give the time when an operation happened, must be named.
    """

    label: Label
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(SCOPES))] | None = None
    shop: Reference | None = None
    expires_at: Instant | None = None


class RotateBody(Body):
    """How long the replaced key still holds. With 0 it is revoked at once."""

    overlap_seconds: Annotated[int, Field(ge=0, le=KEY_OVERLAP_SECONDS_MAX)] = KEY_OVERLAP_SECONDS


class KeyAnswer(TypedDict):
    """A new API key. It is shown once: in a replay it is null, and `already_shown` is true."""

    party: str
    key_id: int
    label: str
    key: str | None
    scopes: list[Scope]
    shop: str | None
    expires_at: datetime | None
    already_shown: bool


class ListedKeyAnswer(TypedDict):
    """An API key without its secret. `created_by` is the actor who made it."""

    key_id: int
    prefix: str
    label: str
    scopes: list[Scope]
    shop: str | None
    expires_at: datetime | None
    recorded_at: datetime
    created_by: str | None
    last_used_at: datetime | None
    revoked_at: datetime | None
