"""Who goes next where many want something of which there is little: parties, in turn.

Three things are shared out this way, each by a line of its own:

- the connections of a process (`Database`). Each transaction waits here before it takes one.
- the lane transactions under way (`Lanes`).
- the event loop, for long pieces of work (`LongWork`): large bodies that are read, and large
  transactions that are decided. One at a time, and cut into portions.

A line in order of arrival would be fair to requests, and so unfair to parties: who sends a hundred
at once is served a hundred times before the next. Here each party has a line of its own, and the
lines are served in turn. So a party with one request waits for one of each other party at most. A
party also has a share that it cannot exceed, so something is left for those who come later.
"""

import asyncio
import time
from collections import OrderedDict, deque
from collections.abc import AsyncIterator
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from contextvars import ContextVar


def name_of_party(party_id: int) -> str:
    """How a party is called here, by requests and by lane transactions alike."""
    return f"party {party_id}"


NOBODY = ""
"""The process itself, such as its background work. It has no share."""
ACTING_FOR: ContextVar[str] = ContextVar("acting_for", default=NOBODY)
"""The party for which this task works."""
NO_PARTIES: AbstractSet[str] = frozenset()
ABOUT_SECONDS = 1.0
"""Who had a place so short a time ago is about, and may be back at any moment."""
PARTIES_REMEMBERED_MAX = 1_000
REST_SECONDS = 0.001
RESTS_PER_PORTION_MIN = 1.0
RESTS_PER_PORTION_MAX = 3.0
"""How long the loop rests from long work after a portion of it, in parts of the portion's time.

At least so long while other parties are about: they get half of the loop. At most so long while
they are at the database: what they asked there is answered before the next portion begins.
"""


class Turns:
    """Places that parties take in turn, each up to its share."""

    def __init__(self, places: int, share: int | None = None) -> None:
        self._free = places
        self._share = share or places
        self._held: dict[str, int] = {}
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        """A line for each party. The party that was served last comes last."""
        self._seen: OrderedDict[str, float] = OrderedDict()
        """When each party last took a place, the latest last."""

    @property
    def in_line(self) -> AbstractSet[str]:
        """The parties that wait for a place."""
        return self._waiting.keys()

    def are_others_about(self, party: str, beside: AbstractSet[str] = NO_PARTIES) -> bool:
        """Whether another party took a place a moment ago.

        The process itself does not count, nor does anybody in `beside`.
        """
        own = {party, NOBODY}
        latest = next((e for e in reversed(self._seen) if e not in own and e not in beside), None)
        return latest is not None and time.monotonic() - self._seen[latest] < ABOUT_SECONDS

    def are_others_here(self, party: str, beside: AbstractSet[str] = NO_PARTIES) -> bool:
        """Whether another party has a place or waits for one. Nobody in `beside` counts."""
        others = (self._held.keys() | self._waiting.keys()) - {party, NOBODY}
        return not others <= beside

    @asynccontextmanager
    async def turn(self, party: str) -> AsyncIterator[None]:
        """Have a place for the length of the block. Wait for it until it is the party's turn."""
        await self.enter(party)
        try:
            yield
        finally:
            self.leave(party)

    def enter_now(self, party: str) -> bool:
        """Take a place if there is one for this party, and nobody of it waits."""
        if party in self._waiting or not self._free or not self._has_room(party):
            return False
        self._take(party)
        return True

    async def enter(self, party: str) -> None:
        """Take a place, as soon as it is this party's turn."""
        if self.enter_now(party):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(party, deque()).append(future)
        try:
            await future
        except BaseException:
            if future.done() and not future.cancelled():
                self.leave(party)
            else:
                self._forget(party, future)
            raise

    def leave(self, party: str) -> None:
        """Give a place back, to the party whose turn it is."""
        self._free += 1
        self._held[party] -= 1
        if not self._held[party]:
            del self._held[party]
        self._serve()

    def _serve(self) -> None:
        while self._free:
            party = next((each for each in self._waiting if self._has_room(each)), None)
            if party is None:
                return
            future = self._waiting[party][0]
            self._forget(party, future)
            if party in self._waiting:
                self._waiting.move_to_end(party)
            if not future.done():
                self._take(party)
                future.set_result(None)

    def _has_room(self, party: str) -> bool:
        return party == NOBODY or self._held.get(party, 0) < self._share

    def _take(self, party: str) -> None:
        self._free -= 1
        self._held[party] = self._held.get(party, 0) + 1
        self._seen[party] = time.monotonic()
        self._seen.move_to_end(party)
        if len(self._seen) > PARTIES_REMEMBERED_MAX:
            self._seen.popitem(last=False)

    def _forget(self, party: str, future: asyncio.Future[None]) -> None:
        line = self._waiting.get(party)
        if line is not None and future in line:
            line.remove(future)
            if not line:
                del self._waiting[party]


class LongWork:
    """The event loop for long pieces of work: one at a time, parties in turn, with rests.

    While a piece is computed, nothing else of the process happens. So it comes in portions, and
    after each the loop rests from long work for others. Without others there is no rest, and
    nothing is lost.
    """

    def __init__(self, connections: Turns) -> None:
        self._connections = connections
        self._turns = Turns(1)
        self._tasks: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def turn(self, party: str) -> AsyncIterator["Portions"]:
        """Work for a party when it is its turn, for the length of the block."""
        async with self._turns.turn(party):
            yield Portions(self._connections, self._turns.in_line, party)

    async def step(self, party: str) -> None:
        """Let the caller do one long step, which begins when this returns.

        The next one begins when that step is over and the loop has rested from it.
        """
        await self._turns.enter(party)
        # The step may be over before the task has begun.
        portions = Portions(self._connections, self._turns.in_line, party)
        task = asyncio.get_running_loop().create_task(self._leave_after_step(party, portions))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _leave_after_step(self, party: str, portions: "Portions") -> None:
        try:
            # The caller goes on in one of these rounds.
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            await portions.rest()
        finally:
            self._turns.leave(party)


class Portions:
    """The portions of one long piece of work."""

    def __init__(self, connections: Turns, in_line: AbstractSet[str], party: str) -> None:
        self._connections = connections
        # Who waits for long work is kept back by a rest, and not helped.
        self._in_line = in_line
        self._party = party
        self._started = time.perf_counter()

    async def rest(self) -> None:
        """End a portion: the loop has a round, or more of them where others are at work."""
        ended = time.perf_counter()
        took = ended - self._started
        pause = 0.0
        while True:
            await asyncio.sleep(pause)
            if not self._is_resting((time.perf_counter() - ended) / took):
                break
            pause = REST_SECONDS
        self._started = time.perf_counter()

    def _is_resting(self, rested: float) -> bool:
        connections, others = self._connections, (self._party, self._in_line)
        if rested < RESTS_PER_PORTION_MIN and connections.are_others_about(*others):
            return True
        return rested < RESTS_PER_PORTION_MAX and connections.are_others_here(*others)
