"""Whether the process is alive and ready, and what it has counted."""

import asyncio
from typing import TypedDict

from litestar import Request, Response, get
from litestar.datastructures import State
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from redis.exceptions import RedisError
from sqlalchemy import text

from api.http.auth import PUBLIC, context_of
from api.process.context import Context
from api.process.migrate import head_revision
from api.process.stored_secrets import OTHER_KEY

CHECK_TIMEOUT_SECONDS = 2.0
UNREACHABLE = "unreachable"

_REVISION = text("SELECT version_num FROM alembic_version")


class HealthAnswer(TypedDict):
    """The status of the whole, and of each part."""

    status: str
    parts: dict[str, str]


@get("/livez", opt=PUBLIC, sync_to_thread=False, tags=["health"])
def live() -> HealthAnswer:
    """Whether the process answers."""
    return {"status": "ok", "parts": {}}


@get("/readyz", opt=PUBLIC, tags=["health"])
async def ready(request: Request[object, object, State]) -> Response[HealthAnswer]:
    """Whether requests can be sent here: the database answers and has this release's schema.

    The vault needs the keys that stored secrets are encrypted with. Without Valkey, or if single
    secrets cannot be decrypted, the status is degraded, but the process is ready.
    """
    context = context_of(request)
    database, valkey, vault = await asyncio.gather(
        _database(context), _valkey(context), _vault(context)
    )
    is_ready = database == "ok" and vault not in {OTHER_KEY, UNREACHABLE}
    is_whole = is_ready and valkey == vault == "ok"
    status = "ok" if is_whole else "degraded" if is_ready else "unready"
    return Response(
        HealthAnswer(status=status, parts={"database": database, "valkey": valkey, "vault": vault}),
        status_code=200 if is_ready else 503,
    )


async def _database(context: Context) -> str:
    try:
        async with (
            asyncio.timeout(CHECK_TIMEOUT_SECONDS),
            context.database.transaction() as connection,
        ):
            revision = (await connection.execute(_REVISION)).scalar_one_or_none()
    except Exception:  # noqa: BLE001  # for any reason, the database cannot be used now
        return UNREACHABLE
    return "ok" if revision == head_revision() else "not migrated"


async def _vault(context: Context) -> str:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
            return await context.vault_check.state()
    except Exception:  # noqa: BLE001  # for any reason, the database cannot be used now
        return UNREACHABLE


async def _valkey(context: Context) -> str:
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
            await context.redis.ping()
    except (RedisError, OSError, TimeoutError):
        return UNREACHABLE
    return "ok"


@get("/metrics", opt=PUBLIC, include_in_schema=False, sync_to_thread=False)
def metrics() -> Response[bytes]:
    """The counters, for Prometheus."""
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
