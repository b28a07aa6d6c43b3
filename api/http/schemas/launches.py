"""Launches: how a brand's server lets a member in to the member pages."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import URL_PATTERN, Body, Member
from api.identity.launches import LAUNCH_SECONDS, LAUNCH_SECONDS_MAX, RETURN_URL_LENGTH_MAX


class LaunchBody(Body):
    """Let a member in. `return_url` is where the pages lead back to."""

    member: Member
    locale: Literal["en", "zh-Hans"] | None = None
    return_url: (
        Annotated[str, Field(max_length=RETURN_URL_LENGTH_MAX, pattern=URL_PATTERN)] | None
    ) = None
    seconds: Annotated[int, Field(ge=10, le=LAUNCH_SECONDS_MAX)] = LAUNCH_SECONDS


class LaunchAnswer(TypedDict):
    """A link that lets the member in once. It is shown once: in a replay, `url` is null."""

    programme: str
    member: str
    url: str | None
    expires_at: datetime
    already_shown: bool
