"""Events, and the types of them."""

from datetime import datetime
from typing import Annotated, Any, TypedDict

from pydantic import Field

from api.events.catalogue import ASKED_FOR
from api.http.schemas.types import Body
from api.http.schemas.webhooks import EventTypeName


class EventTypeAnswer(TypedDict):
    """A type of events: what it means, which roles are told, and an example of its data.

    `asked_for`: it is told only of a programme that asks for it.
    """

    type: str
    sentence: str
    told: list[str]
    asked_for: bool
    example: dict[str, Any]


class AskedForBody(Body):
    """Which events are told of a programme's points, of those that are asked for. None: none."""

    types: Annotated[list[EventTypeName], Field(max_length=len(ASKED_FOR))]


class AskedForAnswer(TypedDict):
    """Which events are told of a programme's points, and since when any are."""

    programme: str
    types: list[str]
    since: datetime | None


class EventAnswer(TypedDict):
    """An event, as webhooks and the stream have it, too."""

    id: str
    type: str
    timestamp: datetime
    sequence: int
    data: dict[str, Any]
