"""The work beside the requests.

Orders are sent and asked about, uses are rated, conversions delivered, holds past their time
released, books sealed; coupons past their last day end.

Any number of processes may run it at once; the queues' row locks divide the work. A loop that meets
trouble waits, a little longer each time, and goes on: the work is in the database and cannot be
lost.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import httpx2
import structlog

from api.process.bell import Bell
from api.process.context import Context
from exchange.coupons import expire_coupons
from exchange.fulfil import Fulfilment, SupplierClient
from ledger import is_lost_database
from ledger.audit import seal_book
from ledger.book import load_programmes
from ledger.finish import deliver_conversions, release_overdue
from settlement.rating import rate_pending

SENDERS: Final = 4
"""Rounds of orders under way at once: a supplier that answers slowly holds up its own round only."""
SEND_POLL_SECONDS: Final = 0.05
SEND_POLL_SPARE_SECONDS: Final = 1.0
"""How often the first sender looks for orders of other processes, and the others."""
QUERY_POLL_SECONDS: Final = 1.0
RATE_POLL_SECONDS: Final = 0.25
CONVERT_POLL_SECONDS: Final = 0.25
RELEASE_POLL_SECONDS: Final = 1.0
ROUND_MAX: Final = 500
"""Most conversions or holds of one round."""
EXPIRE_POLL_SECONDS: Final = 3_600.0
SEAL_POLL_SECONDS: Final = 600.0
TROUBLE_SECONDS_MIN: Final = 0.1
TROUBLE_SECONDS_MAX: Final = 5.0
STOP_SECONDS: Final = 5.0
"""How long work in hand may take at the end; an order cut off is asked about when its lease ends."""
SUPPLIER_CONNECTIONS_MAX: Final = 200

_log = structlog.get_logger("comity.worker")


@dataclass(frozen=True, slots=True)
class Loop:
    """One kind of work: `run` does a round and says how much there was; with none, it waits for `bell` or `idle_seconds`."""

    name: str
    run: Callable[[], Awaitable[int]]
    bell: Bell
    idle_seconds: float


async def run_worker(context: Context, stop: asyncio.Event) -> None:
    """Work until `stop` is set."""
    limits = httpx2.Limits(
        max_connections=SUPPLIER_CONNECTIONS_MAX, max_keepalive_connections=SUPPLIER_CONNECTIONS_MAX
    )
    async with httpx2.AsyncClient(limits=limits, follow_redirects=False, trust_env=False) as http:
        loops = _loops(context, SupplierClient(http))
        tasks = [
            asyncio.create_task(_keep(loop, stop), name=f"worker-{loop.name}") for loop in loops
        ]
        await stop.wait()
        for loop in loops:
            loop.bell.ring()
        _, unfinished = await asyncio.wait(tasks, timeout=STOP_SECONDS)
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _loops(context: Context, client: SupplierClient) -> list[Loop]:
    fulfilment = Fulfilment(context.ledger, client, context.vault, context.settings.public_url)

    async def send() -> int:
        sent = await fulfilment.submit_orders(datetime.now(UTC))
        if sent:
            context.changes.ring()
        return sent

    async def query() -> int:
        asked = await fulfilment.query_orders(datetime.now(UTC))
        if asked:
            context.changes.ring()
        return asked

    senders = [
        Loop("send", send, context.orders, SEND_POLL_SPARE_SECONDS if spare else SEND_POLL_SECONDS)
        for spare in range(SENDERS)
    ]
    return [
        *senders,
        Loop("query", query, Bell(), QUERY_POLL_SECONDS),
        *_loops_of_books(context),
    ]


def _loops_of_books(context: Context) -> list[Loop]:
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


async def _keep(loop: Loop, stop: asyncio.Event) -> None:
    trouble_seconds = TROUBLE_SECONDS_MIN
    while not stop.is_set():
        try:
            done = await loop.run()
        except Exception as error:  # noqa: BLE001 - a worker that ends would leave its work undone
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
        if done == 0:
            await loop.bell.wait(loop.idle_seconds)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
