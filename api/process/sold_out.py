"""Hints in Valkey that an offer is sold out, so that all processes know at once.

Valkey is never needed for correctness: while it is away there are no hints, and the stock alone
decides. It is asked again a second later.
"""

import time
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import Any

import structlog
from redis.asyncio import Redis

from exchange.redeem import SOLD_OUT_SECONDS
from ledger import Troubles

RETRY_VALKEY_SECONDS = 1.0

_log = structlog.get_logger("comity.limits")


class ValkeySoldOut:
    """What is sold out, by book and offer. The hints go by themselves."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._troubles = Troubles(_log, "hints_away", "hints_back")
        self._away_until = 0.0

    async def known(self, book_id: int, offer_ids: Collection[int]) -> Collection[int]:
        """Those of the offers of which the book had nothing left a moment ago."""
        wanted = list(offer_ids)
        found = (
            await self._ask(lambda: self._redis.mget(_keys(book_id, wanted))) if wanted else None
        )
        if found is None:
            return ()
        return {offer_id for offer_id, hint in zip(wanted, found, strict=True) if hint is not None}

    async def mark(self, book_id: int, offer_ids: Collection[int]) -> None:
        """The book has nothing left of these offers."""
        for key in _keys(book_id, offer_ids):
            await self._ask(partial(self._redis.set, key, b"1", ex=SOLD_OUT_SECONDS))

    async def forget(self, book_id: int, offer_ids: Collection[int]) -> None:
        """The book may have something of these offers again."""
        if offer_ids:
            await self._ask(lambda: self._redis.delete(*_keys(book_id, offer_ids)))

    async def _ask(self, question: Callable[[], Awaitable[Any]]) -> Any:
        """The answer, or None while Valkey is away."""
        if time.monotonic() < self._away_until:
            return None
        try:
            answer = await question()
        except Exception as error:  # noqa: BLE001 - whatever the client raises, Valkey is away
            self._away_until = time.monotonic() + RETRY_VALKEY_SECONDS
            self._troubles.met("valkey", type(error).__name__)
            return None
        self._troubles.over("valkey")
        return answer


def _keys(book_id: int, offer_ids: Collection[int]) -> list[str]:
    return [f"comity:soldout:{book_id}:{offer_id}" for offer_id in offer_ids]
