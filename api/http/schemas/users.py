"""Users of the console, managed by the party for which they act."""

from datetime import datetime
from typing import Annotated, TypedDict

from pydantic import Field

from api.http.schemas.keys import ListedKeyAnswer
from api.http.schemas.types import Body, Name
from api.identity.roles import ROLE_NAMES, RoleName
from api.identity.staff import State
from api.identity.users import EMAIL_LENGTH_MAX, Locale

Email = Annotated[str, Field(min_length=3, max_length=EMAIL_LENGTH_MAX)]


class UserBody(Body):
    """Somebody who is invited to act for a party."""

    email: Email
    name: Name
    role: RoleName
    locale: Locale = "en"


class RolesBody(Body):
    """All roles that a user has for the party from now on."""

    roles: Annotated[list[RoleName], Field(min_length=1, max_length=len(ROLE_NAMES))]


class UserAnswer(TypedDict):
    """A user of a party. One who was asked to join has no roles yet."""

    user_id: int
    email: str
    name: str
    locale: str
    roles: list[str]
    asked_role: str | None
    state: State
    has_second_factor: bool
    created_at: datetime
    disabled_at: datetime | None


class UserStateAnswer(UserAnswer):
    """A user of a party, and the API keys in force that this user made for it."""

    keys: list[ListedKeyAnswer]


class InvitedUserAnswer(UserAnswer):
    """A user who was invited. The link is shown once: in a replay it is null."""

    link: str | None
    expires_at: datetime
    already_shown: bool


class LinkAnswer(TypedDict):
    """A one-time link for a user. It is shown once: in a replay it is null."""

    user_id: int
    link: str | None
    expires_at: datetime
    already_shown: bool


class RemovedUserAnswer(TypedDict):
    """A user who was taken out, and the API keys in force that this user made."""

    user_id: int
    keys: list[ListedKeyAnswer]
