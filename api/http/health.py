"""Whether the process is alive and ready, and what it has counted."""

import asyncio
from typing import TypedDict

from litestar import Request, Response, get
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import text

from api.http.auth import HEALTH, context_of
from api.process.context import Context
from api.process.migrate import head_revision

CHECK_TIMEOUT_SECONDS = 2.0

_REVISION = text("SELECT version_num FROM alembic_version")


class HealthAnswer(TypedDict):
    """The status of the whole, and of each part."""

    status: str
    parts: dict[str, str]


@get("/livez", opt=HEALTH, sync_to_thread=False, tags=["health"])
def live() -> HealthAnswer:
    """Whether the process answers."""
    return {"status": "ok", "parts": {}}


@get("/readyz", opt=HEALTH, tags=["health"])
async def ready(request: Request[object, object, State]) -> Response[HealthAnswer]:
    """Whether requests can be sent here: the database answers and has this release's schema.

    If all connections are at work, this asks by one of its own. So it never waits behind work.

    Without Valkey, the status is degraded, but the process is ready.
    """
    context = context_of(request)
    database, valkey = await asyncio.gather(_database(context), _valkey(context))
    is_ready = database == "ok"
    status = "ok" if is_ready and valkey == "ok" else "degraded" if is_ready else "unready"
    return Response(
        HealthAnswer(status=status, parts={"database": database, "valkey": valkey}),
        status_code=200 if is_ready else 503,
    )


async def _database(context: Context) -> str:
    database = context.probe if context.database.is_busy else context.database
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_SECONDS), database.transaction() as connection:
            revision = (await connection.execute(_REVISION)).scalar_one_or_none()
    except Exception:  # noqa: BLE001  # for any reason, the database cannot be used now
        return "unreachable"
    return "ok" if revision == head_revision() else "not migrated"


async def _valkey(context: Context) -> str:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
            await context.redis.ping()
    except (RedisError, OSError, TimeoutError):
        return "unreachable"
    return "ok"


@get("/metrics", opt=HEALTH, include_in_schema=False, sync_to_thread=False)
def metrics() -> Response[bytes]:
    """The counters, for Prometheus."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
