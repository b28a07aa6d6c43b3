"""The loops about events and webhooks.

| loop | what one round does |
|---|---|
| `record` | moves events from the outbox into the logs of their parties |
| `points` | tells of points, where a programme asks for it, a page behind the ledger |
| `webhooks` | begins to send what is due; none waits for a receiver's answer |
| `notice` | tells of API keys that end soon, and of points that expire soon |
| `forget-events` | removes what is older than thirty days |
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog

from api.events.deliver import Courier
from api.events.keep import forget_old_events
from api.events.notice import tell_of_ending_keys
from api.events.points import tell_of_points, tell_what_expires
from api.events.record import record_events
from api.process.bell import Bell
from api.process.context import Context
from api.worker.supervise import STOP_SECONDS, Loop
from exchange.fulfil import open_guarded_http

RECORD_POLL_SECONDS = 0.5
POINTS_POLL_SECONDS = 1.0
WEBHOOKS_POLL_SECONDS = 1.0
NOTICE_POLL_SECONDS = 600.0
NOTICE_ROUND_SECONDS_MAX = 3_600.0
FORGET_POLL_SECONDS = 3_600.0
FORGET_ROUND_SECONDS_MAX = 3_600.0

_log = structlog.get_logger("comity.worker")


@asynccontextmanager
async def event_loops(context: Context) -> AsyncIterator[Sequence[Loop]]:
    """The loops, and the connections to receivers for as long as they run.

    At the end, attempts that are under way have a little time. One that is cut off is made again
    when its lease is over.
    """
    attempts: set[asyncio.Task[None]] = set()
    async with open_guarded_http(context.settings.networks) as http:
        courier = Courier(context.database, http, context.vault)
        try:
            yield _loops(context, courier, attempts)
            if attempts:
                await asyncio.wait({*attempts}, timeout=STOP_SECONDS)
        finally:
            unfinished = list(attempts)
            for task in unfinished:
                task.cancel()
            await asyncio.gather(*unfinished, return_exceptions=True)


def _loops(context: Context, courier: Courier, attempts: set[asyncio.Task[None]]) -> list[Loop]:
    def start(attempt: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(attempt, name="worker-webhook")
        attempts.add(task)
        task.add_done_callback(ended)

    def ended(task: asyncio.Task[None]) -> None:
        attempts.discard(task)
        # An attempt that was not noted is made again when its lease is over.
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("worker_trouble", loop="webhook-attempt", exc_info=error)
        context.webhooks.ring()

    async def record() -> int:
        recorded = await record_events(context.database)
        if recorded:
            context.webhooks.ring()
        return recorded

    async def points() -> int:
        read = await tell_of_points(context.database)
        if read:
            context.webhooks.ring()
        return read

    async def deliver() -> int:
        return await courier.deliver(start)

    return [
        Loop("record", record, Bell(), RECORD_POLL_SECONDS),
        Loop("points", points, Bell(), POINTS_POLL_SECONDS),
        Loop("webhooks", deliver, context.webhooks, WEBHOOKS_POLL_SECONDS),
        *_loops_of_time(context),
    ]


def _loops_of_time(context: Context) -> list[Loop]:
    async def notice() -> int:
        await tell_of_ending_keys(context.database)
        await tell_what_expires(context.database)
        return 0

    async def forget() -> int:
        await forget_old_events(context.database)
        return 0

    return [
        Loop("notice", notice, Bell(), NOTICE_POLL_SECONDS, NOTICE_ROUND_SECONDS_MAX),
        Loop("forget-events", forget, Bell(), FORGET_POLL_SECONDS, FORGET_ROUND_SECONDS_MAX),
    ]
