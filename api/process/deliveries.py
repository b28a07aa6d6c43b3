"""Waiting for deliveries: many callers, few queries.

All callers of a process that wait for a coupon share one look at the database each time: at once
when a callback came in through this process, and every LOOK_SECONDS for what other processes did.
The looking ends with the last caller.
"""

import asyncio
import contextlib
from collections import defaultdict
from typing import Final

import structlog

from api.process.bell import Bell
from exchange.coupons import CouponState, load_coupons
from ledger import Database

LOOK_SECONDS: Final = 0.05
LOOK_PAUSE_SECONDS: Final = 0.005
"""The least time between two looks, so that a burst of callbacks is seen in one."""
TROUBLE_SECONDS: Final = 0.5
WAITERS_MAX: Final = 1_000
"""Callers that may wait at once; one more is answered without waiting."""

_log = structlog.get_logger("comity.receipts")


class Deliveries:
    """Callers that wait for coupons to leave HELD."""

    def __init__(self, database: Database, changes: Bell) -> None:
        self._database = database
        self._changes = changes
        self._waiting: dict[tuple[int, int], list[asyncio.Future[None]]] = {}
        self._count = 0
        self._looker: asyncio.Task[None] | None = None

    async def wait(self, book_id: int, coupon_id: int, timeout_seconds: float) -> None:
        """Return when the coupon has left HELD or the time is over; at once where too many wait already."""
        if self._count >= WAITERS_MAX:
            return
        place = (book_id, coupon_id)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(place, []).append(future)
        self._count += 1
        # No await lies between the looker's last check and its end, so a caller is never left
        # without one.
        if self._looker is None or self._looker.done():
            self._looker = asyncio.create_task(self._look())
        try:
            async with asyncio.timeout(timeout_seconds):
                await future
        except TimeoutError:
            return
        finally:
            self._count -= 1
            self._forget(place, future)

    def _forget(self, place: tuple[int, int], future: asyncio.Future[None]) -> None:
        futures = self._waiting.get(place)
        if futures is not None and future in futures:
            futures.remove(future)
            if not futures:
                del self._waiting[place]

    async def close(self) -> None:
        """Stop looking."""
        if self._looker is not None:
            self._looker.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._looker

    async def _look(self) -> None:
        while self._waiting:
            try:
                await self._settle()
            except Exception as error:  # noqa: BLE001  # whatever the trouble is, the callers' time runs out by itself
                _log.warning("deliveries_not_seen", error=type(error).__name__)
                await asyncio.sleep(TROUBLE_SECONDS)
            await self._changes.wait(LOOK_SECONDS)
            await asyncio.sleep(LOOK_PAUSE_SECONDS)

    async def _settle(self) -> None:
        books: dict[int, list[int]] = defaultdict(list)
        for book_id, coupon_id in self._waiting:
            books[book_id].append(coupon_id)
        async with self._database.transaction() as connection:
            for book_id, coupon_ids in books.items():
                found = await load_coupons(connection, book_id, coupon_ids)
                for coupon_id in coupon_ids:
                    coupon = found.get(coupon_id)
                    if coupon is None or coupon.state is not CouponState.HELD:
                        self._wake(book_id, coupon_id)

    def _wake(self, book_id: int, coupon_id: int) -> None:
        for future in self._waiting.pop((book_id, coupon_id), ()):
            if not future.done():
                future.set_result(None)
