"""Events, and the types of them."""

from datetime import datetime
from typing import Any, TypedDict


class EventTypeAnswer(TypedDict):
    """A type of events: what it means, which roles are told, and an example of its data."""

    type: str
    sentence: str
    told: list[str]
    example: dict[str, Any]


class EventAnswer(TypedDict):
    """An event, as webhooks and the stream have it, too."""

    id: str
    type: str
    timestamp: datetime
    sequence: int
    data: dict[str, Any]
