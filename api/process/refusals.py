"""Refusals for a lack of places or tokens are answered at a bounded pace.

A refusal costs the process little, but not nothing. A caller with thousands of connections that
asks again at once, whatever Retry-After says, would keep the process busy with refusals alone. So
those of one party are told one after another. A few are told at once.
"""

import asyncio
from collections import Counter

REFUSALS_PER_SECOND_MAX = 100
"""Of one party, or of one address without an API key, in one process."""
REFUSAL_SECONDS_MAX = 15.0
"""The longest time until a refusal is told."""


class Refusals:
    """How many refusals of each party wait to be told."""

    def __init__(self) -> None:
        self._waiting: Counter[str] = Counter()

    async def wait(self, party: str) -> None:
        """Return when the next refusal of this party may be told."""
        self._waiting[party] += 1
        seconds = (self._waiting[party] - 1) / REFUSALS_PER_SECOND_MAX
        try:
            await asyncio.sleep(min(seconds, REFUSAL_SECONDS_MAX))
        finally:
            self._waiting[party] -= 1
            if not self._waiting[party]:
                del self._waiting[party]
