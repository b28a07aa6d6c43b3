"""Requests that wait until a coupon is delivered: many requests, few queries.

All waiting requests of a process share one query. It runs at once after a callback came in through
this process. It also runs every LOOK_SECONDS, for callbacks that other processes took. It stops
when no request waits any more.
"""

import asyncio
import contextlib
from collections import defaultdict
from contextvars import Context

import structlog

from api.process.bell import Bell
from api.process.places import Places
from exchange.coupons import CouponState, load_coupons
from ledger import Database, Troubles

LOOK_SECONDS = 0.05
LOOK_PAUSE_SECONDS = 0.005
"""The least time between two queries, so that one query sees a whole burst of callbacks."""
TROUBLE_SECONDS = 0.5
WAITERS_MAX = 1_000
"""Requests that are woken by a delivery, each party's up to its share.

Any more are answered when their time is over.
"""

_log = structlog.get_logger("comity.deliveries")
_troubles = Troubles(_log, "deliveries_not_seen", "deliveries_seen")


class Deliveries:
    """The requests that wait for coupons to leave HELD."""

    def __init__(self, database: Database, changes: Bell) -> None:
        self._database = database
        self._changes = changes
        self._waiting: dict[tuple[int, int], list[asyncio.Future[None]]] = {}
        self._waiters = Places(WAITERS_MAX)
        self._looker: asyncio.Task[None] | None = None

    async def wait(
        self, book_id: int, coupon_id: int, timeout_seconds: float, holder: str = ""
    ) -> None:
        """Return when the coupon has left HELD, or when the time is over.

        If the holder's share of WAITERS_MAX requests wait already, only the time counts. Who was
        answered at once would ask again at once.
        """
        if not self._waiters.enter(holder):
            await asyncio.sleep(timeout_seconds)
            return
        place = (book_id, coupon_id)
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(place, []).append(future)
        # There is no await between the looker's last check and its end. So either it still sees
        # this request, or it is done and is started again here.
        if self._looker is None or self._looker.done():
            # It looks for all of them, so it is not the work of the one that came first.
            self._looker = asyncio.get_running_loop().create_task(self._look(), context=Context())
        try:
            async with asyncio.timeout(timeout_seconds):
                await future
        except TimeoutError:
            return
        finally:
            self._waiters.leave(holder)
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
                _troubles.over("deliveries")
            except Exception as error:  # noqa: BLE001 - whatever it is, the requests stop waiting in time
                _troubles.met("deliveries", type(error).__name__)
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
