"""What arrives while others of its kind are being answered waits, and is answered with them.

A question by itself starts at once. Under load the next answer takes all that wait, so a statement
or a transaction is shared by many, and costs each of them little (decision 0051).

- Questions are of one kind if they have the same key. Kinds never wait for each other, and a key
  that names a party keeps parties apart.
- An answer that fails by itself harms nobody: each of its questions is then asked alone.
- A question that would keep the others waiting can be put off (PUT_OFF), and is asked alone, too.
- Who gives up before its question is taken has asked nothing. Later its question is answered
  anyway, as any request that has begun.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Hashable, Sequence
from contextvars import Context
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Generic, TypeVar

from ledger.faults import is_shared_fault
from ledger.turns import ACTING_FOR

SLOW_SECONDS = 0.25
SLOW_AT_ONCE = 4
"""One answer to a kind is on its way at a time, so that the next one is for many.

Where none has begun for SLOW_SECONDS, up to so many may be: nobody waits for what may hang.
"""
TOGETHER_MAX = 200
"""How many questions one answer takes."""
ANSWER_SECONDS = 25.0
"""After this time an answer is given up."""


class PutOff(Enum):
    """The one value that is no answer."""

    PUT_OFF = "put off"


class Asking(Enum):
    """How questions are asked: together, or one alone after it could not be with others."""

    TOGETHER = "together"
    ALONE = "alone"


PUT_OFF: Final = PutOff.PUT_OFF
"""Said of a question that is to be asked alone."""

K = TypeVar("K", bound=Hashable)
Q = TypeVar("Q")
A = TypeVar("A")


@dataclass(slots=True)
class _Asked(Generic[Q, A]):
    question: Q
    party: str
    """The party that asks. What is done for the question is done for it."""
    future: asyncio.Future[A]


@dataclass(slots=True)
class _Line(Generic[Q, A]):
    waiting: deque[_Asked[Q, A]] = field(default_factory=deque)
    running: int = 0
    started_at: float = 0.0
    """When the latest answer began."""
    is_scheduled: bool = False


class Gatherer(Generic[K, Q, A]):
    """Asks questions of one kind together.

    `answer` is given a key, its questions and how they are asked. It answers in their order.
    """

    def __init__(
        self,
        answer: Callable[[K, Sequence[Q], Asking], Awaitable[Sequence[A | PutOff]]],
        *,
        together_max: int = TOGETHER_MAX,
    ) -> None:
        self._answer = answer
        self._together_max = together_max
        self._lines: dict[K, _Line[Q, A]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def ask(self, key: K, question: Q) -> A:
        """The answer to a question, or the error that its answer ended with."""
        loop = asyncio.get_running_loop()
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
        asked: _Asked[Q, A] = _Asked(question, ACTING_FOR.get(), loop.create_future())
        line.waiting.append(asked)
        self._schedule(key, line)
        return await asked.future

    def _schedule(self, key: K, line: _Line[Q, A]) -> None:
        """Look for what may start, but not at once: others of this round of the loop join it."""
        if not line.is_scheduled:
            line.is_scheduled = True
            asyncio.get_running_loop().call_soon(self._start, key, line)

    def _start(self, key: K, line: _Line[Q, A]) -> None:
        line.is_scheduled = False
        loop = asyncio.get_running_loop()
        is_slow = loop.time() - line.started_at >= SLOW_SECONDS
        if line.waiting and line.running < (SLOW_AT_ONCE if is_slow else 1):
            taken: list[_Asked[Q, A]] = []
            while line.waiting and len(taken) < self._together_max:
                asked = line.waiting.popleft()
                if not asked.future.done():
                    taken.append(asked)
            if taken:
                line.running += 1
                line.started_at = loop.time()
                loop.call_later(SLOW_SECONDS, self._schedule, key, line)
                self._spawn(self._run(key, line, taken))
        if not line.running and not line.waiting and self._lines.get(key) is line:
            del self._lines[key]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        # It is nobody's request, and inherits nothing from the one that came first.
        task = asyncio.get_running_loop().create_task(work, context=Context())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, key: K, line: _Line[Q, A], taken: list[_Asked[Q, A]]) -> None:
        try:
            await self._answer_them(key, taken, Asking.TOGETHER)
        finally:
            line.running -= 1
            self._schedule(key, line)

    async def _answer_them(self, key: K, taken: list[_Asked[Q, A]], asking: Asking) -> None:
        ACTING_FOR.set(taken[0].party)
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                answers = await self._answer(key, [each.question for each in taken], asking)
        except BaseException as error:
            if len(taken) == 1 or is_shared_fault(error):
                for asked in taken:
                    if not asked.future.done():
                        asked.future.set_exception(error)
            else:
                self._ask_alone(key, taken)
            if not isinstance(error, Exception):
                raise
            return
        put_off = []
        for asked, answer in zip(taken, answers, strict=True):
            if answer is PUT_OFF:
                put_off.append(asked)
            elif not asked.future.done():
                asked.future.set_result(answer)
        self._ask_alone(key, put_off)

    def _ask_alone(self, key: K, taken: list[_Asked[Q, A]]) -> None:
        for asked in taken:
            self._spawn(self._answer_them(key, [asked], Asking.ALONE))
