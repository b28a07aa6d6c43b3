"""How the exchange does: for whoever runs it."""

from datetime import datetime
from typing import TypedDict

from api.http.schemas.stages import StageName
from exchange.figures import Light, Why


class BookStateAnswer(TypedDict):
    """A book, and how far it is sealed."""

    programme: str
    records: int
    sealed: int
    sealed_at: datetime | None


class LastVerifyAnswer(TypedDict):
    """What the last `comity verify` on this machine has found."""

    verified_at: datetime
    defects: int


class TopicBacklogAnswer(TypedDict):
    """What waits in the outbox of a topic. Counts stop at 10,000."""

    topic: str
    waiting: int
    oldest_at: datetime | None
    parked: int


class WorkerStateAnswer(TypedDict):
    """A process with background loops."""

    process: str
    seen_at: datetime
    is_silent: bool


class SupplierLightAnswer(TypedDict):
    """Whether a supplier is in trouble, by the newest of its orders of the last day."""

    supplier: str
    light: Light
    why: Why
    stage: StageName
    orders: int
    succeeded: int
    failed: int
    open_since: datetime | None
    unheard_of_since: datetime | None


class StatusAnswer(TypedDict):
    """How the exchange does."""

    as_of: datetime
    books: list[BookStateAnswer]
    are_all_books: bool
    verify: LastVerifyAnswer | None
    outbox: list[TopicBacklogAnswer]
    workers: list[WorkerStateAnswer]
    open_months: list[str]
    rejected_uses: int
    suppliers: list[SupplierLightAnswer]
    are_all_suppliers: bool


class RejectedUseAnswer(TypedDict):
    """A message about a use that cannot be read for the bill, and is set aside."""

    programme: str
    topic: str
    reason: str
    rejected_at: datetime


class RetriedUsesAnswer(TypedDict):
    """How many messages were handed back, to be rated again."""

    messages: int
