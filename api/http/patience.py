"""How long a request may take before it is given up with 503.

The time counts from the moment at which the body is there.
"""

import asyncio
from types import TracebackType
from typing import Self

REQUEST_SECONDS = 9.0
"""Callers hear within 10 seconds that the database does not answer."""
REQUEST_SECONDS_SLOW = 600.0
"""For requests that work through a month, a file or a large batch."""
PATIENCE = "patience"
"""Its name in the state of a request."""


class Patience:
    """The deadline of one request. As a block, it raises TimeoutError when that is over."""

    def __init__(self) -> None:
        self._seconds = REQUEST_SECONDS
        self._timeout = asyncio.timeout(None)

    def begin(self, seconds: float | None = None) -> None:
        """Count from now, and with `seconds` so long from now on."""
        self._seconds = seconds or self._seconds
        self._timeout.reschedule(asyncio.get_running_loop().time() + self._seconds)

    def pause(self) -> None:
        """Do not count: the caller is sending."""
        self._timeout.reschedule(None)

    async def __aenter__(self) -> Self:
        await self._timeout.__aenter__()
        self.begin()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._timeout.__aexit__(kind, error, trace)
