"""Whether the process is alive and ready, and what it has counted."""

import asyncio
import importlib.metadata

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.openapi import ResponseSpec
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from api.embedded import pulse
from api.http.auth import HEALTH, context_of
from api.http.metrics import (
    WATCHDOG_RESTARTS,
    show_figures,
    show_pool,
    show_release,
    show_verify,
)
from api.http.schemas.answers import HealthAnswer
from api.process.context import Context
from api.process.last_verify import read_verify
from api.process.stored_secrets import OTHER_KEY
from ledger import service_url

CHECK_TIMEOUT_SECONDS = 2.0


@get("/livez", opt=HEALTH, sync_to_thread=False, tags=["health"])
def live() -> HealthAnswer:
    """Whether the process answers."""
    return {"status": "ok", "parts": {}}


@get(
    "/readyz",
    opt=HEALTH,
    tags=["health"],
    responses={503: ResponseSpec(HealthAnswer, description="Requests cannot be sent here.")},
)
async def ready(request: Request[object, object, State]) -> Response[HealthAnswer]:
    """Whether requests can be sent here.

    The database must answer and have this release's schema. A write on a connection of the requests
    must succeed, and changes of the books must not all be stuck. The background loops of this
    process must give signs of life. Its clock must agree with the database's, and it must have the
    keys that stored secrets need.

    The status is degraded, but the process is ready, without Valkey, if nobody watches our own
    servers, if single secrets cannot be decrypted, if a lane waits too long while others go on, if
    messages are overdue, or if no process works in the background or one has fallen silent.
    """
    context = context_of(request)
    probe = context.probe
    database, clock, writes, vault, workers, overdue, valkey = await asyncio.gather(
        probe.state(),
        probe.clock(),
        probe.writes(),
        probe.vault(),
        probe.workers(),
        probe.overdue(),
        _valkey(context),
    )
    lanes = probe.lanes()
    needed = {"database": database, "clock": clock, "writes": writes}
    useful = {"valkey": valkey, "outbox": overdue}
    (needed if lanes == "stuck" else useful)["lanes"] = lanes
    (needed if vault == OTHER_KEY else useful)["vault"] = vault
    if context.settings.run_worker:
        needed["worker"] = _worker(context)
    else:
        useful["worker"] = workers
    if (watching := _watching(context)) is not None:
        useful["watchdog"] = "silent" if watching.is_silent else "ok"
    is_ready = set(needed.values()) == {"ok"}
    is_whole = is_ready and set(useful.values()) == {"ok"}
    return Response(
        HealthAnswer(
            status="ok" if is_whole else "degraded" if is_ready else "unready",
            parts=needed | useful,
        ),
        status_code=200 if is_ready else 503,
    )


def _worker(context: Context) -> str:
    silent = context.hearts.silent()
    return f"silent: {', '.join(silent)}" if silent else "ok"


def _watching(context: Context) -> pulse.Watching | None:
    """The word of the watchdogs, if it is about the servers that this process uses."""
    settings = context.settings
    watching = pulse.Pulse(settings.data_dir).read()
    used = {settings.database_url.get_secret_value(), settings.redis_url.get_secret_value()}
    if watching is None:
        return None
    # The server's own address is its owner's. This process has that of the service's login.
    watched = {service_url(url) if url.startswith("postgres") else url for url in watching.urls}
    return None if used.isdisjoint(watched) else watching


async def _valkey(context: Context) -> str:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
            await context.redis.ping()
    except Exception:  # noqa: BLE001 - whatever the client raises, Valkey is away
        return "unreachable"
    return "ok"


@get("/metrics", opt=HEALTH, include_in_schema=False)
async def metrics(request: Request[object, object, State]) -> Response[bytes]:
    """The counters, for Prometheus."""
    context = context_of(request)
    figures = await context.probe.figures()
    show_figures(figures)
    if figures is None:
        show_verify(None, None)
    else:
        show_verify(read_verify(context.settings, figures.database), figures.now)
    show_release(importlib.metadata.version("comity"))
    show_pool(context.database)
    if (watching := _watching(context)) is not None:
        for server, count in watching.restarts.items():
            WATCHDOG_RESTARTS.labels(server).set(count)
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
