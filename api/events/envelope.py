"""An event as it is sent, over webhooks and on the stream alike.

`type`, `timestamp` and `data` are those of Standard Webhooks. `id` is also the header `webhook-id`:
who gets an event twice knows it by that. `sequence` orders the events of a party and has no gaps.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from ledger import JSON

ID_PREFIX = "evt_"


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event in the log of its party."""

    party_id: int
    sequence: int
    event_id: UUID
    type: str
    happened_at: datetime
    data: dict[str, Any]

    @property
    def id(self) -> str:
        """Its name."""
        return f"{ID_PREFIX}{self.event_id.hex}"

    def document(self) -> dict[str, JSON]:
        """The event as it is sent."""
        return {
            "id": self.id,
            "type": self.type,
            "timestamp": self.happened_at,
            "sequence": self.sequence,
            "data": self.data,
        }

    def body(self) -> bytes:
        """The same bytes each time."""
        return orjson.dumps(self.document())


def uuid_of(event_id: str) -> UUID | None:
    """The number in the name of an event. None if it is no such name."""
    digits = event_id.removeprefix(ID_PREFIX)
    try:
        found = UUID(hex=digits)
    except ValueError:
        return None
    return found if event_id == f"{ID_PREFIX}{found.hex}" else None
