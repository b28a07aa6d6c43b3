"""Keeps the loops of the worker alive until they are told to stop.

An error ends a round and never a loop. Should a loop end all the same, or hang, it is started
again. Nothing is lost when a round is cancelled: it is as if the process had died, and the work is
still in the database.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from api.process.bell import Bell
from api.process.hearts import BEAT_SECONDS, Heart, Hearts
from ledger import Troubles, is_lost_database

TROUBLE_SECONDS_MIN = 0.1
TROUBLE_SECONDS_MAX = 5.0
STOP_SECONDS = 5.0
"""How long a round may still take after the stop.

An order that is cut off is asked about when its lease ends.
"""
LOOK_SECONDS = 1.0
"""How often the supervisor looks after the loops."""
ROUND_SECONDS_MAX = 300.0
"""A round that takes longer hangs, unless its loop says otherwise."""

_log = structlog.get_logger("comity.worker")
_waits = Troubles(_log, "worker_waits", "worker_goes_on")
_trouble = Troubles(_log, "worker_trouble", "worker_recovered")


@dataclass(frozen=True, slots=True)
class Loop:
    """One kind of work.

    `run` does one round and returns how much there was to do. If there was nothing, the loop waits
    for `bell`, or for `idle_seconds`.
    """

    name: str
    run: Callable[[], Awaitable[int]]
    bell: Bell
    idle_seconds: float
    round_seconds_max: float = ROUND_SECONDS_MAX


async def supervise(loops: Sequence[Loop], hearts: Hearts, stop: asyncio.Event) -> None:
    """Run the loops until `stop` is set. Each then finishes its round, if that ends in time."""
    supervised = [_Supervised(loop, hearts, stop) for loop in loops]
    while not stop.is_set():
        for each in supervised:
            each.look()
        await pause(stop, LOOK_SECONDS)
    for loop in loops:
        loop.bell.ring()
    tasks = [task for each in supervised for task in each.tasks]
    if tasks:
        _, unfinished = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in unfinished:
            task.cancel()
        await asyncio.wait(tasks, timeout=STOP_SECONDS)


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Wait, but not beyond the stop."""
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


class _Supervised:
    """One loop and its tasks: the one that works, and those that hung and were given up."""

    def __init__(self, loop: Loop, hearts: Hearts, stop: asyncio.Event) -> None:
        self._loop = loop
        self._stop = stop
        self._heart = hearts.add(loop.name, loop.round_seconds_max)
        self._task = self._begin()
        self._given_up: list[asyncio.Task[None]] = []

    @property
    def tasks(self) -> list[asyncio.Task[None]]:
        """The tasks that have not ended yet."""
        return [task for task in (self._task, *self._given_up) if not task.done()]

    def look(self) -> None:
        """Start the loop again if it ended, or if it hangs."""
        self._given_up = [task for task in self._given_up if not task.done()]
        if self._task.done():
            died_of = None if self._task.cancelled() else self._task.exception()
            _log.error("worker_loop_died", loop=self._loop.name, exc_info=died_of)
        elif self._heart.is_silent:
            _log.error("worker_loop_hangs", loop=self._loop.name)
            self._task.cancel()
            self._given_up.append(self._task)
        else:
            return
        self._heart.restarted()
        self._task = self._begin()

    def _begin(self) -> asyncio.Task[None]:
        return asyncio.create_task(
            _run(self._loop, self._heart, self._stop), name=f"worker-{self._loop.name}"
        )


async def _run(loop: Loop, heart: Heart, stop: asyncio.Event) -> None:
    trouble_seconds = TROUBLE_SECONDS_MIN
    while not stop.is_set():
        heart.beat()
        try:
            done = await loop.run()
        except Exception as error:  # noqa: BLE001 - a loop that ended would leave its work undone
            kind = type(error).__name__
            if is_lost_database(error):
                _waits.met(loop.name, kind, loop=loop.name)
            else:
                _trouble.met(loop.name, kind, exception=error, loop=loop.name)
            heart.ended("failed")
            await pause(stop, trouble_seconds)
            trouble_seconds = min(trouble_seconds * 2, TROUBLE_SECONDS_MAX)
            continue
        heart.ended("worked" if done else "idle")
        trouble_seconds = TROUBLE_SECONDS_MIN
        for ended in (_waits, _trouble):
            ended.over(loop.name, loop=loop.name)
        if done == 0:
            await _idle(loop, heart, stop)


async def _idle(loop: Loop, heart: Heart, stop: asyncio.Event) -> None:
    """Wait for the bell or for the loop's time, with a heartbeat now and then."""
    clock = asyncio.get_running_loop()
    until = clock.time() + loop.idle_seconds
    while not stop.is_set() and (left := until - clock.time()) > 0:
        if await loop.bell.wait(min(left, BEAT_SECONDS)):
            return
        heart.beat()
