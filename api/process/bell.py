"""A bell: wakes the tasks of this process that wait for something to happen."""

import asyncio


class Bell:
    """Rung for everybody who waits at that moment.

    Who comes later waits for the next ring, so look before waiting, and wait with a limit.
    """

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who waits now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, timeout_seconds: float) -> None:
        """Return when the bell rings or the time is over."""
        try:
            async with asyncio.timeout(timeout_seconds):
                await self._event.wait()
        except TimeoutError:
            return
