"""How many requests each party may send.

The token buckets are in Valkey, so all processes count together. A process takes tokens in small
leases, and spends a lease without a round trip. Valkey is never needed for correctness: while it
is away nobody is limited, and it is asked again a second later.
"""

import asyncio
import time
from collections.abc import Awaitable
from typing import cast

import structlog
from redis.asyncio import Redis

from ledger import Troubles

LEASE_SECONDS = 1.0
"""How long a process may spend a lease. After that, what is left of it is forgotten."""
RETRY_VALKEY_SECONDS = 1.0
SUBJECTS_MAX = 10_000
"""Subjects that one process remembers. If there are more, it drops all its leases."""

_log = structlog.get_logger("comity.limits")

# One script reads, refills and spends the bucket. Valkey runs no other command meanwhile, so two
# processes cannot spend the same token.
_TAKE = """
local rate, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local need, want = tonumber(ARGV[3]), tonumber(ARGV[4])
local clock = redis.call('TIME')
local now = tonumber(clock[1]) + tonumber(clock[2]) / 1000000
local bucket = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local tokens = tonumber(bucket[1]) or burst
local at = tonumber(bucket[2]) or now
tokens = math.min(burst, tokens + math.max(0, now - at) * rate)
local granted, wait = 0, 0
if tokens >= need then
  granted = math.min(math.floor(tokens), want)
  tokens = tokens - granted
else
  wait = math.ceil((need - tokens) / rate * 1000)
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst / rate * 1000) + 1000)
return {granted, wait}
"""


class TokenBuckets:
    """One bucket of tokens for each subject. It gains `per_second` tokens, and holds `burst`."""

    def __init__(self, redis: Redis, name: str, *, per_second: float, burst: int) -> None:
        self._redis = redis
        self._name = name
        self._troubles = Troubles(_log, "limits_open", "limits_hold")
        self._prefix = f"comity:{name}:"
        self.per_second = per_second
        self.burst = burst
        self._lease = max(1, burst // 100)
        self._leases: dict[str, tuple[int, float]] = {}
        self._asking: dict[str, asyncio.Lock] = {}
        self._away_until = 0.0

    async def take(self, subject: str, count: int = 1) -> float:
        """Spend `count` tokens. Returns 0, or after how many seconds to ask again."""
        count = min(count, self.burst)
        if self._spend(subject, count):
            return 0.0
        if len(self._asking) >= SUBJECTS_MAX:
            self._asking.clear()
        # One question at a time for each subject. Those who wait behind it spend the lease that it
        # brings.
        async with self._asking.setdefault(subject, asyncio.Lock()):
            now = time.monotonic()
            if self._spend(subject, count) or now < self._away_until:
                return 0.0
            try:
                granted, wait_milliseconds = await self._ask(subject, count)
            except Exception as error:  # noqa: BLE001 - whatever the client raises, Valkey is away
                self._away_until = now + RETRY_VALKEY_SECONDS
                self._troubles.met("valkey", type(error).__name__, limit=self._name)
                return 0.0
            self._troubles.over("valkey", limit=self._name)
            if granted < count:
                return max(wait_milliseconds, 1) / 1000
            self._keep(subject, granted - count)
            return 0.0

    def _spend(self, subject: str, count: int) -> bool:
        tokens, until = self._leases.get(subject, (0, 0.0))
        if tokens < count or until <= time.monotonic():
            return False
        self._leases[subject] = (tokens - count, until)
        return True

    async def _ask(self, subject: str, count: int) -> tuple[int, int]:
        want = max(count, self._lease)
        answer = self._redis.eval(
            _TAKE,
            1,
            self._prefix + subject,
            str(self.per_second),
            str(self.burst),
            str(count),
            str(want),
        )
        granted, wait_milliseconds = await cast("Awaitable[list[int]]", answer)
        return int(granted), int(wait_milliseconds)

    def _keep(self, subject: str, tokens: int) -> None:
        if len(self._leases) >= SUBJECTS_MAX:
            self._leases.clear()
        if tokens:
            self._leases[subject] = (tokens, time.monotonic() + LEASE_SECONDS)
        else:
            self._leases.pop(subject, None)
