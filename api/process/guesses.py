"""Guesses are paid for before the look-up: a caller that may be wrong borrows tokens first.

A bucket of tokens belongs to each subject, in Valkey, so all processes count together. A guess that
was right gives its token back, and one that was wrong loses it. So those who guess side by side can
never be wrong more often than there are tokens. Those who are right pay nothing, but for a moment
their tokens are away. Then another asker waits for them and is not refused.

A question for Valkey takes all those along that wait for their turn. So where many guess at once, a
guess costs little, and Valkey still decides about each of them, one after the other.

While Valkey is away nobody is limited. So a crowd of askers must not look like that: few
questions are under way at once, and of those who wait for tokens of one subject only the first asks
again.
"""

import asyncio
import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, cast
from weakref import WeakValueDictionary

import structlog
from redis.asyncio import Redis

from ledger import Asking, Gatherer, Troubles

RETRY_VALKEY_SECONDS = 1.0
LOAN_WAIT_SECONDS = 5.0
"""How long somebody waits for tokens that others have borrowed and may give back."""
LOAN_POLL_SECONDS = 0.02
LOAN_FORGOTTEN_SECONDS = 60
"""If a process dies, what it had borrowed is lent for so long after the last loan."""

_log = structlog.get_logger("comity.limits")

# A loan takes at most a quarter of what is there, so that others who ask at the same time find some
# too. A wait of -1 says that there are none, but that some are lent and may come back.
_BORROW = f"""
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local answer = {{}}
for i, key in ipairs(KEYS) do
  local rate, burst = tonumber(ARGV[3 * i - 2]), tonumber(ARGV[3 * i - 1])
  local want = tonumber(ARGV[3 * i])
  local bucket = redis.call('HMGET', key, 'tokens', 'at', 'lent', 'lent_at')
  local lent, lent_at = tonumber(bucket[3]) or 0, tonumber(bucket[4]) or now
  if now - lent_at > {LOAN_FORGOTTEN_SECONDS} then lent = 0 end
  local gained = math.max(0, now - (tonumber(bucket[2]) or now)) * rate
  local tokens = math.min(burst - lent, (tonumber(bucket[1]) or burst) + gained)
  local granted, wait = 0, 0
  if tokens >= 1 then
    granted = math.min(want, math.max(1, math.floor(tokens / 4)))
    tokens, lent, lent_at = tokens - granted, lent + granted, now
  elseif lent > 0 then
    wait = -1
  else
    wait = math.ceil((1 - tokens) / rate * 1000)
  end
  redis.call('HSET', key, 'tokens', tostring(tokens), 'at', tostring(now),
    'lent', tostring(lent), 'lent_at', tostring(lent_at))
  redis.call('PEXPIRE', key, math.ceil(burst / rate * 1000) + 1000)
  answer[2 * i - 1], answer[2 * i] = granted, wait
end
return answer
"""
_GIVE_BACK = """
for i, key in ipairs(KEYS) do
  if redis.call('EXISTS', key) == 1 then
    local bucket = redis.call('HMGET', key, 'tokens', 'lent')
    local lent = math.max(0, (tonumber(bucket[2]) or 0) - tonumber(ARGV[2 * i - 1]))
    redis.call('HSET', key, 'lent', tostring(lent),
      'tokens', tostring((tonumber(bucket[1]) or 0) + tonumber(ARGV[2 * i])))
  end
end
local answer = {}
for i = 1, 2 * #KEYS do answer[i] = 0 end
return answer
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """How many guesses may be wrong at once, and how many a second after that."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class Loan:
    """How many guesses a subject may make now. If none, after how many seconds to ask again."""

    granted: int
    wait_seconds: float = 0.0


class Guesses:
    """Buckets of tokens that are borrowed before a guess, each with the rule it is asked with."""

    def __init__(self, redis: Redis, name: str) -> None:
        self._redis = redis
        self._name = name
        self._troubles = Troubles(_log, "limits_open", "limits_hold")
        self._prefix = f"comity:{name}:"
        self._away_until = 0.0
        self._questions: Gatherer[str, tuple[list[str], list[str]], list[int] | None] = Gatherer(
            self._ask_together
        )
        self._lines: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        """Where to wait for tokens of a subject. A line is gone when nobody stands in it."""

    async def borrow(self, wanted: Mapping[str, tuple[int, Rule]]) -> dict[str, Loan]:
        """Borrow tokens for some subjects, up to as many as each wants.

        If nobody gets any and some may come back, this waits for them for LOAN_WAIT_SECONDS.
        """
        loans = await self._borrow(wanted)
        lent = _may_come_back(loans)
        if lent is None:
            return loans
        line = self._lines.setdefault(lent, asyncio.Lock())
        deadline = asyncio.get_running_loop().time() + LOAN_WAIT_SECONDS
        try:
            async with asyncio.timeout_at(deadline):
                await line.acquire()
        except TimeoutError:
            return _nothing(wanted)
        try:
            while True:
                loans = await self._borrow(wanted)
                if _may_come_back(loans) is None:
                    return loans
                if asyncio.get_running_loop().time() > deadline:
                    return _nothing(wanted)
                await asyncio.sleep(LOAN_POLL_SECONDS)
        finally:
            line.release()

    async def give_back(self, loans: Mapping[str, Loan], wrong: Mapping[str, int]) -> None:
        """Give back what was borrowed, except for as many tokens as guesses were wrong."""
        lent = {subject: loan.granted for subject, loan in loans.items() if loan.granted}
        arguments = [
            str(value)
            for subject, granted in lent.items()
            for value in (granted, granted - wrong.get(subject, 0))
        ]
        if lent:
            await self._ask(_GIVE_BACK, lent, arguments)

    async def _borrow(self, wanted: Mapping[str, tuple[int, Rule]]) -> dict[str, Loan]:
        arguments = [
            str(value)
            for want, rule in wanted.values()
            for value in (rule.per_second, rule.burst, want)
        ]
        answer = await self._ask(_BORROW, wanted, arguments)
        if answer is None:
            return {subject: Loan(want) for subject, (want, _) in wanted.items()}
        pairs = zip(answer[::2], answer[1::2], strict=True)
        return {
            subject: Loan(int(granted), -1.0 if wait < 0 else wait / 1000)
            for subject, (granted, wait) in zip(wanted, pairs, strict=True)
        }

    async def _ask(
        self, script: str, subjects: Mapping[str, Any], arguments: list[str]
    ) -> list[int] | None:
        """The two numbers that the script answers for each subject. None while Valkey is away."""
        keys = [self._prefix + subject for subject in subjects]
        return await self._questions.ask(script, (keys, arguments))

    async def _ask_together(
        self, script: str, asked: Sequence[tuple[list[str], list[str]]], _: Asking
    ) -> Sequence[list[int] | None]:
        # Those who waited need not find out once more.
        if time.monotonic() < self._away_until:
            return [None] * len(asked)
        keys = [key for each, _ in asked for key in each]
        values = [value for _, each in asked for value in each]
        try:
            question = self._redis.eval(script, len(keys), *keys, *values)
            numbers = await cast("Awaitable[list[int]]", question)
            answer = iter([int(number) for _, number in zip(keys + keys, numbers, strict=True)])
        except Exception as error:  # noqa: BLE001 - whatever the client raises, Valkey is away
            self._away_until = time.monotonic() + RETRY_VALKEY_SECONDS
            self._troubles.met("valkey", type(error).__name__, limit=self._name)
            return [None] * len(asked)
        self._troubles.over("valkey", limit=self._name)
        return [list(islice(answer, 2 * len(each))) for each, _ in asked]


def _may_come_back(loans: Mapping[str, Loan]) -> str | None:
    """A subject whose tokens are lent, if nobody got any: they are worth waiting for."""
    if any(loan.granted for loan in loans.values()):
        return None
    return next((subject for subject, loan in loans.items() if loan.wait_seconds < 0), None)


def _nothing(wanted: Mapping[str, object]) -> dict[str, Loan]:
    return {subject: Loan(0, 1.0) for subject in wanted}
