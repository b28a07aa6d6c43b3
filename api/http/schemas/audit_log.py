"""The audit log."""

from datetime import datetime
from typing import TypedDict


class AuditEntryAnswer(TypedDict):
    """One change: when, by whom and what.

    `party` is the party that the actor acted for. `action` is the operation of the interface, the
    command, the work, or the kind of the operation on points.
    """

    recorded_at: datetime
    actor: str | None
    party: str | None
    action: str
    object: str
    key: str | None
    request_id: str | None
