"""The side door: a port of its own for health checks, metrics and the description.

It is there if `operations_port` is set. What goes through it is not to be had at the main port, and
nothing else goes through it. Each server process listens there for itself. So the health and the
figures are those of the process that answers, as they are at the main port.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from api.process.logs import logging_config
from api.settings import Settings

OPERATIONS: dict[str, Any] = {"operations": True}
"""Handler option: it is for those who run the service."""
HEAD_TIMEOUT_SECONDS = 10
"""How long a connection may take to send the complete head of a request."""
CONNECTIONS_MAX = 64
"""Connections at the side door of one process."""
_MARK = "comity.side_door"


def is_elsewhere(settings: Settings, scope: Any, handler: BaseRouteHandler) -> bool:
    """Whether a request came to the other door than that of its handler."""
    if not settings.operations_port or scope.get("method") == "OPTIONS":
        return False
    return bool(handler.opt.get("operations")) != bool(scope.get(_MARK))


@asynccontextmanager
async def side_door(app: ASGIApp, settings: Settings) -> AsyncIterator[None]:
    """Listen at the side door for the length of the block, if there is one."""
    if not settings.operations_port:
        yield
        return

    async def marked(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, _MARK: True}, receive, send)  # type: ignore[arg-type]

    server = Server(
        marked,
        address=settings.operations_address,
        port=settings.operations_port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(header_read_timeout=HEAD_TIMEOUT_SECONDS * 1000),
        backpressure=CONNECTIONS_MAX,
        websockets=False,
        # Errors only: at every start it would warn that this way of serving is a new one.
        log_level=LogLevels.error,
        log_dictconfig=logging_config(level=settings.log_level, log_format=settings.log_format),
    )
    serving = asyncio.create_task(server.serve())
    await asyncio.sleep(0)  # it listens, or has failed
    try:
        if serving.done():
            await serving
        yield
    finally:
        if not serving.done():
            server.stop()  # type: ignore[no-untyped-call]
            await serving
