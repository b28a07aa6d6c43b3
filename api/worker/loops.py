"""One loop for each kind of background work.

| loop | what one round does |
|---|---|
| `send` | sends orders to suppliers |
| `query` | asks suppliers what became of their orders |
| `rate` | rates uses for the bill |
| `convert` | delivers conversions to the other programme |
| `release` | releases holds that are overdue |
| `expire` | ends coupons that are past their last day |
| `seal` | seals the books |

Any number of processes may run these loops at once: the row locks of the queues divide the work.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog

from api.process.bell import Bell
from api.process.context import Context
from exchange.coupons import expire_coupons
from exchange.fulfil import Fulfilment, SupplierClient, open_supplier_client
from ledger import is_lost_database
from ledger.audit import seal_book
from ledger.book import load_programmes
from ledger.finish import deliver_conversions, release_overdue
from settlement.rating import rate_pending

SENDERS = 4
"""Loops that begin to send orders. None of them waits for a supplier's answer."""
SEND_POLL_SECONDS = 0.05
SEND_POLL_SPARE_SECONDS = 1.0
"""How often all senders but the first look for orders of other processes."""
QUERY_POLL_SECONDS = 1.0
RATE_POLL_SECONDS = 0.25
CONVERT_POLL_SECONDS = 0.25
RELEASE_POLL_SECONDS = 1.0
ROUND_MAX = 500
"""The most conversions or holds in one round."""
EXPIRE_POLL_SECONDS = 3_600.0
SEAL_POLL_SECONDS = 600.0
TROUBLE_SECONDS_MIN = 0.1
TROUBLE_SECONDS_MAX = 5.0
STOP_SECONDS = 5.0
"""How long a round may still take after the stop.

An order that is cut off is asked about when its lease ends.
"""

_log = structlog.get_logger("comity.worker")


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


async def run_worker(context: Context, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    async with open_supplier_client(context.settings.networks) as client:
        open_rounds: set[asyncio.Task[None]] = set()
        loops = [*_order_loops(context, client, open_rounds), *_book_loops(context)]
        tasks = [
            asyncio.create_task(_run(loop, stop), name=f"worker-{loop.name}") for loop in loops
        ]
        await stop.wait()
        for loop in loops:
            loop.bell.ring()
        deadline = time.monotonic() + STOP_SECONDS
        _, unfinished = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if open_rounds:
            await asyncio.wait({*open_rounds}, timeout=max(0.0, deadline - time.monotonic()))
        for task in open_rounds:
            task.cancel()
        await asyncio.gather(*open_rounds, return_exceptions=True)


def _order_loops(
    context: Context, client: SupplierClient, open_rounds: set[asyncio.Task[None]]
) -> list[Loop]:
    """The loops that begin rounds. What is in flight of them is in `open_rounds`."""
    fulfilment = Fulfilment(context.ledger, client, context.vault, context.settings.public_url)

    def start(calls: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(calls, name="worker-calls")
        open_rounds.add(task)
        task.add_done_callback(ended)

    def ended(task: asyncio.Task[None]) -> None:
        open_rounds.discard(task)
        # An order whose answer was not stored is asked about when its lease ends.
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("worker_trouble", loop="calls", exc_info=error)
        context.changes.ring()
        context.orders.ring()

    async def send() -> int:
        return await fulfilment.submit_orders(datetime.now(UTC), start=start)

    async def query() -> int:
        return await fulfilment.query_orders(datetime.now(UTC), start=start)

    senders = [
        Loop("send", send, context.orders, SEND_POLL_SPARE_SECONDS if spare else SEND_POLL_SECONDS)
        for spare in range(SENDERS)
    ]
    return [*senders, Loop("query", query, Bell(), QUERY_POLL_SECONDS)]


def _book_loops(context: Context) -> list[Loop]:
    async def rate() -> int:
        return await rate_pending(context.database)

    async def convert() -> int:
        return await deliver_conversions(context.ledger, limit=ROUND_MAX)

    async def release() -> int:
        return await release_overdue(context.ledger, limit=ROUND_MAX)

    async def expire() -> int:
        async with context.database.transaction() as connection:
            programmes = await load_programmes(connection)
        for programme in programmes:
            await expire_coupons(context.database, programme, datetime.now(UTC))
        return 0

    async def seal() -> int:
        async with context.database.transaction() as connection:
            programmes = await load_programmes(connection)
        for programme in programmes:
            await seal_book(context.database, programme)
        return 0

    return [
        Loop("rate", rate, context.uses, RATE_POLL_SECONDS),
        Loop("convert", convert, context.conversions, CONVERT_POLL_SECONDS),
        Loop("release", release, Bell(), RELEASE_POLL_SECONDS),
        Loop("expire", expire, Bell(), EXPIRE_POLL_SECONDS),
        Loop("seal", seal, Bell(), SEAL_POLL_SECONDS),
    ]


async def _run(loop: Loop, stop: asyncio.Event) -> None:
    trouble_seconds = TROUBLE_SECONDS_MIN
    while not stop.is_set():
        try:
            done = await loop.run()
        except Exception as error:  # noqa: BLE001 - a loop that ended would leave its work undone
            if is_lost_database(error):
                _log.warning(
                    "worker_waits",
                    loop=loop.name,
                    error=type(error).__name__,
                    seconds=trouble_seconds,
                )
            else:
                _log.exception("worker_trouble", loop=loop.name, seconds=trouble_seconds)
            await _pause(stop, trouble_seconds)
            trouble_seconds = min(trouble_seconds * 2, TROUBLE_SECONDS_MAX)
            continue
        trouble_seconds = TROUBLE_SECONDS_MIN
        if done == 0 and not stop.is_set():
            await loop.bell.wait(loop.idle_seconds)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
