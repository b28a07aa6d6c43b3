"""Wakes the tasks of this process that wait for something to happen."""

import asyncio


class Bell:
    """A ring wakes all tasks that wait at that instant.

    A task that comes later waits for the next ring. So look before you wait, and wait with a time
    limit.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake all tasks that wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_seconds: float) -> bool:
        """Return when the bell rings, or when the time is over. Returns whether it rang."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        return True
