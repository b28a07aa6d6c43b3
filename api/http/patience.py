"""How long a request may take before it is given up with 503.

The time counts from the moment at which the body is there. While the body arrives, its own time
counts instead (`front_door`).

No request has a timer. One look at all of them, every LOOK_SECONDS, finds those whose time is over.
"""

import asyncio
import math
import time
from types import TracebackType
from typing import Self

REQUEST_SECONDS = 9.0
"""Callers hear within 10 seconds that the database does not answer."""
REQUEST_SECONDS_SLOW = 600.0
"""For requests that work through a month, a file or a large batch."""
LOOK_SECONDS = 0.1
"""A request may take so much longer than its time."""
PATIENCE = "patience"
"""Its name in the state of a request."""


class Watch:
    """Looks at the requests of one event loop, for as long as there are any."""

    def __init__(self) -> None:
        self._waiting: set[Patience] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._next: asyncio.TimerHandle | None = None

    def add(self, patience: "Patience") -> None:
        """Look at this request from now on."""
        self._waiting.add(patience)
        loop = asyncio.get_running_loop()
        if self._next is None or self._loop is not loop:
            self._loop = loop
            self._next = loop.call_later(LOOK_SECONDS, self._look)

    def remove(self, patience: "Patience") -> None:
        """Do not look at it any more."""
        self._waiting.discard(patience)

    def _look(self) -> None:
        now = time.monotonic()
        for patience in [each for each in self._waiting if each.until <= now]:
            self.remove(patience)
            patience.lose()
        assert self._loop is not None, "it is looked at what was added"
        self._next = self._loop.call_later(LOOK_SECONDS, self._look) if self._waiting else None


class Patience:
    """The deadline of one request. As a block, it raises TimeoutError when that is over.

    `until` is when it is over, on the monotonic clock.
    """

    __slots__ = ("_cancelling", "_is_lost", "_seconds", "_task", "_watch", "until")

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._seconds = REQUEST_SECONDS
        self._task: asyncio.Task[object] | None = None
        self._cancelling = 0
        self._is_lost = False
        self.until = math.inf

    def begin(self, seconds: float | None = None) -> None:
        """Count from now, and with `seconds` so long from now on."""
        self._seconds = seconds or self._seconds
        self.until = time.monotonic() + self._seconds

    def wait_until(self, deadline: float) -> None:
        """Do not count: the caller is sending, and has its own time."""
        self.until = deadline

    def pause(self) -> None:
        """Do not count: it is not the request that takes the time."""
        self.until = math.inf

    def lose(self) -> None:
        """End what the block waits for."""
        if self._task is not None:
            self._is_lost = True
            self._task.cancel()

    def is_lost(self) -> bool:
        """Whether the block was cancelled because the time was over, and not by somebody else.

        Ask once, when the cancellation is caught. If it is so, the task is no longer cancelled.
        """
        if not self._is_lost or self._task is None:
            return False
        self._is_lost = False
        return self._task.uncancel() <= self._cancelling

    def __enter__(self) -> Self:
        self._task = asyncio.current_task()
        if self._task is not None:
            self._cancelling = self._task.cancelling()
        self.begin()
        self._watch.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._watch.remove(self)
        if self.is_lost() and kind is asyncio.CancelledError:
            raise TimeoutError from error
