"""The places that one request holds, from the moment it is known who asks until it is answered.

Reading a body and waiting are not places of work. While the body of a party arrives, the request
has a place among those that read. As soon as the body is whole, it gives that place up and takes a
place of work. Bodies of public addresses are small and have little time, so they need no place.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from api.http.metrics import IN_FLIGHT
from api.http.problems import Overloaded
from api.process.places import Places, Rank

RETURN_SECONDS = 5.0
"""How long a request that has waited tries to get a place of work again."""
RETURN_POLL_SECONDS = 0.05


class Visit:
    """One request's way through the places."""

    __slots__ = ("_place", "_rank", "_reading", "_work", "holder", "is_public")

    def __init__(self, reading: Places, work: Places) -> None:
        self._reading = reading
        self._work = work
        self._place: Places | None = None
        self._rank = Rank.ANYONE
        self.holder = ""
        self.is_public = True

    def admit(self, holder: str, rank: Rank, *, is_public: bool, reads_body: bool) -> None:
        """It is known who asks. Without a body to read, work begins.

        Raises:
            Overloaded: this holder has its share of places, or none is left.
        """
        self.holder, self._rank, self.is_public = holder, rank, is_public
        if not reads_body:
            self.work()
        elif not is_public:
            self._move(self._reading)

    def work(self) -> None:
        """Take a place of work, for all that is left to do.

        Raises:
            Overloaded: this holder has its share of places, or none is left.
        """
        if self._place is not self._work:
            self._move(self._work)

    @asynccontextmanager
    async def aside(self) -> AsyncIterator[None]:
        """Hold no place while the block waits. Many may wake at once, so a place is waited for.

        Raises:
            Overloaded: for RETURN_SECONDS after the block, no place of work was left.
        """
        self.end()
        yield
        deadline = time.monotonic() + RETURN_SECONDS
        while not self._is_moved(self._work):
            if time.monotonic() > deadline:
                raise Overloaded
            await asyncio.sleep(RETURN_POLL_SECONDS)

    def end(self) -> None:
        """Give up the place that is held, if any."""
        place, self._place = self._place, None
        if place is not None:
            place.leave(self.holder)
            if place is self._work:
                IN_FLIGHT.dec()

    def _move(self, place: Places) -> None:
        if not self._is_moved(place):
            raise Overloaded

    def _is_moved(self, place: Places) -> bool:
        self.end()
        if not place.enter(self.holder, self._rank):
            return False
        self._place = place
        if place is self._work:
            IN_FLIGHT.inc()
        return True
