"""The uses, reversals and conversions that wait to be rated, by the reason."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from ledger import outbox
from settlement.rating.uses import INSTANT_KEYS, TOPICS

Reason = Literal[
    "no-contract", "currency-differs", "basis-missing", "not-rated-yet", "unreadable", "other"
]

BEGINNINGS: Mapping[str, Reason] = {
    "no contract covers": "no-contract",
    "currency-differs": "currency-differs",
    "basis-missing": "basis-missing",
    "the use is not rated yet": "not-rated-yet",
    "unreadable payload": "unreadable",
}
"""How the error of each reason begins, as the rater writes it.

"not-rated-yet" is a reversal whose own use waits. "other" has an error that is none of these.
"""
NOT_TRIED = "not-tried"
"""What no rater has looked at yet. Nobody can accept it: nobody knows what it is."""
ACCEPTABLE: tuple[Reason, ...] = (*BEGINNINGS.values(), "other")
"""The reasons that a closing can accept."""

ERRORS_MAX = 10_000
"""How many different errors are looked at, the most frequent first."""
REASONS_MAX = 10
"""How many different errors a refusal tells."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits: how many messages by reason, and the most frequent errors as they were written.

    Nobody looks beyond ERRORS_MAX errors: `counts` then misses the rarest.
    """

    counts: Mapping[str, int]
    errors: list[str]

    def beyond(self, accepted: Collection[str]) -> int:
        """How many wait for another reason than the accepted ones."""
        return sum(count for reason, count in self.counts.items() if reason not in accepted)


def reason_of(error: str | None) -> str:
    """The reason that an error stands for."""
    if error is None:
        return NOT_TRIED
    for beginning, reason in BEGINNINGS.items():
        if error.startswith(beginning):
            return reason
    return "other"


async def load_waiting(
    connection: AsyncConnection, ends_at: datetime, created_before: datetime | None = None
) -> Waiting:
    """What waits of events before an instant, written before another. One round trip.

    What happened in a later month is billed there and holds up nothing here.
    """
    happened = outbox.HappenedBefore(ends_at, INSTANT_KEYS)
    by_error = await outbox.count_by_error(
        connection, TOPICS, ERRORS_MAX, created_before=created_before, happened=happened
    )
    counts: Counter[str] = Counter()
    for error, count in by_error.items():
        counts[reason_of(error)] += count
    errors = [error for error in by_error if error is not None]
    return Waiting(dict(sorted(counts.items())), errors[:REASONS_MAX])
