"""Launches: how a brand's server lets a member in to the member pages."""

from datetime import datetime
from typing import Annotated, Literal, TypedDict

from pydantic import Field

from api.http.schemas.types import FRAME_ORIGIN_PATTERN, NAME_PATTERN, URL_PATTERN, Body, Member
from api.identity.frames import FRAME_ORIGIN_LENGTH_MAX, FRAME_ORIGINS_MAX
from api.identity.launches import LAUNCH_SECONDS, LAUNCH_SECONDS_MAX, RETURN_URL_LENGTH_MAX
from exchange.redeem import ACCOUNT_LENGTH_MAX


class LaunchBody(Body):
    """Let a member in. `return_url` is where the pages lead back to.

    `account` is where recharges of this member go. It is kept encrypted, as long as the visit.
    """

    member: Member
    account: (
        Annotated[str, Field(min_length=1, max_length=ACCOUNT_LENGTH_MAX, pattern=NAME_PATTERN)]
        | None
    ) = None
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


class FrameOriginsBody(Body):
    """Whose pages may have the member pages in a frame. An empty list: nobody's."""

    origins: Annotated[
        list[
            Annotated[str, Field(max_length=FRAME_ORIGIN_LENGTH_MAX, pattern=FRAME_ORIGIN_PATTERN)]
        ],
        Field(max_length=FRAME_ORIGINS_MAX),
    ]


class FrameOriginsAnswer(TypedDict):
    """Whose pages may have the member pages of a brand in a frame."""

    party: str
    origins: list[str]
