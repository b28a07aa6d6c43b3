"""One loop for each kind of background work.

| loop | what one round does |
|---|---|
| `send-1` to `send-4` | send orders to suppliers |
| `query` | asks suppliers what became of their orders |
| `rate` | rates uses for the bill |
| `convert` | delivers conversions to the other programme |
| `release` | releases holds that are overdue |
| `expire` | ends coupons that are past their last day |
| `seal` | seals the books |

Any number of processes may run these loops at once: the row locks of the queues divide the work.
"""

import asyncio
from datetime import UTC, datetime

import httpx2
import structlog

from api.process.bell import Bell
from api.process.context import Context
from api.worker.supervise import Loop, pause, supervise
from exchange.coupons import expire_coupons
from exchange.fulfil import Fulfilment, SupplierClient
from ledger.audit import seal_book
from ledger.book import load_programmes
from ledger.finish import deliver_conversions, release_overdue
from settlement.rating import rate_pending

SENDERS = 4
"""Loops that send orders. A supplier that answers slowly holds up only one of them."""
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
LONG_ROUND_SECONDS_MAX = 14_400.0
"""A round that ends coupons or seals goes through every book."""
TROUBLE_SECONDS = 5.0
SUPPLIER_CONNECTIONS_MAX = 200

_log = structlog.get_logger("comity.worker")


async def run_worker(context: Context, stop: asyncio.Event) -> None:
    """Work until `stop` is set, whatever happens."""
    while not stop.is_set():
        try:
            await _work(context, stop)
        except Exception:  # noqa: BLE001 - a worker that ended would leave all work undone
            _log.exception("worker_died")
            await pause(stop, TROUBLE_SECONDS)


async def _work(context: Context, stop: asyncio.Event) -> None:
    limits = httpx2.Limits(
        max_connections=SUPPLIER_CONNECTIONS_MAX, max_keepalive_connections=SUPPLIER_CONNECTIONS_MAX
    )
    async with httpx2.AsyncClient(limits=limits, follow_redirects=False, trust_env=False) as http:
        loops = [*_order_loops(context, SupplierClient(http)), *_book_loops(context)]
        await supervise(loops, context.hearts, stop)


def _order_loops(context: Context, client: SupplierClient) -> list[Loop]:
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
        Loop(
            f"send-{number}",
            send,
            context.orders,
            SEND_POLL_SECONDS if number == 1 else SEND_POLL_SPARE_SECONDS,
        )
        for number in range(1, SENDERS + 1)
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
        Loop("expire", expire, Bell(), EXPIRE_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
        Loop("seal", seal, Bell(), SEAL_POLL_SECONDS, LONG_ROUND_SECONDS_MAX),
    ]
