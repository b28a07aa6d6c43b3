"""The events of a party as they come: one listener for all streams of a process.

The listener is one connection that PostgreSQL tells of new events (LISTEN). A notice has the number
of a party alone, and whoever follows that party reads the log. So a stream costs nothing while
nothing happens, and one that falls behind loses nothing.

A notice may be lost: while the connection is made anew, or if a pooler stands before the database.
So each follower also looks by itself, every LOOK_SECONDS. The listener begins with the first
follower. `close` ends all of them at once: a process that is told to stop does not wait for them.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import suppress
from typing import Any, ClassVar

import structlog

from api.events.envelope import LoggedEvent
from api.events.log import CHANNEL
from api.events.read import list_events
from ledger import Database, Refusal, driver

STREAMS_MAX = 16
"""The most streams of one party in one process."""
STREAMS_ALL_MAX = 1_024
"""The most streams of one process."""
HEARTBEAT_SECONDS = 15.0
"""A stream that has nothing to say says so after this."""
LOOK_SECONDS = 5.0
PAGE_EVENTS = 100
TROUBLE_SECONDS = 1.0
"""How long the listener waits before it connects anew."""
LISTENING_CHECK_SECONDS = 10.0

_log = structlog.get_logger("comity.events")


class TooManyStreams(Refusal):
    """The party, or the process, has as many streams open as it may have."""

    code: ClassVar[str] = "too-many-streams"
    status: ClassVar[int] = 429
    title: ClassVar[str] = "Too many streams of events are open."
    is_transient: ClassVar[bool] = True


class Live:
    """The followers of one process, and the listener that wakes them."""

    def __init__(self, database: Database, url: str) -> None:
        """`url` is where the listener has a connection of its own."""
        self._database = database
        self._url = url
        self._followers: defaultdict[int, set[asyncio.Event]] = defaultdict(set)
        self._open: Counter[int] = Counter()
        self._listener: asyncio.Task[None] | None = None
        self._is_closed = False

    @property
    def streams(self) -> int:
        """How many streams are open."""
        return self._open.total()

    def enter(self, party_id: int) -> Callable[[], None]:
        """Count a stream of a party, until what is returned is called. To repeat that is harmless.

        Raises:
            TooManyStreams: it has as many as it may have.
        """
        if self._is_closed or self.streams >= STREAMS_ALL_MAX:
            raise TooManyStreams("this process has as many streams open as it may have")
        if self._open[party_id] >= STREAMS_MAX:
            raise TooManyStreams(f"a party has at most {STREAMS_MAX} streams", limit=STREAMS_MAX)
        self._open[party_id] += 1
        is_open = True

        def leave() -> None:
            nonlocal is_open
            if is_open:
                is_open = False
                self._open[party_id] -= 1
                if not self._open[party_id]:
                    del self._open[party_id]

        return leave

    async def follow(
        self, party_id: int, after: int
    ) -> AsyncGenerator[Sequence[LoggedEvent], None]:
        """The events of a party with numbers above `after`, as they come, until `close`.

        Now and then, when there are none, it gives nothing: a sign of life.
        """
        woken = asyncio.Event()
        self._followers[party_id].add(woken)
        self._listen()
        clock = asyncio.get_running_loop()
        silent_until = clock.time() + HEARTBEAT_SECONDS
        try:
            while not self._is_closed:
                woken.clear()
                async with self._database.transaction() as connection:
                    events = await list_events(connection, party_id, after=after, limit=PAGE_EVENTS)
                if events:
                    after = events[-1].sequence
                if events or clock.time() >= silent_until:
                    yield events
                    silent_until = clock.time() + HEARTBEAT_SECONDS
                if len(events) < PAGE_EVENTS:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(
                            min(LOOK_SECONDS, max(0.0, silent_until - clock.time()))
                        ):
                            await woken.wait()
        finally:
            self._followers[party_id].discard(woken)
            if not self._followers[party_id]:
                del self._followers[party_id]

    def wake(self, party_id: int | None = None) -> None:
        """Have the followers of a party look now. None: all of them."""
        parties = list(self._followers) if party_id is None else [party_id]
        for each in parties:
            for woken in self._followers.get(each, ()):
                woken.set()

    def end(self) -> None:
        """End all streams, and take no more. They have ended soon after."""
        self._is_closed = True
        self.wake()

    async def close(self) -> None:
        """End all streams and the listener."""
        self.end()
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener
            self._listener = None

    def _listen(self) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._keep_listening(), name="events-listener")

    async def _keep_listening(self) -> None:
        """Listen until it is cancelled. After a lost connection, everybody looks."""
        while True:
            try:
                await self._listen_once()
            except Exception as error:  # noqa: BLE001 - followers look by themselves meanwhile
                _log.warning("events_not_heard", error=type(error).__name__)
            self.wake()
            await asyncio.sleep(TROUBLE_SECONDS)

    async def _listen_once(self) -> None:
        def heard(_connection: Any, _process: int, _channel: str, payload: str) -> None:
            if payload.isdecimal():
                self.wake(int(payload))

        # Its own, so that it takes no place of those who do something.
        listener = await Database.open(self._url, pool_size=1)
        try:
            async with listener.engine.connect() as connection:
                raw = await driver(connection)
                await raw.add_listener(CHANNEL, heard)
                self.wake()
                while not raw.is_closed():
                    await asyncio.sleep(LISTENING_CHECK_SECONDS)
                    await raw.execute("SELECT")
        finally:
            await listener.close()
